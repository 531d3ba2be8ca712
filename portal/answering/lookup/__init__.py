"""Query → Facts: each kind of thing is looked up where it is kept."""
