"""What the portal tells those who run it, of itself and never of who asks: one line a request and a job, and counters."""
