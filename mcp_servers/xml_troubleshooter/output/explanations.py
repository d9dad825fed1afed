"""The explanation of a message as a public result, and as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from ..knowledge.message_explanations import Explanation as Explained
from .capping import UNCAPPED, row_of
from .diagnoses import article_rows
from .rendering import Line, article_lines
from .results import ExplainedRow, Explanation

_UNKNOWN = (
    "The message is none that is known here. Give the document and, as problem, the whole message to troubleshoot_xml: "
    "the document says what is wrong with it, whatever the other system calls that."
)
_KNOWN = (
    "A message alone shows what may be the matter; to find out, give what is named under “To find out” to validate_xml "
    "or troubleshoot_xml, with the message as problem."
)


def present_explanation(explained: Explained) -> Explanation:
    """The public form of an explanation."""
    rows = [row_of(ExplainedRow, item, UNCAPPED) for item in explained.items]
    return Explanation(
        summary=_KNOWN if rows else _UNKNOWN,
        explained=rows,
        explained_total=len(rows) + explained.more,
        articles=article_rows(explained.articles),
    )


def explanation_lines(result: Explanation) -> Iterator[Line]:
    """All that is known of a message."""
    for row in result.explained:
        yield Line(f"{row.about}{f' [{row.tool}]' if row.tool else ''}", "title")
        yield Line(f"  {row.meaning}")
        if row.causes:
            yield Line("  Usual causes:")
            yield from (Line(f"    {number}. {cause}") for number, cause in enumerate(row.causes, 1))
        yield Line(f"  To find out: {row.send}")
    if (more := result.explained_total - len(result.explained)) > 0:
        yield Line(f"... and {more} more; send them by themselves.")
    yield Line(result.summary)
    yield from article_lines(result.articles)
