"""Tags written wrongly: missing brackets, stray characters, impossible names."""

from __future__ import annotations

import re
from dataclasses import replace

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import indent, line_start
from ...document.tokens import NAME, Attribute, Kind, Token
from ...prices import TAGS
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, fault
from .attribute_values import GLUED_ATTRIBUTE, START_OPENING
from .names_in_text import END_NAME, NAME_PATTERN, ODD_START, VOID, NamesInText, parted, proper_name, without_odd
from .tag_search import MISTYPED_END, TagSearch

MAX_JUNK = 3  # words behind the name in an end tag that are taken for rubbish
_PUNCTUATION = tuple("),.;:!?")
_SLIP = r"[^\s</!&=A-Za-z_]"  # a key that was hit by mistake where a name begins
_END_OPENING = re.compile(r"<\s*+(?:\\?/(?:\s*+/)?+|\\)")
_SLIPPED_OPENING = re.compile(rf"<({_SLIP})({NAME})")
_SLIPPED_END = re.compile(rf"<(?:{_SLIP}/?|/{_SLIP}|(?P<first>{NAME})/)(?P<rest>{NAME})\s*+>")
_ATTRIBUTED = re.compile(rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++\s*+/>")
_SPACED_START = re.compile(rf"<\s++{NAME}(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++\s*+/?>")
_NAME_BEHIND = re.compile(rf"\s*+({NAME})")
_TAIL = re.compile(r"([^<>]*+)(>?)")
_CONTENT_AND_SLASH = re.compile(r"[^<>]*?/([^\s<>/]++)\s*+>")
_CONTENT_AND_END = re.compile(r"[^<>]*+<{1,2}/{1,2}([^\s<>/]++)\s*+(?:>|<|\Z)")
_PARTED_NAME = re.compile(rf"({NAME})\s++({NAME})(?=\s++{NAME}\s*+=|\s*+/?>)")
_UNFINISHED = re.compile(rf"(<(?P<name>{NAME})(?:\s[^<>\n]*?)?)[ \t]*+\r?\n[ \t]*+(?=<)")

_ReadTag = tuple[Token, list[Fault]]


def read_tag(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    """The tag that begins with the "<" at an offset, however broken; None if it is only a character of the text."""
    if begun := _begun_twice(text, at, scope):
        return begun
    match = _slipped_start(text, at, scope)
    if not match and (read := _slipped_end(text, at, scope) or _end_tag(text, at, scope) or _odd_name(text, at, scope)):
        return read
    match = match or START_OPENING.match(text, at)
    if not match:
        return None
    name = match.group(2)
    faults: list[Fault] = []
    if surplus := match.group(1):
        attributed = _SPACED_START.match(text, at)
        if name not in scope.starts and name not in scope.ends and not attributed:
            return None
        note = f'The {surplus.strip() or "white space"} between "<" and "{name}" is removed.'
        edits = (Edit(at + 1, match.start(2), ""),)
        faults.append(fault(Code.MALFORMED_TAG, at, match.end(), edits, note, name=name))
    if split := _split_name(text, match, scope):
        return split
    name, named, misnamed = _named_by_others(text, match, scope)
    faults += misnamed
    best = TagSearch(text, (at, named), name, scope).run()
    if best is None:
        return None
    cost, end, empty, attributes, found = best
    if cost > _text_price(text, at, name, attributes, scope) or (not empty and _are_words(name, attributes, scope)):
        return None
    kind = Kind.EMPTY if empty else Kind.START
    token = Token(kind, at, end, name, match.start(2), text, tuple(attributes))
    return token, [*faults, *(_named(item, name) for item in found)]


def _text_price(text: str, at: int, name: str, attributes: list[Attribute], scope: NamesInText) -> float:
    """The cost of reading the "<" of an apparent tag as a mere character of the text."""
    glued = at > 0 and text[at - 1].isalnum()
    price = TAGS.as_text_glued if glued else TAGS.as_text
    ended = name in scope.ends
    valued = any(attribute.value_end > attribute.value_start for attribute in attributes)
    known = name in scope.proper or name.lower() in VOID or valued
    price += TAGS.as_text_but_ended * ended + TAGS.as_text_but_known * (known and not glued)
    return price if known or ended else price - TAGS.unheard


def _begun_twice(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    """A start tag that was begun and left unfinished: it is written again in the next line, or nothing ends it."""
    match = _UNFINISHED.match(text, at)
    if not match or scope.lacks_start(match["name"].rstrip(".")):
        return None
    edits = (Edit(at, match.end(), ""),)
    if text.startswith(match[1], match.end()):
        note = f'The unfinished tag "{match[1][:60]}", which is written again behind it, is removed.'
        found = fault(Code.MALFORMED_TAG, at, match.end(), edits, note, name=match["name"])
    elif indent(text, at) is not None and match[1] == f"<{match['name']}" and not scope.may_be_empty(match["name"]):
        note = f'The tag "{match[1][:60]}", of which nothing but the name was written, is removed.'
        edits = (Edit(line_start(text, at), text.rindex("\n", at, match.end()) + 1, ""),)
        found = fault(Code.MALFORMED_TAG, at, match.end(), edits, note, name=match["name"], drops=True).doubted(0.6)
    else:
        return None
    return Token(Kind.TEXT, at, match.end(), "", -1, text), [found]


def _slipped_start(text: str, at: int, scope: NamesInText) -> re.Match[str] | None:
    """A start tag that an end tag waits for, or an empty tag, with a stray character in front of its name."""
    match = _SLIPPED_OPENING.match(text, at)
    if not match or not (scope.lacks_start(match.group(2)) or _ATTRIBUTED.match(text, match.end())):
        return None
    return match if match.group(2) in scope.proper or match.group(2) in scope.ends else None


def _slipped_end(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    """An end tag whose "/" is another character ("<.name>"), is beside one, or inside the name ("<n/ame>")."""
    match = _SLIPPED_END.match(text, at)
    name = (match["first"] or "") + match["rest"] if match else ""
    inside = match is not None and match["first"] not in (None, *scope.proper) and name in scope.starts
    if not match or not (scope.lacks_end(name) or inside):
        return None
    end = match.end()
    note = f'The end tag of "{name}" is written "</{name}>".'
    found = fault(Code.MALFORMED_TAG, at, end, (Edit(at, end, f"</{name}>"),), note, name=name)
    return Token(Kind.END, at, end, name, match.start("rest"), text), [found]


def _named_by_others(text: str, tag: re.Match[str], scope: NamesInText) -> tuple[str, int, list[Fault]]:
    """The name of a start tag, its end, and its faults: split by a blank, or glued to the name of an attribute."""
    start, name = tag.start(2), tag.group(2)
    two = _PARTED_NAME.match(text, start)
    raw, joined = (f"{two[1]} {two[2]}", two[1] + two[2]) if two else ("", "")
    if two and (raw in scope.ends or scope.lacks_start(joined) or scope.joined(raw)):
        return joined, two.end(), [parted(two.span(), joined)]
    if GLUED_ATTRIBUTE.match(text, start):
        name = scope.without_attribute(name) or name
    return name, start + len(name), []


def _are_words(name: str, attributes: list[Attribute], scope: NamesInText) -> bool:
    """Whether "<your name here>" is a placeholder: nothing else in the text is evidence of an element of the name."""
    return (
        bool(attributes)
        and not any(attribute.quote or attribute.value_end > attribute.value_start for attribute in attributes)
        and name not in scope.ends
        and name not in scope.proper
        and name.lower() not in VOID
    )


def _named(item: Fault, element: str) -> Fault:
    return item if item.name else replace(item, name=element)


def _end_tag(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    opening = _END_OPENING.match(text, at)
    if not opening:
        return None
    match = _NAME_BEHIND.match(text, opening.end())
    if not match:
        return _nameless_end(text, at, scope)
    name, name_start = match.group(1), match.start(1)
    spoilt = text[at:name_start] != "</"
    if spoilt and name not in scope.starts and name not in scope.ends and text[at:name_start] != "<//":
        return None
    tail = _TAIL.match(text, match.end())
    assert tail is not None  # the pattern matches everywhere
    if not tail.group(2):
        name = name.rstrip(".:")  # the key of ">" without shift, or what follows the tag
    whole = text[name_start : tail.start(2)].rstrip()
    sign = tail.group(1) in _PUNCTUATION or not tail.group(2)
    meant = None if sign else _odd_end(text, (at, tail.end()), (name_start, name_start + len(whole)), scope)
    if whole != name and meant:
        return meant
    faults: list[Fault] = []
    if spoilt:
        note = f'The end tag of "{name}" is written "</{name}>".'
        faults.append(fault(Code.MALFORMED_TAG, at, match.end(), (Edit(at, name_start, "</"),), note, name=name))
    junk = tail.group(1)
    end = tail.end()
    if tail.group(2) and (
        not junk.strip() or (len(junk.split()) <= MAX_JUNK and "\n" not in junk.strip()) or "=" in junk
    ):
        if junk.strip():
            faults.append(_junk_in_end(text, at, (match.end(), tail.start(2)), name))
    else:
        found = _open_end(text, at, name_start + len(name), name)
        end = found.end
        faults.append(found)
    return Token(Kind.END, at, end, name, name_start, text), faults


def _junk_in_end(text: str, at: int, place: tuple[int, int], name: str) -> Fault:
    """The fault of an end tag with something behind its name; a punctuation mark may be that of the words behind it."""
    junk, end = text[slice(*place)], place[1] + 1
    drops = any(character.isalnum() for character in junk)
    note = f'"{junk.strip()}" is removed from the end tag of "{name}".'
    readings: tuple[Reading, ...] = (Reading((Edit(*place, ""),), note, drops=drops),)
    if junk in _PUNCTUATION:
        swapped = Reading((Edit(place[0], end, f">{junk}"),), f'"{junk}" goes behind the end tag of "{name}".')
        readings = (swapped, replace(readings[0], cost=TAGS.punctuation))
    value = junk.strip()
    return Fault(Code.MALFORMED_TAG, at, end, name=name, value=value, readings=readings)


def _open_end(text: str, at: int, stop: int, name: str) -> Fault:
    """The fault of an end tag without its ">", whose name ends at `stop`."""
    mistyped = MISTYPED_END.match(text, stop)
    end = mistyped.end() if mistyped else stop
    note = f'The end tag of "{name}" gets its missing ">".'
    edits: tuple[Edit, ...] = (Edit(stop, end, ">"),)
    if slipped := re.compile(rf"\s*+<[^<>]*+>[^<>]*+</{re.escape(name)}>(>)(?=\s*+<)").match(text, end):
        note = f'The ">" of the end tag of "{name}" moves back from the end of the next element.'
        edits = (*edits, Edit(*slipped.span(1), ""))
    return fault(Code.MALFORMED_TAG, at, end, edits, note, name=name)


def _nameless_end(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    """An end tag without a name, or with one that is none but that a start tag has too."""
    if text.startswith("</>", at):
        return Token(Kind.END, at, at + 3, "", at + 2, text), []
    odd = END_NAME.match(text, at)
    if not odd or not (odd.group(1) in scope.odd_starts or scope.lacks_end(without_odd(odd.group(1)))):
        return None
    return _odd_token(text, (at, odd.end()), odd.span(1), Kind.END, scope)


def _odd_end(text: str, tag: tuple[int, int], name: tuple[int, int], scope: NamesInText) -> _ReadTag | None:
    """An end tag with an impossible name, if a start tag has the same; else None."""
    whole = text[slice(*name)]
    joined = scope.joined(whole)
    if not joined and (whole in scope.odd_starts or scope.lacks_end(without_odd(whole))):
        return _odd_token(text, tag, name, Kind.END, scope)
    if joined or whole in scope.parted_starts:
        joined = joined or "".join(whole.split())
        return Token(Kind.END, *tag, joined, name[0], text, ()), [parted(name, joined)]
    return None


def _odd_name(text: str, at: int, scope: NamesInText) -> _ReadTag | None:
    """A start or empty tag with an impossible name that an end tag, with that name or its proper form, confirms."""
    match = ODD_START.match(text, at)
    if not match or NAME_PATTERN.fullmatch(match.group(1)):
        return None
    slip = scope.lacks_start(without_odd(match.group(1)))
    if not (match.group(1) in scope.ends or slip) or scope.joined(match.group(1)):
        return None
    return _odd_token(text, match.span(), match.span(1), Kind.EMPTY if match.group(2) else Kind.START, scope)


def _odd_token(text: str, tag: tuple[int, int], name: tuple[int, int], kind: Kind, scope: NamesInText) -> _ReadTag:
    """A tag, at these places of the text, whose name must become another one."""
    raw = text[slice(*name)]
    good, known = proper_name(raw, lambda name: name in scope.proper or scope.lacks_start(name))
    note = f'"{raw}" cannot be the name of an element; it becomes "{good}".'
    found = fault(Code.INVALID_NAME, *name, (Edit(*name, good),), note, name=raw)
    slipped = kind is Kind.START and raw[:-1] == good and text[tag[1] : tag[1] + 1] not in ("<", " ", "\n", "")
    if not known or slipped:  # a sign was hit too much, stands for one between two words, or is of the text behind
        found = found.doubted()
    return Token(kind, *tag, good, name[0], text, ()), [found]


def _split_name(text: str, tag: re.Match[str], scope: NamesInText) -> _ReadTag | None:
    """A start tag that lost its ">" before the content, or has its key for it: "<v4.1</v>", "<name.Ann</name>"."""
    at, name_start, name = tag.start(), tag.start(2), tag.group(2)
    match = _CONTENT_AND_END.match(text, name_start) or _CONTENT_AND_SLASH.match(text, name_start)
    real = match.group(1) if match else name.partition(".")[0]
    if real == name or not name.startswith(real) or not (match or scope.lacks_start(real)):
        return None
    end = name_start + len(real)
    readings: tuple[Reading, ...] = (
        Reading((Edit(end, end, ">"),), f'The start tag of "{real}" gets its missing ">".'),
    )
    if text.startswith(".", end):
        note = f'The "." behind "<{real}" becomes the ">" of the start tag.'
        mistyped = Reading((Edit(end, end + 1, ">"),), note)
        end += 1
        # with words right behind it, it may be theirs
        readings = (mistyped,) if text[end].isspace() else (mistyped, replace(readings[0], cost=TAGS.shift))
    found = Fault(Code.MALFORMED_TAG, at, end, name=real, readings=readings)
    return Token(Kind.START, at, end, real, name_start, text, ()), [found]


FAULTS = (
    FaultKind(
        code=Code.MALFORMED_TAG,
        rule="tag-form",
        message='Malformed tag "{name}"',
        explanation='The tag "{name}" is written wrongly. {note}',
    ),
    FaultKind(
        code=Code.INVALID_NAME,
        rule="tag-form",
        message='Invalid name "{name}"',
        explanation=(
            '"{name}" cannot be a name: names begin with a letter or "_" and hold letters, digits, "-", "_" or '
            '".", no spaces.'
        ),
    ),
    FaultKind(
        code=Code.LESS_THAN_IN_TEXT,
        rule="unescaped",
        message='Unescaped "<"',
        explanation='This "<" begins no tag. {note}',
    ),
)
