"""End tags that close nothing: too many, too late, or without their start tag."""

from __future__ import annotations

import re
from dataclasses import replace

from ...codes import Code
from ...document.edits import Edit
from ...document.layout import indent, line_start, newline
from ...document.tokens import Kind, Token
from ..faults import Fault, Reading
from .mismatches import Extra
from .missing_end_tags import MAX_READINGS
from .nesting import Nesting, Sibling

_GLUED = 0.35
_EMPTY_END = re.compile(r"\s*/\s*>?\Z")
_TAG_TAIL = re.compile(r"[^<>]*[\"']\s*>")


class UnexpectedEndTags:
    """What end tags that close nothing are there for."""

    def __init__(self, nesting: Nesting) -> None:
        self.nesting = nesting

    def unexpected(self, mismatch: Extra) -> Fault:
        token = self.nesting.tokens[mismatch.end]
        name = token.name
        parent = self.nesting.parent[mismatch.end]
        path = self.nesting.path(mismatch.end)
        items = self.nesting.last_items(parent + 1, mismatch.end)
        inner = [*path, name]
        width = indent(self.nesting.text, token.start)
        inside = [
            self.nesting.price(inner, item) + self.nesting.layout(item, width, name, inner=True) for item in items
        ]
        outside = [self.nesting.price(path, item) for item in items]
        if path and self._stands_deeper(token, self.nesting.tokens[parent]):
            # it is laid out as a sibling of what would then stand outside
            layouts = [self.nesting.layout(item, width, path[-1], inner=False) for item in items]
            outside = [cost + more for cost, more in zip(outside, layouts, strict=True)]
        if path:
            repeated = self.nesting.repetitions(path[-1], items)
            outside = [cost + more for cost, more in zip(outside, repeated, strict=True)]
        elif items:
            outside[0] = 0.0  # the root element itself
        cost = sum(outside)
        readings = [self._removal(mismatch, items, cost)]
        if self.nesting.in_sentence(mismatch.end) and path and self.nesting.statistics.is_stranger(path, name):
            readings = [replace(readings[0], cost=cost + 1.7), self.nesting.as_text(token, cost + 1.6)]
        for at in range(len(items) - 1, -1, -1):
            if items[at].name == name:
                readings += self._longer(mismatch, items, at, path, cost)
            cost += inside[at] - outside[at]
            if at > 0 or path:
                readings.append(self._opening(mismatch, items, at, path, cost))
        if items and (tail := self._tail(items[-1], token)):
            readings.append(tail)
        readings.sort(key=lambda reading: reading.cost)
        return Fault(
            code=Code.UNEXPECTED_END_TAG,
            start=token.start,
            end=token.end,
            name=name,
            value=path[-1] if path else "",
            other=self.nesting.tokens[parent].start if parent >= 0 else -1,
            other_note=f'"{path[-1]}" is the element open here' if path else "",
            readings=tuple(readings[:MAX_READINGS]),
        )

    def _stands_deeper(self, token: Token, than: Token) -> bool:
        own, other = indent(self.nesting.text, token.start), indent(self.nesting.text, than.start)
        return own is not None and other is not None and own > other

    def _longer(self, mismatch: Extra, items: list[Sibling], at: int, path: list[str], cost: float) -> list[Reading]:
        """An earlier element of the name goes on up to the end tag: its own end came too early."""
        item, token = items[at], self.nesting.tokens[mismatch.end]
        name = token.name
        tag, end = self.nesting.tokens[item.first], self.nesting.tokens[item.last]
        if tag.kind is Kind.EMPTY:
            opened = Edit(tag.start, tag.end, _EMPTY_END.sub(">", tag.text))
            note = f'The empty tag "<{name}/>" becomes the start tag of the content that follows it.'
            cost += 0.5 if self._same_line(tag, token) else 0.9
            glued = at + 1 < len(items) and not items[at + 1].name and not self.nesting.text[tag.end].isspace()
            return [Reading((opened,), note, cost - _GLUED - 0.1 if glued else cost)]
        following = items[at + 1 :]
        if end.kind is not Kind.END or not following:
            return []
        merged = [*self.nesting.items(item.first + 1, item.last), *following]
        cost += 1.05 + sum(self.nesting.repetitions(name, merged)[-len(following) :])
        if all(not other.name for other in following) and not self._same_line(end, token):
            cost += 0.2  # text in a line of its own
        if path and (path[-1], name) in self.nesting.statistics.repeated:
            cost += 0.25
        note = f'The end tag "</{name}>" that comes too early is removed.'
        return [Reading((self.nesting.without(end),), note, cost)]

    def _tail(self, item: Sibling, end: Token) -> Reading | None:
        """The rest of a line whose beginning got lost: 'fix">text</name>'."""
        run = self.nesting.tokens[item.first]
        if item.name or run.kind is not Kind.TEXT or run.end != end.start:
            return None
        start = run.start + len(run.text) - len(run.text.lstrip())
        if not _TAG_TAIL.match(self.nesting.text, start, run.end):
            return None
        note = f'What is left of a lost tag, up to "</{end.name}>", is removed.'
        return Reading((Edit(start, end.end, ""),), note, 1.0, drops=True)

    def _same_line(self, first: Token, second: Token) -> bool:
        return "\n" not in self.nesting.text[first.end : second.start]

    def _removal(self, mismatch: Extra, items: list[Sibling], outside: float) -> Reading:
        token = self.nesting.tokens[mismatch.end]
        cost = 1.0 + outside
        if items:
            last = self.nesting.tokens[items[-1].last]
            if last.kind is Kind.END and last.name == token.name:
                cost -= 0.3
        note = f'The end tag "</{token.name}>", which closes nothing, is removed.'
        return Reading((self.nesting.without(token),), note, cost)

    def _opening(self, mismatch: Extra, items: list[Sibling], at: int, path: list[str], cost: float) -> Reading:
        """A start tag in front of an item."""
        text = self.nesting.text
        token, name = self.nesting.tokens[mismatch.end], self.nesting.tokens[mismatch.end].name
        first = self.nesting.tokens[items[at].first]
        cost += 1.2 + 0.5 * self.nesting.statistics.child(path, name)  # the end tag itself speaks for the element
        if (
            self.nesting.statistics.seen[name]
            and self.nesting.statistics.attributed[name] == self.nesting.statistics.seen[name]
        ):
            cost += 0.5
        if not self.nesting.statistics.knows(name):
            cost += 0.5
        if at + 1 == len(items) and not items[at].name and not text[token.start - 1].isspace():
            cost -= _GLUED  # the shape of a leaf
        tag = f"<{name}>"
        width = indent(text, token.start)
        gap = (
            self.nesting.tokens[items[at - 1].last].end
            if at
            else self.nesting.tokens[max(items[at].first - 1, 0)].start
        )
        place = self.nesting.leftover(gap, first.start, width)
        if place is not None:
            note = f'The element "{name}" gets its missing start tag "<{name}>".'
            return Reading((Edit(place, place, tag),), note, cost - 0.6)
        start = first.start
        if first.kind is Kind.TEXT:
            start += len(first.text) - len(first.text.lstrip())
        if width is not None and indent(text, start) is not None:
            tag = f"{tag}{newline(text)}{text[start - self._column(start) : start]}"
        note = f'The element "{name}" gets its missing start tag "<{name}>".'
        return Reading((Edit(start, start, tag),), note, cost)

    def _column(self, at: int) -> int:
        return at - line_start(self.nesting.text, at)
