"""Writes of the dsar app, one module a journey.

Each raises NotAllowed when the state of the case forbids it.
"""
