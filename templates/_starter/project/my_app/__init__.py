"""<< title | short >>: classification of table rows."""
