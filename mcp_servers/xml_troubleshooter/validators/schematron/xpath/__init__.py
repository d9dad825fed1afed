"""The XPath of rules read once more: what a test that does not hold looked at, and why it does not hold."""
