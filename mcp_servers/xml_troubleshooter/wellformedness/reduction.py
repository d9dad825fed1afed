"""A large document reduced to the parts that its faults need; libxml2 vouches for the rest.

Some windows of the text are kept: its beginning, its end, and one around each place where libxml2 stops. Of a stretch
between two windows only the tags that pair with nothing inside it are kept. The omitted tags nest properly, so the
others pair as they do in the whole document. It is one algorithm, whose steps go back and forth.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, pairwise

from lxml import etree

from ..codes import Code
from ..document.document import Document
from ..document.edits import Edit, Span
from ..document.names import prefixed
from ..document.parsing import parser, streaming
from ..document.tokens import AT_NAME, SECTION, SECTION_ENDS
from .doctype_faults import DOCTYPE, Doctype, read_doctype
from .faults import Fault
from .tags.names_in_text import PROPER_TAG

ENDS = 2_500  # characters that are kept at the beginning and at the end
HALF = 6_000  # characters that are kept on either side of a fault
MIN_HALF = 1_000  # the same where there are many faults, which together keep no more than
ALL_PARTS = 2_000_000
CUT_RANGE = 1_500  # characters in which the best place for a cut is looked for
CHUNK = 65_536  # characters that libxml2 is fed at a time
STRETCH = 4_000_000  # characters of which libxml2 makes a tree at a time
MAX_ROUNDS = 8  # of finding out what must be kept
MOST = 0.5  # the share of a document that may be kept
DEEPEST = 256  # elements within each other that libxml2 reads

_WRAPPER = "stretch-of-a-larger-document"
_MARK = "end-of-the-stretch"
_LINE_TAG = re.compile(rf"\n[ \t]*+(?=<{AT_NAME})")
_ANY_TAG = re.compile(rf"(?=<{AT_NAME})")
_DECLARED_PREFIX = re.compile(r"\sxmlns:([^\s=<>\"'/]+)\s*=")
_PREFIX = re.compile(r"[<\s]([^\s<>=\"'/:]+):")
_ID = re.compile(r"\sxml:id\s*=\s*[\"']\s*([^\"'<>]*?)\s*[\"']")
_END_TAG = re.compile(r"</([^\s<>]+)\s*>")
_MARGIN = re.compile(r"(?:\r?\n)?[ \t]*\Z")
_MISMATCH = "ERR_TAG_NAME_MISMATCH"
_UNBOUND = "NS_ERR_UNDEFINED_NAMESPACE"
_UNFINISHED = {"ERR_COMMENT_NOT_FINISHED": "<!--", "ERR_CDATA_NOT_FINISHED": "<![CDATA[", "ERR_PI_NOT_FINISHED": "<?"}
# faults that depend on the content between two tags: both must be kept with their surroundings
_FAR_REACHING = frozenset({Code.MISSING_END_TAG, Code.OVERLAPPING_TAGS})

_Span = tuple[int, int]


def reduced_faults(document: Document, analyse: Callable[[Document], tuple[Fault, ...]]) -> tuple[Fault, ...] | None:
    """The faults that `analyse` finds in a large document, searched for only where libxml2 reports an error.

    None where they cannot be found in parts of the document.
    """
    try:
        return _Reducer(document.text).faults(document, analyse)
    except _NotInPartsError:
        return None


class _NotInPartsError(Exception):
    """The document can only be understood as a whole."""


class _Stop(Exception):  # noqa: N818 - libxml2 stops here; what that means is for others to say
    """libxml2 does not get beyond an offset, nor beyond others behind it."""

    def __init__(self, *offsets: int) -> None:
        super().__init__(*offsets)
        self.offsets = offsets


class _Reducer:
    def __init__(self, text: str) -> None:
        self.text = text
        ids = _ID.findall(text) if "xml:id" in text else []
        if len(set(ids)) < len(ids):
            raise _NotInPartsError
        self.doctype, start = _doctype(text)
        self.unbound: set[str] = set()  # prefixes that are known to be at fault
        self.most = int(MOST * len(text) / MIN_HALF)  # windows that are not too much to keep
        beginning = _cut(text, start + ENDS, len(text))
        end = _cut(text, len(text) - ENDS, len(text))
        if not 0 <= beginning < end:
            raise _NotInPartsError
        self.ends = ((0, beginning), (end, len(text)))

    def faults(self, document: Document, analyse: Callable[[Document], tuple[Fault, ...]]) -> tuple[Fault, ...]:
        points: set[int] = set()
        for _ in range(MAX_ROUNDS):
            try:
                excerpt = self._excerpt(points)
            except _Stop as stop:
                new = set(stop.offsets)
            else:
                found = analyse(document.with_text(excerpt.text))
                new = {place for fault in found for place in excerpt.unseen(fault)}
                new |= {place for fault in found for place in excerpt.witnesses(fault)} - points
                if not new:
                    if not found:
                        break
                    return tuple(excerpt.original(fault) for fault in found)
            if new <= points:
                break
            points |= new
        raise _NotInPartsError

    def _excerpt(self, points: Collection[int]) -> _Excerpt:
        """The text with windows around these points. Raises _Stop where another is needed."""
        text = self.text
        beginning, end = self.ends
        windows = [beginning]
        half = max(MIN_HALF, min(HALF, ALL_PARTS // (2 * max(1, len(points)))))
        for start, stop in (*sorted(self._window(point, half) for point in points), end):
            if start <= windows[-1][1]:
                windows[-1] = (windows[-1][0], max(windows[-1][1], stop))
            else:
                windows.append((start, stop))
        if sum(stop - start for start, stop in windows) > MOST * len(text):
            raise _NotInPartsError
        kept = windows[:1]
        declared = set(_DECLARED_PREFIX.findall(text, *beginning))
        stops: list[int] = []
        for before, window in pairwise(windows):
            try:
                between = self._unpaired(before[1], window[0], self._wrapper(declared))
            except _Stop as stop:
                stops += [*stop.offsets, *self._further_stops(stop.offsets[0], window[0], declared)]
                between = []
            kept += [*between, window]
            for span in (*between, window):
                declared.update(_DECLARED_PREFIX.findall(text, *span))
        if stops:
            raise _Stop(*stops)
        return _Excerpt(text, kept, frozenset(windows))

    def _further_stops(self, offset: int, end: int, declared: set[str]) -> list[int]:
        """The offsets of the next stops of libxml2 behind one stop, found at once, lest every fault take a round."""
        found: list[int] = []
        while (start := _cut(self.text, offset + MIN_HALF, end)) >= 0:
            try:
                self._unpaired(start, end, self._wrapper(declared))
            except _Stop as stop:
                offset = max(stop.offsets[0], start)
                found.append(offset)
                if len(found) > self.most:
                    raise _NotInPartsError from None
            else:
                break
        return found

    def _window(self, point: int, half: int) -> _Span:
        text = self.text
        reach, start = half, -1
        while start < 0:
            first = max(0, point - reach)
            start = _cut(text, first, point) if first else 0
            reach *= 4
        end = _cut(text, point + half, len(text))
        while end >= 0 and (after := _end_of_section(text, start, end)):
            end = _cut(text, after, len(text))
        return start, end if end >= 0 else len(text)

    def _wrapper(self, bound: set[str]) -> str:
        """The start tag of an element for a stretch of the document, with the prefixes that are bound in front."""
        prefixes = (bound | self.unbound) - {"xml", "xmlns"}
        declared = "".join(f' xmlns:{prefix}="urn:x"' for prefix in sorted(prefixes))
        entities = "".join(f'<!ENTITY {name} "">' for name in self.doctype.entities)
        outside = ' SYSTEM "x"' if self.doctype.open else ""
        return f"<!DOCTYPE {_WRAPPER}{outside} [{entities}]><{_WRAPPER}{declared}>"

    def _unpaired(self, start: int, end: int, wrapper: str) -> list[_Span]:
        """The tags between two offsets that pair with nothing there: end tags first, then start tags."""
        ends: list[_Span] = []
        starts: list[_Span] = []
        while start < end:
            stop = _cut(self.text, start + STRETCH, end) if end - start > STRETCH else end
            stop = stop if stop > 0 else end
            while error := self._first_error(start, stop, wrapper):
                type_name, message, offset = error
                if type_name == _MISMATCH and offset > stop:
                    starts += self._open_elements(start, stop, wrapper)
                    break
                if type_name == _UNBOUND:
                    self.unbound |= set(_PREFIX.findall(self.text, self.text.rfind("<", start, offset), offset))
                if type_name in _UNFINISHED:
                    opening = _UNFINISHED[type_name]
                    ended = self.text.rfind(SECTION_ENDS[opening], start, stop)
                    offset = self.text.find(opening, max(start, ended), stop)
                # where an end tag pairs with nothing here it meets the wrapper: whatever the wording, that is named
                if type_name != _MISMATCH or _WRAPPER not in message or self.text[offset - 1] != ">":
                    raise _Stop(min(offset, stop))
                if starts:
                    starts.pop()
                else:
                    ends.append((self.text.rfind("</", start, offset), offset))
                    if len(ends) > self.most + DEEPEST:
                        raise _NotInPartsError  # these are not all ends of what begins in front
                start = offset
            start = stop
        return [_with_margin(self.text, span) for span in (*ends, *starts)]

    def _first_error(self, start: int, end: int, wrapper: str) -> tuple[str, str, int] | None:
        """The first error of libxml2 in a stretch, if any: its type, its message, and the offset where it stopped."""
        pieces = (self.text[at : min(at + CHUNK, end)] for at in range(start, end, CHUNK))
        data = (piece.encode("utf-8", "surrogatepass") for piece in chain((wrapper,), pieces, (f"</{_WRAPPER}>",)))
        for error in first_errors(data):
            # an entity that may be declared outside the document is no fault
            if not (self.doctype.open and error.type_name == "WAR_UNDECLARED_ENTITY"):
                offset = _line(self.text, start, error.line - 1) + error.column - 1
                return error.type_name, error.message, offset - len(wrapper) if error.line == 1 else offset
        return None

    def _open_elements(self, start: int, end: int, wrapper: str) -> list[_Span]:
        """The start tags of the elements that are open at the end of a stretch without faults, outermost first."""
        stretch = self.text[start:end]
        root = etree.fromstring(
            f"{wrapper}{stretch}<{_MARK}/>".encode("utf-8", "surrogatepass"), parser(recover=True, entities=False)
        )
        node = root
        while len(node):
            node = node[-1]
        if node.tag != _MARK:
            raise _NotInPartsError
        if any(opening in stretch for opening in SECTION_ENDS):
            stretch = SECTION.sub(lambda match: " " * len(match.group()), stretch)
        found: list[_Span] = []
        at = len(stretch)
        for element in node.iterancestors():
            if element is root:
                break
            name = etree.QName(element).localname if "{" in element.tag else element.tag
            at, stop = _open_tag(stretch, prefixed(element.prefix, name), at)
            found.append((start + at, start + stop))
        found.reverse()
        return found


@dataclass(frozen=True)
class _Excerpt:
    """Some spans of a text; faults in those that are `windows` can be judged, as their surroundings are kept."""

    whole: str
    kept: list[_Span]
    windows: frozenset[_Span]

    @cached_property
    def text(self) -> str:
        return "".join(self.whole[slice(*span)] for span in self.kept)

    @cached_property
    def _starts(self) -> list[int]:
        """The offset of each span in the excerpt, and the length of the excerpt."""
        return [0, *accumulate(end - start for start, end in self.kept)]

    def _span(self, offset: int) -> int:
        return min(bisect_right(self._starts, offset), len(self.kept)) - 1

    def _place(self, offset: int) -> int:
        """The offset in the whole text of an offset in the excerpt."""
        span = self._span(offset)
        return self.kept[span][0] + offset - self._starts[span]

    def unseen(self, fault: Fault) -> Iterator[int]:
        """The offsets in the whole text that a fault refers to and whose surroundings are not kept."""
        offsets = {fault.start, fault.end}
        for edit in fault.readings[0].edits if fault.readings else ():
            offsets |= {edit.start, edit.end}
            first, last = self._span(edit.start), self._span(max(edit.start, edit.end - 1))
            if first != last and {self.kept[first], self.kept[last]} <= self.windows:
                raise _NotInPartsError  # the excerpt lacks a part of the text that it removes
        if fault.code in _FAR_REACHING:
            offsets.add(fault.other)
        for offset in offsets:
            span = self._span(offset)
            joint = offset == self._starts[span] and span > 0
            if joint or self.kept[span] not in self.windows:
                yield self._place(offset)

    def witnesses(self, fault: Fault) -> Iterator[int]:
        """The offsets in the whole text of other tags that may decide between the readings of a fault."""
        whole, start, end = self.whole, self._place(fault.start), self._place(fault.end)
        window = self.kept[self._span(fault.start)]
        if fault.code is Code.UNEXPECTED_END_TAG and f"</{fault.name}" not in whole[window[0] : start]:
            # an earlier end tag of the name may be the one that came too early
            before = self._end_tags.get(fault.name, [])
            if at := bisect_left(before, window[0]):
                yield before[at - 1]
        if fault.code is Code.TAG_MISMATCH:
            for name in (fault.name, fault.value):
                # another tag with one of two names shows which is the right one
                if self._end_tags_left[name] <= 1 and (places := self._end_tags.get(name)):
                    yield from (at for at in (places[0], places[-1]) if not start <= at < end)

    @cached_property
    def _end_tags_left(self) -> Counter[str]:
        """The number of end tags of each name in the excerpt."""
        return Counter(_END_TAG.findall(self.text))

    @cached_property
    def _end_tags(self) -> dict[str, list[int]]:
        """The offsets in the whole text of the end tags of each name."""
        places: dict[str, list[int]] = {}
        for match in _END_TAG.finditer(self.whole):
            places.setdefault(match[1], []).append(match.start())
        return places

    def original(self, fault: Fault) -> Fault:
        """A fault of the excerpt as one of the whole text."""
        start, end = self._places(fault)
        other = self._place(fault.other) if fault.other >= 0 else -1
        readings = tuple(
            replace(reading, edits=tuple(Edit(*self._places(edit), edit.after) for edit in reading.edits))
            for reading in fault.readings
        )
        return replace(fault, start=start, end=end, other=other, readings=readings)

    def _places(self, span: Span) -> tuple[int, int]:
        """The start and end in the whole text of a span of the excerpt."""
        start = self._place(span.start)
        return start, self._place(span.end - 1) + 1 if span.end > span.start else start


def _cut(text: str, first: int, last: int) -> int:
    """A place between two offsets, near the first, to cut the text at: in front of a start tag; -1 for none.

    Best is a tag of an outer element, at the beginning of a line.
    """
    lines = list(_LINE_TAG.finditer(text, first, min(first + CUT_RANGE, last)))
    if lines:
        return min(lines, key=lambda match: len(match.group())).start()
    match = _ANY_TAG.search(text, first, last)
    return match.start() if match else -1


def _end_of_section(text: str, start: int, end: int) -> int:
    """The end of the comment, CDATA section or instruction that an offset lies in; 0 where it lies in none."""
    for opening, closing in SECTION_ENDS.items():
        opened = text.rfind(opening, start, end)
        if opened >= 0 and text.find(closing, opened, end) < 0:
            return text.find(closing, end) + len(closing) if text.find(closing, end) >= 0 else 0
    return 0


def _with_margin(text: str, span: _Span) -> _Span:
    """A tag with the white space in front of it in its line."""
    margin = _MARGIN.search(text, max(0, span[0] - 200), span[0])
    return (margin.start() if margin else span[0], span[1])


def _open_tag(text: str, name: str, before: int) -> _Span:
    """The last start tag of a name that no end tag in front of an offset closes. Raises _NotInPartsError."""
    delimiter = " \t\r\n/>"
    closed = 0
    at = before
    while True:
        start = text.rfind(f"<{name}", 0, at)
        if start < 0:
            raise _NotInPartsError
        end = text.rfind(f"</{name}", start, at)
        if end >= 0:
            closed += text[end + len(name) + 2] in delimiter
            at = end
            continue
        at = start
        tag = PROPER_TAG.match(text, start)
        if tag and tag.group(1) == name and not tag.group(2):
            if not closed:
                return tag.span()
            closed -= 1


def first_errors(pieces: Iterable[bytes]) -> list[etree._LogEntry]:  # lxml has no public name for it
    """The errors of libxml2 in the first of these pieces of a text that has any; no tree is built."""
    reader = streaming(None)
    with suppress(etree.XMLSyntaxError):
        for piece in pieces:
            reader.feed(piece)
            if len(reader.feed_error_log) and any(error.level_name != "WARNING" for error in reader.feed_error_log):
                break
        else:
            reader.close()
    return [error for error in reader.feed_error_log if error.level_name != "WARNING"]


def _line(text: str, start: int, number: int) -> int:
    """The beginning of the line that is so many line feeds behind an offset; the offset itself for none."""
    while number > 0:
        feeds = text.count("\n", start, start + CHUNK)
        if feeds < number:
            number -= feeds
            start += CHUNK
            continue
        for _ in range(number):
            start = text.index("\n", start) + 1
        break
    return start


def _doctype(text: str) -> tuple[Doctype, int]:
    """The declarations of the DOCTYPE, and the offset of its end; 0 without one. Raises _NotInPartsError."""
    at = text.find("<!DOCTYPE", 0, ENDS)
    if at < 0:
        return Doctype(), 0
    match = DOCTYPE.match(text, at)
    if not match:
        raise _NotInPartsError
    return read_doctype(match.group()), match.end()
