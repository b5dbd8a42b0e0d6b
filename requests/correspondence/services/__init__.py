"""Writes of the correspondence app, one module a journey."""
