"""The gate: the tests that a proposal must pass before its edits count.

The validator is the judge. An edit is accepted when the fault it aims at is gone, nothing valid in front of it broke,
and the first remaining fault lies no earlier in the document or the total falls; never by "fewer errors" alone, because
a validator stops at the first structural error of a content model and a right fix uncovers the errors behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..diagnostics import Report
from ..document.document import Document
from ..document.edits import Edit, JointEdits, apply
from ..schemas.plan import Plan
from .losses import gains, losses, undeclared_losses
from .progress import Aims, FaultsAt, Placed, no_progress, placed
from .proposal import BUSINESS_RULE, QUICK_FIX, Fix

# A batch in which this many validations failed holds little that is worth more of them; of long texts, the fewer.
_MAX_VALIDATIONS, _MIN_VALIDATIONS = 60, 20
_MAX_CHARACTERS = 3_000_000  # validated for one batch, where that allows for the fewest

Check = Callable[[Document], Report]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The document with the accepted fixes, its report, and a reason for each fix that was turned down.

    An accepted fix may have fewer edits than proposed: those that the validator did not need are left out.
    """

    document: Document
    report: Report
    accepted: tuple[Fix, ...]
    rejected: tuple[tuple[Fix, str], ...]


def judge(document: Document, report: Report, fixes: Sequence[Fix], plan: Plan) -> Verdict:
    """Apply as many of the fixes as possible: all together or, if these fail, ever smaller groups of them.

    `report` is that of `document`, by all layers of the `plan`.
    """
    from ..diagnosis.latest_verdicts import validate  # noqa: PLC0415 - lxml is loaded where it is used

    return judge_by(lambda candidate: validate(candidate, plan), document, report, fixes)


def judge_by(check: Check, document: Document, report: Report, fixes: Sequence[Fix]) -> Verdict:
    """`judge` with any validator."""
    return _Gate(check, document, report).run(fixes)


class _Gate:
    """One batch of fixes against one document; all offsets are those of that document."""

    def __init__(self, check: Check, document: Document, report: Report) -> None:
        self._check = check
        self._original = document
        self._document = document
        self._report = report
        self._accepted: list[Fix] = []
        self._rejected: list[tuple[Fix, str]] = []
        affordable = _MAX_CHARACTERS // max(len(document.text), 1)
        self._left = min(_MAX_VALIDATIONS, max(_MIN_VALIDATIONS, affordable))

    def run(self, fixes: Sequence[Fix]) -> Verdict:
        fixes = [replace(fix, edits=tuple(edits_of([fix]))) if len(fix.edits) > 1 else fix for fix in fixes]
        joint = JointEdits(shared=True)
        compatible: list[Fix] = []
        for fix in fixes:
            inside = all(0 <= edit.start <= edit.end <= len(self._original.text) for edit in fix.edits)
            if inside and joint.admit(fix.edits):
                compatible.append(fix)
            else:
                self._rejected.append((fix, "it overlaps an edit of higher confidence, or lies outside the text"))
        self._settle(compatible)
        return Verdict(self._document, self._report, tuple(self._accepted), tuple(self._rejected))

    def _settle(self, fixes: Sequence[Fix]) -> None:
        if not fixes:
            return
        objection = self._attempt(fixes)
        if objection and len(fixes) == 1:
            self._rejected.append((fixes[0], objection))
        elif objection:
            middle = len(fixes) // 2
            self._settle(fixes[:middle])
            self._settle(fixes[middle:])

    def _attempt(self, fixes: Sequence[Fix]) -> str:
        """Accept the fixes on top of those accepted already, or return the objection."""
        if self._left <= 0:
            return "it was not tried: too many fixes of this batch failed"
        text, report = self._validated([*self._accepted, *fixes])
        objection = self._objection(fixes, text, report)
        if objection:
            return objection
        needed, needless = self._needed(fixes, report)
        if needed != list(fixes):
            text, report = self._validated([*self._accepted, *needed])
        self._rejected += [(fix, "the document is as valid without it") for fix in needless]
        self._accepted += needed
        self._document, self._report = self._original.with_text(text), report
        return ""

    def _validated(self, fixes: Sequence[Fix]) -> tuple[str, Report]:
        self._left -= 1
        text = apply(self._original.text, edits_of(fixes))
        return text, self._check(self._original.with_text(text))

    def _objection(self, fixes: Sequence[Fix], text: str, report: Report) -> str:
        vanished = undeclared_losses(self._original.text, text, edits_of([*self._accepted, *fixes]))
        if vanished:
            return f"it hides content that no edit names: {_quoted(vanished)}"
        before = placed(self._original.text, self._report, edits_of(self._accepted))
        after = placed(self._original.text, report, edits_of([*self._accepted, *fixes]))
        silent = all(map(_may_silence, fixes))
        return no_progress(self._report, before, report, after, self._aims(fixes, before), may_silence=silent)

    def _aims(self, fixes: Sequence[Fix], before: Sequence[Placed]) -> Aims:
        """For each place aimed at: the number of fixes that aim there, and the faults that are there now."""
        aims: Aims = {}
        faults_at = FaultsAt(before)
        for fix in fixes:
            count, faults = aims.get(fix.at, (0, []))
            aims[fix.at] = (count + 1, faults or faults_at(fix.at))
        return aims

    def _needed(self, fixes: Sequence[Fix], report: Report) -> tuple[list[Fix], list[Fix]]:
        """The fixes without edits that the validator does not need, and the fixes that have no edit left.

        Rules are trusted to be minimal; a model is not. An edit is kept if leaving it out would lose content.
        """
        kept = list(fixes)
        needless: list[Fix] = []
        doubted = [fix for fix in fixes if not fix.source.startswith("rule:")]
        if not doubted or sum(len(fix.edits) for fix in fixes) == 1:  # a lone edit made the difference
            return kept, needless
        base = self._faults(kept, report)
        for fix in doubted:
            index, rest, trials = kept.index(fix), [fix], _smaller(self._original.text, fix)
            while rest and self._left > 0 and (smaller := next(trials, None)) is not None:
                trial = [*kept[:index], *smaller, *kept[index + 1 :]]
                if not (trial or self._accepted):
                    continue
                _, trial_report = self._validated([*self._accepted, *trial])
                faults = self._faults(trial, trial_report)
                if trial_report.well_formed >= report.well_formed and not faults - base:
                    kept, base, rest = trial, faults, smaller
                    trials = _smaller(self._original.text, *smaller) if smaller else trials
            needless += [] if rest else [fix]
        return kept, needless

    def _faults(self, fixes: Sequence[Fix], report: Report) -> Counter[tuple[object, ...]]:
        found = placed(self._original.text, report, edits_of([*self._accepted, *fixes]))
        return Counter(item.key for item in found)


def _smaller(text: str, fix: Fix) -> Iterator[list[Fix]]:
    """The fix left out, then with each single edit left out, as far as that neither loses nor copies anything."""
    yield []
    if len(fix.edits) < 2:  # noqa: PLR2004
        return
    lost, brought = losses(text, fix.edits), gains(text, fix.edits)[0]
    for left_out in fix.edits:
        edits = tuple(edit for edit in fix.edits if edit is not left_out)
        if not losses(text, edits) - lost and not gains(text, edits)[0] - brought:
            yield [replace(fix, edits=edits)]


def edits_of(fixes: Iterable[Fix]) -> list[Edit]:
    """All edits; one that several fixes share is made once, an insertion that a fix has twice is made twice."""
    edits: dict[Edit, int] = {}
    for fix in fixes:
        if len(fix.edits) == 1:
            edits.setdefault(fix.edits[0], 1)
            continue
        for edit, times in Counter(fix.edits).items():
            edits[edit] = max(edits.get(edit, 0), 1 if edit.start < edit.end else times)
    return [edit for edit, times in edits.items() for _ in range(times)]


def _may_silence(fix: Fix) -> bool:
    """Whether the rules may have nothing left to judge: the fix may change all that they apply to."""
    if fix.source != BUSINESS_RULE:
        return False
    return fix.provenance.startswith(QUICK_FIX) or not any(edit.after for edit in fix.edits)


def _quoted(words: Sequence[str]) -> str:
    shown = ", ".join(word[:60] for word in words[:5])
    return shown if len(words) <= 5 else f"{shown} and {len(words) - 5} more"  # noqa: PLR2004
