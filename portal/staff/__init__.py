"""The desk's pages for staff: plain HTML from this machine, no script, nothing without a session."""
