"""Which files may be touched, and how that is done in one step; nothing of documents."""
