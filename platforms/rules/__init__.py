"""What platforms demand, as versioned data. Pure: no database, no clock."""
