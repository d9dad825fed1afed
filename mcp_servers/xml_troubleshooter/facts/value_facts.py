"""Facts about the lexical forms of values: dates, numbers, names from a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date as calendar_date
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

from ..document.edits import Edit
from ..document.tree import Node, Tree
from .finding import Finding, Reading, of_text, only_text, trimmed
from .misspelt_names import only_near

# RFC 822 with the four-digit years of RFC 1123; the day of the week may be left out
RFC_822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*,\s*)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\s+"
    r"\d{2}(?:\d\d)?\s+\d{1,2}:\d\d(?::\d\d)?\s+(?:[A-Z]{1,5}|[+-]\d{4})",
    re.IGNORECASE,
)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
# the moments of XML Schema, with or without a zone
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
# the dates of sitemaps: year, month, day, or a time with its zone
W3C_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?")


def date(tree: Tree, node: Node, pattern: re.Pattern[str], form: str, example: str) -> Iterator[Finding]:
    """A date that is not written in the required form, or is none."""
    value = tree.value(node).strip()
    if not pattern.fullmatch(value):
        words = f"The date \u201c{value[:60]}\u201d in <{node.written}> is not written as {form} has it: {example}."
        yield of_text(tree, node, words, reading=_rewritten(tree, node, value, pattern))
    elif not _is_day(value, pattern):
        yield of_text(tree, node, f"\u201c{value}\u201d in <{node.written}> is no day of the calendar.")


def _is_day(value: str, pattern: re.Pattern[str]) -> bool:
    """Whether a date in the required form is one of the calendar."""
    try:
        if pattern is RFC_822:
            parsedate_to_datetime(value)
        else:
            numbers = [int(each) for each in value[:10].split("-")]
            calendar_date(*numbers, *(1,) * (3 - len(numbers)))  # a year or a month alone is one, too
    except ValueError:
        return False
    return True


def _rewritten(tree: Tree, node: Node, value: str, pattern: re.Pattern[str]) -> Reading | None:
    """The same moment in the required form, where the value names one."""
    if pattern is W3C_DATE or only_text(node) is None:
        return None
    timestamp = _timestamp(value)
    if timestamp is None:
        return None
    written = format_datetime(timestamp) if pattern is RFC_822 else timestamp.isoformat().replace("+00:00", "Z")
    edit = Edit(*trimmed(tree, node), written)
    return Reading(reason=f"{value} and {written} are the same moment.", confidence=0.9, edits=(edit,), rewrites=True)


def _timestamp(value: str) -> datetime | None:
    """A moment with its zone."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
        except ValueError:
            continue
        return found if found.tzinfo is not None else None
    return None


def listed(tree: Tree, node: Node, allowed: Sequence[str], what: str) -> Iterator[Finding]:
    """A value that is not one of a list."""
    value = tree.value(node).strip()
    if value in allowed:
        return
    words = (
        f"\u201c{value[:60]}\u201d in <{node.written}> is not one of the values that {what} has: {', '.join(allowed)}."
    )
    reading: Reading | None = None
    if (near := only_near(value, allowed)) and only_text(node) is not None:
        edit = Edit(*trimmed(tree, node), near)
        reading = Reading(reason=f"{near} is the only one that comes close.", confidence=0.9, edits=(edit,))
    yield of_text(tree, node, words, expected=tuple(allowed), reading=reading)


def number(tree: Tree, node: Node, low: float, high: float) -> Iterator[Finding]:
    """A number that is none, or out of its bounds."""
    value = tree.value(node).strip()
    with suppress(ValueError):
        if low <= float(value) <= high:
            return
    words = f"\u201c{value[:60]}\u201d in <{node.written}> must be a number from {low:g} to {high:g}."
    yield of_text(tree, node, words)
