"""How dates are written in other languages. Django looks patterns up by their English form."""
