"""Published versions: what a version holds, where it is kept, how it is read."""
