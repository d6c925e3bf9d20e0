"""Gives projects the library code that they use, as code of their own."""
