"""Attributes without quotation marks, equals sign, space or value, and the readings of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from ...codes import Code
from ...document.edits import Edit
from ...document.tokens import NAME, Attribute
from ...prices import TAGS
from ..fault_kinds import FaultKind
from ..faults import Fault, Reading, fault
from .names_in_text import NamesInText
from .quotation_marks import MARKED_VALUES

MAX_EMBEDDED = 6  # quotation marks inside a value
MAX_STEPS = 400  # states that the search for one broken tag may visit
START_OPENING = re.compile(rf"<(\s*+)({NAME})")
_PLAIN_VALUE = re.compile(r"[\w.#%:/+\-]++")
_BRACED = re.compile(r"\{[\w.#%:/+\-]++\}")
_VALUE_END_ONLY = re.compile(r"[^\"'<>=]*+([\"'])(?=\s|/?>)|(?:(?!\s[^\s=]++\s*=)[^\"<>])*+(\")(?=\s*+/?>)")
_POSSIBLE_END = re.compile(r"\s*+(?:(?<!\?)/)?>|\s*+<")
GLUED_ATTRIBUTE = re.compile(rf"{NAME}\s*+=\s*+[\"']")
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
_REFERENCES = {'"': "&quot;", "'": "&apos;"}
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

    def of_attribute(self, start: int, name_start: int, cost: float, faults: tuple[Fault, ...]) -> Step:
        """The step over a whole attribute, from the one over its value and the other faults in it with their cost."""
        assert self.attribute is not None  # every value makes an attribute
        whole = replace(self.attribute, start=start, name_start=name_start)
        return replace(self, cost=cost + self.cost, attribute=whole, faults=faults + self.faults)


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """The value at the offset `at`, of the attribute `name` of one tag: the ways in which it may be read."""

    text: str
    opening: int  # where the tag begins
    limit: int  # where the search for its end stops
    scope: NamesInText
    at: int
    name: str

    def read(self) -> Iterator[Step]:
        """Every way to read the value."""
        text, at = self.text, self.at
        if at >= self.limit:
            return
        if text[at] in "\"'":
            yield from self._quoted()
            if doubled := _DOUBLED_VALUE.match(text, at, self.limit):
                start, end = doubled.span(2)
                edits = (Edit(at, start, text[at]), Edit(end, doubled.end(), text[at]))
                yield self._form(doubled.end(), (start, end), edits, TAGS.form)
            return
        for pattern in MARKED_VALUES:
            if match := pattern.match(text, at, self.limit):
                start, end = match.span("value")
                inner = tuple(Edit(place, place + 1, "&quot;") for place in range(start, end) if text[place] == '"')
                marks: tuple[Edit, ...] = (Edit(at, start, '"'), *inner, Edit(end, match.end(), '"'))
                yield self._form(match.end(), (start, end), marks, TAGS.other_marks)
        yield from self._unquoted()
        behind_sign = text.rfind("=", self.opening, at) + 1
        if text.startswith((">", "/>"), at) or (behind_sign < at and GLUED_ATTRIBUTE.match(text, at)):
            note = f'The attribute "{self.name}" gets an empty value.'
            place = (behind_sign, behind_sign)
            lost = fault(Code.ATTRIBUTE_WITHOUT_VALUE, *place, (Edit(*place, '""'),), note, name=self.name)
            yield self._step(behind_sign, place, TAGS.form, lost.doubted(0.4))

    def _step(self, stop: int, value: tuple[int, int], cost: float, *faults: Fault, quote: str = "") -> Step:
        """A step over all that stands for the value and its quotation marks, up to `stop`; its name is not known."""
        attribute = Attribute(self.name, self.at, self.at, *value, quote, stop)
        return Step(cost, stop, attribute, faults, less_than=self.text.find("<", *value) >= 0)

    def _fault(self, code: Code, stop: int, value: tuple[int, int], edits: tuple[Edit, ...], note: str) -> Fault:
        return fault(code, self.at, stop, edits, note, name=self.name, value=self.text[slice(*value)])

    def _form(self, stop: int, value: tuple[int, int], edits: tuple[Edit, ...], cost: float) -> Step:
        """A value whose quotation marks are of another kind, or not there."""
        note = f'The value of the attribute "{self.name}" stands in straight quotation marks.'
        code = Code.UNQUOTED_ATTRIBUTE if (self.at, stop) == value else Code.WRONG_QUOTES
        return self._step(stop, value, cost, self._fault(code, stop, value, edits, note))

    def _unquoted(self) -> Iterator[Step]:
        text, at, name = self.text, self.at, self.name
        if match := _UNQUOTED.match(text, at, self.limit):
            step = self._bare(match.end(), TAGS.unquoted if _PLAIN_VALUE.fullmatch(match.group()) else TAGS.form)
            yield self._braced(step) if _BRACED.fullmatch(match.group()) else step
            yield from self._words()
        if swapped := _SWAPPED_OPENING.match(text, at, self.limit):
            note = f'"{swapped[1]}" goes inside the quotation marks of the attribute "{name}".'
            edits = (Edit(at, at + 2, swapped[2] + swapped[1]),)
            value = swapped[1] + swapped[3]
            found = fault(Code.WRONG_QUOTES, at, swapped.end(), edits, note, name=name, value=value)
            # or typed in place of nothing
            yield self._step(swapped.end(), swapped.span(3), TAGS.swapped, found.doubted(), quote=swapped[2])
        # only the opening quotation mark is missing: name=John Smith"
        if closing := _VALUE_END_ONLY.match(text, at, self.limit):
            quote, stop = closing.group()[-1], closing.end()
            value = (at, stop - 1)
            note = f'The value of the attribute "{name}" gets its opening quotation mark.'
            found = self._fault(Code.UNQUOTED_ATTRIBUTE, stop, value, (Edit(at, at, quote),), note)
            yield self._step(stop, value, TAGS.form, found, quote=quote)

    def _bare(self, stop: int, cost: float) -> Step:
        """A value without quotation marks."""
        return self._form(stop, (self.at, stop), (Edit(self.at, self.at, '"'), Edit(stop, stop, '"')), cost)

    def _words(self) -> Iterator[Step]:
        """name=John Smith: words that no element has as attributes; whether they belong together is a guess."""
        match = _WORDS.match(self.text, self.at, self.limit)
        element = START_OPENING.match(self.text, self.opening)
        if not match or not element:
            return
        attributes = self.scope.of_attributes
        _, *others = match.group().split()
        if any(word.lower() in _VALUELESS or attributes.knows(element[2], word) for word in others):
            return
        step = self._bare(match.end(), TAGS.words)
        yield replace(step, faults=tuple(each.doubted() for each in step.faults))

    def _braced(self, step: Step) -> Step:
        """name={value}: braces in place of the quotation marks, or a value in braces that lacks them."""
        (quoted,) = step.faults
        note = f'The braces around the value of the attribute "{self.name}" become quotation marks.'
        replaced = Reading((Edit(self.at, self.at + 1, '"'), Edit(step.to - 1, step.to, '"')), note)
        kept = replace(quoted.readings[0], cost=TAGS.braces_kept)
        return replace(step, faults=(replace(quoted, readings=(replaced, kept)),))

    def _quoted(self) -> Iterator[Step]:
        """A step for each possible end of a quoted value: a quotation mark, or the place of a lost one."""
        text, quote, start = self.text, self.text[self.at], self.at + 1
        is_namespace = self.name.startswith("xmlns")
        yield from self._literal()
        yield from self._tagged()
        yield from self._closed_early()
        embedded: list[int] = []
        stop = text.find(quote, start, self.limit)
        while stop >= 0 and len(embedded) < MAX_EMBEDDED:
            cost = self._inside(start, stop)
            if _SWALLOWED.search(text, start, stop) and not _AFTER_VALUE.match(text, stop + 1):
                cost += TAGS.swallowed
            faults: tuple[Fault, ...] = ()
            if embedded:
                cost += TAGS.embedded + TAGS.more_embedded * (len(embedded) - 1)
                # a doubled quotation mark is a mismatch
                cost += sum(TAGS.swallowed for place in embedded if _SWALLOWED.search(text, start, place))
                cost += TAGS.doubled_mark if embedded[-1] == stop - 1 and len(embedded) % 2 else 0.0
                faults = (self._marks_inside(embedded, stop, "" if is_namespace else _REFERENCES[quote]),)
            if not _AFTER_VALUE.match(text, stop + 1) and stop + 1 < self.limit:
                cost += TAGS.glued_behind
            step = self._step(stop + 1, (start, stop), cost, *faults, quote=quote)
            yield step
            if not embedded and not step.less_than and _AFTER_VALUE.match(text, stop + 1):
                inner = NEXT_ATTRIBUTE.search(text, start, stop + 1)
                if not inner:
                    return  # nothing speaks against this ending
            embedded.append(stop)
            stop = text.find(quote, stop + 1, self.limit)
        yield from self._unclosed()

    def _marks_inside(self, places: list[int], stop: int, escaped: str) -> Fault:
        """The fault of quotation marks inside a value that ends at `stop`."""
        edits = tuple(Edit(place, place + 1, escaped) for place in places)
        note = f'The quotation marks inside the value of the attribute "{self.name}" become references.'
        return self._fault(Code.WRONG_QUOTES, stop + 1, (self.at + 1, stop), edits, note)

    def _literal(self) -> Iterator[Step]:
        """A value in the notation of JSON, whose quotation marks are those of the attribute: a="{"b": "c"}"."""
        text, quote, start = self.text, self.text[self.at], self.at + 1
        closing = _CLOSING_OF.get(text[start : start + 1])
        stop = text.find(quote, start, self.limit)
        while closing and stop >= 0 and text.find("<", start, stop) < 0:
            opened, closed = text.count(text[start], start, stop), text.count(closing, start, stop)
            if text[stop - 1] == closing and opened == closed and _AFTER_VALUE.match(text, stop + 1):
                inner = [place for place in range(start, stop) if text[place] == quote]
                faults = (self._marks_inside(inner, stop, _REFERENCES[quote]),) if inner else ()
                yield self._step(stop + 1, (start, stop), TAGS.form, *faults, quote=quote)
                return
            stop = text.find(quote, stop + 1, self.limit)

    def _tagged(self) -> Iterator[Step]:
        """A value that holds whole tags, whose quotation marks are those of the attribute: a="<b c="d"/>"."""
        text, quote = self.text, self.text[self.at]
        match = _TAGGED[quote].match(text, self.at, self.limit)
        if not match or quote not in match[1]:
            return
        marks = {"<": "&lt;", quote: _REFERENCES[quote]}
        start, end = match.span(1)
        edits = tuple(Edit(place, place + 1, marks[text[place]]) for place in range(start, end) if text[place] in marks)
        note = f'The tags inside the value of the attribute "{self.name}" become text.'
        found = fault(Code.WRONG_QUOTES, *match.span(), edits, note, name=self.name, value=match[1][:200])
        # the value may have ended before them
        step = self._step(match.end(), (start, end), TAGS.less_than, found.doubted(0.6), quote=quote)
        yield replace(step, less_than=False)

    def _closed_early(self) -> Iterator[Step]:
        """A value with a quotation mark too early: a="b" or c">, or with its last one there: a="b" or c>.

        Only the author knows for sure which character of the value the mark was, or its proper place.
        """
        text, quote, name = self.text, self.text[self.at], self.name
        match = _CLOSED_EARLY[quote].match(text, self.at, self.limit)
        if not match:
            return
        mark, end = match.end("first"), match.end("rest")
        closed = text.startswith(quote, end)
        edits = (Edit(mark, mark + 1, ""), *(() if closed else (Edit(end, end, quote),)))
        note = f'The quotation mark that ends the value of the attribute "{name}" too early is removed.'
        if not match["sign"] and text[mark - 1].isdigit():
            edits = (Edit(mark, mark + 1, _REFERENCES[quote]),)
            note = f'The quotation mark behind the number in the value of the attribute "{name}" becomes a reference.'
        elif not closed:
            note = f'The quotation mark that ends the value of the attribute "{name}" too early moves to its end.'
        stop, value = end + closed, (self.at + 1, end)
        found = self._fault(Code.WRONG_QUOTES, stop, value, edits, note).doubted(0.6)
        yield self._step(stop, value, TAGS.form, found, quote=quote)

    def _unclosed(self) -> Iterator[Step]:
        text, quote, start = self.text, self.text[self.at], self.at + 1
        ends = [match.start() for match in islice(NEXT_ATTRIBUTE.finditer(text, start, self.limit), 3)]
        ends += [match.start() for match in islice(_POSSIBLE_END.finditer(text, start, self.limit), 4)]
        if self.limit == len(text):
            ends.append(len(text))
        element = START_OPENING.match(text, self.opening)
        if element and self.scope.lacks_start(element.group(2)):
            # "/" in front of ">" belongs to the value where an end tag waits for this start tag
            ends = [end + 1 if text.startswith("/>", end) else end for end in ends]
        if mixed := _MIXED[quote].match(text, start, self.limit):
            end, stop = mixed.end() - 1, mixed.end()
            note = f'The value of the attribute "{self.name}" ends with the quotation mark that it begins with.'
            edits = (Edit(end, stop, quote),)
            found = self._fault(Code.UNCLOSED_ATTRIBUTE_VALUE, stop, (start, end), edits, note)
            yield self._step(stop, (start, end), TAGS.embedded, found, quote=quote)
        for end in sorted(set(ends)):
            if text.find(quote, start, end) >= 0:
                continue
            note = f'The value of the attribute "{self.name}" gets its closing quotation mark.'
            edits = (Edit(end, end, quote),)
            found = self._fault(Code.UNCLOSED_ATTRIBUTE_VALUE, end, (start, end), edits, note)
            yield self._step(end, (start, end), self._inside(start, end) + TAGS.unclosed, found, quote=quote)

    def _inside(self, start: int, end: int) -> float:
        """The price of a value that holds "<" or ">"."""
        text = self.text
        count = text.count("<", start, end)
        cost = TAGS.greater_than * text.count(">", start, end)
        if not count:
            return cost
        cost += TAGS.less_than + TAGS.more_less_than * (count - 1)
        if self.name.startswith("xmlns") or "\n" in text[start:end]:
            cost += TAGS.less_than_far
        return cost


def less_than_faults(text: str, attribute: Attribute) -> Iterator[Fault]:
    """A fault for each "<" in a value; many of them wait for the next round."""
    start, end, name = attribute.value_start, attribute.value_end, attribute.name
    note = f'"<" in the value of the attribute "{name}" becomes "&lt;".'
    value = text[start : min(end, start + 200)]
    for match in islice(re.compile("<").finditer(text, start, end), MAX_STEPS):
        place = match.start()
        # between words, with a blank behind it, it can be no tag: it compares
        sure = True if _COMPARES.match(text, place + 1, end) and text[start:place].strip() else None
        edits = (Edit(place, place + 1, "&lt;"),)
        yield fault(Code.LESS_THAN_IN_ATTRIBUTE, place, place + 1, edits, note, name=name, value=value, sure=sure)


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
