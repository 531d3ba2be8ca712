"""Text → Query: what is named is linked, what is asked is learned from examples, only closed forms are patterns."""
