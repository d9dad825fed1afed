"""The part of a document that a model is shown: numbered lines around the faults, the same size for any document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..diagnostics import Diagnostic
from ..document.document import Document
from ..wording import shortened

_CONTEXTS = (16, 12, 8, 5, 3, 2, 1, 0)  # lines on either side of a fault, as the budget allows
_CHARACTERS_A_LINE = 80
_LONG_LINE = 300
_ANCESTORS = 8
_HEAD_LENGTH = 160  # of the line that shows where an ancestor opens
_LOOK_BACK = 200_000  # characters in which ancestors are looked for
_GAP = "\x1e"  # between pieces that do not touch; no model can write it
_TAG = re.compile(r"<(/?)[^\W\d][^\s<>/]*")
_ROOT = re.compile(r"<[^\W\d]")
# one for one, for characters that cannot be sent or seen
_STAND_INS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"},
    0x7F: "␡",
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


class ResolutionError(ValueError):
    """An edit whose place is not certain; the text tells the model what to do differently."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of one line: its span in the document, and its offset in the body of the excerpt."""

    line: int
    start: int
    end: int
    body: int


class Excerpt:
    """Numbered lines as they are shown, with the way back from shown text to the document.

    Line ends read as LF, characters that cannot be sent or seen as visible stand-ins of the same length.
    """

    def __init__(self, document: Document, ranges: Sequence[tuple[int, int]]) -> None:
        """`ranges` are stretches of the document (start, end) in order, none of them touching the next."""
        self._document = document
        self._pieces: list[_Piece] = []
        self._lines: dict[int, tuple[int, int]] = {}
        self._body = ""
        shown: list[str] = []
        last = ended = 0
        for line, stretches in _by_line(document, ranges):
            begin, end = _line_span(document, line)
            if last and line > last + 1:
                shown.append("   …")
            if self._pieces:
                joined = last == line - 1 and self._pieces[-1].end == ended and stretches[0][0] == begin
                self._body += "\n" if joined else _GAP
            shown.append(f"{line:>5}| {self._add(line, stretches, begin, end)}")
            last, ended = line, end
        self.text = "\n".join(shown)
        self._starts = [piece.body for piece in self._pieces]

    def _add(self, line: int, stretches: Sequence[tuple[int, int]], begin: int, end: int) -> str:
        """Add the shown stretches of one line; returns the line as it is shown."""
        texts: list[str] = []
        at = begin
        for start, stop in stretches:
            if start > at:
                texts.append(_left_out(start - at))
                self._body += _GAP if at > begin else ""
            text = self._document.text[start:stop].translate(_STAND_INS)
            self._pieces.append(_Piece(line, start, stop, len(self._body)))
            self._body += text
            texts.append(text)
            at = stop
        if at < end:
            texts.append(_left_out(end - at))
        if list(stretches) == [(begin, end)]:
            self._lines[line] = (begin, end)
        return "".join(texts)

    def find(self, wanted: str) -> tuple[int, int]:
        """The span in the document of a text that the excerpt has just once; raises ResolutionError for any other."""
        wanted = wanted.replace("\r\n", "\n").replace("\r", "\n")
        count = self._body.count(wanted) if wanted else 0
        if count == 1:
            at = self._body.index(wanted)
            if self._body.find(wanted, at + 1) < 0:
                return self._origin(at), self._origin(at + len(wanted) - 1, past=True)
            count = 2  # occurrences that overlap
        if count > 1:
            lines = self._lines_of(wanted)
            raise ResolutionError(f"{_short(wanted)} stands {count} times in the excerpt ({lines}); add text around it")
        raise ResolutionError(f"{_short(wanted)} does not stand in the excerpt{self._near(wanted)}")

    def whole_lines(self, first: int, last: int) -> tuple[int, int]:
        """The span of lines without the last one's line end; raises ResolutionError for one that is cut short."""
        missing = next((line for line in range(first, min(last, first + 1000) + 1) if line not in self._lines), None)
        if missing is not None:
            raise ResolutionError(f"line {missing} is not shown in full; only lines shown in full can be replaced")
        return self._lines[first][0], self._lines[last][1]

    def shown(self, start: int, end: int) -> str:
        """A stretch of the document the way it is shown."""
        return self._document.text[start:end].translate(_STAND_INS).replace("\r\n", "\n").replace("\r", "\n")

    def _origin(self, offset: int, *, past: bool = False) -> int:
        """The document's offset of a character of the body; with `past` the offset behind that character."""
        index = bisect_right(self._starts, offset) - 1
        piece = self._pieces[index]
        within = offset - piece.body
        if within < piece.end - piece.start:
            return piece.start + within + past
        # the line end between two whole lines
        return self._pieces[index + 1].start if past else piece.end

    def _lines_of(self, wanted: str) -> str:
        lines: list[str] = []
        at = self._body.find(wanted)
        while at >= 0 and len(lines) < 5:  # noqa: PLR2004 - enough to see it
            lines.append(str(self._pieces[bisect_right(self._starts, at) - 1].line))
            at = self._body.find(wanted, at + 1)
        return "lines " + ", ".join(lines)

    def _near(self, wanted: str) -> str:
        """The most similar stretches of the excerpt, so that the next attempt can copy them."""
        if re.match(r"\s*\d+\| ", wanted):
            return "; leave the line numbers out"
        first = next((line.strip() for line in wanted.split("\n") if line.strip()), "")[:200]
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(first)
        scored = []
        for piece in self._pieces:
            text = self._document.text[piece.start : min(piece.end, piece.start + 400)]
            line = text.translate(_STAND_INS).strip()
            matcher.set_seq1(line)
            if matcher.real_quick_ratio() > 0.3:  # noqa: PLR2004
                block = matcher.find_longest_match()
                scored.append((max(matcher.ratio(), block.size / max(len(first), 1)), -piece.line, line))
        best = [f"line {-number}: {_short(line, 120)}" for score, number, line in sorted(scored)[:-3:-1] if score > 0.5]  # noqa: PLR2004
        return "; similar: " + " and ".join(best) if best else ""


def excerpt(
    document: Document, faults: Iterable[Diagnostic], budget: int, lines: Sequence[tuple[int, int]] = ()
) -> Excerpt:
    """The text around the faults, in `budget` characters at most, and the start tags of the elements around them.

    `lines` are ranges of line numbers requested in addition. If even the faults' own lines do not fit, they are shown
    in part.
    """
    marked = sorted((fault.start, min(fault.end, fault.start + _LONG_LINE)) for fault in faults)
    extra = [(document.offset(first), _line_span(document, max(last, first))[1]) for first, last in lines]
    heads = _heads(document, marked)
    spare = max(budget - sum(end - start for start, end in heads), budget // 2)
    ranges: list[tuple[int, int]] = []
    for context in _CONTEXTS:
        around = [_around(document, start, end, context) for start, end in marked]
        asked = [(start, min(end, start + spare // 2 // len(extra))) for start, end in extra]
        ranges = _merged(document, [*around, *asked])
        if sum(end - start for start, end in ranges) <= spare:
            break
    return Excerpt(document, _merged(document, [*ranges, *heads]))


def fits(document: Document, faults: Sequence[Diagnostic], budget: int) -> bool:
    """Whether the faults can be shown in one excerpt with three lines around each."""
    spans = _merged(
        document, [_around(document, item.start, min(item.end, item.start + _LONG_LINE), 3) for item in faults]
    )
    return sum(end - start for start, end in spans) <= budget


def _around(document: Document, start: int, end: int, context: int) -> tuple[int, int]:
    """The lines around a stretch, if they are of usual length; in longer ones the text around it."""
    reach = _CHARACTERS_A_LINE * (context + 1)
    low = max(start - reach, 0)
    high = min(end + reach, len(document.text))
    first, last = document.position(start).line, document.position(end).line
    from_line = document.offset(max(first - context, 1))
    to_line = _line_span(document, last + context)[1]
    return max(from_line, low), max(min(to_line, high), end)


def _merged(document: Document, ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch made one; an end near a line's border moves to the border."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(_to_borders(document, *span) for span in ranges):
        if merged and start <= merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _to_borders(document: Document, start: int, end: int) -> tuple[int, int]:
    begin = document.offset(document.position(start).line)
    _, stop = _line_span(document, document.position(end).line)
    near = _CHARACTERS_A_LINE
    return (begin if start - begin <= near else start), (stop if 0 <= stop - end <= near else end)


def _heads(document: Document, marked: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The start tags of the document element and of the elements around the faults, cut to a line's length."""
    starts: dict[int, None] = {}
    if root := _ROOT.search(document.text):
        starts[root.start()] = None
    for start, _ in marked[:_ANCESTORS]:
        for offset in _ancestors(document.text, start)[:_ANCESTORS]:
            starts[offset] = None
    spans = []
    for start in list(starts)[: 2 * _ANCESTORS]:
        closing = document.text.find(">", start, start + _HEAD_LENGTH)
        end = _line_span(document, document.position(start).line)[1] if closing < 0 else closing + 1
        spans.append((start, min(end, start + _HEAD_LENGTH)))
    return spans


def _ancestors(text: str, offset: int) -> list[int]:
    """The offsets of the elements around an offset, innermost first, as far as the tags balance."""
    open_tags: list[int] = []
    depth = 0
    floor = max(offset - _LOOK_BACK, 0)
    at = text.rfind("<", floor, offset)
    while at >= 0 and len(open_tags) < _ANCESTORS:
        if tag := _TAG.match(text, at):
            if tag.group(1):
                depth += 1
            elif not _is_empty(text, at):
                if depth:
                    depth -= 1
                else:
                    open_tags.append(at)
        at = text.rfind("<", floor, at)
    return open_tags


def _is_empty(text: str, at: int) -> bool:
    closing = text.find(">", at, at + 10_000)
    return closing > 0 and text[closing - 1] == "/"


def _by_line(document: Document, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, list[tuple[int, int]]]]:
    """The ranges cut at line ends, and long lines cut down, by line number."""
    found: dict[int, list[tuple[int, int]]] = {}
    for start, end in ranges:
        first, last = document.position(start).line, document.position(end).line
        for line in range(first, last + 1):
            begin, stop = _line_span(document, line)
            low, high = max(start, begin), min(end, stop)
            if low < high or (begin == stop and low <= begin < len(document.text)):
                found.setdefault(line, []).append((low, max(low, high)))
    return sorted(found.items())


def _line_span(document: Document, line: int) -> tuple[int, int]:
    """The span of a line without its line end."""
    start, end = document.offset(line), document.offset(line + 1)
    while end > start and document.text[end - 1] in "\r\n":
        end -= 1
    return start, end


def _left_out(count: int) -> str:
    return f"⟨… {count} characters …⟩"


def _short(text: str, limit: int = 80) -> str:
    return shortened(text.replace("\n", "\\n"), limit)
