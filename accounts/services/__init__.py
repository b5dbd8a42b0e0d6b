"""Writes of the accounts app, one module a journey."""
