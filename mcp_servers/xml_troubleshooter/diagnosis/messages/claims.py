"""Messages of other systems taken apart into claims: one message, several, or a whole log."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TypedDict

from ...document.edits import Stretch, overlap
from .claim import Claim, Kind, Unit
from .message_formats import FORMS, LONGEST, Form, position_patterns, readable
from .recognition import of_markup, spoken_of
from .rule_names import REASONS
from .sentences import complaints, speaks_of_fault

_MOST = 40  # claims that are worth an answer
_READ = 200  # claims of a log that are read, the same ones among them
_SHOWN = 400  # characters of a message that are quoted
_CLARK = re.compile(r"\{([^{}]*)\}:?([\w.-]+)")
_QUOTED_NAME = re.compile(r"[\"']([^\"']*)[\"']:([\w.-]+)")  # Xerces: "namespace":name
_FAILS = re.compile(
    r"error|warning|fatal|mismatch|fail|exception|reject|fehler|abgewiesen|abgelehnt|erreur|rejet|errore|scart|rechaz|afgekeurd",
    re.IGNORECASE,
)
# the place in a program's own source at which it read the document, and tags of a report that is markup itself
_OF_PROGRAMS = re.compile(
    r"\bin\s+\S+\.(?:php\d?|py|rb|js|ts|java|cs|go|kt|pl)\s+on\s+line\s+\d+|\bFile \"[^\"\n]+\", line \d+(?:, in \S+)?"
    r"|\((?:[\w$]+\.(?:java|kt|scala)|Unknown Source)(?::\d+)?\)|\S+\.(?:py|rb|php|js|ts|cs|java|go):\d+(?::\d+)?"
)
_END_TAG = re.compile(r"</([\w:.-]{1,60})>")
_TAGS = re.compile(r"</?([\w:.-]{1,60})(?:\s[^<>]*)?/?>")
_LOOSE = (
    "portals",
    "rules",
    "feed validators",
    ".NET, translated",
)  # whose forms may be part of another's
_UNITS = {"bytes": Unit.BYTES, "units": Unit.UTF_16, "characters": Unit.CHARACTERS}
_ESCAPED = re.compile(r"\\(?:([\"/'])|u00([2-7][0-9a-fA-F]))")  # as strings of JSON have quotes and angle brackets
_ADDRESS = re.compile(r"^\s*[\w ]{0,30}:\s*(?:https?:|file:|/|\w:\\)\S*\s*$")
_IN_NAMESPACE = re.compile(
    r"\b(?:in namespace|im namespace|dans l['\u2019]espace de noms|(?:en|del) (?:el )?espacio de nombres|"
    r"nello spazio dei nomi|in (?:de )?naamruimte|no espa\u00e7o para nome|w przestrzeni nazw)\s+['\"][^'\"]*['\"]",
    re.IGNORECASE,
)
_AT_NAMESPACE = re.compile(r"@[\w:/.-]+(?=[\s,]|$)\s*")  # XmlBeans
_EDGES = " \t\r\n.,;:\"'`\u2018\u2019\u201c\u201d<>()[]{}"


@lru_cache(maxsize=8)
def claims(problem: str) -> tuple[Claim, ...]:
    """The claims in a text, in its order; none where it is just a person's words."""
    text = _OF_PROGRAMS.sub(_blank, readable(_ESCAPED.sub(_unescaped, problem[:LONGEST])))
    found: list[tuple[int, Claim]] = []
    told: list[Stretch] = []
    for form, match in islice(_best(text), _READ):
        message = _message(text, *match.span())
        if match.groupdict().get("rule") not in REASONS:  # a bank says in words what its code is about
            told.append(message)
        found.append((match.start(), _claim(text, form, match, message)))
    said = (
        (each[0], claim)
        for each in _lines(text)
        if not any(overlap(each, other) for other in told)
        for claim in _said(text, each)
    )
    found += islice(said, _READ)
    found.sort(key=lambda item: item[0])
    told_of = {claim.line for _, claim in found if claim.kind is not Kind.OTHER or claim.codes}
    # without a claim that is only the place of another one
    found = [
        (at, claim) for at, claim in found if claim.kind is not Kind.OTHER or claim.codes or claim.line not in told_of
    ]
    # a rule is one claim, and so is a claim that is made twice, in different words
    once: dict[object, Claim] = {}
    for _, claim in found:
        once.setdefault(claim.rule or replace(claim, text="", tool=""), claim)
    return tuple(once.values())[:_MOST]


def _said(text: str, span: Stretch) -> Iterator[Claim]:
    """The claims of a line without any of the forms: by the wording of tools for faults, or by its sentences."""
    start, end = span
    line = text[start:end]
    codes, place = spoken_of(line), _place(line)
    closed = {name for name in _END_TAG.findall(line) if f"<{name}" in line}  # of a report that is markup itself
    plain = _TAGS.sub(lambda tag: _blank(tag) if tag[1] in closed else tag.group(), line)
    for pattern in position_patterns():
        plain = pattern.sub(_blank, plain)
    own = () if codes and codes <= of_markup() else tuple(islice(complaints(plain), _READ))
    is_logged = _FAILS.search(line) is not None
    if own or codes:
        place = place or _beside(text, start, end)
    for (first, last), each in own:
        message = line[first:last]
        yield replace(
            each, text=_quoted(line, first) if is_logged else _quoted(message), name=_local(each.name),
            parent=_local(each.parent), codes=codes, **(_place(message) or place),
        )  # fmt: skip
    if not own and (codes or (place and (is_logged or speaks_of_fault(line)))):
        yield Claim(text=_quoted(line), codes=codes, **place)


def _unescaped(match: re.Match[str]) -> str:
    return match[1] or chr(int(match[2], 16))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _best(text: str) -> Iterator[tuple[Form, re.Match[str]]]:
    """The matches of forms; of those that overlap, the one with the most parts."""
    matches = [(form, match) for form in FORMS for match in islice(form.pattern.finditer(text), _READ)]
    matches.sort(
        key=lambda item: (item[0].kind is not Kind.NAMESPACE, item[0].tool in _LOOSE, -sum(map(bool, item[1].groups())))
    )
    kept: list[Stretch] = []
    for form, match in matches:
        # the text of a rule may have the form of another message
        span = Stretch(match.start(), match.end("rule") if form.kind is Kind.RULE else match.end())
        if not any(overlap(span, other) for other in kept):
            kept.append(span)
            yield form, match


def _claim(text: str, form: Form, match: re.Match[str], span: Stretch) -> Claim:
    said = defaultdict(str, {key: value.strip() for key, value in match.groupdict().items() if value})
    start, end = span
    message = text[start:end]
    place = _place(message, match.start() - start) or _beside(text, start, end)
    expected: tuple[str, ...] = ()
    found = said["found"]
    if form.kind is Kind.NAMESPACE:
        expected, found = _namespaces(said["expected"], said["name"]), found.rstrip(".,;")
    elif form.kind is Kind.RULE:
        found = _TAGS.sub(" ", found).strip(_EDGES)
    elif form.kind is Kind.CONTENT:
        found = said["expected"]
    else:
        expected = _items(said["expected"])
    return Claim(
        text=_quoted(message, match.start() - start), kind=form.kind, tool=form.tool, name=_local(said["name"]),
        parent=_local(said["parent"]), namespace=said["namespace"], expected=expected, found=found,
        value=said["value"], type=said["type"], rule=said["rule"], codes=spoken_of(message), **place,
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


class _Place(TypedDict, total=False):
    line: int
    column: int
    offset: int
    unit: Unit
    file: str


def _place(message: str, near: int = 0) -> _Place:
    """The place that a message names: by the first form of place that occurs, the match that is nearest to `near`."""
    for pattern in position_patterns():
        matches = list(pattern.finditer(message))
        if matches:
            best = min(matches, key=lambda match: abs(match.start() - near))
            said = {key: value for key, value in best.groupdict().items() if value}
            line, column = (int(said.get(key, "0")) for key in ("line", "column"))
            offset, unit = next(((int(said[key]), _UNITS[key]) for key in _UNITS if key in said), (0, Unit.CHARACTERS))
            return {"line": line, "column": column, "offset": offset, "unit": unit, "file": said.get("file", "")}
    return {}


def _beside(text: str, start: int, end: int) -> _Place:
    """The place in the line behind a message, or in front of it, if that line has no message of its own."""
    behind = text[end + 1 :].split("\n", 2)
    after = behind[1] if len(behind) > 1 and _ADDRESS.match(behind[0]) else behind[0]
    before = text[:start].rstrip("\n").rpartition("\n")[2]
    for line in (after, before):
        if line and not any(form.pattern.search(line) for form in FORMS) and (place := _place(line)):
            return place
    return {}


def _namespaces(listed: str, name: str) -> tuple[str, ...]:
    """The expected namespace; from a list of elements, that of the element meant."""
    pairs = _CLARK.findall(listed)
    if pairs:
        own = [uri for uri, local in pairs if local == _local(name)]
        return tuple(dict.fromkeys(own or [uri for uri, _ in pairs]))[:1]
    return (listed.strip(_EDGES),) if listed.strip(_EDGES) else ()


def _items(listed: str) -> tuple[str, ...]:
    """The names or values of a list as tools write it, without namespaces."""
    listed = _QUOTED_NAME.sub(r"\2", _CLARK.sub(r"\2", listed))
    listed = _AT_NAMESPACE.sub(",", _IN_NAMESPACE.sub("", listed))
    if "<" not in listed:
        listed = re.split(r"\.(?:\s|$)", listed)[0]
    items = re.split(r",|;|\bor\b|\band\b|\|", listed)
    cleaned = (
        re.sub(r"^(?:the\s+)?(?:element|attribute|one of|equal to)s?\b", "", item.strip(_EDGES)) for item in items
    )
    return tuple(dict.fromkeys(item.strip(_EDGES).lstrip("#") for item in cleaned if item.strip(_EDGES)))[:100]


def _local(name: str) -> str:
    return name.strip(_EDGES).rpartition(":")[2]


def _quoted(message: str, at: int = 0) -> str:
    """A message as it is quoted; of a long one the part around offset `at`."""
    if len(message) > _SHOWN:
        first = max(0, min(at - _SHOWN // 4, len(message) - _SHOWN))
        last = first + _SHOWN
        message = f"{'... ' if first else ''}{message[first:last]}{' ...' if last < len(message) else ''}"
    return " ".join(message.split())
