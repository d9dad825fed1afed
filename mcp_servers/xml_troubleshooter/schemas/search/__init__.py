"""The schema that a document is meant for, looked for in what it says, beside it, and in the folders of schemas."""
