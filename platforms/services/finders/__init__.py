"""Functions that say what is not as it must be; the sweep of findings asks each of them."""
