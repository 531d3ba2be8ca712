"""The plan: its clauses and targets, how far each has come, what nobody has published."""
