"""Worker processes that compute, and the functions that await their results."""
