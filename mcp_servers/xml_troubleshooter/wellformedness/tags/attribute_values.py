"""Attributes without quotation marks, equals sign, space or value: how their values may be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, Attribute
from ...prices import TAGS
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, doubted, fault
from .names_in_text import NamesInText
from .quotation_marks import MARKED_VALUES

MAX_EMBEDDED = 6  # quotation marks inside a value
MAX_STEPS = 400  # states that the search for one broken tag may visit
START_OPENING = re.compile(rf"<(\s*+)({NAME})")
_PLAIN_VALUE = re.compile(r"[\w.#%:/+\-]++")
_BRACED = re.compile(r"\{[\w.#%:/+\-]++\}")
_VALUE_END_ONLY = re.compile(r"[^\"'<>=]*+([\"'])(?=\s|/?>)|(?:(?!\s[^\s=]++\s*=)[^\"<>])*+(\")(?=\s*+/?>)")
_POSSIBLE_END = re.compile(r"\s*+(?:(?<!\?)/)?>|\s*+<")
_NEXT = re.compile(rf"{NAME}\s*+=\s*+[\"']")
NEXT_ATTRIBUTE = re.compile(rf"\s++{NAME}\s*+=\s*+[\"']")
_SWALLOWED = re.compile(rf"\s{NAME}\s*+=\s*+\Z")
_AFTER_VALUE = re.compile(r"\s|/?>|\?>")
_UNQUOTED = re.compile(r"(?:[^\s\"'<>/]|/(?!\s*>))++")
_WORD = r"[^\W\d_][\w.'\-]*+"
_WORDS = re.compile(rf"{_WORD}(?:[ \t]++{_WORD}(?!\s*+[=:]))++(?=\s++{NAME}\s*+=|\s*+/?>)")
# attributes that HTML writes without a value
_VALUELESS = frozenset(
    (
        *("allowfullscreen", "async", "autofocus", "autoplay", "checked", "compact", "controls", "declare", "default"),
        *("defer", "disabled", "formnovalidate", "hidden", "inert", "ismap", "itemscope", "loop", "multiple", "muted"),
        *("nohref", "nomodule", "noresize", "noshade", "novalidate", "nowrap", "open", "playsinline", "readonly"),
        *("required", "reversed", "selected"),
    )
)
_SWAPPED_OPENING = re.compile(r"([^\s<>=\"'])([\"'])([^<>\"']*+)\2(?=\s|/?>)")  # =v"alue"
_COMPARES = re.compile(r"=?[ \t]+[^\s>/]")
_CLOSING_OF = {"{": "}", "[": "]"}
_MIXED = {
    '"': re.compile(r"[^<>\"']*+'(?=\s|/?>)"),
    "'": re.compile(r"[^<>\"']*+\"(?=\s|/?>)"),
}
_OPERATOR = r"(?:and|or|div|mod|eq|ne|[=|*+]|!=)(?=[\s(])"  # that goes on with an expression
_CLOSED_EARLY = {  # words up to a second mark at the end of the tag, or an expression that lacks one
    quote: re.compile(
        rf"{quote}(?P<first>[^{quote}<>]*+){quote}"
        rf"(?P<rest>\s++(?P<sign>{_OPERATOR})[^{quote}<>]*?(?<![=\s])(?={quote}\s*+/?>|\s*+/?>)"
        rf"|\s++[^{quote}<>=]*?(?<![=\s])(?={quote}\s*+/?>))"
    )
    for quote in "\"'"
}
_DOUBLED_VALUE = re.compile(r"([\"'])\1([^\"'<>\s=][^\"'<>]*+)\1\1?")
_TAGGED = {  # values that hold tags
    quote: re.compile(
        rf"{quote}((?:[^{quote}<>]*+</?{NAME}(?:[^<>\"']|\"[^\"<>]*+\"|'[^'<>]*+')*+>)+[^{quote}<>]*+){quote}(?=\s|/?>)"
    )
    for quote in "\"'"
}


@dataclass(frozen=True, slots=True)
class Step:
    cost: float
    to: int
    attribute: Attribute | None = None
    faults: tuple[Fault, ...] = ()
    done: str = ""  # "start" or "empty" where the tag ends here
    less_than: bool = False  # whether the value holds "<"
    nameless: re.Match[str] | None = None  # a value whose attribute has lost its name


class AttributeValues:
    """The ways in which the value of an attribute of one tag may be read."""

    def __init__(self, text: str, opening: int, limit: int, scope: NamesInText) -> None:
        self.text = text
        self.opening = opening  # where the tag begins
        self.limit = limit  # where the search for its end stops
        self.scope = scope

    def read(self, at: int, name: str) -> Iterator[Step]:
        """Every way to read the value at an offset."""
        text = self.text
        if at >= self.limit:
            return
        if text[at] in "\"'":
            yield from self._quoted(at, name)
            if doubled := _DOUBLED_VALUE.match(text, at, self.limit):
                start, end = doubled.span(2)
                edits = (Edit(at, start, text[at]), Edit(end, doubled.end(), text[at]))
                yield self._form(doubled.span(), doubled.span(2), name, edits, TAGS.form)
            return
        for pattern, group in MARKED_VALUES:
            if match := pattern.match(text, at, self.limit):
                start, end = match.span(group)
                inner = tuple(Edit(place, place + 1, "&quot;") for place in range(start, end) if text[place] == '"')
                marks: tuple[Edit, ...] = (Edit(at, start, '"'), *inner, Edit(end, match.end(), '"'))
                yield self._form(match.span(), match.span(group), name, marks, TAGS.other_marks)
        yield from self._unquoted(at, name)
        behind_sign = text.rfind("=", self.opening, at) + 1
        if text.startswith((">", "/>"), at) or (behind_sign < at and _NEXT.match(text, at)):
            note = f'The attribute "{name}" gets an empty value.'
            readings = (Reading((Edit(behind_sign, behind_sign, '""'),), note, sure=False, confidence=0.4),)
            place = (behind_sign, behind_sign)
            lost = Fault(code=Code.ATTRIBUTE_WITHOUT_VALUE, start=place[0], end=place[1], name=name, readings=readings)
            yield Step(TAGS.form, behind_sign, Attribute(name, at, at, *place, "", behind_sign), (lost,))

    def _form(
        self, place: tuple[int, int], value: tuple[int, int], name: str, edits: tuple[Edit, ...], cost: float
    ) -> Step:
        """A value whose quotation marks are of another kind, or not there."""
        start, stop = place
        text = self.text[slice(*value)]
        note = f'The value of the attribute "{name}" stands in straight quotation marks.'
        code = Code.UNQUOTED_ATTRIBUTE if place == value else Code.WRONG_QUOTES
        found = fault(code, start, stop, edits, note, name=name, value=text)
        return Step(cost, stop, Attribute(name, start, start, *value, "", stop), (found,))

    def _unquoted(self, at: int, name: str) -> Iterator[Step]:
        text = self.text
        match = _UNQUOTED.match(text, at, self.limit)
        end = match.end() if match else at
        if match:
            plain = _PLAIN_VALUE.fullmatch(match.group())
            price = TAGS.unquoted if plain else TAGS.form
            step = self._form(match.span(), match.span(), name, self._quotes(at, end), price)
            yield self._braced(step, at, end) if _BRACED.fullmatch(match.group()) else step
            yield from self._words(at, name)
        if swapped := _SWAPPED_OPENING.match(text, at, self.limit):
            note = f'"{swapped[1]}" goes inside the quotation marks of the attribute "{name}".'
            edits = (Edit(at, at + 2, swapped[2] + swapped[1]),)
            value = swapped[1] + swapped[3]
            found = fault(Code.WRONG_QUOTES, at, swapped.end(), edits, note, name=name, value=value)
            inside = Attribute(name, at, at, swapped.start(3), swapped.end(3), swapped[2], swapped.end())
            yield Step(TAGS.swapped, swapped.end(), inside, (doubted(found),))  # or typed in place of nothing
        # only the opening quotation mark is missing: name=John Smith"
        if closing := _VALUE_END_ONLY.match(text, at, self.limit):
            quote, stop = closing.group()[-1], closing.end()
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
            yield Step(TAGS.form, stop, Attribute(name, at, at, at, stop - 1, quote, stop), (found,))

    def _words(self, at: int, name: str) -> Iterator[Step]:
        """name=John Smith: words that no element has as attributes; whether they belong together is a guess."""
        match = _WORDS.match(self.text, at, self.limit)
        element = START_OPENING.match(self.text, self.opening)
        if not match or not element:
            return
        attributes = self.scope.of_attributes
        _, *others = match.group().split()
        if any(word.lower() in _VALUELESS or attributes.knows(element[2], word) for word in others):
            return
        step = self._form(match.span(), match.span(), name, self._quotes(*match.span()), TAGS.words)
        yield replace(step, faults=tuple(map(doubted, step.faults)))

    def _braced(self, step: Step, start: int, end: int) -> Step:
        """name={value}: braces in place of the quotation marks, or a value in braces that lacks them."""
        (quoted,) = step.faults
        name = quoted.name
        note = f'The braces around the value of the attribute "{name}" become quotation marks.'
        replaced = Reading((Edit(start, start + 1, '"'), Edit(end - 1, end, '"')), note)
        kept = replace(quoted.readings[0], cost=TAGS.braces_kept)
        return replace(step, faults=(replace(quoted, readings=(replaced, kept)),))

    def _quotes(self, start: int, end: int) -> tuple[Edit, ...]:
        return (Edit(start, start, '"'), Edit(end, end, '"'))

    def _quoted(self, at: int, name: str) -> Iterator[Step]:
        """Every place where a quoted value may end: at a quotation mark, or where its quotation mark got lost."""
        text, quote, start = self.text, self.text[at], at + 1
        yield from self._literal(at, name)
        yield from self._tagged(at, name)
        yield from self._closed_early(at, name)
        embedded: list[int] = []
        stop = text.find(quote, start, self.limit)
        while stop >= 0 and len(embedded) < MAX_EMBEDDED:
            cost = self._inside(start, stop, name)
            if _SWALLOWED.search(text, start, stop) and not _AFTER_VALUE.match(text, stop + 1):
                cost += TAGS.swallowed
            faults: tuple[Fault, ...] = ()
            less_than = text.find("<", start, stop) >= 0
            if embedded:
                cost += TAGS.embedded + TAGS.more_embedded * (len(embedded) - 1)
                # a doubled quotation mark is a mismatch
                cost += sum(TAGS.swallowed for place in embedded if _SWALLOWED.search(text, start, place))
                cost += TAGS.doubled_mark if embedded[-1] == stop - 1 and len(embedded) % 2 else 0.0
                escaped = "" if name.startswith("xmlns") else "&quot;" if quote == '"' else "&apos;"
                edits = tuple(Edit(place, place + 1, escaped) for place in embedded)
                note = f'The quotation marks inside the value of the attribute "{name}" become references.'
                found = fault(Code.WRONG_QUOTES, at, stop + 1, edits, note, name=name, value=text[start:stop])
                faults = (found,)
            if not _AFTER_VALUE.match(text, stop + 1) and stop + 1 < self.limit:
                cost += TAGS.glued_behind
            yield Step(
                cost, stop + 1, Attribute(name, at, at, start, stop, quote, stop + 1), faults, less_than=less_than
            )
            if not embedded and not less_than and _AFTER_VALUE.match(text, stop + 1):
                inner = NEXT_ATTRIBUTE.search(text, start, stop + 1)
                if not inner:
                    return  # nothing speaks against this ending
            embedded.append(stop)
            stop = text.find(quote, stop + 1, self.limit)
        yield from self._unclosed(at, start, name, quote)

    def _literal(self, at: int, name: str) -> Iterator[Step]:
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
                yield Step(TAGS.form, stop + 1, step, (found,) if inner else ())
                return
            stop = text.find(quote, stop + 1, self.limit)

    def _tagged(self, at: int, name: str) -> Iterator[Step]:
        """A value that holds whole tags, whose quotation marks are those of the attribute: a="<b c="d"/>"."""
        text, quote = self.text, self.text[at]
        match = _TAGGED[quote].match(text, at, self.limit)
        if not match or quote not in match[1]:
            return
        marks = {"<": "&lt;", quote: "&quot;" if quote == '"' else "&apos;"}
        start, end = match.span(1)
        edits = tuple(Edit(place, place + 1, marks[text[place]]) for place in range(start, end) if text[place] in marks)
        note = f'The tags inside the value of the attribute "{name}" become text.'
        readings = (Reading(edits, note, sure=False, confidence=0.6),)  # the value may have ended before them
        found = Fault(
            code=Code.WRONG_QUOTES, start=at, end=match.end(), name=name, value=match[1][:200], readings=readings
        )
        yield Step(TAGS.less_than, match.end(), Attribute(name, at, at, start, end, quote, match.end()), (found,))

    def _closed_early(self, at: int, name: str) -> Iterator[Step]:
        """A value with a quotation mark too early: a="b" or c">, or with its last one there: a="b" or c>.

        What the mark was in the text of the value, or where it belongs, only the author knows for sure.
        """
        text = self.text
        match = _CLOSED_EARLY[text[at]].match(text, at, self.limit)
        if not match:
            return
        mark, end = match.end("first"), match.end("rest")
        closed = text.startswith(text[at], end)
        edits = (Edit(mark, mark + 1, ""), *(() if closed else (Edit(end, end, text[at]),)))
        note = f'The quotation mark that ends the value of the attribute "{name}" too early is removed.'
        if not match["sign"] and text[mark - 1].isdigit():
            edits = (Edit(mark, mark + 1, "&quot;" if text[at] == '"' else "&apos;"),)
            note = f'The quotation mark behind the number in the value of the attribute "{name}" becomes a reference.'
        elif not closed:
            note = f'The quotation mark that ends the value of the attribute "{name}" too early moves to its end.'
        readings = (Reading(edits, note, sure=False, confidence=0.6),)
        stop = end + closed
        value = text[at + 1 : end]
        found = Fault(code=Code.WRONG_QUOTES, start=at, end=stop, name=name, value=value, readings=readings)
        yield Step(TAGS.form, stop, Attribute(name, at, at, at + 1, end, text[at], stop), (found,))

    def _unclosed(self, at: int, start: int, name: str, quote: str) -> Iterator[Step]:
        text = self.text
        ends: list[int] = [
            match.start() for _, match in zip(range(3), NEXT_ATTRIBUTE.finditer(text, start, self.limit), strict=False)
        ]
        for _, match in zip(range(4), _POSSIBLE_END.finditer(text, start, self.limit), strict=False):
            ends.append(match.start())
        if self.limit == len(text):
            ends.append(len(text))
        element = START_OPENING.match(text, self.opening)
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
            yield Step(TAGS.embedded, end + 1, Attribute(name, at, at, start, end, quote, end + 1), (found,))
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
            yield Step(cost + TAGS.unclosed, end, attribute, (found,), less_than=less_than)

    def _inside(self, start: int, end: int, name: str) -> float:
        """The price of a value that holds "<" or ">"."""
        text = self.text
        count = text.count("<", start, end)
        cost = TAGS.greater_than * text.count(">", start, end)
        if not count:
            return cost
        cost += TAGS.less_than + TAGS.more_less_than * (count - 1)
        if name.startswith("xmlns") or "\n" in text[start:end]:
            cost += TAGS.less_than_far
        return cost

    def less_than(self, attribute: Attribute) -> list[Fault]:
        """A fault for each "<" in a value; many of them wait for the next round."""
        start, end, name = attribute.value_start, attribute.value_end, attribute.name
        note = f'"<" in the value of the attribute "{name}" becomes "&lt;".'
        value = self.text[start : min(end, start + 200)]
        found: list[Fault] = []
        place = self.text.find("<", start, end)
        while place >= 0 and len(found) < MAX_STEPS:
            # between words, with a blank behind it, it can be no tag: it compares
            sure = True if _COMPARES.match(self.text, place + 1, end) and self.text[start:place].strip() else None
            readings = (Reading((Edit(place, place + 1, "&lt;"),), note, sure=sure),)
            found.append(
                Fault(
                    code=Code.LESS_THAN_IN_ATTRIBUTE, start=place, end=place + 1, readings=readings, name=name,
                    value=value,
                )
            )  # fmt: skip
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
)
