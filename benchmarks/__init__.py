"""Speed and quality, measured; what was found is in RESULTS.md."""
