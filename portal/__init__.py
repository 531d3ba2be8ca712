"""The application: pages, API, chat and the code they share."""
