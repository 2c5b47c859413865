"""The companies we sell to, as far as figures need them."""
