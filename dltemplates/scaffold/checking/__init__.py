"""Whether a template gives sound projects, and whether a project is sound."""
