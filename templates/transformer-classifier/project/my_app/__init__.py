"""<< title | short >>: text classification."""
