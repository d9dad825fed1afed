"""Validation against an XSD while the document streams by: no tree, a bounded memory, and the place of every error.

libxml2 gives such errors neither line nor path. But it can be fed by the tag: whatever it says when a tag has gone in
is about that tag, or about what ends there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from ..document.parsing import streaming

CHUNK = 1 << 14  # bytes fed at a time
ENOUGH = 2000  # errors after which a document is not read to its end
_HELD_BACK = 5  # characters that the parser wants to see before it starts
_TAG_END = re.compile(r"[^>]*>")


@dataclass(frozen=True, slots=True)
class Found:
    """An error of libxml2 and the offset in the text, in characters, up to which it had read."""

    offset: int
    type_name: str
    message: str


class NotWellFormedError(Exception):
    """The stream broke off: the document is not well-formed."""


def judge(source: Callable[[], BinaryIO], schema: etree.XMLSchema | None, *, huge: bool = False) -> dict[int, int]:
    """How many errors each chunk of a document holds, by the chunk's number; empty for a valid document.

    Stops counting when there are ENOUGH. Raises NotWellFormedError.
    """
    counts: dict[int, int] = {}
    reader = streaming(schema, huge=huge)
    total = number = seen = 0

    def count() -> None:
        nonlocal total, seen
        log = reader.feed_error_log
        for index in range(seen, len(log)):
            if _is_fault(log[index]):
                counts[number] = counts.get(number, 0) + 1
                total += 1
        seen = len(log)

    try:
        for number, chunk in enumerate(_chunks(source)):  # noqa: B007 - counted with
            reader.feed(chunk)
            count()
            if total >= ENOUGH:
                return counts
        reader.close()
        count()  # a very short document is parsed only now
    except etree.XMLSyntaxError as error:
        raise NotWellFormedError(str(error)) from None
    return counts


def locate(
    source: Callable[[], BinaryIO],
    encoding: str,
    schema: etree.XMLSchema,
    counts: Mapping[int, int],
    *,
    huge: bool = False,
) -> Iterator[Found]:
    """The errors of a document that `judge` found wanting, in order, each with its place."""
    reader = streaming(schema, huge=huge)
    strict = encoding.startswith("utf")
    decode = codecs.getincrementaldecoder(encoding)("strict" if strict else "surrogateescape").decode
    offset = seen = 0
    last = max(counts, default=-1)
    for number, chunk in enumerate(_chunks(source)):
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
            log = reader.feed_error_log
            for index in range(seen, len(log)):
                if _is_fault(log[index]):
                    yield Found(offset, log[index].type_name, log[index].message)
            seen = len(log)
        if number > last:
            return


def _is_fault(entry: etree._LogEntry) -> bool:
    """Whether an entry of the log is an error of validity; raises NotWellFormedError for one of namespaces."""
    if entry.level_name == "WARNING":
        return False
    if entry.domain_name != "SCHEMASV":
        raise NotWellFormedError(entry.message)
    return True


def _chunks(source: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with source() as stream:
        yield from iter(lambda: stream.read(CHUNK), b"")
