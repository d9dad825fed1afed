"""The values that rules allow: the entries of code lists and what they mean, forms, check digits."""
