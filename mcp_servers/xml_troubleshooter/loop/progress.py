"""Whether a step is progress: faults before and after it, compared at their offsets in one and the same text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..codes import Code
from ..diagnostics import Diagnostic, LayerKind, LayerState, Report
from ..document.edits import Edit
from ..document.way_back import OffsetMap

# missing parts of added text may be filled in later; the parts that are there must be right
_GAPS = frozenset({Code.MISSING_ATTRIBUTE, Code.MISSING_ELEMENT})
_AFTER_GRAMMARS = frozenset({LayerKind.RULES, LayerKind.FACTS})
# found completely only where the tags balance
_TOLD_LATE = frozenset({Code.UNBOUND_PREFIX})


@dataclass(frozen=True, slots=True)
class Placed:
    """A diagnostic at its place in the original document."""

    start: int
    end: int
    fault: Diagnostic
    brought: bool = False  # it lies in text that an edit added

    @property
    def key(self) -> tuple[object, ...]:
        """The identity of a fault across an edit: the place, the code, and the expectation there.

        A wrong new name or value at a fault leaves the expectation, so the fault counts as still there; a filled gap
        changes it.
        """
        return self.start, self.fault.code, self.fault.expected


# for each place aimed at: how many fixes aim there, and the faults that are there
Aims = dict[int, tuple[int, list[Placed]]]


def no_progress(
    old: Report,
    before: Sequence[Placed],
    new: Report,
    after: Sequence[Placed],
    aims: Aims,
    *,
    may_silence: bool = False,
) -> str:
    """The objection to a step; "" where it is progress. `before` and `after` are the faults by offset in one text.

    Faults of a layer that judges now and could not judge before count neither for nor against the step. Nor do new
    faults of rules if the step mends one of a grammar: on a document that a grammar rejects their verdict was void. A
    layer that judged before must do so again, but rules may have nothing left to judge if the step `may_silence` them.
    """
    if silenced := _silenced(old, new, may_silence=may_silence):
        return f"{silenced} would no longer judge the document"
    if _empty(new) and not _empty(old):
        return "nothing would be left of the document"
    if new.valid and not old.valid:
        return ""
    if old.valid and not new.valid:
        return f"the document was valid and would not be: {_first(after)}"
    if old.well_formed and not new.well_formed:
        return f"the document would no longer be well-formed: {_first(after)}"
    if new.well_formed and not old.well_formed:
        return ""
    fresh = {layer.name: layer for layer in new.judged} if old.well_formed else {}
    for layer in old.judged:
        fresh.pop(layer.name, None)
    after = [item for item in after if item.fault.layer not in fresh]
    uncovered = sum(layer.errors + layer.warnings for layer in fresh.values())
    late = _late(old, before, after, aims)
    after = [item for item in after if item not in late]
    falls = _total(new) - uncovered - len(late) < _total(old)
    objection = _still_there(after, aims, falls=falls) or _damage(old, before, after, aims)
    if objection:
        return objection
    if falls or (before and after and after[0].start >= before[0].start and _may_rise(old, new, uncovered)):
        return ""
    return f"it repairs nothing in sum: {_first(after)}"


def _empty(report: Report) -> bool:
    return any(fault.code is Code.EMPTY_DOCUMENT for fault in report.diagnostics)


def _silenced(old: Report, new: Report, *, may_silence: bool) -> str:
    """The name of a layer that judged the document before the step and does not after it; "" for none."""
    if not new.well_formed:
        return ""
    judged = {layer.name for layer in new.judged}
    if may_silence:
        rules = (layer for layer in new.layers if layer.kind is LayerKind.RULES)
        judged |= {layer.name for layer in rules if layer.state is LayerState.NOT_APPLICABLE}
    return next((layer.name for layer in old.judged if layer.name not in judged), "")


def _late(old: Report, before: Sequence[Placed], after: Sequence[Placed], aims: Aims) -> list[Placed]:
    """The faults that are reported only now, and not because of the step.

    These are older faults that are found because the tags balance better now, and those by rules, where a fault by a
    grammar is aimed at.
    """
    known = {item.key for item in before}
    new = [item for item in after if not item.brought and item.key not in known]
    if not old.well_formed:
        return [item for item in new if item.fault.code in _TOLD_LATE]
    rules = {layer.name for layer in old.layers if layer.kind in _AFTER_GRAMMARS}
    mends_grammar = any(fault.fault.layer not in rules for _, faults in aims.values() for fault in faults)
    return [item for item in new if mends_grammar and item.fault.layer in rules]


def _still_there(after: Sequence[Placed], aims: Aims, *, falls: bool) -> str:
    """The objection that a fault aimed at is not gone; "" where all are gone."""
    remaining = Counter(item.key for item in after)
    for count, faults in aims.values():
        left = [fault for fault in faults if remaining[fault.key]]
        # of several elements that lack the same end tag at one place each is a fault of its own
        gone = sum(max(0, times - remaining[key]) for key, times in Counter(fault.key for fault in faults).items())
        if gone < min(count, len(faults)):
            return f"the fault is still there: {told(left[0].fault)}"
        if not faults and not falls:
            return "no fault is reported at the place it aims at"
    return ""


def _damage(old: Report, before: Sequence[Placed], after: Sequence[Placed], aims: Aims) -> str:
    """The objection to a new fault by a grammar that found none, in front of the first one aimed at, or in new text."""
    known = Counter(item.key for item in before)
    new = [item for item in after if not known[item.key]]
    sound = {layer.name for layer in old.judged if layer.kind not in _AFTER_GRAMMARS and not layer.errors}
    for item in new:
        if item.fault.layer in sound:
            return f"it breaks what {item.fault.layer} accepted: {told(item.fault)}"
    limit = min((fault.start for _, faults in aims.values() for fault in faults), default=0)
    for item in new:
        if item.start < limit:
            return f"it breaks what was valid in front of it: {told(item.fault)}"
    for item in new:
        if item.brought and item.fault.code not in _GAPS:
            return f"what it puts in is itself at fault: {told(item.fault)}"
    return ""


def _may_rise(old: Report, new: Report, uncovered: int) -> bool:
    """Whether more faults than before can be progress: a schema hides faults, those of syntax are listed in full."""
    return old.well_formed or _total(new) - uncovered <= _total(old)


def _total(report: Report) -> int:
    return max(report.total, len(report.diagnostics))


class FaultsAt:
    """The faults at an offset, among many: those that start there, else the one of the shortest span around it."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self._starting: dict[int, list[Placed]] = {}
        for item in placed:
            self._starting.setdefault(item.start, []).append(item)
        self._wide = [item for item in placed if item.start + 1 < item.end]

    def __call__(self, offset: int) -> list[Placed]:
        """The faults at an offset."""
        exact = self._starting.get(offset)
        if exact:
            return exact
        around = [item for item in self._wide if item.start <= offset < item.end]
        return sorted(around, key=lambda item: item.end - item.start)[:1]


def placed(text: str, report: Report, edits: Sequence[Edit]) -> list[Placed]:
    """The diagnostics at their offsets in the text before the edits, in document order."""
    offsets = OffsetMap(text, edits)
    found = []
    for item in report.diagnostics:
        start = offsets.origin(item.start)
        found.append(Placed(start, max(offsets.origin(item.end), start), item, brought=offsets.is_new(item.start)))
    return sorted(found, key=lambda item: item.start)


def _first(placed: Sequence[Placed]) -> str:
    return told(placed[0].fault) if placed else "the validator names no place"


def told(fault: Diagnostic) -> str:
    message = " ".join((fault.message or fault.explanation or fault.code).split())
    return f"line {fault.line}: {message[:300]}"
