"""Manual tasks: what a person has to do by hand in a system, and attests."""
