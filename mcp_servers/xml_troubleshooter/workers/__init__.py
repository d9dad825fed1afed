"""Processes beside this one that compute, and what is awaited of them."""
