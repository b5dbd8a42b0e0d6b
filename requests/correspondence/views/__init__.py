"""The endpoint that takes raw messages."""
