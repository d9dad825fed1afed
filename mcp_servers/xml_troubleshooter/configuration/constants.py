"""The names of a configuration, its largest size, and the output formats that it may ask for."""

from __future__ import annotations

NAME, SHARED = ".xml-troubleshooter.toml", "pyproject.toml"
TABLE = ("tool", "xml-troubleshooter")
LARGEST = 1_000_000  # bytes of a configuration
FORMATS = ("text", "json", "ndjson", "sarif", "junit", "github", "gitlab", "azure", "html")
