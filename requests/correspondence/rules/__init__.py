"""What letters must say, and which authority answers for whom. Pure: no database, no clock."""
