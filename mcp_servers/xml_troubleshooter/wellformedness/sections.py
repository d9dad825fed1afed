"""Comments, CDATA sections and processing instructions that do not begin or end as they must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..codes import Code
from ..document.edits import Edit
from ..document.tokens import Kind, Token
from ..prices import SECTIONS
from .fault_kinds import FaultKind
from .faults import Fault, Reading
from .scanner import Scan

_ESCAPED = '"]]>" in the text is written "]]&gt;".'
_LOST_SECTION = re.compile(r"!?\[CDATA\[")
_HOLDER = re.compile(r"<([^\s<>/]++)[^<>]*+>\s*+<!\[CDATA\[")
_END_TAG = re.compile(r"</([^\s<>]++)\s*+>")


def section_end_faults(scan: Scan) -> list[Fault]:
    """Each "]]>" in text, which ends no CDATA section."""
    found: list[Fault] = []
    holders = frozenset(_HOLDER.findall(scan.text)) if "]]>" in scan.text else frozenset[str]()
    before = 0  # where the one in front ends
    for match in re.finditer("]]>", scan.text):
        start, end = match.span()
        token = scan.token_at(start)
        if token.kind is Kind.TEXT:
            readings = (
                *_sections(scan, (max(token.start, before), start), token, holders),
                Reading((Edit(end - 1, end, "&gt;"),), _ESCAPED, SECTIONS.end_in_text),
            )
            found.append(Fault(Code.CDATA_END_IN_TEXT, start, end, readings))
        before = end
    return found


def _sections(scan: Scan, text: tuple[int, int], token: Token, holders: frozenset[str]) -> Iterator[Reading]:
    """The readings of a "]]>" as a surplus end mark behind a CDATA section, or as that of one without a beginning.

    `text` is the span in front of it, as far as it holds no other one; `holders` are the names of the elements that
    begin with such a section.
    """
    at = text[1]
    if lost := _LOST_SECTION.search(scan.text, *text):
        whole = f"<![CDATA[{scan.text[lost.end() : at + 3]}"
        yield Reading((Edit(lost.start(), at + 3, whole),), 'The CDATA section gets its missing "<".')
    elif scan.text.endswith("]]>", 0, at):
        yield Reading((Edit(at, at + 3, ""),), 'The second "]]>" behind the CDATA section is removed.')
    elif (end := _END_TAG.match(scan.text, at + 3)) and _closes_no_bracket(scan.text[slice(*text)]):
        removed = Reading((Edit(at, at + 3, ""),), 'The "]]>", which ends no CDATA section, is removed.')
        note = 'The CDATA section that ends here gets its missing "<![CDATA[".'
        begun = Reading((Edit(token.start, token.start, "<![CDATA["),), note, sure=False, confidence=0.6)
        yield from (begun, removed) if end[1] in holders else (removed, replace(begun, cost=SECTIONS.begun))


def _closes_no_bracket(text: str) -> bool:
    """Whether "]]" behind a text can be no part of it, as in "a[b[0]]"."""
    return text.count("[") <= text.count("]")


FAULTS = (
    FaultKind(
        code=Code.CDATA_END_IN_TEXT,
        rule="unescaped",
        message='"]]>" in text',
        explanation='The characters "]]>" may not stand in text; they must be written "]]&gt;".',
    ),
    FaultKind(
        code=Code.MALFORMED_COMMENT,
        rule="section",
        message="Malformed comment",
        explanation='A comment begins with "<!--", ends with "-->" and holds no "--" in between.',
    ),
    FaultKind(
        code=Code.UNTERMINATED_SECTION,
        rule="section",
        message="Section is not closed",
        explanation='A comment or CDATA section begins here and is not closed: its "-->" or "]]>" is missing.',
    ),
    FaultKind(
        code=Code.MALFORMED_INSTRUCTION,
        rule="section",
        message="Malformed processing instruction",
        explanation='A processing instruction reads "<?name ...?>"; this one is written wrongly.',
    ),
)
