"""The cheapest way to make sense of a broken start tag, found by a small bounded search."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from itertools import count, islice

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, NO_NAME_START, Attribute
from ...prices import TAGS
from ..faults import Fault, Reading, fault
from .attribute_values import GLUED_ATTRIBUTE, MAX_STEPS, NEXT_ATTRIBUTE, AttributeValue, Step, less_than_faults
from .names_in_text import NAME_PATTERN, NamesInText, parted, proper_name
from .quotation_marks import SMART

WINDOW = 6_000  # characters that the reading of one broken tag may look at
MISTYPED_END = re.compile(r"(?:&gt;|[/\\|\"');:}\]?,.])(?=\s*+(?:<|\Z))")  # in place of ">", next to it on a keyboard
_MISTYPED_END_OF_NAME = re.compile(r"&gt;|[\"';:|](?=\S)")
_EMPTY_END = re.compile(r"/(\s*+)(>?)")
_BRACKET = re.compile(r"[<>]")
_REST_OF_TAG = rf"(?=\s*+(?:{NAME}\s*+=\s*+[\"']|/?>))"
_COMMENT_INSIDE = re.compile(rf"<!--(?:(?!--)[^<>])*+-->{_REST_OF_TAG}")
_ATTRIBUTE_OR_END = re.compile(_REST_OF_TAG)
_SPACE = re.compile(r"\s*+")
_SEPARATOR = re.compile(r"\s*+([+*~;|\-](?=[\"'])|[=:]*+(?=\s*+[\"'])|:*+=*+)\s*+")
_JUNK = re.compile(rf"(?:(?![\s<>/])[{NO_NAME_START}])++|/(?!\s*[><])")
_END_BEHIND_LETTER = re.compile(r"(\w)>(?=\w)")
_SWAPPED_SIGN = re.compile(rf"({NAME})([\"'])=([^<>\"']*+)\2(?=\s|/?>)")
_OPENING = {"}": "{", ")": "(", "]": "["}
_OUTSIDE = re.compile(r"[})\]\w](?=\s|/?>)")
_ATTRIBUTE_WORD = re.compile(r"[^\s=<>\"'/\\" + SMART + r",;]++")
_PARTED_ATTRIBUTE = re.compile(rf"({NAME})\s++({NAME})\s*+=\s*+(?=[\"'])")
_NAMELESS = re.compile(
    r"(?P<sign>=\s*+)?(?:(?P<quoted>(?P<quote>[\"'])(?P<value>[^<>\"']*+)(?P=quote))|(?P<bare>[\w.#%:+\-]++))(?=\s|/?>)"
)
_Path = tuple["_Path | None", Step]


class TagSearch:
    """Dijkstra's search over the places between the parts of a tag."""

    def __init__(self, text: str, place: tuple[int, int], element: str, scope: NamesInText) -> None:
        self.text = text
        self.opening, self.at = place  # where the tag begins, and where its name ends
        self.element = element
        self.scope = scope
        self.limit = min(len(text), self.at + WINDOW)

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
        steps: list[Step] = []
        while path is not None:
            path, step = path
            steps.append(step)
        steps.reverse()
        attributes = [step.attribute for step in steps if step.attribute]
        faults: list[Fault] = []
        for step in steps:
            faults += step.faults
            if step.less_than and step.attribute:
                faults += less_than_faults(self.text, step.attribute)
            if step.nameless:
                faults.append(self._lost_name(step.nameless, frozenset(each.name for each in attributes)))
        return cost, end, empty, attributes, faults

    def _steps(self, at: int) -> Iterator[Step]:
        text = self.text
        space = _SPACE.match(text, at)
        assert space is not None  # the pattern matches everywhere
        here = space.end()
        yield from self._ends(at, here)
        if comment := _COMMENT_INSIDE.match(text, here, self.limit):
            note = "The comment inside the tag is removed."
            yield _mended(TAGS.comment, here, Edit(at, comment.end(), ""), note)
        if here >= self.limit or text[here] in "<>":
            return
        yield from self._attribute(at, here)
        if here > at:
            yield from self._parted_attribute(at, here)
            yield from self._swapped_sign(at, here)
            if (nameless := _NAMELESS.match(text, here, self.limit)) and (nameless["sign"] or nameless["quote"]):
                yield Step(TAGS.nameless, nameless.end(), nameless=nameless)
        if (inside := _OUTSIDE.match(text, here, self.limit)) and here == at and text[at - 1] in "\"'":
            # the last character of the value slipped out of its quotation marks: '${version'}
            quote, value = text[at - 1], inside.group()
            opening = text.rfind(quote, self.at, at - 1)
            slipped = value.isalnum() and text[self.at : opening].rstrip().endswith("=")
            if slipped or text.count(_OPENING.get(value, value), opening, at) > text.count(value, opening, at):
                note = f'"{value}" goes back inside the quotation marks of the value.'
                edits = (Edit(at - 1, inside.end(), value + quote),)
                found = fault(Code.WRONG_QUOTES, *inside.span(), edits, note)
                yield Step(TAGS.slipped_out, inside.end(), None, (found,))
        if junk := _JUNK.match(text, here, self.limit):
            value, edits = junk.group(), (Edit(*junk.span(), ""),)
            note = f"The stray {value} is removed from the tag."
            drops = any(character.isalnum() for character in value)
            found = fault(Code.MALFORMED_TAG, *junk.span(), edits, note, value=value, drops=drops)
            yield Step(TAGS.junk + TAGS.more_junk * (len(value) - 1), junk.end(), None, (found,))

    def _ends(self, at: int, here: int) -> Iterator[Step]:
        text = self.text
        if text.startswith(">", here):
            yield Step(0.0, here + 1, done="start")
            return
        if match := _EMPTY_END.match(text, here):
            end = match.end()
            if match.group(2):
                note = 'The white space inside "/>" is removed.'
                spaced = _mended(TAGS.spaced_end, here, Edit(here, end, "/>"), note, "empty")
                yield spaced if match.group(1) else Step(0.0, end, done="empty")
            elif text.startswith("<", end) or end >= len(text):
                yield self._missing_end(TAGS.no_end, here + 1, here + 1, "empty")
            return
        yield from self._swapped_end(at)
        yield from self._end_behind_letter(at)
        if mistyped := MISTYPED_END.match(text, at) if at == here else None:
            yield self._missing_end(TAGS.no_end, at, mistyped.end())
        if here >= len(text) or text[here] == "<":
            yield self._missing_end(TAGS.no_end, at, at)
        elif here > at or at == self.at or text[at - 1] in "\"'":
            # the text of the element begins here: "<p class='x' Hello</p>"
            nearest = _BRACKET.search(text, here, self.limit)
            early = TAGS.early_end if nearest and nearest.group() == "<" else TAGS.early_end + TAGS.early_end_bracketed
            if NEXT_ATTRIBUTE.match(text, at) or GLUED_ATTRIBUTE.match(text, at):
                early += TAGS.early_end_in_attributes
            end = mistyped.end() if at == self.at and (mistyped := _MISTYPED_END_OF_NAME.match(text, at)) else at
            yield self._missing_end(early, at, end)

    def _swapped_end(self, at: int) -> Iterator[Step]:
        """The step over a quotation mark and an end of the tag that changed places: <a b="c>"."""
        text = self.text
        if not _ATTRIBUTE_OR_END.match(text, at) and text[at - 2 : at - 1] == ">" and text[at - 1] in "\"'":
            first = at - 2 - (text[at - 3] == "/")
            note = "The end of the tag goes behind the quotation mark."
            edit = Edit(first, at, text[at - 1] + text[first : at - 1])
            yield _mended(TAGS.form, first, edit, note, "start" if first == at - 2 else "empty")

    def _end_behind_letter(self, at: int) -> Iterator[Step]:
        """The step over an end of the tag that changed places with the first letter of the text: <a b="c"T>ext."""
        text, slipped = self.text, _END_BEHIND_LETTER.match(self.text, at)
        if slipped and text[at - 1] in "\"'" and text[at - 2] != "=":
            note = f'The end of the tag goes in front of the "{slipped[1]}" with which the text begins.'
            yield _mended(TAGS.swapped, self.opening, Edit(at, at + 2, f">{slipped[1]}"), note, "start")

    def _missing_end(self, cost: float, at: int, end: int, done: str = "start") -> Step:
        """The step that puts in the missing end mark at an offset, in place of any other characters up to `end`."""
        return _mended(cost, self.opening, Edit(at, end, ">"), 'The tag gets its missing ">".', done)

    def _attribute(self, at: int, here: int) -> Iterator[Step]:
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
            cost += TAGS.no_space
            faults += (self._no_space((here, stop), name),)
        proper = NAME_PATTERN.fullmatch(name) is not None
        if not proper:
            cost += TAGS.junk
            faults += (self._odd_name((here, stop), name),)
        separator = _SEPARATOR.match(text, stop, self.limit)
        assert separator is not None  # the pattern matches everywhere
        sign, value = separator.group(1), separator.end()
        quoted = value < self.limit and (
            text[value] in "\"'" + SMART or text.startswith(('\\"', "\\'", "&quot;", "&apos;", "&#34;"), value)
        )
        if sign or quoted:
            if sign != "=":
                cost += TAGS.form if sign or here > at else TAGS.form + TAGS.no_sign
                code = Code.MALFORMED_TAG if sign else Code.ATTRIBUTE_WITHOUT_VALUE
                note = f'The attribute "{name}" gets "=" between its name and its value.'
                faults += (fault(code, here, value, (Edit(stop, value, "="),), note, name=name),)
            if not proper and not sign:  # neither a name nor a "=": that it is an attribute at all is a guess
                faults = tuple(each.doubted() for each in faults)
            for step in self._values(value, name):
                yield step.of_attribute(at, here, cost, faults)
        if not sign and proper:
            edits, note = (Edit(stop, stop, f'="{name}"'),), f'The attribute "{name}" gets a value.'
            # a value for one that is missing is a guess: the name, as in HTML
            lost = fault(Code.ATTRIBUTE_WITHOUT_VALUE, here, stop, edits, note, name=name).doubted()
            yield Step(cost + TAGS.no_value, stop, Attribute(name, at, here, stop, stop, "", stop), (*faults, lost))

    def _values(self, at: int, name: str) -> Iterator[Step]:
        return AttributeValue(self.text, self.opening, self.limit, self.scope, at, name).read()

    def _no_space(self, place: tuple[int, int], name: str) -> Fault:
        """The fault of a name right behind a value; the blank may be inside the quotation mark of the value."""
        start = place[0]
        mark, before = self.text[start - 1], self.text[start - 2]
        edit = Edit(start - 2, start, mark + before) if mark in "\"'" and before in " \t" else Edit(start, start, " ")
        note = f'A space is put before the attribute "{name}".'
        return fault(Code.MISSING_SPACE, *place, (edit,), note, name=name)

    def _odd_name(self, place: tuple[int, int], name: str) -> Fault:
        good, known = proper_name(name, lambda each: self.scope.of_attributes.knows(self.element, each))
        note = f'"{name}" cannot be the name of an attribute; it becomes "{good}".'
        found = fault(Code.INVALID_NAME, *place, (Edit(*place, good),), note, name=name)
        return found if known else found.doubted()

    def _parted_attribute(self, at: int, here: int) -> Iterator[Step]:
        """An attribute whose name is split by a blank: "wid th='4'" if others are named width."""
        match = _PARTED_ATTRIBUTE.match(self.text, here, self.limit)
        name = match[1] + match[2] if match else ""
        if not match or not self.scope.of_attributes.knows(self.element, name):
            return
        faults = (parted((here, match.end(2)), name),)
        for step in self._values(match.end(), name):
            yield step.of_attribute(at, here, TAGS.form, faults)

    def _swapped_sign(self, at: int, here: int) -> Iterator[Step]:
        """An attribute whose "=" is behind its quotation mark: a"=b"."""
        if match := _SWAPPED_SIGN.match(self.text, here, self.limit):
            name, mark, value = match.groups()
            note = f'"=" and the quotation mark behind the name "{name}" change places.'
            edits = (Edit(match.end(1), match.start(3), f"={mark}"),)
            found = fault(Code.WRONG_QUOTES, here, match.end(), edits, note, name=name, value=value)
            whole = Attribute(name, at, here, *match.span(3), mark, match.end())
            yield Step(TAGS.swapped, match.end(), whole, (found,))

    def _lost_name(self, match: re.Match[str], present: frozenset[str]) -> Fault:
        """The fault of a value without a name: it gets a name that its attribute may have had, else it is removed."""
        start, (first, end) = match.start(), match.span("quoted" if match["quote"] else "bare")
        value, written = match["value"] or match["bare"] or "", self.text[first:end]
        if not match["quote"]:
            written = f'"{written}"'
        note = 'The attribute gets its missing name: "{}".'
        likely = islice(self.scope.of_attributes.likely(self.element, present, value), 4)
        readings = [
            Reading((Edit(start, end, f"{name}={written}"),), note.format(name)).doubted(0.5 / rank)
            for rank, name in enumerate(likely, 1)
        ]
        gone = Edit(start - (self.text[start - 1] in " \t"), end, "")
        note = f'The value "{value}", which lacks the name of its attribute, is removed.'
        readings = readings or [Reading((gone,), note, drops=True, sure=False, confidence=0.3)]
        return Fault(Code.MALFORMED_TAG, start, end, name=self.element, value=value, readings=tuple(readings))


def _mended(cost: float, start: int, edit: Edit, note: str, done: str = "") -> Step:
    """A step over a fault in a tag, from an offset to the end of the edit that mends it."""
    return Step(cost, edit.end, None, (fault(Code.MALFORMED_TAG, start, edit.end, (edit,), note),), done)
