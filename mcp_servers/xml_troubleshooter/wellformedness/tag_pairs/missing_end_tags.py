"""Elements that lack their end tag: the place for it, or whether the start tag is one too many.

It is one algorithm: all readings of one fault are weighed against each other, on one scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from operator import add

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import indent, margin, newline
from ...document.tokens import START, TEXT, Kind
from ...prices import MISSING_END_TAGS, PLACEMENT
from ..faults import Fault, Reading
from ..mismatches import Extra, Missing
from ..tags.names_in_text import VOID
from .document_statistics import FEW
from .pairing import slash_after
from .tag_nesting import MAX_ITEMS, MismatchReader, Sibling

MAX_READINGS = 6
MAX_UNCLOSED = 4  # unclosed elements around another that are looked at
MAX_NAME = 100  # characters of a variable's name
SAID = 2  # words and tags that say enough to be recognised
NEAR = 12  # tokens behind the end of an element within which its own end tag may come too late
_HTML = frozenset(
    (
        "a",
        "b",
        "i",
        "u",
        "p",
        "em",
        "strong",
        "span",
        "div",
        "font",
        "code",
        "pre",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "td",
    )
)
_PHRASE = re.compile(r"\s*+[^.,;:!?()]+(?=[.,;:!?)]+\s)")
_FOLDER = re.compile(r"://|/[^/.]*/\Z|\A[./]*/\Z")  # addresses and paths may end in a slash
_LOST_END = re.compile(r"(?:([$#@]\{[\w.:\-]+)|[\w.}\])])>\Z")  # or with the brace of a variable


class MissingEndTags(MismatchReader):
    """Reads elements that lack their end tag: finds the place for it, or another way to read the start tag."""

    def overlap(self, mismatch: Missing, extras: set[int], taken: set[int]) -> Extra | None:
        """The end tag that comes too late for this element, just outside the one that ended before it."""
        name = self.tokens[mismatch.start].name
        for end in range(mismatch.before + 1, mismatch.before + 1 + NEAR):
            if end in extras and end not in taken and self.tokens[end].name == name:
                taken.add(end)
                return Extra(end)
        return None

    def unclosed(self, mismatch: Missing, extra: Extra | None) -> Fault:
        token = self.tokens[mismatch.start]
        name = token.name
        path = self.nesting.path(mismatch.start)
        items = self.nesting.items(mismatch.start + 1, mismatch.before)
        width = indent(self.text, token.start)
        inside = self.nesting.prices([*path, name], items, width, inner=True)
        outside = self.nesting.prices(path, items, width, inner=False)
        for above in self._unclosed_around(mismatch.start):
            # an item that is no child of the parent may be one of its ancestors', if the parent is not closed either
            outside = list(map(min, outside, self.nesting.prices(above, items, width, inner=False)))
        inside = list(map(add, inside, self.nesting.repetitions(name, items)))
        readings = self._closings(mismatch, path, items, inside, outside)
        readings += self._other_readings(mismatch, path, items, sum(outside))
        readings += self._slash_astray(mismatch.start, outside)
        if path and path[-1] == name and mismatch.before < len(self.tokens):
            readings.append(self._beside(mismatch, path, sum(inside)))
        readings.sort(key=lambda reading: reading.cost)
        if remnant := self._remnant(mismatch, readings[0]):
            readings.insert(1, remnant)
        self._settle(mismatch, items, readings[0])
        code = Code.MISSING_END_TAG
        if extra:
            late = self.tokens[extra.end]
            code = Code.OVERLAPPING_TAGS
            note = f'The end tag "</{name}>" moves in front of the end of the element around it.'
            best = next(reading for reading in readings if reading.note.startswith("The element"))
            readings = [Reading((*best.edits, Edit(late.start, late.end, "")), note, best.cost)]
        place = readings[0].edits[0].start
        if code is Code.MISSING_END_TAG and readings[0].note.startswith("The tag"):
            place = token.start
        if mismatch.start in self._run_on:
            readings[0] = readings[0].doubted()
        found = Fault(code, place, place, tuple(readings[:MAX_READINGS]), name=name, value=self._behind(mismatch))
        return found.explained_by(token.start, f'"{name}" opened here')

    @cached_property
    def _run_on(self) -> set[int]:
        """Unclosed elements within each other, each with text, in one line: the inner one may as well follow the outer.

        There is no evidence of the end of the outer one.
        """
        parent, missing = self.nesting.parent, self.nesting.missing
        inner = {
            at for at in missing if parent[at] in missing and self._begins_text(at) and self._begins_text(parent[at])
        }
        return inner | {parent[at] for at in inner}

    def _begins_text(self, start: int) -> bool:
        """Whether text follows a start tag that does not begin its line."""
        text = self.tokens[start + 1] if start + 1 < len(self.tokens) else None
        alone = indent(self.text, self.tokens[start].start) is not None
        return not alone and text is not None and text.kind is TEXT and not text.text.isspace()

    def _unclosed_around(self, start: int) -> list[list[str]]:
        """The paths of the ancestors further out, as long as the element inside each lacks its end tag too."""
        found: list[list[str]] = []
        if self.nesting.limit < MAX_ITEMS // 2:
            return found  # with so many mismatches one of them is no evidence
        parent = self.nesting.parent[start]
        while parent in self.nesting.missing and self.nesting.parent[parent] >= 0 and len(found) < MAX_UNCLOSED:
            found.append(self.nesting.path(parent))
            parent = self.nesting.parent[parent]
        return found

    def _settle(self, mismatch: Missing, items: list[Sibling], reading: Reading) -> None:
        """Remember the end of an unclosed element by a reading, for the elements around it."""
        end = reading.edits[0].end
        inside = [item.last for item in items if self.tokens[item.first].start < end]
        self.nesting.settled[mismatch.start] = (inside[-1] if inside else mismatch.start, end)

    def _behind(self, mismatch: Missing) -> str:
        return self.tokens[mismatch.before].text[:80] if mismatch.before < len(self.tokens) else ""

    def _closings(
        self, mismatch: Missing, path: list[str], items: list[Sibling], inside: list[float], outside: list[float]
    ) -> list[Reading]:
        """The readings with each possible end of the element, and their prices."""
        name = self.tokens[mismatch.start].name
        note = f'The element "{name}" gets its missing end tag "</{name}>".'
        cost = sum(outside) + MISSING_END_TAGS.ends
        cost += 0.0 if self.statistics.knows(name) else MISSING_END_TAGS.unknown
        if self.nesting.is_stranger(mismatch.start, path):
            cost += MISSING_END_TAGS.stranger
        cost += self._misplaced(mismatch.start, path)
        found: list[Reading] = []
        for kept in range(len(items) + 1):
            if kept:
                cost += inside[kept - 1] - outside[kept - 1]
            price = cost + self._shape(mismatch, items, kept)
            edit, bonus = self._end_edit(mismatch, items, kept)
            holds = f'The element "{name}" holds nothing: its tag ends in "/>".' if edit.after == "/" else note
            found.append(Reading((edit,), holds, price - bonus))
            if kept == 1 and not items[0].name and (phrase := self._phrase_end(mismatch, items[0])) is not None:
                found.append(Reading((Edit(phrase, phrase, f"</{name}>"),), note, price - MISSING_END_TAGS.phrase))
        return found

    def _beside(self, mismatch: Missing, path: list[str], inside: float) -> Reading:
        """The reading that ends the element around it, of the same name, in front of it: the later end tag is its own.

        `inside` is the price of all its content then.
        """
        token = self.tokens[mismatch.start]
        outside = self.nesting.unwitnessed(mismatch.start, path[:-1]) if path[:-1] else PLACEMENT.beside_root
        before = self.tokens[mismatch.start - 1]
        place = before.end if before.kind is not TEXT else before.start + len(before.text.rstrip())
        outer = self.tokens[self.nesting.parent[mismatch.start]]
        alone = indent(self.text, outer.start) is not None and "\n" in self.text[outer.end : place]
        tag = f"{newline(self.text)}{margin(self.text, outer.start)}" if alone else ""
        note = f'The element "{token.name}" around this one gets its missing end tag "</{token.name}>" in front of it.'
        return Reading((Edit(place, place, f"{tag}</{token.name}>"),), note, MISSING_END_TAGS.ends + outside + inside)

    def _slash_astray(self, index: int, outside: list[float]) -> Iterator[Reading]:
        """Readings as an empty tag, with a slash behind it, <a b="c">/, or inside its last value, <a b="c/">."""
        token, text = self.tokens[index], self.text
        note = f'The slash beside the end of the tag "{token.text[:60]}" goes into it: it is an empty one.'
        value = token.attributes[-1] if token.attributes else None
        if slash_after(token) and (value or self.statistics.empty[token.name]):
            cost = sum(outside[1:]) + MISSING_END_TAGS.slash_after
            yield Reading((Edit(token.end - 1, token.end + 1, "/>"),), note, cost)
        if value and text[value.value_end - 1] == "/" and value.end == token.end - 1:
            place = value.value_end
            folder = _FOLDER.search(text, value.value_start, place) is not None
            cost = MISSING_END_TAGS.slash_inside + MISSING_END_TAGS.folder * folder
            yield Reading((Edit(place - 1, place + 1, f"{value.quote}/"),), note, sum(outside) + cost)

    def _misplaced(self, index: int, path: list[str]) -> float:
        """The price of an element at the place of its start tag, as the tag may be one too many; 0 without evidence."""
        if not path or self.nesting.parent[index] in self.nesting.missing:
            return 0.0  # the parent is in doubt itself
        statistics, parent, name = self.statistics, path[-1], self.tokens[index].name
        holds_text = statistics.seen[parent] and not statistics.parents[parent]
        elsewhere = statistics.seen[parent] and statistics.homes[name] > 1
        if not (self.statistics.forbids(path, name) or holds_text or elsewhere):
            return 0.0
        return self.nesting.unwitnessed(index, path)

    def _shape(self, mismatch: Missing, items: list[Sibling], kept: int) -> float:
        """The price of the shape of an element that holds the first `kept` items; below 0 for a likely one."""
        name = self.tokens[mismatch.start].name
        price = 0.0
        if not kept:
            empty = self.statistics.empty[name] > 0 or name.lower() in VOID
            known = self.statistics.seen[name] and items
            filled = MISSING_END_TAGS.not_empty if known else MISSING_END_TAGS.maybe_empty
            price += -MISSING_END_TAGS.empty if empty else filled
        elif kept == len(items):
            price -= MISSING_END_TAGS.all_inside
        elif items[kept].name and items[kept].name == items[kept - 1].name:
            price += MISSING_END_TAGS.split  # brothers seldom part
        if kept < len(items):
            price += self._cut_price(mismatch)
        if kept == 1 and not items[0].name:
            ends_line = len(items) > 1 and self._breaks_after(items[0])
            price -= MISSING_END_TAGS.text_of_line if ends_line else MISSING_END_TAGS.text_alone
        elif kept and self.statistics.seen[name] and not self.statistics.parents[name] and items[kept - 1].name:
            price += MISSING_END_TAGS.leaf_with_elements
        return price

    def _cut_price(self, mismatch: Missing) -> float:
        """The price of denying that an element goes on to the end of a document that is cut off; 0 for any other."""
        return MISSING_END_TAGS.cut if self._cut_off and mismatch.before >= len(self.tokens) else 0.0

    @cached_property
    def _cut_off(self) -> bool:
        """Whether the document stops before its root element ends."""
        return any(self.nesting.parent[start] < 0 for start in self.nesting.closing.get(len(self.tokens), ()))

    def _phrase_end(self, mismatch: Missing, item: Sibling) -> int | None:
        """The end of a few marked words inside running text: before the first punctuation; None for other text."""
        token = self.tokens[mismatch.start]
        run = self.tokens[item.first]
        usual = self.statistics.longest[token.name] or 4
        before = self.text[max(0, token.start - 200) : token.start].rstrip()
        if run.kind is not Kind.TEXT or before.endswith(">") or len(run.text.split()) <= max(usual, 6):
            return None
        match = _PHRASE.match(run.text)
        if not match or len(match.group().split()) > usual:
            return None
        return run.start + match.end()

    def _breaks_after(self, item: Sibling) -> bool:
        """Whether the text ends its line: the common shape of a leaf."""
        text = self.tokens[item.last].text
        kept = text.rstrip()
        return "\n" in text[len(kept) :] and "\n" not in kept

    def _end_edit(self, mismatch: Missing, items: list[Sibling], kept: int) -> tuple[Edit, float]:
        """The end tag behind the first `kept` items, laid out as the start tag is, and a bonus for an empty line."""
        token = self.tokens[mismatch.start]
        tag = f"</{token.name}>"
        last = self.tokens[items[kept - 1].last] if kept else token
        end = last.end
        if kept and last.kind is Kind.TEXT:
            end = last.start + len(last.text.rstrip())
        if kept and items[kept - 1].first in self.nesting.settled:
            end = max(end, self.nesting.settled[items[kept - 1].first][1])
        following = items[kept].first if kept < len(items) else mismatch.before
        stop = self.tokens[following].start if following < len(self.tokens) else len(self.text)
        if kept < len(items) and not items[kept].name:
            run = self.tokens[items[kept].first].text
            stop += len(run) - len(run.lstrip())
        width = indent(self.text, token.start)
        place = self.nesting.leftover(end, stop, width)
        if place is not None:
            return Edit(place, place, tag), MISSING_END_TAGS.leftover
        if not kept:
            if self.text[token.end - 1] == ">":
                return Edit(token.end - 1, token.end - 1, "/"), 0.0
            return Edit(token.end, token.end, tag), 0.0
        if kept and last.kind is TEXT and (lost := _LOST_END.search(self.text, max(last.start, end - MAX_NAME), end)):
            return Edit(end - 1, end - 1, f"}}{tag[:-1]}" if lost.group(1) else tag[:-1]), MISSING_END_TAGS.lost_bracket
        own_line = width is not None and self.text[token.end : token.end + 200].lstrip(" \t").startswith(("\n", "\r"))
        if own_line:
            return Edit(end, end, newline(self.text) + margin(self.text, token.start) + tag), 0.0
        return Edit(end, end, tag), 0.0

    def _other_readings(
        self, mismatch: Missing, path: list[str], items: list[Sibling], outside: float
    ) -> list[Reading]:
        """The readings of a start tag as text, or as one too many."""
        token = self.tokens[mismatch.start]
        name, text = token.name, self.text
        found: list[Reading] = []
        attributed = bool(token.attributes)
        known = self.statistics.knows(name)
        glued = token.start > 0 and not text[token.start - 1].isspace() and text[token.start - 1] != ">"
        outside += self._cut_price(mismatch)
        cost = MISSING_END_TAGS.tag_is_text + outside + self.statistics.words(path)
        cost += MISSING_END_TAGS.attributes_in_text if attributed else 0.0
        if self.nesting.is_stranger(mismatch.start, path):
            cost -= MISSING_END_TAGS.stranger_in_text
        elif known:
            cost += MISSING_END_TAGS.known_in_text
        elif glued:
            cost -= MISSING_END_TAGS.glued_in_text
        elif self.nesting.in_sentence(mismatch.start):
            cost -= MISSING_END_TAGS.sentence
        if name.lower() in VOID or name.lower() in _HTML or self.statistics.knows_alike(name):
            cost += MISSING_END_TAGS.markup
        elif self.schema_names and not known:
            cost -= MISSING_END_TAGS.not_in_schema
        if self._between_tags(mismatch.start):
            cost += MISSING_END_TAGS.between_tags
        found.append(self.nesting.as_text(token, cost))
        if not path and len(items) != 1:
            return found  # without this tag the document would have several roots, or none
        repeated = self._repeated(mismatch.start)
        # its content stays inside the other of the two
        cost = MISSING_END_TAGS.surplus + outside + (MISSING_END_TAGS.surplus_attributes if attributed else 0.0)
        cost = MISSING_END_TAGS.repeated if repeated else cost
        note = f'The start tag "<{name}>", which nothing closes, is removed.'
        compared = self.text[token.end - 1] != ">" and self._follows_words(
            mismatch.start
        )  # x <y: it may be less than that
        drops = compared or (attributed and not repeated)
        gone = Reading((self.nesting.without(token),), note, cost, drops=drops)
        found.append(gone.doubted() if repeated and self._may_hold_itself(mismatch.start) else gone)
        return found

    def _remnant(self, mismatch: Missing, best: Reading) -> Reading | None:
        """The reading of an element as a remnant of the next one of its name, which repeats its content; or None.

        It is as likely as that the content was meant to occur twice.
        """
        tokens, partner = self.tokens, self.partner
        token = tokens[mismatch.start]
        following = range(mismatch.start + 1, min(mismatch.start + NEAR, mismatch.before))
        twin = next((at for at in following if tokens[at].kind is START and tokens[at].name == token.name), -1)
        if twin < 0 or partner[twin] < 0:
            return None
        text = self.text
        own, others = (
            {text[each.start : each.end].strip() for each in tokens[at].attributes} for at in (mismatch.start, twin)
        )
        if not own <= others:
            return None  # it says of itself that it is another one
        held, again = text[token.end : tokens[twin].start], text[tokens[twin].end : tokens[partner[twin]].start]
        # laid out alike they are two of a list
        if held == again or len(held.split()) < SAID or held.split() != again.split():
            return None
        note = f'What "<{token.name}>" begins stands whole in the next element of the name; it is removed.'
        gone = Edit(token.start, tokens[twin].start, "")
        return Reading((gone,), note, best.cost, drops=True)

    def _may_hold_itself(self, index: int) -> bool:
        """Whether a start tag behind an equal one, in one line, may as well begin an element that lacks its end tag.

        Not if the schema has no room for it, or if elements of the name never held each other, or hold only words.
        """
        name = self.tokens[index].name
        if indent(self.text, self.tokens[index].start) is not None and "\n" in self.text:
            return False  # the line is evidence: an element inside another is seldom laid out like it
        if self.statistics.forbids([*self.nesting.path(index), name], name):
            return False
        if self.statistics.seen[name] >= FEW and self.statistics.children[name, name] <= 0:
            return False
        return name.lower() in _HTML or self.statistics.parents[name] > 0

    def _follows_words(self, index: int) -> bool:
        """Whether words precede a tag, with no other tag in between."""
        before = self.tokens[index - 1] if index else None
        return before is not None and before.kind is TEXT and not before.text.isspace()

    def _between_tags(self, index: int) -> bool:
        """Whether a tag has a line of its own, between other tags: it cannot be text."""
        before, after = (self.tokens[at] if 0 <= at < len(self.tokens) else None for at in (index - 1, index + 1))
        return all(each is not None and (each.kind is not TEXT or each.text.isspace()) for each in (before, after))

    def _repeated(self, index: int) -> bool:
        """Whether a start tag is written twice in the same layout, with only white space between.

        The other one must be closed: if both lacked their end tags, each would be removed as a repetition of the other.
        """
        token = self.tokens[index]
        for step in (1, -1):
            other = index + step
            while (
                0 <= other < len(self.tokens) and self.tokens[other].kind is TEXT and self.tokens[other].text.isspace()
            ):
                other += step
            twin = self.tokens[other] if 0 <= other < len(self.tokens) else None
            if twin and twin.kind is START and twin.text == token.text and other not in self.nesting.missing:
                beside = other == index + step
                if beside or indent(self.text, twin.start) == indent(self.text, token.start):
                    return True
        return False
