"""Taking places from a file into the dataset."""
