"""Validation against an XSD while the document streams by: no tree, a bounded memory, and the place of every error.

libxml2 gives such errors neither line nor path. But it can be fed tag by tag: every error that it reports after a tag
is about that tag, or about the element that ends there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from ..diagnostics import COUNTED
from ..document.parsing import streaming

if TYPE_CHECKING:
    from lxml.etree._parser import CustomTargetParser  # known to the stubs alone

CHUNK = 1 << 13  # bytes, about, that are fed at a time
_HELD_BACK = 5  # characters that the parser wants to see before it starts
_TAG_END = re.compile(r"[^>]*>")


class Found(NamedTuple):
    """An error of libxml2 and the offset in the text, in characters, up to which it had read."""

    type_name: str
    message: str
    offset: int


Source = Callable[[], Iterator[bytes]]  # the pieces of a document, from its beginning


class NotWellFormedError(Exception):
    """The stream broke off: the document is not well-formed. `fault` is the first error in the parser's log."""

    def __init__(self, message: str, log: Iterable[etree._LogEntry]) -> None:
        super().__init__(message)
        self.fault = next((entry for entry in log if entry.level_name != "WARNING"), None)


def judge(source: Source, schema: etree.XMLSchema | None, *, huge: bool = False) -> dict[int, int]:
    """The count of errors in each piece of a document, by its number; empty for a valid document.

    Stops counting when there are COUNTED. Raises NotWellFormedError.
    """
    counts: dict[int, int] = {}
    # while a schema is plugged in, lxml says nothing of namespaces
    plain = streaming(None, huge=huge)
    reader = streaming(schema, huge=huge) if schema is not None else None
    seen = 0

    def count(number: int) -> None:
        nonlocal seen
        for entry in plain.feed_error_log:
            if entry.level_name != "WARNING":
                raise NotWellFormedError(entry.message, plain.feed_error_log)
        faults = _faults(reader, seen) if reader is not None else []
        if faults:
            counts[number] = counts.get(number, 0) + len(faults)
            seen = faults[-1][0] + 1

    number = 0
    try:
        for number, chunk in enumerate(source()):
            plain.feed(chunk)
            if reader is not None:
                reader.feed(chunk)
            count(number)
            if sum(counts.values()) >= COUNTED:
                return counts
        plain.close()
        if reader is not None:
            reader.close()
        count(number)  # a very short document is parsed only now
    except etree.XMLSyntaxError as error:
        raise NotWellFormedError(str(error), plain.feed_error_log) from None
    return counts


def locate(
    source: Source,
    encoding: str,
    schema: etree.XMLSchema,
    counts: Mapping[int, int],
    *,
    huge: bool = False,
) -> Iterator[Found]:
    """The errors of a document that `judge` found invalid, in order, each with its place."""
    reader = streaming(schema, huge=huge)
    strict = encoding.startswith("utf")
    decode = codecs.getincrementaldecoder(encoding)("strict" if strict else "surrogateescape").decode
    offset = seen = 0
    last = max(counts, default=-1)
    for number, chunk in enumerate(source()):
        text = decode(chunk)
        if number == 0:
            text = text.removeprefix("\ufeff")
            if not text.startswith("<?xml"):
                reader.feed(" " * _HELD_BACK)
        # the parser may speak up one chunk sooner or later when it is fed other pieces
        near = any(beside in counts for beside in (number - 1, number, number + 1))
        pieces = _TAG_END.findall(text) if near else []
        pieces.append(text[sum(map(len, pieces)) :])
        for piece in filter(None, pieces):
            reader.feed(piece)
            offset += len(piece)
            for index, type_name, message in _faults(reader, seen):
                yield Found(type_name, message, offset)
                seen = index + 1
        if number > last:
            return


def _faults(reader: CustomTargetParser[None], seen: int) -> list[tuple[int, str, str]]:
    """The errors of validity in the log behind those that were seen: number, type and message."""
    log = reader.feed_error_log
    return [
        (index, log[index].type_name, log[index].message)
        for index in range(seen, len(log))
        if log[index].level_name != "WARNING"
    ]
