"""The values that rules allow: entries of code lists with their meanings, formats, check digits."""
