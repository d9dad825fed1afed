"""Markup that well-formed text hides: tags that lost their "<", and CDATA sections that ran past their end.

Such text breaks no rule by itself; it is read as markup only where the tags around it pair better for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, Kind, Token
from ...prices import PAIRING
from ..faults import fault
from ..mismatches import Extra, Missing, Renamed, Structure
from ..scanner import Scan, scan
from .pairing import pair, similarity

MAX_TRIES = 12
LONG = 4  # letters of a name that is known again with a slip in it
ALIKE = 0.8
MAX_LOST = 5_000  # pieces of text that may be tags; more of them are the way the text is written
MAX_SLIPS = 30  # beyond that, lost tags are looked for only all at once

_ATTRIBUTES = rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+"
_INSIDE = rf"(?:/(?P<end>{NAME})\s*+|(?P<start>{NAME}){_ATTRIBUTES}\s*+(?P<empty>/?))"
_NO_BRACKET = re.compile(rf"(?<!<)(?:(?=/)|(?<![\w:.\-/])(?=\w)){_INSIDE}>")
_AFTER_SLIP = re.compile(rf"{_INSIDE}>")
_OTHER_BRACKETS = re.compile(rf"(?P<open>[\[({{]){_INSIDE}(?P<close>[\])}}])")  # [name], {{/name}}
_ESCAPED = re.compile(rf"(?P<open>&(?:lt|#60|#x3[cC]);){_INSIDE}(?P<close>&(?:gt|#62|#x3[eE]);)")
# substitutes for a "<": its escaped form, its neighbour on a keyboard, or a character all by itself
_MISTYPED = re.compile(r"&lt;\Z|,\Z|(?<=\s)[^\s<>]\Z")
_ESCAPED_BRACKETS = ("&lt;", "&#60;", "&#x3c;", "&#x3C;")
_CLOSING = re.compile(r"[>\])};]")


def restore(read: Scan) -> tuple[Scan, Structure]:
    """The scan with such text read as markup, where the tags then pair better, and the pairs of its tags."""
    structure = pair(read)
    if structure.balanced:
        return read, structure
    read, structure = _shorter_sections(read, structure)
    for _ in range(MAX_TRIES):
        lost = _candidates(read, structure)
        if not lost or len(lost) > MAX_LOST:
            break
        # all at once, else the first that helps by itself
        better = _better(read, structure, [lost]) or _better(read, structure, [[each] for each in lost[:MAX_TRIES]])
        if better is None or len(structure.mismatches) > MAX_SLIPS:
            read, structure = better or (read, structure)
            break
        read, structure = better
    return read, structure


def _shorter_sections(read: Scan, structure: Structure) -> tuple[Scan, Structure]:
    """End a CDATA section in front of the next one that it swallowed."""
    swallowed = [
        token.start
        for token in read.tokens
        if token.kind is Kind.CDATA and read.text.find("<![CDATA[", token.start + 9, token.end) >= 0
    ]
    short: frozenset[int] = frozenset()
    for start in swallowed[:MAX_TRIES]:
        candidate = scan(read.text, short | {start}, read.schema_names)
        paired = pair(candidate)
        if len(paired.mismatches) < len(structure.mismatches):
            read, structure, short = candidate, paired, short | {start}
    return read, structure


@dataclass(frozen=True, slots=True)
class _Lost:
    """A piece of a text token that was a tag, with the edits that make it one again."""

    index: int  # of the token
    tag: Token
    edits: tuple[Edit, ...]
    note: str


def _candidates(read: Scan, structure: Structure) -> list[_Lost]:
    """Text that reads like one of the tags that are missing."""
    tokens = read.tokens
    # names whose end tag is missing, and whose start tag is
    starts = {tokens[each.start].name for each in structure.mismatches if isinstance(each, (Missing, Renamed))}
    ends = {tokens[each.end].name for each in structure.mismatches if isinstance(each, (Extra, Renamed))}
    return [
        lost
        for index, token in enumerate(tokens)
        if token.kind is Kind.TEXT and _CLOSING.search(read.text, token.start, token.end)
        for lost in sorted(_tags(index, token, starts, ends), key=lambda lost: lost.tag.start)
    ]


def _tags(index: int, token: Token, starts: set[str], ends: set[str]) -> Iterator[_Lost]:
    """The tags in a text: end tags that these start tags wait for, start tags that these end tags do."""
    text, start, end = token.source, token.start, token.end
    for match in _NO_BRACKET.finditer(text, start, end):
        name = match["start"] or ""
        if name not in ends and name[1:] in ends and (rest := _AFTER_SLIP.match(text, match.start() + 1, end)):
            match = rest  # noqa: PLW2901 - its first letter was typed for the "<": "zname>"
        if _is_one_of(match["end"], starts) or _is_one_of(match["start"], ends):
            at = match.start()
            edits = (Edit(_mistyped(text, start, at), at, "<"),)
            note = f'The tag "<{match.group()[:60]}" gets its missing "<".'
            yield _Lost(index, _tag(match, edits[0].start), edits, note)
    yield from _end_tags(index, token, starts)
    for pattern in (_OTHER_BRACKETS, _ESCAPED):
        for match in pattern.finditer(text, start, end):
            if match["end"] in starts or match["start"] in ends:
                marks = (Edit(*match.span("open"), "<"), Edit(*match.span("close"), ">"))
                note = f'The tag "{match.group()[:60]}" gets its proper brackets.'
                yield _Lost(index, _tag(match, match.start()), marks, note)


def _is_one_of(name: str | None, names: set[str]) -> bool:
    """Whether a name is among those that wait for it; a long one may be misspelt, here or there."""
    if not name or name in names:
        return name in names
    close = len(name) >= LONG and len(names) <= MAX_TRIES
    return close and any(similarity(name, each) >= ALIKE for each in names)


def _end_tags(index: int, token: Token, names: set[str]) -> Iterator[_Lost]:
    """The end tags of these names in a text that lost their "</": "<title>Songstitle>"."""
    text = token.source
    lengths = sorted({len(name) for name in names}, reverse=True)
    close = text.find(">", token.start, token.end)
    while close >= 0:
        at = next((close - size for size in lengths if text[close - size : close] in names), -1)
        in_variable = text.rfind("{", token.start, at) > text.rfind("}", token.start, at)  # "${version>"
        begun = text[at - 1] in "/<" or text[at - 2 : at - 1] == "/"
        if at >= token.start and not begun and not in_variable:
            name = text[at:close]
            # of a tag at the end that was written as a start tag with a reference for its "<", that goes too
            escaped = next((each for each in _ESCAPED_BRACKETS if text.endswith(each, token.start, at)), "")
            if escaped and text[close + 1 : token.end].strip():
                break
            start = at - len(escaped)
            note = f'The end tag "</{name}>" gets its missing "</".'
            tag = Token(Kind.END, start, close + 1, name, at, text)
            yield _Lost(index, tag, (Edit(start, at, "</"),), note)
        close = text.find(">", close + 1, token.end)


def _tag(match: re.Match[str], start: int) -> Token:
    group = "end" if match["end"] else "start"
    kind = Kind.END if match["end"] else Kind.EMPTY if match["empty"] else Kind.START
    return Token(kind, start, match.end(), match[group], match.start(group), match.string)


def _better(read: Scan, structure: Structure, choices: list[list[_Lost]]) -> tuple[Scan, Structure] | None:
    """The first choice of lost tags that makes the rest so much cheaper."""
    for choice in choices:
        candidate = _with_tags(read, choice)
        paired = pair(candidate)
        if paired.cost <= structure.cost - PAIRING.lost_tag * len(choice):
            return candidate, paired
    return None


def _mistyped(text: str, first: int, at: int) -> int:
    """The offset of the characters in place of a tag's "<", in a text from `first` on; that of the tag for none."""
    match = _MISTYPED.search(text, first, at)
    if not match or (match.group() not in ("&lt;", ",") and text[first : match.start()].strip()):
        return at
    return match.start()


def _with_tags(read: Scan, lost: list[_Lost]) -> Scan:
    """The scan with these pieces of text as tags of their own."""
    text = read.text
    by_token: dict[int, list[_Lost]] = {}
    for each in lost:
        by_token.setdefault(each.index, []).append(each)
    tokens: list[Token] = []
    faults = list(read.faults)
    for index, token in enumerate(read.tokens):
        at = token.start
        for each in by_token.get(index, ()):
            tag = each.tag
            if tag.start < at:
                continue  # it overlaps another
            if tag.start > at:
                tokens.append(Token(Kind.TEXT, at, tag.start, "", -1, text))
            tokens.append(tag)
            gone = text[each.edits[0].start : each.edits[0].end]
            drops = gone.isalnum() or (gone != "" and each.edits[0].after == "</")  # the text may speak of a tag
            faults.append(
                fault(Code.MALFORMED_TAG, tag.start, tag.end, each.edits, each.note, name=tag.name, drops=drops)
            )
            at = tag.end
        if at == token.start:
            tokens.append(token)
        elif at < token.end:
            tokens.append(Token(Kind.TEXT, at, token.end, "", -1, text))
    return replace(read, tokens=tokens, faults=tuple(faults))
