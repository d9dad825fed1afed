"""From what libxml2 names, a path or how far it had read, to the characters of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from lxml import etree

from ..document.parsing import Element

# The next start tag, or else the end of the text: a search that could fail would fail at every character. In a
# well-formed text a "<" that opens none is part of another construct, which is passed over.
_START_TAG = re.compile(
    r"[^<]*+(?:<(?:/[^>]*+>|!--(?s:.*?)-->|!\[CDATA\[(?s:.*?)\]\]>|\?(?s:.*?)\?>"
    r"|!DOCTYPE(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*+(?:\[(?:[^\]<\"']|\"[^\"]*\"|'[^']*'|<!--(?s:.*?)-->|<\?(?s:.*?)\?>"
    r"|<(?:[^<>\"'\]]|\"[^\"]*\"|'[^']*')*>)*+\]\s*)?>)[^<]*+)*+(?:<([^\s/>!?]++)|\Z)"
)
_FEW = 32  # elements that are looked for one by one
_ATTRIBUTE = re.compile(r"\s([^\s=\"'<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TAG_REST = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_MARKUP = re.compile(r"<!--(?s:.*?)-->|<\?(?s:.*?)\?>|<(/?)[^\s/>!?\[]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_STEP = re.compile(r"([^\[\]]+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Place:
    """An element of the text: its start tag at `start`, its name as written, and a readable path to it.

    `inner` is what stands between the start tag and the next tag, `stray` the span of text that does not belong into
    the element, where it was looked for.
    """

    start: int
    tag: str
    inner: str
    name: str
    path: str
    stray: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        """Where the start tag ends."""
        return self.start + len(self.tag)

    def attribute(self, name: str) -> tuple[str, int, int, int] | None:
        """An attribute by its Clark name or the name as written: that, where it starts, and the span of its value."""
        local = name.rpartition("}")[2]
        for written, spans in self._attributes.items():
            # whatever prefix is bound to the namespace
            if written == name or (local != name and written.endswith(f":{local}")):
                return (written, *spans)
        return None

    @cached_property
    def _attributes(self) -> dict[str, tuple[int, int, int]]:
        return {
            found[1]: (self.start + found.start(1), self.start + found.start(value), self.start + found.end(value))
            for found in _ATTRIBUTE.finditer(self.tag)
            for value in (2 if found.start(2) >= 0 else 3,)
        }

    @property
    def content(self) -> tuple[int, int]:
        """The span of `inner` without white space around it; of the tag, where that is all there is of the element."""
        if self.tag.endswith("/>"):
            return self.start, self.end
        if not self.inner.strip():
            return self.end, self.end + len(self.inner)
        return self.end + len(self.inner) - len(self.inner.lstrip()), self.end + len(self.inner.rstrip())


class Places:
    """The elements of a well-formed document, found in its text by their order in the tree."""

    def __init__(self, text: str, root: Element) -> None:
        self.text = text
        self._root = root
        self._found: dict[Element, Place] = {}

    def of_path(self, path: str) -> Element:
        """The element that a path of libxml2 leads to (`/r/*[2]/x:a[3]/@b`), or the nearest one above it."""
        element = self._root
        for step in path.strip("/").split("/")[1:]:
            match = _STEP.fullmatch(step)
            if match is None or step.startswith(("@", "text()")):
                break
            found = _child(element, match[1], int(match[2] or 1))
            if found is None:
                break
            element = found
        return element

    def learn(self, elements: Iterable[Element]) -> None:
        """Find these elements in the text, all in one pass."""
        wanted = {element for element in elements if element not in self._found}
        if len(wanted) <= _FEW:
            self._learn_few(wanted)
            return
        tags = self._tags()
        for element in self._root.iter(etree.Element):
            tag = next(tags, None)
            if tag is None or not tag[1]:
                return
            if element in wanted:
                self._found[element] = self._place(element, tag)
                wanted.discard(element)
                if not wanted:
                    return

    def _learn_few(self, wanted: Iterable[Element]) -> None:
        """Count the elements in front of each, which libxml2 does faster than a loop over all of them."""
        numbers = sorted(
            (int(_number(element.xpath("count(preceding::*) + count(ancestor::*)"))), element) for element in wanted
        )
        tags = self._tags()
        passed = 0
        for number, element in numbers:
            tag = next(islice(tags, number - passed, None), None)
            passed = number + 1
            if tag is None or not tag[1]:
                return
            self._found[element] = self._place(element, tag)

    def of(self, element: Element, *, stray: bool = False) -> Place:
        """Where an element stands, and if asked for the first text in it that does not belong there."""
        self.learn([element])
        place = self._found.get(element) or Place(0, "", "", written(element), readable(element))
        return replace(place, stray=self._stray(place)) if stray else place

    def at(self, offsets: Sequence[int]) -> list[Element]:
        """For each offset, in ascending order, the element whose start tag or end tag ends there."""
        found: list[Element] = []
        tag: re.Match[str] | None = None
        element = self._root
        following = zip(self._tags(), self._root.iter(etree.Element), strict=False)
        ahead = next(following, None)
        for offset in offsets:
            while ahead is not None and -1 < ahead[0].start(1) < offset:
                tag, element = ahead
                ahead = next(following, None)
            if tag is not None and element not in self._found:
                self._found[element] = self._place(element, tag)
            found.append(self._closed(element, offset))
        return found

    def outside(self, element: Element, offset: int) -> Element:
        """The element that holds the text in front of the tag of `element` that ends at an offset."""
        parent = element.getparent()
        is_end = self.text.startswith("</", self.text.rfind("<", 0, offset))
        return element if is_end or parent is None else parent

    def _closed(self, element: Element, offset: int) -> Element:
        """The element that ends at an offset behind the last start tag before it."""
        if not self.text.startswith("</", self.text.rfind("<", 0, offset)):
            return element
        place = self.of(element)
        ended = 0 if place.tag.endswith("/>") else -1
        ended += sum(1 for match in _MARKUP.finditer(self.text, place.end, offset) if match[1])
        return next(islice(element.iterancestors(), ended - 1, None), element) if ended > 0 else element

    def _stray(self, place: Place) -> tuple[int, int] | None:
        at, depth = place.end, 0
        for match in _MARKUP.finditer(self.text, at):
            raw = self.text[at : match.start()]
            if depth == 0 and raw.strip():
                return at + len(raw) - len(raw.lstrip()), at + len(raw.rstrip())
            at = match.end()
            if match[1]:
                depth -= 1
            elif match[1] is not None and not match[2]:
                depth += 1
            if depth < 0:
                break
        return None

    def _tags(self) -> Iterator[re.Match[str]]:
        return _START_TAG.finditer(self.text)

    def _place(self, element: Element, tag: re.Match[str]) -> Place:
        rest = _TAG_REST.match(self.text, tag.end())
        end = rest.end() if rest else tag.end()
        following = _MARKUP.search(self.text, end)
        inner = self.text[end : following.start()] if following else ""
        start = tag.start(1) - 1
        return Place(start, self.text[start:end], inner, tag[1], readable(element))


def readable(element: Element) -> str:
    """A path with names as written, and positions where siblings share a name."""
    steps: list[str] = []
    node: Element | None = element
    while node is not None:
        parent = node.getparent()
        name = written(node)
        step = name
        if parent is not None:
            position = int(_count(node, "preceding-sibling", name)) + 1
            if position > 1 or _count(node, "following-sibling", name):
                step += f"[{position}]"
        steps.append(step)
        node = parent
    return "/" + "/".join(reversed(steps))


def written(element: Element) -> str:
    """The name of an element with its prefix."""
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local


def _count(node: Element, axis: str, name: str) -> float:
    return _number(node.xpath(f"count({axis}::*[name() = $name])", name=name))


def _number(result: Any) -> float:  # noqa: ANN401 - what an XPath yields
    return float(result)


def _child(parent: Element, name: str, position: int) -> Element | None:
    # "*" stands for a name in a default namespace, and counts among all elements
    same: Sequence[Element]
    if name == "*":
        same = parent.xpath("*[$position]", position=position)
    else:
        same = parent.xpath("*[name() = $name][$position]", name=name, position=position)
    return same[0] if same else None
