"""What people bring in and what staff do with it: votes, contributions, accounts, changes; kept in one database."""
