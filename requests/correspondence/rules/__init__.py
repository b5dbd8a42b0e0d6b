"""Reading mail, what letters must say, which authority answers for whom. Pure: no database, no clock."""
