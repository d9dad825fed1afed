"""Failures that a caller can act on: what happened, where, what to do next.

TroubleshooterError
├── InputError        the arguments or the document cannot be used as they are
│   └── AccessError   a path lies outside the allowed folders
├── SchemaError       a schema cannot be found, read or compiled; the document is not to blame
└── LimitError        a time or size limit ended the work
"""

from __future__ import annotations


class TroubleshooterError(Exception):
    """A failure whose text is one sentence that tells the user what to do next."""


class InputError(TroubleshooterError):
    """The arguments or the document cannot be used as they are."""


class AccessError(InputError):
    """A path lies outside the allowed folders."""


class SchemaError(TroubleshooterError):
    """A schema cannot be found, read or compiled; the document is not to blame."""


class LimitError(TroubleshooterError):
    """A time or size limit ended the work."""
