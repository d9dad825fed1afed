"""Failures that a caller can act on: each tells its cause, its place and the next step.

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


def time_is_up(seconds: float) -> str:
    """The message where the work on a document took too long."""
    return (
        f"The time was up: the work did not end within {seconds:.0f} seconds and was stopped; try a smaller document, "
        "allow more time with AGENT_TIMEOUT (in a server AGENT_DEADLINE too), or look for a regular expression in "
        "the schema that backtracks without end."
    )


def memory_is_up(limit: int) -> str:
    """The message where the work needed more than so many bytes."""
    return (
        f"The memory was up: the work needs more than the {limit / 2**30:g} GiB that WORKER_MEMORY lets it hold; allow "
        "more, or try the document in parts."
    )


def too_deep(what: str) -> str:
    """The message for parts that contain or name each other too many levels deep to be read."""
    return f"{what} nests, or names itself, too many levels deep to be read; make it flatter."


def broken_off(*, killed: bool) -> str:
    """The message where the process of the work died, by a kill that was not ours or by a crash."""
    if killed:
        return (
            "The memory was up: the system ended the work on this document, most likely because it was short of "
            "memory. The server goes on; try the document in parts."
        )
    return (
        "The work on this document broke off, because the XML library crashed. The server goes on; try again, or try "
        "the document in parts."
    )
