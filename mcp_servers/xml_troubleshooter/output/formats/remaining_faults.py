"""All faults of a document that was repaired, mended or left, at places of the document as it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ...diagnostics import Diagnostic, Report
from ...document.document import Document
from ...document.way_back import WayBack
from ...loop.record import LoopResult


def mended_and_left(
    document: Document, report: Report, result: LoopResult
) -> tuple[tuple[Diagnostic, ...], frozenset[int]]:
    """The faults in their order, and the numbers of the mended ones, which the result does not have any more.

    A fault that showed only in the result has the place from which the text around it came.
    """
    origin = WayBack(document.text, result.steps).origin
    left = [_placed(document, fault, origin) for fault in result.report.diagnostics]
    remaining = Counter(map(_key, left))
    mended = []
    for fault in report.diagnostics:
        if remaining[_key(fault)]:
            remaining[_key(fault)] -= 1
        else:
            mended.append(fault)
    rows = sorted([(each, True) for each in mended] + [(each, False) for each in left], key=lambda row: row[0].start)
    return tuple(fault for fault, _ in rows), frozenset(at for at, (_, gone) in enumerate(rows) if gone)


def _placed(document: Document, fault: Diagnostic, origin: Callable[[int], int]) -> Diagnostic:
    start = origin(fault.start)
    end = max(start, origin(fault.end - 1) + 1) if fault.end > fault.start else start
    place = document.position(start)
    return replace(fault, start=start, end=end, line=place.line, column=place.column)


def _key(fault: Diagnostic) -> tuple[int, str, str]:
    return fault.start, fault.code, fault.rule
