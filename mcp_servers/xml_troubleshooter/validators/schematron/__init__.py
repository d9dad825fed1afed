"""Schematron: rule sets are read and run over documents, and their findings become diagnostics."""
