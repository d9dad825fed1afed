"""Rule sets as they are written: their files read as one, also out of grammars, expanded, their faults named."""
