"""<< title | short >>: anomaly detection."""
