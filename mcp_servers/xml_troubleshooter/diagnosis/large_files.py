"""Files too large for a tree: judged in a stream, and reported with a memory that does not grow with them."""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from lxml import etree

from ..codes import Code
from ..diagnostics import CAP, Diagnostic, LayerKind, LayerState, Report
from ..disk.bounds import open_file, read_file
from ..document.document import Document
from ..document.locator import ElementPlace
from ..errors import LimitError
from ..schemas.plan import SYNTAX, Plan
from ..validators.libxml2 import XsdValidator
from ..validators.libxml2_errors import ValidatorError, about_text, diagnostics
from ..validators.schema import Kind
from ..validators.streaming import CHUNK, Found, NotWellFormedError, locate
from ..validators.streaming import judge as stream_judge
from ..validators.subject import has_doctype
from .judge import judge
from .layers import Clock, Judged, Opened, diagnosis, ill_formed, open_layers, own_clock, without_cause
from .unchecked import unchecked_in_stream

WHOLE = 20_000_000  # bytes of a file that is read at once
TREE = 200_000_000  # bytes of a file that a tree may be built of, where a schema language needs one
_HEAD = 1 << 16
_READ = 1 << 18  # bytes read at a time
_INNER = 10_000  # characters of text that are kept for the place of a value
_TAG = re.compile(
    r"<(/?)([^\s/>!?]++)[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+(?:(?<=/)(>)|>)"
    r"|<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|<\?(?s:.*?)\?>"
    r"|(<(?s:.*)\Z)"  # a tag, comment or section without its end
)
# the same, with an element that holds nothing but text in one piece
_SKIM = re.compile(
    r"<(?:/([^\s>]++)\s*+>|([^\s/>!?]++)(?:\s[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+)?(?:(?<=/)(>)|>(?:[^<]*+</(\2)>)?)"
    r"|!--(?s:.*?)-->|!\[CDATA\[(?s:.*?)\]\]>|\?(?s:.*?)\?>|((?s:.*)\Z))"
)
# libxml2's types of errors that have a code of their own; any other is NOT_WELL_FORMED
_CODES = {
    "ERR_DOCUMENT_EMPTY": Code.EMPTY_DOCUMENT,
    "ERR_DOCUMENT_END": Code.EXTRA_CONTENT,
    "ERR_TAG_NAME_MISMATCH": Code.TAG_MISMATCH,
    "ERR_TAG_NOT_FINISHED": Code.TRUNCATED,
    "ERR_UNDECLARED_ENTITY": Code.UNDEFINED_ENTITY,
    "ERR_ENTITYREF_SEMICOL_MISSING": Code.UNTERMINATED_REFERENCE,
    "ERR_INVALID_CHAR": Code.INVALID_CHARACTER,
    "ERR_INVALID_CHARREF": Code.INVALID_CHARACTER_REFERENCE,
    "ERR_INVALID_ENCODING": Code.ENCODING_MISMATCH,
    "ERR_LT_IN_ATTRIBUTE": Code.LESS_THAN_IN_ATTRIBUTE,
    "ERR_ATTRIBUTE_REDEFINED": Code.DUPLICATE_ATTRIBUTE,
    "ERR_ATTRIBUTE_WITHOUT_VALUE": Code.ATTRIBUTE_WITHOUT_VALUE,
    "ERR_ATTRIBUTE_NOT_STARTED": Code.UNQUOTED_ATTRIBUTE,
    "ERR_HYPHEN_IN_COMMENT": Code.MALFORMED_COMMENT,
    "ERR_RESOURCE_LIMIT": Code.RESOURCE_LIMIT,
    "NS_ERR_UNDEFINED_NAMESPACE": Code.UNBOUND_PREFIX,
}


def validate_file(path: Path, plan: Plan = Plan()) -> Report:  # noqa: B008 - it cannot be changed
    """The verdict on a file of any size, as `validate` gives it on a document.

    Up to WHOLE bytes the file is judged as a document, and up to TREE bytes where it is faulty and memory lasts. Else
    it is judged by XSDs (or for well-formedness alone) in a stream, within 300 MB of memory for a gigabyte; the report
    has the validator's own errors, and of a file that is not well-formed the first fault. Other layers, and a DOCTYPE,
    need a tree: those layers are not run where the file is too large for one. Raises LimitError where a file with a
    DOCTYPE is too large for one, and OSError.
    """
    size = path.stat().st_size
    with open_file(path) as stream:
        head = Document.from_bytes(stream.read(_HEAD), str(path))
    doctype = has_doctype(head.text)
    opened = open_layers(plan) if size > WHOLE else []
    needs_tree = doctype or any(each.schema is not None and each.schema.kind is not Kind.XSD for each in opened)
    if size <= WHOLE or (needs_tree and size <= TREE):
        return judge(Document.from_bytes(read_file(path), str(path)), plan).report
    if doctype:
        raise LimitError(
            f"{path.name} has {size / 1e6:.0f} MB; with a DOCTYPE at most {TREE / 1e6:.0f} MB can be validated. "
            "Validate it without, or in parts."
        )
    file = _File(path, head.encoding)
    clock = own_clock(SYNTAX, LayerKind.SYNTAX)
    try:
        if not any(each.schema is not None and each.schema.kind is Kind.XSD for each in opened):
            stream_judge(file.pieces, None)
        counts = [_counts(file, each) for each in opened]
    except NotWellFormedError as error:
        counts, fault = None, error.fault
    if size <= TREE and (counts is None or any(counts)):
        with suppress(MemoryError):
            return judge(Document.from_bytes(read_file(path), str(path)), plan).report
    if counts is None:
        return ill_formed(clock, [_first_fault(file, fault)], opened).report
    layers = [clock.judged(()), *(_judged(file, each, found) for each, found in zip(opened, counts, strict=True))]
    return diagnosis(layers, plan).report


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is read again and again, each time piece by piece."""

    path: Path
    encoding: str

    def pieces(self, size: int = CHUNK) -> Iterator[bytes]:
        with open_file(self.path) as stream:
            yield from iter(lambda: stream.read(size), b"")

    def texts(self) -> Iterator[str]:
        """The text, piece by piece, without its byte order mark."""
        decode = codecs.getincrementaldecoder(self.encoding)("replace").decode
        for number, piece in enumerate(self.pieces(_READ)):
            text = decode(piece)
            yield text if number else text.removeprefix("\ufeff")


def _counts(file: _File, opened: Opened) -> Mapping[int, int]:
    """The number of errors in each piece of a file, by a layer that can judge a stream; raises NotWellFormedError."""
    if opened.schema is None or not isinstance(opened.schema.validator, XsdValidator):
        return {}
    return stream_judge(file.pieces, opened.schema.validator.compiled)


def _judged(file: _File, opened: Opened, counts: Mapping[int, int]) -> Judged:
    """The verdict of one layer that has found so many errors."""
    clock = Clock(opened.layer)
    if opened.schema is None:
        return clock.without_verdict(LayerState.NOT_RUN, opened.reason)
    validator = opened.schema.validator
    if not isinstance(validator, XsdValidator):
        limit = f"the file is larger than {TREE / 1e6:.0f} MB, the most that is judged by {opened.layer.kind}"
        return clock.without_verdict(LayerState.NOT_RUN, limit)
    if not counts:
        return clock.judged((), reason=unchecked_in_stream(file.texts(), opened.schema).words)
    found = list(islice(locate(file.pieces, file.encoding, validator.compiled, counts), CAP))
    places = _element_places(file.texts(), found)
    told = diagnostics(
        [ValidatorError(item.type_name, item.message, place) for item, place in zip(found, places, strict=True)]
    )
    positions = _positions(file.texts(), sorted({item.start for item in told}))
    placed = [replace(item, line=positions[item.start][0], column=positions[item.start][1]) for item in told]
    return clock.judged(without_cause(placed), rejected=True, total=sum(counts.values()))


class _Trail:
    """The elements that are open at the current place of a stream, and their children so far."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._children: list[dict[str, int]] = [{}]  # by name, of the document and of each open element
        self._tags: dict[int, tuple[int, str]] = {}  # the start tags that were read with care, by depth

    def open(self, name: str, start: int, tag: str) -> None:
        """A start tag."""
        children = self._children[-1]
        children[name] = children.get(name, 0) + 1
        self.names.append(name)
        self._children.append({})
        self._tags[len(self.names)] = start, tag

    def close(self) -> None:
        """An end tag."""
        self._tags.pop(len(self.names), None)
        self.names.pop()
        self._children.pop()

    def skim(self, text: str) -> str:
        """Read a text in which only the tags matter; returns the rest, an unfinished tag."""
        names, children = self.names, self._children
        rest = ""
        for closing, name, empty, leaf, rest in _SKIM.findall(text):  # noqa: B007 - used behind the loop
            if closing:
                names.pop()
                children.pop()
            elif name:
                siblings = children[-1]
                siblings[name] = siblings.get(name, 0) + 1
                if not (empty or leaf):
                    names.append(name)
                    children.append({})
        self._tags.clear()
        return f"<{rest}" if rest else text[text.rfind(">") + 1 :]

    def place(self, depth: int, here: tuple[int, str], inner: str, end: int) -> ElementPlace:
        """The open element at a depth; `here` is used in place of a start tag that is no longer remembered."""
        start, tag = self._tags.get(depth, here)
        steps = [f"{name}[{known[name]}]" for name, known in zip(self.names[:depth], self._children, strict=False)]
        stray = None
        if inner.strip():
            begin = end - len(inner)
            stray = begin + len(inner) - len(inner.lstrip()), begin + len(inner.rstrip())
        return ElementPlace(
            start, tag, inner, self.names[depth - 1], "/" + "/".join(steps).replace("[1]", "", 1), stray
        )


def _element_places(texts: Iterator[str], found: Sequence[Found]) -> Iterator[ElementPlace]:
    """For each error, in order, the element that it is about."""
    wanted = deque((item.offset, about_text(item.type_name)) for item in found)
    trail = _Trail()
    rest, base = "", 0
    for piece in texts:
        if not wanted:
            return
        text = rest + piece
        if wanted[0][0] > base + len(text):
            rest = trail.skim(text)
        else:
            at = 0
            for match in _TAG.finditer(text):
                if match[2] is None:
                    continue
                here = base + match.start(), match[0]
                if not match[1]:
                    trail.open(match[2], *here)
                while wanted and wanted[0][0] <= base + match.end():
                    # an error about text is reported at the next tag, which may open another element than its parent
                    depth = len(trail.names) - (wanted[0][1] and not match[1] and len(trail.names) > 1)
                    yield trail.place(depth, here, text[at : match.start()][-_INNER:], here[0])
                    wanted.popleft()
                if match[1] or match[3]:
                    trail.close()
                at = match.end()
            rest = text[at:]
        base += len(text) - len(rest)


def _positions(texts: Iterator[str], offsets: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Line and column of offsets that ascend."""
    found: dict[int, tuple[int, int]] = {}
    wanted = iter(offsets)
    target = next(wanted, None)
    base, line, line_start = 0, 1, 0
    for text in texts:
        while target is not None and target < base + len(text):
            newline = text.rfind("\n", 0, target - base)
            start = line_start if newline < 0 else base + newline + 1
            found[target] = (line + text.count("\n", 0, target - base), target - start + 1)
            target = next(wanted, None)
        if target is None:
            break
        newline = text.rfind("\n")
        if newline >= 0:
            line_start = base + newline + 1
        line += text.count("\n")
        base += len(text)
    return found


def _first_fault(file: _File, entry: etree._LogEntry | None) -> Diagnostic:
    """The fault at which libxml2 stops, with its offset counted in the file."""
    assert entry is not None  # a stream with something in it does not break off in silence
    offset = _offset(file.texts(), entry.line, entry.column)
    message = entry.message.strip()
    return Diagnostic(
        code=_CODES.get(entry.type_name, Code.NOT_WELL_FORMED),
        start=offset,
        end=offset,
        line=entry.line,
        column=entry.column,
        message=message,
        explanation=f"The XML parser stops at line {entry.line}: {message}. What follows was not looked at.",
    )


def _offset(texts: Iterator[str], line: int, column: int) -> int:
    """The offset in characters of a line and column."""
    offset, at_line = 0, 1
    for text in texts:
        lines = text.count("\n")
        if at_line + lines >= line:
            starts = [0, *(found.end() for found in re.finditer("\n", text))]
            return offset + starts[line - at_line] + column - 1
        offset += len(text)
        at_line += lines
    return offset
