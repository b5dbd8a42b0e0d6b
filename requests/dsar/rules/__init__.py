"""Pure rules of the dsar app: no database, no clock of their own."""
