"""What data are, found out from a sample in seconds, and which template and settings fit them."""
