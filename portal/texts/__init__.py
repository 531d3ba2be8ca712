"""Words: what pages and answers say in two languages, and how numbers and characters are written and compared."""
