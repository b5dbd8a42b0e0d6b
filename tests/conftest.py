"""Shared fixtures. Tests mirror the source; what one app alone needs stands in that app's conftest."""
