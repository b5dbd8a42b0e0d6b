"""Questions about dates as plain objects: read, answered by the rules, written. No database, no settings."""
