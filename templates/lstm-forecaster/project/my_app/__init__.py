"""<< title | short >>: time-series forecasting."""
