"""Search: the literal one, and the one that ranks."""
