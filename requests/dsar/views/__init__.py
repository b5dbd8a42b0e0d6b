"""Pages for people, and the endpoint where HTTP systems answer. Thin: services write, querysets read."""
