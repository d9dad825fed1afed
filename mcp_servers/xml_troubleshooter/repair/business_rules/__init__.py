"""Repairs of what business rules reject: they follow from the test of a rule, not from its name."""
