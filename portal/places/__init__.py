"""Places: what is near, from where, how far on foot, in which district."""
