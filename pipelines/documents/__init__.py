"""A file someone sends → a text and a description to be looked at, before it counts as a document."""
