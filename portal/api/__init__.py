"""The HTTP interface beside the pages: open data, search, questions, health. Routes in one file a subject."""
