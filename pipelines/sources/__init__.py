"""What people maintain, read and checked: documents, datasets, translations, the guide."""
