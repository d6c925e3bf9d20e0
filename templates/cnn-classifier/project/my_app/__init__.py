"""<< title | short >>: image classification."""
