"""Repairs of violations of business rules: they follow from the test of a rule, not from its name."""
