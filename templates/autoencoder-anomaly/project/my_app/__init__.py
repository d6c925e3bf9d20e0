"""<< title >>: anomaly detection."""
