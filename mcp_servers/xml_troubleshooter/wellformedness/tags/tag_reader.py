"""Reading a broken tag: the cheapest way to make sense of it, found by a small bounded search."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, NO_NAME_CHARACTER, NO_NAME_START, Attribute, Kind, Token
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, fault

WINDOW = 6_000  # characters that the reading of one broken tag may look at
MAX_JUNK = 3  # words behind the name in an end tag that are taken for rubbish
MAX_EMBEDDED = 6  # quotation marks inside a value
MAX_NAME = 100  # characters of an element's name that may be glued to an attribute's
MAX_STEPS = 400  # states that the search for one broken tag may visit

VOID = frozenset(  # elements that HTML writes without end tags
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)

_NAME = re.compile(NAME)
_SLIP = r"[^\s<>/!&=A-Za-z_]"  # a key that was hit by mistake where a name begins
_END_OPENING = re.compile(r"<\s*+(?:\\?/(?:\s*+/)?+|\\)")
_SLIPPED_OPENING = re.compile(rf"<({_SLIP})({NAME})")
_SLIPPED_END = re.compile(rf"<(?:{_SLIP}/?|/{_SLIP}|(?P<first>{NAME})/)(?P<rest>{NAME})\s*+>")
_MISTYPED_END = re.compile(r"(?:&gt;|[/\\|\"');:}\]?,.])(?=\s*+(?:<|\Z))")  # in place of ">", next to it on a keyboard
_MISTYPED_END_OF_NAME = re.compile(r"&gt;|[\"';:|](?=\S)")
_START_OPENING = re.compile(rf"<(\s*+)({NAME})")
_ATTRIBUTED = re.compile(rf"(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++\s*+/>")
_SPACED_START = re.compile(rf"<\s++{NAME}(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))++\s*+/?>")
_NAME_BEHIND = re.compile(rf"\s*+({NAME})")
_TAIL = re.compile(r"([^<>]*+)(>?)")
_CONTENT_AND_END = re.compile(r"[^<>]*+</([^\s<>/]++)\s*+>")
_EMPTY_END = re.compile(r"/(\s*+)(>?)")
_BRACKET = re.compile(r"[<>]")
_PLAIN_VALUE = re.compile(r"[\w.#%:/+\-]++")
_BRACED = re.compile(r"\{[\w.#%:/+\-]++\}")
_VALUE_END_ONLY = re.compile(r"[^\"'<>=]*+([\"'])(?=\s|/?>)")
_POSSIBLE_END = re.compile(r"\s*+(?:(?<!\?)/)?>|\s*+<")
_START_NAME = re.compile(rf"<({NAME})(?=[\s/>])")
_END_NAME = re.compile(r"</\s*([^<>/\s][^<>/]*?)\s*>")
_PROPER_START = re.compile(rf"<({NAME})(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+/?>")
_ATTRIBUTE_NAME = re.compile(rf"\s({NAME})\s*+=\s*+[\"']")
_PARTED_NAME = re.compile(rf"({NAME})\s++({NAME})(?=\s++{NAME}\s*+=|\s*+/?>)")
_PARTED_START = re.compile(rf"<({NAME})[ \t]++({NAME})(?=\s++{NAME}\s*+=)")
_PLAIN_START = re.compile(rf"<({NAME})(?:\s++{NAME}\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+\s*+>")
_PLAIN_END_TAG = re.compile(rf"</({NAME})\s*+>")
_GLUED_NAME = re.compile(rf"({NAME})\s*+=\s*+[\"']")
_ODD_START = re.compile(r"<([^\s<>/=\"'!?]+(?: [^\s<>/=\"'!?]+)*)\s*(/?)>")
_REST_OF_TAG = rf"(?=\s*+(?:{NAME}\s*+=\s*+[\"']|/?>))"
_COMMENT_INSIDE = re.compile(rf"<!--(?:(?!--)[^<>])*+-->{_REST_OF_TAG}")
_ATTRIBUTE_OR_END = re.compile(_REST_OF_TAG)
_SPACE = re.compile(r"\s*+")
_NEXT_ATTRIBUTE = re.compile(rf"\s++{NAME}\s*+=\s*+[\"']")
_GLUED_ATTRIBUTE = re.compile(rf"{NAME}\s*+=\s*+[\"']")
_SWALLOWED = re.compile(rf"\s{NAME}\s*+=\s*+\Z")
_AFTER_VALUE = re.compile(r"\s|/?>|\?>")
_SEPARATOR = re.compile(r"\s*+([+*~;|\-](?=[\"'])|[=:]*+)\s*+")
_UNQUOTED = re.compile(r"(?:[^\s\"'<>/]|/(?!\s*>))++")
_JUNK = re.compile(rf"(?:(?![\s<>/])[{NO_NAME_START}])++|/(?!\s*[><])")
_CLOSING_OF = {"{": "}", "[": "]"}
_OPENING = {"}": "{", ")": "(", "]": "["}
_OUTSIDE = re.compile(r"[})\]\w](?=\s|/?>)")
_SMART = "\u201c\u201d\u201e\u201f\u2033\u2018\u2019\u201a\u201b\u2032\u00ab\u00bb\u00b4`"
_ATTRIBUTE_WORD = re.compile(r"[^\s=<>\"'/\\" + _SMART + r",;]++")
_MIXED = {
    '"': re.compile(r"[^<>\"']*+'(?=\s|/?>)"),
    "'": re.compile(r"[^<>\"']*+\"(?=\s|/?>)"),
}
_SMART_VALUE = re.compile(rf"[{_SMART}]([^{_SMART}<>\"]*+)[{_SMART}\"]")
_SMART_PAIR = re.compile("[\u201c\u201e\u00ab]([^\u201c-\u201e\u00ab\u00bb<>]*+)[\u201d\u201c\u00bb](?=\\s|/?>)")
_ESCAPED_VALUE = re.compile(r"\\+([\"'])((?:(?!\\*\1)[^<>])*+)\\+\1")
_ENTITY_VALUE = re.compile(r"&(quot|apos|#34|#39);((?:(?!&\1;)[^<>\"'])*+)&\1;")
_DOUBLED_VALUE = re.compile(r"([\"'])\1([^\"'<>\s=][^\"'<>]*+)\1\1?")

_COST_TEXT = 2.5
_COST_TEXT_GLUED = 1.2
_COST_UNHEARD = 0.1  # a name that stands nowhere else: in doubt "a <b" is text
_COST_TEXT_BUT_ENDED = 4.0
_COST_TEXT_BUT_KNOWN = 1.5
_COST_UNCLOSED = 2.0
_COST_EMBEDDED = 1.5
_COST_MORE_EMBEDDED = 0.75
_COST_LESS_THAN = 1.5
_COST_MORE_LESS_THAN = 0.25
_COST_NO_SPACE = 1.0
_COST_NO_VALUE = 1.5
_COST_FORM = 1.0
_COST_QUOTES = 0.15  # quotation marks of another kind leave no doubt
_COST_UNQUOTED = 0.6
_COST_JUNK = 1.5
_COST_COMMENT = 0.5
_COST_NO_END = 2.0
_COST_EARLY_END = 2.5


@dataclass(frozen=True)
class Scope:
    """What the whole text says about the names of its elements; computed only when a broken tag asks."""

    text: str

    @cached_property
    def starts(self) -> frozenset[str]:
        """Names of start tags."""
        return frozenset(_START_NAME.findall(self.text))

    @cached_property
    def proper(self) -> frozenset[str]:
        """Names of well-formed start tags and empty tags."""
        return frozenset(_PROPER_START.findall(self.text))

    @cached_property
    def parted_starts(self) -> frozenset[str]:
        """Start tags' names, parted by a blank, in front of attributes."""
        return frozenset(" ".join(pair) for pair in _PARTED_START.findall(self.text))

    @cached_property
    def _balance(self) -> Counter[str]:
        """How many more end tags than start tags of a name are well-formed."""
        found = Counter(_PLAIN_END_TAG.findall(self.text))
        found.subtract(_PLAIN_START.findall(self.text))
        return found

    def lacks_start(self, name: str) -> bool:
        """Whether a name has an end tag more than start tags."""
        return self._balance[name] > 0

    def lacks_end(self, name: str) -> bool:
        """Whether a name has a start tag more than end tags."""
        return self._balance[name] < 0

    @cached_property
    def attributes(self) -> frozenset[str]:
        """Names of attributes."""
        return frozenset(_ATTRIBUTE_NAME.findall(self.text))

    def without_attribute(self, name: str) -> str:
        """The element's name in one that its first attribute's is glued to ("itemid"), "" where none is known."""
        splits = [
            (name[end:] in self.attributes, end)
            for end in range(1, min(len(name), MAX_NAME))
            if _NAME.fullmatch(name, end) and (name[:end] in self.ends or name[:end] in self.proper)
        ]
        return name[: max(splits)[1]] if splits else ""

    @cached_property
    def odd_starts(self) -> frozenset[str]:
        """What stands between "<" and ">" in start tags without attributes, proper names or not."""
        return frozenset(match.group(1) for match in _ODD_START.finditer(self.text))

    @cached_property
    def ends(self) -> frozenset[str]:
        """Names of end tags, proper names or not."""
        return frozenset(_END_NAME.findall(self.text))


def read_tag(text: str, at: int, scope: Scope) -> tuple[Token, list[Fault]] | None:
    """The tag that begins with the "<" at an offset, however broken; None where it is only a character of the text."""
    match = _slipped_start(text, at, scope)
    if not match and (read := _slipped_end(text, at, scope) or _end_tag(text, at, scope) or _odd_name(text, at, scope)):
        return read
    match = match or _START_OPENING.match(text, at)
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
    if split := _split_name(text, at, match.start(2), name):
        return split
    name, named, parted = _named_by_others(text, match, scope)
    faults += parted
    best = _Search(text, at, named, scope).run()
    if best is None:
        return None
    cost, end, empty, attributes, found = best
    if cost > _text_price(text, at, name, attributes, scope) or (not empty and _are_words(name, attributes, scope)):
        return None
    kind = Kind.EMPTY if empty else Kind.START
    token = Token(kind, at, end, name, match.start(2), text, tuple(attributes))
    return token, [*faults, *(_named(item, name) for item in found)]


def _text_price(text: str, at: int, name: str, attributes: list[Attribute], scope: Scope) -> float:
    """What it costs to believe that the "<" of what reads as a tag is only a character of the text."""
    glued = at > 0 and text[at - 1].isalnum()
    price = _COST_TEXT_GLUED if glued else _COST_TEXT
    ended = name in scope.ends
    valued = any(attribute.value_end > attribute.value_start for attribute in attributes)
    known = name in scope.proper or name.lower() in VOID or valued
    price += _COST_TEXT_BUT_ENDED * ended + _COST_TEXT_BUT_KNOWN * (known and not glued)
    return price if known or ended else price - _COST_UNHEARD


def _slipped_start(text: str, at: int, scope: Scope) -> re.Match[str] | None:
    """A start tag that an end tag waits for, or an empty tag, with a stray character in front of its name."""
    match = _SLIPPED_OPENING.match(text, at)
    if not match or not (scope.lacks_start(match.group(2)) or _ATTRIBUTED.match(text, match.end())):
        return None
    return match if match.group(2) in scope.proper or match.group(2) in scope.ends else None


def _slipped_end(text: str, at: int, scope: Scope) -> tuple[Token, list[Fault]] | None:
    """An end tag whose "/" is another character ("<.name>"), stands beside one, or inside the name ("<n/ame>")."""
    match = _SLIPPED_END.match(text, at)
    name = (match["first"] or "") + match["rest"] if match else ""
    if not match or not scope.lacks_end(name):
        return None
    end = match.end()
    note = f'The end tag of "{name}" is written "</{name}>".'
    found = fault(Code.MALFORMED_TAG, at, end, (Edit(at, end, f"</{name}>"),), note, name=name)
    return Token(Kind.END, at, end, name, match.start("rest"), text), [found]


def _named_by_others(text: str, tag: re.Match[str], scope: Scope) -> tuple[str, int, list[Fault]]:
    """The name of a start tag, where it ends, and its faults: parted by a blank, or glued to an attribute's name."""
    start, name = tag.start(2), tag.group(2)
    parted = _PARTED_NAME.match(text, start)
    joined = parted.group(1) + parted.group(2) if parted else ""
    if parted and (f"{parted.group(1)} {parted.group(2)}" in scope.ends or scope.lacks_start(joined)):
        name = joined
        return name, parted.end(), [_parted(parted.span(), name)]
    if _GLUED_NAME.match(text, start):
        name = scope.without_attribute(name) or name
    return name, start + len(name), []


def _are_words(name: str, attributes: list[Attribute], scope: Scope) -> bool:
    """Whether "<your name here>" is a place-holder: nothing else in the text speaks of an element of the name."""
    return (
        bool(attributes)
        and not any(attribute.quote or attribute.value_end > attribute.value_start for attribute in attributes)
        and name not in scope.ends
        and name not in scope.proper
        and name.lower() not in VOID
    )


def _named(item: Fault, element: str) -> Fault:
    if item.name:
        return item
    return Fault(code=item.code, start=item.start, end=item.end, name=element, value=item.value, readings=item.readings)


def _end_tag(text: str, at: int, scope: Scope) -> tuple[Token, list[Fault]] | None:
    opening = _END_OPENING.match(text, at)
    if not opening:
        return None
    match = _NAME_BEHIND.match(text, opening.end())
    if not match:
        return _nameless_end(text, at, scope)
    name, name_start = match.group(1), match.start(1)
    spoilt = text[at:name_start] != "</"
    if spoilt and name not in scope.starts and name not in scope.ends:
        return None
    tail = _TAIL.match(text, match.end())
    if tail is None:  # the pattern matches everywhere
        return None
    whole = text[name_start : tail.start(2)].rstrip()
    meant = _odd_end(text, (at, tail.end()), (name_start, name_start + len(whole)), scope) if tail.group(2) else None
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
            drops = any(character.isalnum() for character in junk)
            note = f'"{junk.strip()}" is removed from the end tag of "{name}".'
            faults.append(
                fault(
                    Code.MALFORMED_TAG,
                    at,
                    end,
                    (Edit(match.end(), tail.start(2), ""),),
                    note,
                    name=name,
                    value=junk.strip(),
                    drops=drops,
                )
            )
    else:
        mistyped = _MISTYPED_END.match(text, match.end())
        end = mistyped.end() if mistyped else match.end()
        note = f'The end tag of "{name}" gets its missing ">".'
        faults.append(fault(Code.MALFORMED_TAG, at, end, (Edit(match.end(), end, ">"),), note, name=name))
    return Token(Kind.END, at, end, name, name_start, text), faults


def _nameless_end(text: str, at: int, scope: Scope) -> tuple[Token, list[Fault]] | None:
    """An end tag without a name, or with one that is none but that a start tag has too."""
    if text.startswith("</>", at):
        return Token(Kind.END, at, at + 3, "", at + 2, text), []
    odd = _END_NAME.match(text, at)
    if not odd or odd.group(1) not in scope.odd_starts:
        return None
    return _odd_token(text, (at, odd.end()), odd.span(1), Kind.END)


def _odd_end(text: str, tag: tuple[int, int], name: tuple[int, int], scope: Scope) -> tuple[Token, list[Fault]] | None:
    """An end tag whose name is none, where a start tag has the same."""
    whole = text[slice(*name)]
    if whole in scope.odd_starts:
        return _odd_token(text, tag, name, Kind.END)
    if whole in scope.parted_starts:
        joined = "".join(whole.split())
        return Token(Kind.END, *tag, joined, name[0], text, ()), [_parted(name, joined)]
    return None


def _parted(place: tuple[int, int], name: str) -> Fault:
    """A name that a blank parts in start tag and end tag."""
    note = f'The blank inside the name "{name}" is removed.'
    return fault(Code.INVALID_NAME, *place, (Edit(*place, name),), note, name=name)


def _odd_name(text: str, at: int, scope: Scope) -> tuple[Token, list[Fault]] | None:
    """A tag whose name is none, though an end tag of the same name shows that it is meant as one."""
    match = _ODD_START.match(text, at)
    if not match or _NAME.fullmatch(match.group(1)):
        return None
    if match.group(1) not in scope.ends:
        return None
    return _odd_token(text, match.span(), match.span(1), Kind.EMPTY if match.group(2) else Kind.START)


def _odd_token(text: str, tag: tuple[int, int], name: tuple[int, int], kind: Kind) -> tuple[Token, list[Fault]]:
    """A tag, at these places of the text, whose name must become another one."""
    raw = text[slice(*name)]
    good = re.sub(f"[{NO_NAME_CHARACTER}]", "_", raw)
    if not _NAME.match(good):
        good = f"_{good}"
    note = f'"{raw}" cannot be the name of an element; it becomes "{good}".'
    found = fault(Code.INVALID_NAME, *name, (Edit(*name, good),), note, name=raw)
    return Token(kind, *tag, good, name[0], text, ()), [found]


def _split_name(text: str, at: int, name_start: int, name: str) -> tuple[Token, list[Fault]] | None:
    """A start tag that lost its ">" before the content: "<version4.1</version>"."""
    match = _CONTENT_AND_END.match(text, name_start)
    if not match:
        return None
    real = match.group(1)
    if real == name or not name.startswith(real):
        return None
    end = name_start + len(real)
    note = f'The start tag of "{real}" gets its missing ">".'
    return (
        Token(Kind.START, at, end, real, name_start, text, ()),
        [fault(Code.MALFORMED_TAG, at, end, (Edit(end, end, ">"),), note, name=real)],
    )


@dataclass(frozen=True, slots=True)
class _Step:
    cost: float
    to: int
    attribute: Attribute | None = None
    faults: tuple[Fault, ...] = ()
    done: str = ""  # "start" or "empty" where the tag ends here
    less_than: bool = False  # whether the value holds "<"


_Path = tuple["_Path | None", _Step]


class _Search:
    """Dijkstra's search over the places between the parts of a tag."""

    def __init__(self, text: str, opening: int, at: int, scope: Scope) -> None:
        self.text = text
        self.opening = opening  # where the tag begins
        self.at = at  # where its name ends
        self.scope = scope
        self.limit = min(len(text), at + WINDOW)

    def run(self) -> tuple[float, int, bool, list[Attribute], list[Fault]] | None:
        order = count()
        queue: list[tuple[float, int, int, _Path | None]] = [(0.0, next(order), self.at, None)]
        seen: set[int] = set()
        for _ in range(MAX_STEPS):
            if not queue:
                break
            cost, _rank, at, path = heapq.heappop(queue)
            if path and path[1].done:
                return self._result(cost, at, path)
            if at in seen:
                continue
            seen.add(at)
            for step in self._steps(at):
                if step.done or step.to not in seen:
                    heapq.heappush(queue, (cost + step.cost, next(order), step.to, (path, step)))
        return None

    def _result(
        self, cost: float, end: int, path: _Path | None
    ) -> tuple[float, int, bool, list[Attribute], list[Fault]]:
        empty = path is not None and path[1].done == "empty"
        steps: list[_Step] = []
        while path is not None:
            path, step = path
            steps.append(step)
        steps.reverse()
        attributes = [step.attribute for step in steps if step.attribute]
        faults: list[Fault] = []
        for step in steps:
            faults += step.faults
            if step.less_than and step.attribute:
                faults += self._less_than(step.attribute)
        return cost, end, empty, attributes, faults

    def _steps(self, at: int) -> Iterator[_Step]:
        text = self.text
        space = _SPACE.match(text, at)
        assert space is not None  # the pattern matches everywhere
        here = space.end()
        yield from self._ends(at, here)
        if comment := _COMMENT_INSIDE.match(text, here, self.limit):
            note = "The comment inside the tag is removed."
            found = fault(Code.MALFORMED_TAG, here, comment.end(), (Edit(at, comment.end(), ""),), note)
            yield _Step(_COST_COMMENT, comment.end(), None, (found,))
        if here >= self.limit or text[here] in "<>":
            return
        yield from self._attribute(at, here)
        if (inside := _OUTSIDE.match(text, here, self.limit)) and here == at and text[at - 1] in "\"'":
            # the last character of the value slipped out of its quotation marks: '${version'}
            quote, value = text[at - 1], inside.group()
            opening = text.rfind(quote, self.at, at - 1)
            slipped = value.isalnum() and text[self.at : opening].rstrip().endswith("=")
            if slipped or text.count(_OPENING.get(value, value), opening, at) > text.count(value, opening, at):
                note = f'"{value}" goes back inside the quotation marks of the value.'
                edits = (Edit(at - 1, inside.end(), value + quote),)
                yield _Step(1.0, inside.end(), None, (fault(Code.WRONG_QUOTES, here, inside.end(), edits, note),))
        if junk := _JUNK.match(text, here, self.limit):
            value = junk.group()
            note = f"The stray {value} is removed from the tag."
            yield _Step(
                _COST_JUNK + 0.5 * (len(value) - 1),
                junk.end(),
                None,
                (
                    fault(
                        Code.MALFORMED_TAG,
                        here,
                        junk.end(),
                        (Edit(here, junk.end(), ""),),
                        note,
                        value=value,
                        drops=any(character.isalnum() for character in value),
                    ),
                ),
            )

    def _ends(self, at: int, here: int) -> Iterator[_Step]:
        text = self.text
        if text.startswith(">", here):
            yield _Step(0.0, here + 1, done="start")
            return
        if match := _EMPTY_END.match(text, here):
            end = match.end()
            if match.group(2):
                spaced = match.group(1)
                faults: tuple[Fault, ...] = ()
                if spaced:
                    note = 'The white space inside "/>" is removed.'
                    faults = (fault(Code.MALFORMED_TAG, here, end, (Edit(here, end, "/>"),), note),)
                yield _Step(0.5 if spaced else 0.0, end, None, faults, "empty")
            elif text.startswith("<", end) or end >= len(text):
                end = here + 1
                yield _Step(_COST_NO_END, end, None, (self._missing_end(end),), "empty")
            return
        yield from self._swapped_end(at)
        if mistyped := _MISTYPED_END.match(text, at) if at == here else None:
            yield _Step(_COST_NO_END, mistyped.end(), None, (self._missing_end(at, mistyped.end()),), "start")
        if here >= len(text) or text[here] == "<":
            yield _Step(_COST_NO_END, at, None, (self._missing_end(at),), "start")
        elif here > at or at == self.at or text[at - 1] in "\"'":
            # the text of the element begins here: "<p class='x' Hello</p>"
            nearest = _BRACKET.search(text, here, self.limit)
            early = _COST_EARLY_END if nearest and nearest.group() == "<" else _COST_EARLY_END + 1.5
            if _NEXT_ATTRIBUTE.match(text, at) or _GLUED_ATTRIBUTE.match(text, at):
                early += 2.0
            end = mistyped.end() if at == self.at and (mistyped := _MISTYPED_END_OF_NAME.match(text, at)) else at
            yield _Step(early, end, None, (self._missing_end(at, end),), "start")

    def _swapped_end(self, at: int) -> Iterator[_Step]:
        """Where the quotation mark and the end of the tag changed places: <a b="c>"."""
        text = self.text
        if not _ATTRIBUTE_OR_END.match(text, at) and text[at - 2 : at - 1] == ">" and text[at - 1] in "\"'":
            first = at - 2 - (text[at - 3] == "/")
            note = "The end of the tag goes behind the quotation mark."
            edits = (Edit(first, at, text[at - 1] + text[first : at - 1]),)
            found = fault(Code.MALFORMED_TAG, first, at, edits, note)
            yield _Step(_COST_FORM, at, None, (found,), "start" if first == at - 2 else "empty")

    def _missing_end(self, at: int, end: int = -1) -> Fault:
        """The end mark that is missing at an offset, or another character stands there for it."""
        end = max(at, end)
        note = 'The tag gets its missing ">".'
        return fault(Code.MALFORMED_TAG, self.opening, end, (Edit(at, end, ">"),), note)

    def _attribute(self, at: int, here: int) -> Iterator[_Step]:
        text = self.text
        match = _ATTRIBUTE_WORD.match(text, here, self.limit)
        if not match:
            return
        raw = match.group()
        name = raw.rstrip("+*~|-:" if text[match.end() : match.end() + 1] in ("'", '"') else ":")
        stop = here + len(name)
        if not name:
            return
        faults: tuple[Fault, ...] = ()
        cost = 0.0
        if here == at:
            cost += _COST_NO_SPACE
            note = f'A space is put before the attribute "{name}".'
            faults += (fault(Code.MISSING_SPACE, here, stop, (Edit(here, here, " "),), note, name=name),)
        proper = _NAME.fullmatch(name) is not None
        if not proper:
            good = re.sub(f"[{NO_NAME_CHARACTER}]", "_", name)
            good = good if _NAME.match(good) else f"_{good}"
            cost += _COST_JUNK
            note = f'"{name}" cannot be the name of an attribute; it becomes "{good}".'
            faults += (fault(Code.INVALID_NAME, here, stop, (Edit(here, stop, good),), note, name=name),)
        separator = _SEPARATOR.match(text, stop, self.limit)
        assert separator is not None  # the pattern matches everywhere
        sign, value = separator.group(1), separator.end()
        quoted = value < self.limit and (
            text[value] in "\"'" + _SMART or text.startswith(('\\"', "\\'", "&quot;", "&apos;", "&#34;"), value)
        )
        if sign or quoted:
            if sign != "=":
                cost += _COST_FORM if sign or here > at else _COST_FORM + 2.0
                note = f'The attribute "{name}" gets "=" between its name and its value.'
                faults += (
                    fault(
                        Code.ATTRIBUTE_WITHOUT_VALUE if not sign else Code.MALFORMED_TAG,
                        here,
                        value,
                        (Edit(stop, value, "="),),
                        note,
                        name=name,
                    ),
                )
            for step in self._values(value, name):
                attribute = step.attribute
                assert attribute is not None  # every value makes an attribute
                whole = Attribute(
                    name, at, here, attribute.value_start, attribute.value_end, attribute.quote, attribute.end
                )
                yield _Step(cost + step.cost, step.to, whole, faults + step.faults, less_than=step.less_than)
        if not sign and proper:
            note = f'The attribute "{name}" gets a value.'
            yield _Step(
                cost + _COST_NO_VALUE,
                stop,
                Attribute(name, at, here, stop, stop, "", stop),
                (
                    *faults,
                    Fault(
                        code=Code.ATTRIBUTE_WITHOUT_VALUE,
                        start=here,
                        end=stop,
                        name=name,
                        # what is simply not there is a guess: the name, as in HTML
                        readings=(Reading((Edit(stop, stop, f'="{name}"'),), note, sure=False, confidence=0.5),),
                    ),
                ),
            )

    def _values(self, at: int, name: str) -> Iterator[_Step]:
        text = self.text
        if at >= self.limit:
            return
        if text[at] in "\"'":
            yield from self._quoted(at, name)
            if doubled := _DOUBLED_VALUE.match(text, at, self.limit):
                start, end = doubled.span(2)
                edits = (Edit(at, start, text[at]), Edit(end, doubled.end(), text[at]))
                yield self._form(doubled.span(), doubled.span(2), name, edits, _COST_FORM)
            return
        for pattern, group in ((_ESCAPED_VALUE, 2), (_SMART_VALUE, 1), (_SMART_PAIR, 1), (_ENTITY_VALUE, 2)):
            if match := pattern.match(text, at, self.limit):
                start, end = match.span(group)
                inner = tuple(Edit(place, place + 1, "&quot;") for place in range(start, end) if text[place] == '"')
                marks: tuple[Edit, ...] = (Edit(at, start, '"'), *inner, Edit(end, match.end(), '"'))
                yield self._form(match.span(), match.span(group), name, marks, _COST_QUOTES)
        yield from self._unquoted(at, name)

    def _form(
        self, place: tuple[int, int], value: tuple[int, int], name: str, edits: tuple[Edit, ...], cost: float
    ) -> _Step:
        """A value whose quotation marks are of another kind, or not there."""
        start, stop = place
        text = self.text[slice(*value)]
        note = f'The value of the attribute "{name}" stands in straight quotation marks.'
        code = Code.UNQUOTED_ATTRIBUTE if place == value else Code.WRONG_QUOTES
        found = fault(code, start, stop, edits, note, name=name, value=text)
        return _Step(cost, stop, Attribute(name, start, start, *value, "", stop), (found,))

    def _unquoted(self, at: int, name: str) -> Iterator[_Step]:
        text = self.text
        match = _UNQUOTED.match(text, at, self.limit)
        end = match.end() if match else at
        if match:
            plain = _PLAIN_VALUE.fullmatch(match.group())
            price = _COST_UNQUOTED if plain else _COST_FORM
            step = self._form(match.span(), match.span(), name, self._quotes(at, end), price)
            yield self._braced(step, at, end) if _BRACED.fullmatch(match.group()) else step
        # only the opening quotation mark is missing: name=John Smith"
        if closing := _VALUE_END_ONLY.match(text, at, self.limit):
            quote, stop = closing.group(1), closing.end()
            note = f'The value of the attribute "{name}" gets its opening quotation mark.'
            found = fault(
                Code.UNQUOTED_ATTRIBUTE,
                at,
                stop,
                (Edit(at, at, quote),),
                note,
                name=name,
                value=text[at : stop - 1],
            )
            yield _Step(_COST_FORM, stop, Attribute(name, at, at, at, stop - 1, quote, stop), (found,))

    def _braced(self, step: _Step, start: int, end: int) -> _Step:
        """name={value}: braces in place of the quotation marks, or a value in braces that lacks them."""
        (quoted,) = step.faults
        name = quoted.name
        note = f'The braces around the value of the attribute "{name}" become quotation marks.'
        replaced = Reading((Edit(start, start + 1, '"'), Edit(end - 1, end, '"')), note)
        kept = replace(quoted.readings[0], cost=0.1)
        return replace(step, faults=(replace(quoted, readings=(replaced, kept)),))

    def _quotes(self, start: int, end: int) -> tuple[Edit, ...]:
        return (Edit(start, start, '"'), Edit(end, end, '"'))

    def _quoted(self, at: int, name: str) -> Iterator[_Step]:
        """Every place where a quoted value may end: at a quotation mark, or where its quotation mark got lost."""
        text, quote, start = self.text, self.text[at], at + 1
        yield from self._literal(at, name)
        embedded: list[int] = []
        stop = text.find(quote, start, self.limit)
        while stop >= 0 and len(embedded) < MAX_EMBEDDED:
            cost = self._inside(start, stop, name)
            if _SWALLOWED.search(text, start, stop) and not _AFTER_VALUE.match(text, stop + 1):
                cost += 1.5  # what ends in "name=" has swallowed the next attribute
            faults: tuple[Fault, ...] = ()
            less_than = text.find("<", start, stop) >= 0
            if embedded:
                cost += _COST_EMBEDDED + _COST_MORE_EMBEDDED * (len(embedded) - 1)
                # a doubled quotation mark is a mismatch
                cost += sum(1.5 for place in embedded if _SWALLOWED.search(text, start, place))
                cost += 1.0 if embedded[-1] == stop - 1 and len(embedded) % 2 else 0.0
                escaped = "" if name.startswith("xmlns") else "&quot;" if quote == '"' else "&apos;"
                edits = tuple(Edit(place, place + 1, escaped) for place in embedded)
                note = f'The quotation marks inside the value of the attribute "{name}" become references.'
                found = fault(Code.WRONG_QUOTES, at, stop + 1, edits, note, name=name, value=text[start:stop])
                faults = (found,)
            if not _AFTER_VALUE.match(text, stop + 1) and stop + 1 < self.limit:
                cost += 0.1
            yield _Step(
                cost, stop + 1, Attribute(name, at, at, start, stop, quote, stop + 1), faults, less_than=less_than
            )
            if not embedded and not less_than and _AFTER_VALUE.match(text, stop + 1):
                inner = _NEXT_ATTRIBUTE.search(text, start, stop + 1)
                if not inner:
                    return  # nothing speaks against this ending
            embedded.append(stop)
            stop = text.find(quote, stop + 1, self.limit)
        yield from self._unclosed(at, start, name, quote)

    def _literal(self, at: int, name: str) -> Iterator[_Step]:
        """A value in the notation of JSON, whose quotation marks are those of the attribute: a="{"b": "c"}"."""
        text, quote, start = self.text, self.text[at], at + 1
        closing = _CLOSING_OF.get(text[start : start + 1])
        stop = text.find(quote, start, self.limit)
        while closing and stop >= 0 and text.find("<", start, stop) < 0:
            whole = text[stop - 1] == closing and text.count(text[start], start, stop) == text.count(
                closing, start, stop
            )
            if whole and _AFTER_VALUE.match(text, stop + 1):
                inner = [place for place in range(start, stop) if text[place] == quote]
                escaped = "&quot;" if quote == '"' else "&apos;"
                note = f'The quotation marks inside the value of the attribute "{name}" become references.'
                edits = tuple(Edit(place, place + 1, escaped) for place in inner)
                found = fault(Code.WRONG_QUOTES, at, stop + 1, edits, note, name=name, value=text[start:stop])
                step = Attribute(name, at, at, start, stop, quote, stop + 1)
                yield _Step(_COST_FORM, stop + 1, step, (found,) if inner else ())
                return
            stop = text.find(quote, stop + 1, self.limit)

    def _unclosed(self, at: int, start: int, name: str, quote: str) -> Iterator[_Step]:
        text = self.text
        ends: list[int] = [
            match.start() for _, match in zip(range(3), _NEXT_ATTRIBUTE.finditer(text, start, self.limit), strict=False)
        ]
        for _, match in zip(range(4), _POSSIBLE_END.finditer(text, start, self.limit), strict=False):
            ends.append(match.start())
        if self.limit == len(text):
            ends.append(len(text))
        element = _START_OPENING.match(text, self.opening)
        if element and self.scope.lacks_start(element.group(2)):
            # "/" in front of ">" belongs to the value where an end tag waits for this start tag
            ends = [end + 1 if text.startswith("/>", end) else end for end in ends]
        if mixed := _MIXED[quote].match(text, start, self.limit):
            end = mixed.end() - 1
            note = f'The value of the attribute "{name}" ends with the quotation mark that it begins with.'
            found = fault(
                Code.UNCLOSED_ATTRIBUTE_VALUE,
                at,
                end + 1,
                (Edit(end, end + 1, quote),),
                note,
                name=name,
                value=text[start:end],
            )
            yield _Step(_COST_EMBEDDED, end + 1, Attribute(name, at, at, start, end, quote, end + 1), (found,))
        for end in sorted(set(ends)):
            if text.find(quote, start, end) >= 0:
                continue
            cost = self._inside(start, end, name)
            note = f'The value of the attribute "{name}" gets its closing quotation mark.'
            found = fault(
                Code.UNCLOSED_ATTRIBUTE_VALUE,
                at,
                max(end, at + 1),
                (Edit(end, end, quote),),
                note,
                name=name,
                value=text[start:end],
            )
            less_than = text.find("<", start, end) >= 0
            attribute = Attribute(name, at, at, start, end, quote, end)
            yield _Step(cost + _COST_UNCLOSED, end, attribute, (found,), less_than=less_than)

    def _inside(self, start: int, end: int, name: str) -> float:
        """The price of a value that holds "<" or ">"."""
        text = self.text
        count = text.count("<", start, end)
        cost = 0.05 * text.count(">", start, end)
        if not count:
            return cost
        cost += _COST_LESS_THAN + _COST_MORE_LESS_THAN * (count - 1)
        if name.startswith("xmlns") or "\n" in text[start:end]:
            cost += 1.0
        return cost

    def _less_than(self, attribute: Attribute) -> list[Fault]:
        """A fault for each "<" in a value; many of them wait for the next round."""
        start, end, name = attribute.value_start, attribute.value_end, attribute.name
        note = f'"<" in the value of the attribute "{name}" becomes "&lt;".'
        value = self.text[start : min(end, start + 200)]
        found: list[Fault] = []
        place = self.text.find("<", start, end)
        while place >= 0 and len(found) < MAX_STEPS:
            edits = (Edit(place, place + 1, "&lt;"),)
            code = Code.LESS_THAN_IN_ATTRIBUTE
            found.append(fault(code, place, place + 1, edits, note, name=name, value=value))
            place = self.text.find("<", place + 1, end)
        return found


FAULTS = (
    FaultKind(
        code=Code.UNQUOTED_ATTRIBUTE,
        rule="attribute-form",
        message='Value of attribute "{name}" is not quoted',
        explanation='The value "{value}" of the attribute "{name}" must stand in quotation marks.',
    ),
    FaultKind(
        code=Code.UNCLOSED_ATTRIBUTE_VALUE,
        rule="attribute-form",
        message='Value of attribute "{name}" is not closed',
        explanation='The value of the attribute "{name}" lacks its closing quotation mark.',
    ),
    FaultKind(
        code=Code.WRONG_QUOTES,
        rule="attribute-form",
        message='Wrong quotation marks at attribute "{name}"',
        explanation=(
            'The value of the attribute "{name}" must stand between two straight quotation marks, and hold none '
            "of them itself."
        ),
    ),
    FaultKind(
        code=Code.ATTRIBUTE_WITHOUT_VALUE,
        rule="attribute-form",
        message='Attribute "{name}" has no value',
        explanation='The attribute "{name}" needs "=" and a value in quotation marks.',
    ),
    FaultKind(
        code=Code.MISSING_SPACE,
        rule="attribute-form",
        message='Space missing before attribute "{name}"',
        explanation='A space must stand before the attribute "{name}".',
    ),
    FaultKind(
        code=Code.LESS_THAN_IN_ATTRIBUTE,
        rule="unescaped",
        message='Unescaped "<" in attribute "{name}"',
        explanation='In the value of the attribute "{name}" the "<" must be written "&lt;".',
    ),
    FaultKind(
        code=Code.MALFORMED_TAG,
        rule="tag-form",
        message='Malformed tag "{name}"',
        explanation='The tag "{name}" is written wrongly.',
        note=True,
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
        explanation='This "<" begins no tag.',
        note=True,
    ),
)
