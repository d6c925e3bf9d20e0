"""Changes projects that are there already: updates, parts, lost records. All of it, or nothing."""
