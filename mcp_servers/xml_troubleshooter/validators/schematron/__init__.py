"""Schematron: rule sets read, run over documents, and what they find told as diagnostics."""
