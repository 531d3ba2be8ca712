"""Tables from elsewhere: the one reader of spreadsheets and CSV, and what their cells mean."""
