"""`python -m portal.commands`: the `portal` command where it is not installed."""

from portal.commands import main

main()
