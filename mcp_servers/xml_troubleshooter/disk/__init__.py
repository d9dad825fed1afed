"""The files that may be touched, and ways to do that in one step; nothing of documents."""
