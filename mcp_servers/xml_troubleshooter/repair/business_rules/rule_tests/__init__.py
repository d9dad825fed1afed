"""The test of a rule taken apart: its comparisons, the nodes missing for it, its demands on the document."""
