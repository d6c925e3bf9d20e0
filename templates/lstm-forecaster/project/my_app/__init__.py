"""<< title >>: time-series forecasting."""
