"""The CKAN Action API (v3): datasets, lists and rows in the shapes the clients of CKAN portals read."""
