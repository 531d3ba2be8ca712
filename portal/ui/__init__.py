"""Drawing shared by the pages: badges, figures, texts."""
