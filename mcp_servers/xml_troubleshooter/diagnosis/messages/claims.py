"""What somebody pastes from another system, taken apart into claims: one message, several, or a whole log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

from ...codes import Code
from ...document.edits import Stretch, overlap
from ..foreign_messages import spoken_of
from .formats import FORMS, Form, Kind, position_patterns

_LONGEST = 50_000  # characters that are read
_MOST = 40  # claims that are worth an answer
_SHOWN = 400  # characters of a message that are quoted
_CLARK = re.compile(r"\{([^{}]*)\}:?([\w.-]+)")
_QUOTED_NAME = re.compile(r"[\"']([^\"']*)[\"']:([\w.-]+)")  # Xerces: "namespace":name
_COMPLAINS = re.compile(r"error|fail|invalid|not valid|exception|reject|unexpected|fehler|ung\u00fcltig|erreur|errore")
_LOOSE = ("portals", "rules", "feed validators", "Xerces, translated")  # whose forms may be part of another's
_RUN = re.compile(r"([^\s,]{300})[^\s,]+")  # what is longer without a blank is no name; to search in it takes its time
_EDGES = " \t\r\n.,;:\"'`\u2018\u2019\u201c\u201d<>()[]{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a message says of a document; `line`, `column` and `offset` are 0 where it names none.

    `expected` are names, values or one namespace; `found` is the namespace that was met, the words of a rule, a content
    model, or of what has a name of its own that name;
    `codes` are the faults that the message may stand for.
    """

    text: str
    kind: Kind = Kind.OTHER
    tool: str = ""
    line: int = 0
    column: int = 0
    offset: int = 0
    file: str = ""
    name: str = ""
    parent: str = ""
    namespace: str = ""
    expected: tuple[str, ...] = ()
    found: str = ""
    value: str = ""
    type: str = ""
    rule: str = ""
    codes: frozenset[Code] = frozenset()


@lru_cache(maxsize=8)
def claims(problem: str) -> tuple[Claim, ...]:
    """The claims in a text, in its order; none where it is just a person's words."""
    text = _RUN.sub(r"\1", problem[:_LONGEST])
    found: list[tuple[int, Claim]] = []
    told: list[Stretch] = []
    for form, match in _best(text):
        message = _message(text, *match.span())
        told.append(message)
        found.append((match.start(), _claim(text, form, match, message)))
    for each in _lines(text):
        if not any(overlap(each, other) for other in told):
            start, end = each
            line = text[start:end]
            codes, place = spoken_of(line), _place(line)
            if codes or (place and _COMPLAINS.search(line)):
                found.append((start, Claim(text=_quoted(line), codes=codes, **_fields(place))))
    found.sort(key=lambda item: item[0])
    return tuple(dict.fromkeys(claim for _, claim in found))[:_MOST]


def _best(text: str) -> Iterator[tuple[Form, re.Match[str]]]:
    """The matches of forms that do not overlap: of those that do, the one that says most."""
    matches = [(form, match) for form in FORMS for match in form.pattern.finditer(text)]
    matches.sort(
        key=lambda item: (item[0].kind is not Kind.NAMESPACE, item[0].tool in _LOOSE, -sum(map(bool, item[1].groups())))
    )
    kept: list[Stretch] = []
    for form, match in matches:
        span = Stretch(*match.span())
        if not any(overlap(span, other) for other in kept):
            kept.append(span)
            yield form, match


def _claim(text: str, form: Form, match: re.Match[str], span: Stretch) -> Claim:
    groups = {key: (value or "").strip() for key, value in match.groupdict().items() if key != "q"}
    start, end = span
    message = text[start:end]
    place = _place(message, match.start() - start) or _beside(text, start, end)
    namespace = groups.get("namespace", "")
    listed = groups.get("expected", "")
    found = groups.get("found", "")
    names = groups.get("name", "")
    expected: tuple[str, ...]
    if form.kind is Kind.NAMESPACE:
        expected = _namespaces(listed, names)
        found = found.rstrip(".,;")
    elif form.kind is Kind.CONTENT:
        expected, found = (), listed
    else:
        expected = _items(listed)
    return Claim(
        text=_quoted(message), kind=form.kind, tool=form.tool, name=_local(names),
        parent=_local(groups.get("parent", "")), namespace=namespace, expected=expected, found=found,
        value=groups.get("value", ""), type=groups.get("type", ""), rule=groups.get("rule", ""),
        codes=spoken_of(message), **_fields(place),
    )  # fmt: skip


def _message(text: str, start: int, end: int) -> Stretch:
    """The whole lines that a match lies in."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return Stretch(first, len(text) if last < 0 else last)


def _lines(text: str) -> Iterator[Stretch]:
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield Stretch(at, at + len(line))
        at += len(line) + 1


def _place(message: str, near: int = 0) -> dict[str, str]:
    """The place that a message names, of several the one nearest to what it says; of forms the first."""
    for pattern in position_patterns():
        matches = list(pattern.finditer(message))
        if matches:
            best = min(matches, key=lambda match: abs(match.start() - near))
            return {key: value for key, value in best.groupdict().items() if value}
    return {}


def _beside(text: str, start: int, end: int) -> dict[str, str]:
    """The place in the line behind a message, or in front of it, where that says nothing else."""
    after = text[end + 1 :].split("\n", 1)[0]
    before = text[:start].rstrip("\n").rpartition("\n")[2]
    for line in (after, before):
        if line and not any(form.pattern.search(line) for form in FORMS) and (place := _place(line)):
            return place
    return {}


class _Place(TypedDict):
    line: int
    column: int
    offset: int
    file: str


def _fields(place: Mapping[str, str]) -> _Place:
    line, column, offset = (int(place.get(key, "0")) for key in ("line", "column", "offset"))
    return {"line": line, "column": column, "offset": offset, "file": place.get("file", "")}


def _namespaces(listed: str, name: str) -> tuple[str, ...]:
    """The namespace that was expected: of a list of elements that of the element meant."""
    pairs = _CLARK.findall(listed)
    if pairs:
        own = [uri for uri, local in pairs if local == _local(name)]
        return tuple(dict.fromkeys(own or [uri for uri, _ in pairs]))[:1]
    return (listed.strip(_EDGES),) if listed.strip(_EDGES) else ()


def _items(listed: str) -> tuple[str, ...]:
    """The names or values of a list as tools write it, without namespaces."""
    listed = _QUOTED_NAME.sub(r"\2", _CLARK.sub(r"\2", listed))
    listed = re.sub(r"\bin namespace\s+['\"][^'\"]*['\"]", "", listed)
    if "<" not in listed:
        listed = re.split(r"\.(?:\s|$)", listed)[0]
    items = re.split(r",|;|\bor\b|\band\b|\|", listed)
    cleaned = (
        re.sub(r"^(?:the\s+)?(?:element|attribute|one of|equal to)s?\b", "", item.strip(_EDGES)) for item in items
    )
    return tuple(dict.fromkeys(item.strip(_EDGES).lstrip("#") for item in cleaned if item.strip(_EDGES)))[:100]


def _local(name: str) -> str:
    return name.strip(_EDGES).rpartition(":")[2]


def _quoted(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]} ..."
