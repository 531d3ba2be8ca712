"""The portal for assistants: read-only tools of the Model Context Protocol, over HTTP and standard input and output."""
