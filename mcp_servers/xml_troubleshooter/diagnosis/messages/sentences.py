"""Sentences of people and portals, in several languages, read for the fault they report and the names in them.

A sentence is read by the words of `words.py`: those that complain, those for the parts of a document, and those for the
expected value. A name or value in it is quoted, follows such a word, or is spelled as no word of a language is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...document.edits import Stretch
from .claim import Claim, Kind
from .words import (
    ALLOWED,
    ATTRIBUTE,
    BEFORE,
    BEHIND,
    CHANGES,
    CHARACTERS,
    COMPLAINTS,
    EXPECTED,
    EXPECTS,
    FILE,
    FOUND,
    INSIDE,
    KEY,
    LABEL,
    MET,
    MET_VALUE,
    NAME,
    NAMED,
    NAMESPACE,
    NO_NAMES,
    OF_XML,
    PLACES,
    SAYING,
    STAYS,
    TECHNICAL,
    TYPES,
    URI,
    VALUED,
)

_LONGEST = 600  # characters of a sentence; a longer one was written by a program
_OF_ATTRIBUTES = {Kind.MISSING: Kind.MISSING_ATTRIBUTE, Kind.UNEXPECTED: Kind.UNEXPECTED_ATTRIBUTE}
_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s|$))+")


@dataclass(frozen=True, slots=True)
class _Word:
    """A name or value in a sentence; the word in front of it tells if it is an element, an attribute or a value."""

    text: str
    role: str
    inside: bool
    start: int
    is_quoted: bool
    is_bare: bool
    is_sure: bool  # it is quoted, or a word beside it tells its role

    @property
    def is_name(self) -> bool:
        return self.role != "value" and NAME.match(self.text) is not None


def complaints(text: str) -> Iterator[tuple[Stretch, Claim]]:
    """The faults that the sentences of a text report, as far as they name them, each with its span."""
    text = SAYING.sub(_unquoted, text)
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        if len(sentence) > _LONGEST or (found := _complaint(sentence)) is None:
            continue
        behind = _SENTENCE.search(text, match.end() + 1)  # "... The expected format is ..."
        if (
            behind
            and not found.expected
            and found.kind is Kind.UNEXPECTED
            and (listed := ALLOWED.search(behind.group()) or EXPECTED.match(behind.group()))
        ):
            found = replace(found, expected=_listed(listed["list"]))
        elif behind and not (found.type or found.expected) and EXPECTS.search(behind.group()):
            if found.kind is Kind.VALUE:
                found = replace(found, type=_type(behind.group()))
            elif found.kind is Kind.UNEXPECTED and not _blames(behind.group()):
                found = replace(found, expected=tuple(word.text for word in _words(behind.group()) if word.is_name))
        if behind and found.kind is Kind.VALUE and not found.value:
            further = _SENTENCE.search(text, behind.end() + 1)
            met = next((said for each in (behind, further) if each and (said := MET_VALUE.match(each.group()))), None)
            found = replace(found, value=met["value"].strip()) if met else found
        yield Stretch(*match.span()), found


def _unquoted(quoted: re.Match[str]) -> str:
    """A message without the quotes around the whole of it, at the same offsets; names and values keep theirs."""
    said = quoted[quoted.lastgroup or 0]
    if said != said.strip() or not _complains(said):
        return quoted[0]
    words = len(said.split())
    if words == 2:  # noqa: PLR2004 - a value may be two words, where something else complains of it
        before = quoted.string[max(0, quoted.start() - _LONGEST) : quoted.start()]
        is_message = not _complains(before + quoted.string[quoted.end() : quoted.end() + _LONGEST])
    else:
        is_message = words > 2  # noqa: PLR2004
    return f" {said} " if is_message else quoted[0]


def _complains(text: str) -> bool:
    return EXPECTS.search(text) is not None or _blames(text)


def _blames(text: str) -> bool:
    return any(words.search(text) for _, words in COMPLAINTS)


def speaks_of_fault(line: str) -> bool:
    """Whether a line reports a fault, and not only a demand."""
    return any(words.search(line) for _, words in COMPLAINTS[:-1])


def _complaint(sentence: str) -> Claim | None:
    if STAYS.search(sentence) or CHANGES.search(sentence):
        return None
    kinds = [kind for kind, words in COMPLAINTS if words.search(sentence)]
    uris = URI.findall(sentence)
    if uris and NAMESPACE.search(sentence) and (kinds or EXPECTS.search(sentence)):
        return _of_namespace(sentence, uris)
    words = list(_words(sentence))
    if not kinds and EXPECTS.search(sentence) and FOUND.search(sentence):
        kinds = [Kind.UNEXPECTED]
    if not kinds or not words:
        return None
    if (met := _met(sentence, words)) is not None:
        wanted, found = met
        return Claim(kind=Kind.UNEXPECTED, name=found, expected=(wanted,))
    attribute = next((word for word in words if word.role == "attribute" and word.is_name), None)
    kind = _kind(kinds, words, sentence)
    if kind is Kind.VALUE:
        return _of_value(sentence, words, attribute)
    named = [word for word in words if word.is_name]
    if not named:
        return None
    if attribute is not None:
        parent = next((word.text for word in named if word is not attribute), _bare_parent(sentence, attribute))
        return Claim(kind=_OF_ATTRIBUTES.get(kind, kind), name=attribute.text.lstrip("@"), parent=parent)
    subject = next((word for word in named if not word.inside), named[0])
    parent = next((word.text for word in named if word.inside and word is not subject), "")
    expected = () if kind is not Kind.UNEXPECTED else _expected(sentence, named, subject)
    is_guessed = kind is not Kind.MISSING and not subject.is_sure
    return _at_path(
        Claim(
            kind=kind,
            is_bare=subject.is_bare,
            is_guessed=is_guessed,
            name=subject.text,
            parent=parent,
            expected=expected,
        )
    )


def _kind(kinds: Sequence[Kind], words: Sequence[_Word], sentence: str) -> Kind:
    """The kind of a complaint; VALUE instead of UNEXPECTED where the sentence speaks of a value."""
    kind = kinds[0]
    if kind is Kind.UNEXPECTED and (
        any(word.role == "value" or not word.is_name for word in words) or CHARACTERS.search(sentence)
    ):
        return Kind.VALUE
    return kind


def _of_namespace(sentence: str, uris: Sequence[str]) -> Claim:
    """The claim about a namespace; the expected one follows the word for that, or is the second."""
    expects = EXPECTS.search(sentence)
    behind = [uri for uri in uris if expects and sentence.find(uri) > expects.end()]
    expected = behind[0] if behind else (uris[1] if len(uris) > 1 else "")
    found = next((uri for uri in uris if uri != expected), "")
    return Claim(kind=Kind.NAMESPACE, found=found, expected=(expected,) if expected else ())


def _of_value(sentence: str, words: Sequence[_Word], attribute: _Word | None) -> Claim | None:
    listed = ALLOWED.search(sentence)
    expects = EXPECTS.search(sentence)
    ends = min([match.start() for match in (listed, expects) if match], default=len(sentence))
    met = expects is not None and FOUND.search(sentence) is not None
    before = [word for word in words if word.start < ends] or (list(words) if met else [])
    value = next((word for word in before if word.role == "value"), None)
    value = value or next((word for word in before if not word.is_name), None)
    named = [word for word in before if word.is_name and word is not value]
    if value is None and len(named) > 1:
        value = next((word for word in named if word.is_quoted and word.role not in ("element", "attribute")), None)
        named = [word for word in named if word is not value]
    if value is None and not named:
        return None
    name = attribute or next(iter(named), None)
    type_ = _type(sentence)
    expected = _listed(listed["list"]) if listed else ()
    parent = next((word.text for word in named if word is not name and word.inside), "") if attribute else ""
    return _at_path(
        Claim(
            kind=Kind.VALUE, is_bare=name is not None and name.is_bare,
            is_guessed=not any(word.is_sure or word.is_bare for word in (name, value) if word),
            name=name.text if name else "", parent=parent, value=value.text if value else "", expected=expected,
            type="" if listed else type_,
        )
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    """The values or names of a list."""
    items = re.split(r"\s*[,/|;]\s*|\s+(?:or|oder|ou|o|of|and|und|et|e|y|en)\s+", text)
    cleaned = (item.strip(" \"'<>\u201c\u201d\u201e\u00ab\u00bb()[]") for item in items)
    return tuple(item for item in cleaned if item and " " not in item)


def _type(sentence: str) -> str:
    """The type of XML Schema that a value should have had, as a sentence says."""
    return next((name for name, pattern in TYPES if pattern.search(sentence)), "")


def _words(sentence: str) -> Iterator[_Word]:
    """The names and values in a sentence, in its order."""
    found = False
    for match in NAMED.finditer(sentence):
        group = match.lastgroup or ""
        text = match[group].strip()
        start = match.start(group)
        head = sentence[:start].rstrip("\"'\u201c\u201e\u00ab\u2018`<( ")
        before, behind = BEFORE.search(f"{head} "), BEHIND.match(sentence[match.end() :])
        noun = before or behind
        role = noun.lastgroup or "" if noun else ""
        if group.startswith("named"):
            role = "attribute" if re.match(ATTRIBUTE, match.group(), re.IGNORECASE) else "element"
        elif group == "tag":
            role = role if role == "attribute" else "element"
        elif group == "value":
            role = "value"
        if text.startswith("@") or "/@" in text:
            role = "attribute"
        if group.startswith("q") and KEY.search(sentence[: match.start()]) and sentence[match.end() :].startswith(":"):
            continue  # the key of an object in JSON
        if (
            not text
            or text.startswith(("xs:", "xsd:"))
            or (group == "word" and not TECHNICAL.fullmatch(text))
            or _is_none(sentence, match)
        ):
            continue
        found = True
        inside = INSIDE.search(sentence[: start if group.startswith("named") else match.start()]) is not None
        is_sure = group not in ("word", "value") or noun is not None or "/" in text
        is_bare = group == "named2" or (
            group == "named" and not TECHNICAL.fullmatch(text) and not (noun and OF_XML.match(noun[0].strip()))
        )
        yield _Word(text, role, inside, start, group.startswith("q"), is_bare, is_sure)
    label = None if found else LABEL.match(sentence) or _labelled(sentence)
    if label and not NO_NAMES.fullmatch(label["name"]):
        yield _Word(
            label["name"],
            "element",
            inside=False,
            start=label.start("name"),
            is_quoted=False,
            is_bare=True,
            is_sure=False,
        )


def _labelled(sentence: str) -> re.Match[str] | None:
    """The name in "Price: invalid format" and "Required attribute missing: price"."""
    for _, words in COMPLAINTS:
        if complaint := words.search(sentence):
            before = re.search(r"(?:^|[\s:])(?P<name>[A-Z][\w.-]{2,}):\s*$", sentence[: complaint.start()])
            return before or re.compile(r"\s*:\s*(?P<name>[A-Za-z_][\w.:-]*\w)\W*$").match(sentence, complaint.end())
    return None


def _is_none(sentence: str, match: re.Match[str]) -> bool:
    """Whether an apparent name or value is a line, a file, the code of an error or the like."""
    group, text = match.lastgroup or "", match[match.lastgroup or 0]
    if group not in ("named", "named2", "word", "value"):
        return False
    head, tail = sentence[: match.start()], sentence[match.end() :]
    before = re.search(r"(\w+)(?:\s+(?:nr|no|num)\.?|\s?number)?\s*[:=#(]*\s*$", head, re.IGNORECASE)
    counts = before is not None and PLACES.fullmatch(before[1]) is not None
    is_place = head.endswith("(") and re.fullmatch(r"\d+(?:[:,]\d+)?", text) is not None
    is_loose = text.isdecimal() and not BEFORE.search(f"{head} ")
    is_code = re.fullmatch(r"[A-Z0-9]*_[A-Z0-9_]*", text) is not None and re.match(r"\s*[:(]", tail) is not None
    return (
        NO_NAMES.fullmatch(text) is not None
        or (VALUED.fullmatch(text) is not None and tail.lstrip()[:1] in ("'", '"'))
        or FILE.fullmatch(text) is not None
        or (group == "value" and (counts or is_place or is_loose))
        or is_code
        or ("/" in text and _blames(text.replace("/", " ")))
    )


def _met(sentence: str, words: Sequence[_Word]) -> tuple[str, str] | None:
    """The expected and the actual name, where a sentence has both."""
    expects, found = EXPECTS.search(sentence), FOUND.search(sentence)
    named = [word.text for word in words if word.is_name]
    if expects is None or found is None:
        return None
    if len(named) == 1 and (bare := MET.match(sentence, found.end())):
        return (named[0], bare["name"]) if bare["name"] != named[0] else None
    if len(named) != 2:  # noqa: PLR2004 - one of each
        return None
    first, second = named
    return (first, second) if expects.start() < found.start() else (second, first)


def _expected(sentence: str, named: Sequence[_Word], subject: _Word) -> tuple[str, ...]:
    expects = EXPECTS.search(sentence)
    return tuple(
        word.text.rpartition(":")[2]
        for word in named
        if expects and word is not subject and word.start > expects.start()
    )


def _bare_parent(sentence: str, attribute: _Word) -> str:
    """The element that an attribute belongs to, if the sentence names it, unquoted, after the attribute; else ""."""
    match = re.match(
        r"\W+(?:[\w']+\s+){0,4}?(?:on|of|in|for|bei|beim|an|am|von|im|f\u00fcr|dans|de|sur|su|di|en|op|van|bij)\s+(?P<name>[A-Z][\w.:-]*)",
        sentence[attribute.start + len(attribute.text) :],
    )
    return match["name"] if match else ""


def _at_path(complaint: Claim) -> Claim:
    """A name that is written as a path names its parent too."""
    steps = [step for step in re.sub(r"\[[^\]]*\]", "", complaint.name).split("/") if step]
    if len(steps) < 2 or "//" in complaint.name:  # noqa: PLR2004 - an element and what holds it
        return complaint
    name, parent = steps[-1], steps[-2]
    kind = complaint.kind
    if name.startswith("@"):
        kind = _OF_ATTRIBUTES.get(kind, kind)
    return replace(complaint, kind=kind, name=name.lstrip("@"), parent=complaint.parent or parent)
