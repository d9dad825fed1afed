"""The search for a document's schema: by the addresses in it, beside it, and in the folders of schemas."""
