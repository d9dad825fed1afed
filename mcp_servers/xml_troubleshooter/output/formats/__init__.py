"""Results in the forms that other programs read: one module a form, each a function from the files to one text."""
