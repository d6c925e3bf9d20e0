"""<< title >>: image classification."""
