"""The use cases: one document judged or repaired, many surveyed, and the runs that go on."""
