"""Letters to send on: a drawn letter as text and .docx, and the application for a figure."""
