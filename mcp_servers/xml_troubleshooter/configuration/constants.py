"""What a configuration is called, how large it may be, and what it may ask for."""

from __future__ import annotations

NAME, SHARED = ".xml-troubleshooter.toml", "pyproject.toml"
TABLE = ("tool", "xml-troubleshooter")
LARGEST = 1_000_000  # bytes of a configuration
FORMATS = ("text", "json", "ndjson", "sarif", "junit", "github", "gitlab", "azure", "html")
