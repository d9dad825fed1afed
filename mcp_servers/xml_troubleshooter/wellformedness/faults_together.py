"""The faults of one document judged together: which are one fault, and which make another one doubtful.

Most is settled before: the search over a broken tag (`tags/tag_search.py`) reads all its faults at once, the search
over tags that do not pair (`tag_pairs/pairing.py`) all of these tags, and text counts as a tag only if the tags around
it pair better for it (`tag_pairs/lost_brackets.py`). To choose among combinations of their readings here would be too
late: if one is wrong, the right one is hardly ever among them.
"""

from __future__ import annotations

from bisect import bisect_left

from ..codes import Code
from ..document.edits import Spans
from ..document.tokens import EMPTY
from .faults import Fault
from .scanner import Scan


def together(read: Scan, frame: list[Fault], structure: list[Fault]) -> tuple[list[Fault], list[Fault], list[Fault]]:
    """The faults of the frame, of single tags and of their nesting, each as the others leave it."""
    return _without_later_declarations(frame, structure), *_doubted(read, _without_texts(read, structure), structure)


def without_what_goes(found: list[Fault]) -> list[Fault]:
    """The faults without those inside content that is removed in front of the root element."""
    removed = Spans((fault.start, fault.end) for fault in found if fault.code is Code.CONTENT_BEFORE_ROOT)
    return [fault for fault in found if fault.code is Code.CONTENT_BEFORE_ROOT or fault.start not in removed]


def _doubted(scan: Scan, tags: list[Fault], structure: list[Fault]) -> tuple[list[Fault], list[Fault]]:
    """The faults of single tags and of their nesting, where one makes the other doubtful.

    An end tag that is put in is no surer than the reading of its start tag; and the end of an element is unknown if its
    start tag lacks the ">" and its end tag is missing.
    """
    unclosed = {fault.other for fault in structure if fault.code is Code.MISSING_END_TAG}
    unsure = sorted(fault.start for fault in tags if fault.readings and fault.readings[0].sure is False)
    tokens = scan.tokens if tags and unclosed else ()
    empty = {token.name for token in tokens if token.kind is EMPTY}  # their ends are known
    doubtful = {
        token.start: token.end
        for token in tokens
        if token.start in unclosed
        and token.name not in empty
        and (not token.text.endswith(">") or bisect_left(unsure, token.start) < bisect_left(unsure, token.end))
    }
    spans = Spans(doubtful.items())
    return (
        [fault.doubted(0.4) if fault.start in spans else fault for fault in tags],
        [fault.doubted(0.4) if fault.other in doubtful else fault for fault in structure],
    )


def _without_texts(read: Scan, structure: list[Fault]) -> list[Fault]:
    """The faults of single tags, without those of tags that are written anew: as text, or as tags of another kind."""
    edits = (edit for fault in structure for reading in fault.readings[:1] for edit in reading.edits)
    rewritten = {edit.start for edit in edits if edit.start < edit.end}
    if not rewritten:
        return list(read.faults)
    spans = Spans((token.start, token.end) for token in read.tokens if token.start in rewritten)
    return [fault for fault in read.faults if fault.start not in spans]


def _without_later_declarations(frame: list[Fault], structure: list[Fault]) -> list[Fault]:
    """The faults of the frame without the declarations of further documents behind the first: these are one fault."""
    behind = Spans(
        (edit.start + 1, edit.end)
        for fault in structure
        if fault.code is Code.EXTRA_CONTENT
        for way in fault.readings
        for edit in way.edits
    )
    repeated = Code.DECLARATION_NOT_FIRST
    return [fault for fault in frame if fault.code is not repeated or fault.start not in behind]
