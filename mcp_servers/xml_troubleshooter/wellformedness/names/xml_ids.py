"""IDs that the parser itself checks: an xml:id that is no name, or is used twice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import count, islice

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import end_before
from ...document.running_numbers import may_be_misnumbered
from ...document.tokens import NAME, NO_NAME_CHARACTER, Attribute
from ..broken_document import BrokenDocument
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading

MAX_NAME = 200  # characters of an element's name
MAX_ELEMENT = 20_000  # and of a whole one that is compared
MAX_ALIKE = 200  # elements of one name that show what is usual among them
MOST_SIGNS = 2  # that no name has, in an ID that is read as one
OFTEN = 2  # of these that make a habit
_ID = re.compile(r"\sxml:id\s*=\s*[\"']([^\"'<>]*)[\"']")
_NEXT_TAG = re.compile(r"\s*+<")
_NCNAME = re.compile(f"(?!.*:){NAME}")


def id_faults(item: Attribute, value: str, ids: dict[str, int]) -> list[Fault]:
    """The fault of an xml:id, if any; `ids` holds the offsets of those before it, to which it is added."""
    name = " ".join(value.split())
    place = (item.value_start, item.value_end)
    if not _NCNAME.fullmatch(name):
        return [Fault(Code.INVALID_NAME, *place, _named(name, place, ids), name=value)]
    first = ids.setdefault(name, item.value_start)
    if first == item.value_start:
        return []
    return [Fault(Code.DUPLICATE_ID, *place, name=item.name, value=name).explained_by(first, f'the first "{name}"')]


def _named(value: str, place: tuple[int, int], ids: Mapping[str, int]) -> tuple[Reading, ...]:
    """The reading of an ID with a sign or two that no name has: they become the sign that joins words in other IDs."""
    sign = max("-_.", key=lambda sign: sum(sign in other for other in islice(ids, MAX_ALIKE)))
    name = re.sub(f"[{NO_NAME_CHARACTER}:]+", sign, value)
    name = name if _NCNAME.fullmatch(name) else f"_{name}"
    changed = len(re.findall(f"[{NO_NAME_CHARACTER}:]", value))
    if changed > MOST_SIGNS or changed * 2 > len(value) or not _NCNAME.fullmatch(name) or name in ids:
        return ()
    note = f'The ID "{value}", which is no name, becomes "{name}"; what refers to it must follow.'
    return (Reading((Edit(*place, name),), note, sure=False, confidence=0.6),)


def _read_duplicate(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Remove one of two equal elements; else give the second ID a number, or the form of IDs of elements of that name.

    Only the removal is ever sure, and only if the two are side by side: the others drop content, or leave open which
    of the two elements a reference meant.
    """
    value = fault.value
    name = next(f"{value}-{number}" for number in count(2) if f"{value}-{number}" not in document.words)
    note = f'The second ID "{value}" becomes "{name}"; references go to the first.'
    numbered = Reading((Edit(fault.start, fault.end, name),), note, sure=False, confidence=0.6)
    return [*_of_twins(document.text, fault), *_of_habits(document, fault), numbered]


def _of_twins(text: str, fault: Fault) -> list[Reading]:
    """Remove one of two equal elements: the first if more elements of the name are in between, else the second."""
    first, second = text.rfind("<", 0, fault.other), text.rfind("<", 0, fault.start)
    element = _element(text, first)
    if not element or first + len(element) > second or not text.startswith(element, second):
        return []
    between = text[first + len(element) : min(second, first + MAX_ELEMENT)]
    listed = re.search(rf"{re.escape(element.split(None, 1)[0])}\s", between) is not None
    note = f'The element with the ID "{fault.value}" stands twice, alike; the {{}} is removed.'
    beside = not between.strip() and first + len(element) + len(between) == second  # whichever goes, the same is left
    before = end_before(text, first)
    words = text[before - 1 : before] != ">" or _NEXT_TAG.match(text, second + len(element)) is None
    sure = beside and not words and not may_be_misnumbered(fault.value, text)
    ways = [
        Reading((Edit(end_before(text, at), at + len(element), ""),), note.format(which), sure=sure, confidence=0.8)
        for at, which in ((first, "first"), (second, "second"))
    ]
    return ways if listed else ways[::-1]


def _of_habits(document: BrokenDocument, fault: Fault) -> list[Reading]:
    """Make the ID repeat the element's text, or remove it, if other elements of the name have it so."""
    text = document.text
    opening = text.rfind("<", 0, fault.start)
    tag = re.match(r"<([^\s/>]+)", text[opening : opening + MAX_NAME])
    if tag is None:
        return []
    others, repeating, bare = _alike(text, tag[1])
    own = {at: others[at] for at in (fault.other, fault.start) if at in others}
    if repeating - sum(value == said for value, said in own.values()) >= OFTEN:
        taken = {"", *(value for value, _ in others.values())}
        note = 'The ID "{}" becomes "{}", the text of its element, as others of the name have it.'
        return [
            Reading((Edit(at, at + len(value), said),), note.format(value, said)).doubted(0.7)
            for at, (value, said) in own.items()
            if said not in taken
        ]
    if bare and bare >= len(others) - 1 and f"#{fault.value}" not in document.words:
        start = text.rfind("xml:id", 0, fault.start)
        note = f'The second ID "{fault.value}" is removed: others of the name have none, and nothing refers to it.'
        return [Reading((Edit(end_before(text, start), fault.end + 1, ""),), note, sure=False, confidence=0.7)]
    return []


@lru_cache(maxsize=16)
def _alike(text: str, name: str) -> tuple[Mapping[int, tuple[str, str]], int, int]:
    """Of the first elements of a name: by the offset of an ID, the ID and the text in the form of one; the number of
    these that are equal; the number of elements without an ID.

    The last answers are remembered, as every duplicate ID of such an element asks for them.
    """
    others: dict[int, tuple[str, str]] = {}
    bare = 0
    for found in islice(re.finditer(rf"<{re.escape(name)}(?=[\s/>])([^<>]*)>([^<>]*)", text), MAX_ALIKE):
        if identified := _ID.search(found[1]):
            others[found.start(1) + identified.start(1)] = identified[1], _slug(found[2])
        else:
            bare += 1
    return others, sum(value == said for value, said in others.values()), bare


def _slug(text: str) -> str:
    """A text as an ID that repeats it: in small letters, its words joined by hyphens."""
    return "-".join(re.findall(r"[\w.]+", text.lower()))


def _element(text: str, start: int) -> str:
    """The element that begins at an offset, "" where it has no end."""
    name = re.match(r"<([^\s/>]+)", text[start : start + MAX_NAME])
    if name is None:
        return ""
    depth = 0
    for tag in re.compile(rf"<(/?){re.escape(name[1])}(?=[\s/>])[^<>]*?(/?)>").finditer(
        text, start, start + MAX_ELEMENT
    ):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth <= 0:
            return text[start : tag.end()]
    return ""


FAULTS = (
    FaultKind(
        code=Code.DUPLICATE_ID,
        rule="duplicate-id",
        message='ID "{value}" stands twice',
        explanation='The ID "{value}" stands twice, first in line {line}; an ID may stand once in a document.',
        read=_read_duplicate,
    ),
)
