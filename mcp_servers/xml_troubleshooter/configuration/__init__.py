"""The configuration file of a project."""
