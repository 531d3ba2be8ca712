"""`portal import-figures`: a department's table of indicators into the observations."""
