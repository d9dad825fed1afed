"""Documents as files: the paths that people give, reading, writing and undoing."""
