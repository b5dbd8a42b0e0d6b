"""Addresses of the platforms app outside the staff desk."""
