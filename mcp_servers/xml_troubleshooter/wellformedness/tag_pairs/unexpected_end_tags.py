"""End tags that close nothing: too many, too late, or without their start tag."""

from __future__ import annotations

import re
from dataclasses import replace

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import indent, line_start, margin, newline
from ...document.names import bare_name
from ...document.tokens import Kind, Token
from ...prices import SURPLUS_END_TAGS
from ..faults import Fault, Reading
from ..mismatches import Extra
from .missing_end_tags import MAX_READINGS
from .tag_nesting import MismatchReader, Sibling

LISTED = 3  # siblings of one name that are a list
ALIKE = 2  # siblings that show what another one holds
TOGETHER = 2  # end tags that are the rest of a line
_LINE = re.compile(r"[^\n]*+\n?")
_TAG = re.compile(r"<[^<>]*>")
_EMPTY_END = re.compile(r"\s*/\s*>?\Z")
_TAG_TAIL = re.compile(r"[^<>]*[\"']\s*>")


class UnexpectedEndTags(MismatchReader):
    """Reads end tags that close nothing."""

    def unexpected(self, mismatch: Extra) -> Fault:
        token = self.tokens[mismatch.end]
        name = token.name
        parent = self.nesting.parent[mismatch.end]
        path = self.nesting.path(mismatch.end)
        items = self.nesting.last_items(parent + 1, mismatch.end)
        inner = [*path, name]
        width = indent(self.text, token.start)
        layouts = self.nesting.block(items, [self.nesting.layout(item, width, name, inner=True) for item in items])
        inside = [self.nesting.price(inner, item) + layout for item, layout in zip(items, layouts, strict=True)]
        outside = [self.nesting.price(path, item) for item in items]
        if path and self._stands_deeper(token, self.tokens[parent]):
            # it is laid out as a sibling of the items that would then be outside
            layouts = [self.nesting.layout(item, width, path[-1], inner=False) for item in items]
            outside = [cost + more for cost, more in zip(outside, layouts, strict=True)]
        if path:
            repeated = self.nesting.repetitions(path[-1], items)
            outside = [cost + more for cost, more in zip(outside, repeated, strict=True)]
        elif items:
            outside[0] = 0.0  # the root element itself
        readings = self._ways(mismatch, items, inside, outside)
        found = Fault(Code.UNEXPECTED_END_TAG, token.start, token.end, tuple(readings[:MAX_READINGS]), name=name)
        if not path:
            return found
        around = f'"{path[-1]}" is the element open here'
        return replace(found, value=path[-1]).explained_by(self.tokens[parent].start, around)

    def rests_of_lines(self, ends: set[int]) -> tuple[list[Fault], set[int]]:
        """One fault for each line that is left with only end tags that close nothing, and signs; and these tags."""
        found: list[Fault] = []
        told: set[int] = set()
        lines: dict[int, list[int]] = {}
        for end in sorted(ends):
            lines.setdefault(line_start(self.text, self.tokens[end].start), []).append(end)
        for start, run in lines.items():
            line = _LINE.match(self.text, start)
            if len(run) < TOGETHER or line is None or line[0].count("<") != len(run):
                continue
            if any(character.isalnum() for character in _TAG.sub("", line[0])):
                continue
            first, last = self.tokens[run[0]], self.tokens[run[-1]]
            note = f'What is left of a lost line, "{line[0].strip()[:60]}", is removed.'
            reading = Reading((Edit(start, line.end(), ""),), note, SURPLUS_END_TAGS.tail, drops=True)
            code = Code.UNEXPECTED_END_TAG
            found.append(Fault(code, first.start, last.end, name=first.name, readings=(reading,)))
            told.update(run)
        return found, told

    def _ways(self, mismatch: Extra, items: list[Sibling], inside: list[float], outside: list[float]) -> list[Reading]:
        """The readings, best first, by the prices of the items inside and outside an element of the name."""
        path, token, cost = self.nesting.path(mismatch.end), self.tokens[mismatch.end], sum(outside)
        readings = [self._removal(mismatch, items, cost + self._out_of_place(mismatch, items))]
        if path and self.statistics.empty[token.name] and not self.statistics.seen[token.name]:
            readings.append(self._emptied(token, cost))
        if self.nesting.in_sentence(mismatch.end) and path and self.statistics.is_stranger(path, token.name):
            removed = replace(readings[0], cost=cost + SURPLUS_END_TAGS.removed_stranger)
            readings = [removed, self.nesting.as_text(token, cost + SURPLUS_END_TAGS.tag_is_text)]
        longer: list[Reading] = []
        openings: list[Reading] = []
        for at in range(len(items) - 1, -1, -1):
            if items[at].name == token.name and self.tokens[items[at].first].kind is Kind.EMPTY:
                readings.append(self._opened(mismatch, items, at, cost))
            elif items[at].name == token.name:
                longer += self._longer(mismatch, items, at, path, cost)
            cost += inside[at] - outside[at]
            if at > 0 or path:
                openings.append(self._opening(mismatch, items, at, path, cost))
        readings += [*longer, *openings]
        if items and (tail := self._tail(items[-1], token)):
            readings.append(tail)
        readings.sort(key=lambda reading: reading.cost)
        if self._is_unheard_of(path, token.name) or self._is_either(token.name, readings[0], longer, openings):
            readings[0] = readings[0].doubted()
        return readings

    def _emptied(self, token: Token, outside: float) -> Reading:
        """The reading as an empty tag with its slash in front of the name: all others of the name are empty."""
        note = f'The end tag "</{token.name}>" becomes the empty tag "<{token.name}/>".'
        cost = outside + SURPLUS_END_TAGS.emptied + SURPLUS_END_TAGS.bare * self._lacks_attributes(token.name)
        return Reading((Edit(token.start, token.end, f"<{token.name}/>"),), note, cost)

    def _is_unheard_of(self, path: list[str], name: str) -> bool:
        """Whether the end tag is the only evidence of elements of its name: its start tag may have been lost."""
        statistics = self.statistics
        return not statistics.starts[name] and statistics.ends[name] <= 1 and not statistics.forbids(path, name)

    def _is_either(self, name: str, best: Reading, longer: list[Reading], openings: list[Reading]) -> bool:
        """Whether content may belong to the element in front as well as to one of its own: each is one slip."""
        # a start tag that was lost with its line took its attributes along
        bare = best in longer and self._lacks_attributes(name)
        doubt = SURPLUS_END_TAGS.doubt + SURPLUS_END_TAGS.bare * bare
        others = openings if best in longer else longer if best in openings else []
        return any(other.cost - best.cost < doubt for other in others)

    def _out_of_place(self, mismatch: Extra, items: list[Sibling]) -> float:
        """The price of text that is alone among elements, right in front of the end tag; 0 without such text."""
        parent = self.nesting.parent[mismatch.end]
        if parent < 0 or len(items) < 1 or items[-1].name or items[-1].last != mismatch.end - 1:
            return 0.0
        stop = self.partner[parent]
        behind = self.nesting.items(mismatch.end + 1, stop) if stop > mismatch.end else []
        others = [*items[:-1], *behind]
        return SURPLUS_END_TAGS.lonely if others and all(other.name for other in others) else 0.0

    def _stands_deeper(self, token: Token, than: Token) -> bool:
        own, other = indent(self.text, token.start), indent(self.text, than.start)
        return own is not None and other is not None and own > other

    def _opened(self, mismatch: Extra, items: list[Sibling], at: int, cost: float) -> Reading:
        """An earlier empty tag of the name was meant as the start tag."""
        text, token, tag = self.text, self.tokens[mismatch.end], self.tokens[items[at].first]
        cost += SURPLUS_END_TAGS.opened_in_line if self._same_line(tag, token) else SURPLUS_END_TAGS.opened
        if at + 1 < len(items) and not items[at + 1].name and not text[tag.end].isspace():
            cost -= SURPLUS_END_TAGS.glued + SURPLUS_END_TAGS.opened_before_text
        width = indent(text, tag.start)
        columns = [indent(text, self.tokens[item.first].start) for item in items[at + 1 :] if item.name]
        if width is not None and width == indent(text, token.start) and columns:
            # laid out as an element around the others
            deeper = all(column is not None and column > width for column in columns)
            cost -= SURPLUS_END_TAGS.opened_around if deeper else 0.0
        opened = Edit(tag.start, tag.end, _EMPTY_END.sub(">", tag.text))
        note = f'The empty tag "<{token.name}/>" becomes the start tag of the content that follows it.'
        text_alone = [item.name for item in items[at + 1 :]] == [""] and self._same_line(tag, token)
        return Reading((opened,), note, cost, sure=True if text_alone and self._holds_text(token.name) else None)

    def _holds_text(self, name: str) -> bool:
        """Whether all others of a name, several, hold text and nothing else: the one empty tag of the name does too."""
        full = ALIKE <= self.statistics.seen[name] <= self.statistics.text[name]
        return full and self.statistics.empty[name] == 1 and not self.statistics.parents[name]

    def _longer(self, mismatch: Extra, items: list[Sibling], at: int, path: list[str], cost: float) -> list[Reading]:
        """An earlier element of the name goes on up to the end tag: its own end came too early."""
        item, token = items[at], self.tokens[mismatch.end]
        name = token.name
        end = self.tokens[item.last]
        following = items[at + 1 :]
        if end.kind is not Kind.END or not following:
            return []
        merged = [*self.nesting.items(item.first + 1, item.last), *following]
        cost += SURPLUS_END_TAGS.longer_hollow if item.last == item.first + 1 else SURPLUS_END_TAGS.longer
        cost += sum(self.nesting.repetitions(name, merged)[-len(following) :])
        if all(not other.name for other in following) and not self._same_line(end, token):
            cost += SURPLUS_END_TAGS.longer_by_line
        if path and ((path[-1], name) in self.statistics.repeated or self._in_list(mismatch, items)):
            cost += SURPLUS_END_TAGS.longer_in_list
        if following[0].name and (name, following[0].name) not in self.statistics.repeated:
            cost += SURPLUS_END_TAGS.beginning * max(0.0, self.statistics.begins(name, following[0].name))
        cost += self._unfit(name, merged)
        note = f'The end tag "</{name}>" that comes too early is removed.'
        return [Reading((self.nesting.without(end),), note, cost)]

    def _tail(self, item: Sibling, end: Token) -> Reading | None:
        """The rest of a line whose beginning got lost: 'fix">text</name>'."""
        run = self.tokens[item.first]
        if item.name or run.kind is not Kind.TEXT or run.end != end.start:
            return None
        start = run.start + len(run.text) - len(run.text.lstrip())
        if not _TAG_TAIL.match(self.text, start, run.end):
            return None
        note = f'What is left of a lost tag, up to "</{end.name}>", is removed.'
        return Reading((Edit(start, end.end, ""),), note, SURPLUS_END_TAGS.tail, drops=True)

    def _same_line(self, first: Token, second: Token) -> bool:
        return "\n" not in self.text[first.end : second.start]

    def _removal(self, mismatch: Extra, items: list[Sibling], outside: float) -> Reading:
        token = self.tokens[mismatch.end]
        cost = SURPLUS_END_TAGS.removed + outside
        if items:
            last = self.tokens[items[-1].last]
            if last.kind is Kind.END and last.name == token.name:
                cost -= SURPLUS_END_TAGS.removed_behind_twin
        note = f'The end tag "</{token.name}>", which closes nothing, is removed.'
        return Reading((self.nesting.without(token),), note, cost)

    def _opening(self, mismatch: Extra, items: list[Sibling], at: int, path: list[str], cost: float) -> Reading:
        """A start tag in front of an item."""
        token, name = self.tokens[mismatch.end], self.tokens[mismatch.end].name
        first = self.tokens[items[at].first]
        cost += SURPLUS_END_TAGS.start_tag + SURPLUS_END_TAGS.place * self.statistics.child(path, name)
        bare = self._lacks_attributes(name)
        cost += SURPLUS_END_TAGS.bare if bare else 0.0
        if not self.statistics.knows(name):
            cost += SURPLUS_END_TAGS.unknown
        if (
            path
            and any(item.name == name for item in items[:at])
            and (path[-1], name) not in self.statistics.repeated
            and not self._in_list(mismatch, items)
        ):
            # a second one beside it; all the less where the first holds many of what follows
            listed = (name, items[at].name) in self.statistics.repeated
            cost += SURPLUS_END_TAGS.second_of_list if listed else SURPLUS_END_TAGS.second
        if items[at].name:
            cost -= SURPLUS_END_TAGS.beginning * min(0.0, self.statistics.begins(name, items[at].name))
        cost += self._unfit(name, items[at:])
        if at + 1 == len(items) and not items[at].name and not self.text[token.start - 1].isspace():
            cost -= SURPLUS_END_TAGS.glued  # the shape of a leaf
        sure = False if bare else None  # what its attributes said is lost in any case
        tag = f"<{name}>"
        width = indent(self.text, token.start)
        gap = self.tokens[items[at - 1].last].end if at else self.tokens[max(items[at].first - 1, 0)].start
        place = self.nesting.leftover(gap, first.start, width)
        if place is not None:
            cost -= SURPLUS_END_TAGS.leftover
        else:
            place = first.start + len(first.text) - len(first.text.lstrip())
            if width is not None and indent(self.text, place) is not None:
                place = line_start(self.text, place)
                tag = f"{margin(self.text, token.start)}{tag}{newline(self.text)}"
        note = f'The element "{name}" gets its missing start tag "<{name}>".'
        return Reading((Edit(place, place, tag),), note, cost, sure=sure, confidence=0.6)

    def _in_list(self, mismatch: Extra, items: list[Sibling]) -> bool:
        """Whether the element around an end tag holds several of its name: so many that one more is likely."""
        parent, name = self.nesting.parent[mismatch.end], self.tokens[mismatch.end].name
        found = sum(item.name == name for item in items)
        stop = self.partner[parent] if parent >= 0 else -1
        if found < LISTED and stop > mismatch.end:
            found += sum(item.name == name for item in self.nesting.items(mismatch.end + 1, stop))
        return found >= LISTED

    def _lacks_attributes(self, name: str) -> bool:
        """Whether all elements of a name carry attributes, so that a bare start tag is not the one that was lost."""
        count = self.statistics.seen[name] + self.statistics.empty[name]
        always = 0 < count == self.statistics.attributed[name] + self.statistics.attributed_empty[name]
        return always or (self.schema_names is not None and bool(self.schema_names.required(bare_name(name))))

    def _unfit(self, name: str, items: list[Sibling]) -> float:
        """The price of these items as the whole content of an element of a name: 0 unless the schema rejects them."""
        children = [bare_name(item.name) for item in items if item.name]
        refused = self.schema_names and self.schema_names.accepts(bare_name(name), children) is False
        return SURPLUS_END_TAGS.unfit if refused else 0.0
