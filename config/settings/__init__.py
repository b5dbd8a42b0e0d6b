"""Settings by mode: production (the default), demo (embedded, in var/), test."""
