"""<< title >>: text classification."""
