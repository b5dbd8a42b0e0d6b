"""What people and staff fill in. Nothing here writes; services do."""
