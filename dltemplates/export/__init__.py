"""Trained models as artefacts that a server loads, proven to answer as the model did."""
