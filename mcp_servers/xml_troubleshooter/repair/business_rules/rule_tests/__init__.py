"""The test of a rule taken apart: what it compares, what it finds missing, what it demands of the document."""
