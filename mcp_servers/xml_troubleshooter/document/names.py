"""Names of elements and attributes, in Clark notation: `{namespace}local`, as in lxml."""

from __future__ import annotations


def local_name(name: str) -> str:
    """The local part of a Clark name."""
    return name.rpartition("}")[2]


def bare_name(name: str) -> str:
    """The local part of a name, without the prefix that a DTD's literal names may have."""
    return local_name(name).rpartition(":")[2]


def prefixed(prefix: str | None, local: str) -> str:
    """A name as a document writes it, with its prefix where it has one."""
    return f"{prefix}:{local}" if prefix else local


def namespace(name: str) -> str:
    """The namespace of a Clark name, "" for none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def folded(name: str) -> str:
    """A Clark name with a local part of one case."""
    return f"{{{namespace(name)}}}{local_name(name).casefold()}"
