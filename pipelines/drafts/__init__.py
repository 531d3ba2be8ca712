"""`portal new-dataset`: a department's table becomes the draft of a dataset's folder."""
