"""Fixes and questions for violations of business rules: all layers judge each candidate before it is proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from ...document.document import Document
from ...document.edits import Edit, JointEdits
from ...errors import TroubleshooterError
from ...loop.proposal import BUSINESS_RULE, Fix, Option, Question, Safety, answered_by, lettered
from ...schemas.plan import Plan
from ...signatures.clearance import stamp
from ...signatures.coverage import signatures
from ..context import Context
from ..evidence import of_rule
from ..judgement import judged
from .allowed_values.code_meanings import told
from .allowed_values.value_formats import decimal, is_quantity
from .candidate_maker import Maker
from .candidates import Candidate
from .questions import ask, code_choices, example
from .quick_fixes import entries
from .removals import UNWANTED, repetitions
from .rule_tests.demand import Demand, Kind
from .rule_tests.demands import demands
from .slots import Slot, Slots
from .trial import Fault, Solved, Trials
from .vat_breakdown import breakdown

_SEPARATORS = re.compile(r"[.\-/]+")
_TRIED = 40  # candidates for one state of a document
_PER_FAULT = 8  # candidates of a kind for one fault
_FAULTS = 12  # faults that are looked into at a time
_ASKED = 6  # questions about rules at a time
_CLEARLY = 0.12  # of confidence: more than this makes one candidate for a place better than another
# documents that are submitted to the systems of a state, which keep them: by namespace, the way to correct them
_SUBMITTED = {
    "crd.gov.pl": " Once KSeF has taken an invoice it is not changed: issue a correction (KOR) there.",
    "fatturapa.gov.it": " Once the Sistema di Interscambio has delivered an invoice it is not changed: issue a "
    "correction, by a credit note (TD04) or debit note (TD05). One that it rejected can be sent again.",
}


@dataclass(frozen=True, slots=True)
class _Tried:
    """A candidate that helps, with the faults that it solves."""

    fault: Fault
    candidate: Candidate
    solved: Solved


def repairs(document: Document, plan: Plan, answers: Mapping[str, str]) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
    """The fixes and questions for the findings of rules in a well-formed document; none if it is signed or cleared."""
    if signatures(document.text) or stamp(document.text):
        return (), ()  # any edit would break the signature: a correction has to be issued
    try:
        trials = Trials(document, plan)
        slots = Slots(Context(document, answers), plan)
        return _Repairer(trials, slots, answers).run()
    except (TroubleshooterError, etree.XMLSyntaxError, ValueError):
        return (), ()


class _Repairer:
    def __init__(self, trials: Trials, slots: Slots, answers: Mapping[str, str]) -> None:
        self._trials = trials
        self._slots = slots
        self._answers = answers
        named = slots.tree.root.name
        self._correction = next((advice for system, advice in _SUBMITTED.items() if system in named), "")
        seldom = Counter(fault.key for fault in trials.faults)
        looked_into = sorted(trials.faults, key=lambda fault: seldom[fault.key])[:_FAULTS]
        self._faults = [replace(fault, demands=tuple(self._demands(fault))) for fault in looked_into]
        self._maker = Maker(trials, slots, self._faults)

    def _demands(self, fault: Fault) -> Iterator[Demand]:
        """The demands of a fault, each at places for which there is room."""
        for each in demands(fault.finding, self._trials.root()):
            yield replace(each, slots=tuple(filter(None, map(self._slots.with_room, each.slots))))

    def run(self) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
        fixes: list[Fix] = []
        questions: list[Question] = []
        left = Counter(self._trials.before)
        tried = self._tried()
        if any(map(self._lacks_figure, self._faults)):
            # nothing is made to fit a calculation in which something is missing yet
            tried = [each for each in tried if not (each.candidate.before and each.fault.calculates)]
        lacking = {fault.key for fault in self._faults if fault.missing}
        while tried:
            group = _best(tried)
            if lacking & group[0].solved.keys() and all(each.candidate.drops for each in group):
                tried = [each for each in tried if each not in group]
                continue  # a missing node is better supplied than the element that needs it dropped
            made = self._decided(group)
            if isinstance(made, Fix):
                fixes.append(made)
            else:
                questions.append(made)
                left -= self._relief(self._emptied(group[0].candidate))
            left -= group[0].solved
            taken = [edit for each in group for edit in each.candidate.edits]
            tried = [each for each in tried if not each.solved - left and JointEdits(taken).admit(each.candidate.edits)]
        for fault, slot in self._unsolved(left):
            # missing values make calculations fail: once they are there, these can be judged
            if left[fault.key] > 0 and len(questions) < _ASKED and not (questions and fault.follows):
                made = self._asked(fault, slot)
                if isinstance(made, Fix):
                    fixes.append(made)
                elif all(made.path != other.path for other in questions):
                    questions.append(made)
                left[fault.key] = 0
                left -= self._relief(slot)
        return tuple(fixes), tuple(questions)

    def _unsolved(self, left: Solved) -> list[tuple[Fault, Slot | None]]:
        """The faults that a person is asked about, each with its slot: those first whose answer settles most."""
        slots = [(fault, self._slot_of(fault)) for fault in self._faults if left[fault.key] > 0]
        if len(slots) == 1:
            return slots
        return sorted(slots, key=lambda each: (each[0].follows, -self._relief(each[1]).total()))

    def _relief(self, slot: Slot | None) -> Solved:
        """The faults that are gone once a missing slot holds any value."""
        if slot is None or not slot.missing:
            return Counter()
        state = self._trials.after(self._slots.put(slot, example(self._slots.name(slot)) or "1"))
        return self._trials.before - state.before if state is not None else Counter()

    def _lacks_figure(self, fault: Fault) -> bool:
        """Whether a rule asks for a figure that is not there."""
        return not fault.follows and any(is_quantity(self._slots.name(slot)) for slot in fault.missing)

    def _tried(self) -> list[_Tried]:
        found: dict[tuple[Edit, ...], _Tried] = {}
        tries = 0
        offered = [(fault, self._maker.candidates(fault)) for fault in self._faults]
        offered += [(fault, self._maker.read(value)) for fault, value in self._trials.unread()]
        # where no single one helps, several together may
        offered += [(fault, self._if_alone(fault, found)) for fault in self._faults]
        for fault, candidates in offered:
            for candidate in candidates:
                known = found.get(candidate.edits)
                if known is not None and known.candidate.confidence >= candidate.confidence:
                    continue
                tries += known is None
                if tries > _TRIED:
                    break
                if any(_by_case(each.candidate, candidate) for each in found.values()):
                    continue  # the form that leaves the letters as they are is enough
                solved = self._trials.solved(candidate.edits)
                if solved is not None and solved[fault.key] > 0:
                    found[candidate.edits] = _Tried(fault, candidate, solved)
        effects: dict[str, _Tried] = {}  # of two that come to the same, the likelier
        for each in sorted(
            (*found.values(), *self._of_all(found.values())), key=lambda each: -each.candidate.confidence
        ):
            text = self._trials.changed(each.candidate.edits).text
            effects.setdefault(_without_form(text, each.candidate), each)
        return list(effects.values())

    def _if_alone(self, fault: Fault, found: Mapping[tuple[Edit, ...], _Tried]) -> Iterator[Candidate]:
        """The candidates of several places together, for a fault that no other candidate helps."""
        if not any(each.solved[fault.key] > 0 for each in found.values()):
            yield from self._maker.together(fault)

    def _of_all(self, tried: Collection[_Tried]) -> Iterator[_Tried]:
        """The candidates for faults of the whole document, wherever a rule reports them."""
        counts = {Kind.FEWER, Kind.ABSENT, Kind.OTHER}
        counted = any(demand.kind in counts for fault in self._faults for demand in fault.demands)
        repeated = repetitions(self._slots) if counted else ()
        for candidate in (
            *breakdown(self._slots),
            *repeated,
            *self._maker.forgotten(),
            *self._maker.recomputed([(each.candidate, each.solved) for each in tried]),
        ):
            solved = self._trials.solved(candidate.edits)
            fault = next((fault for fault in self._faults if solved and solved[fault.key] > 0), None)
            if solved is not None and fault is not None:
                yield _Tried(fault, candidate, solved)

    def _decided(self, group: Sequence[_Tried]) -> Fix | Question:
        """One edit, where there is one; else the choice."""
        # if a part of an element may go, the whole is no option
        removed = [each.candidate.path for each in group if not each.candidate.after]
        group = [
            each
            for each in group
            if each.candidate.after or not any(path.startswith(f"{each.candidate.path}/") for path in removed)
        ]
        first = group[0]
        if (slot := self._emptied(first.candidate)) is not None:
            return self._removed_or_filled(first, slot)
        kept = [each for each in group if each is group[0] or each.candidate.confidence > UNWANTED]
        rivals = [each for each in kept if f"{each.candidate.path}/".startswith(f"{first.candidate.path}/")]
        alone = len(rivals) == len(kept) and (
            len(kept) == 1 or first.candidate.confidence - kept[1].candidate.confidence > _CLEARLY or (
                first.candidate.same and not kept[1].candidate.same
            )
        )  # fmt: skip
        if alone and not first.candidate.choice:
            return self._fix(first)
        slot = next((each.candidate.slot for each in group if each.candidate.slot is not None), None)
        return self._chosen(self._choice(group), group, slot)

    def _emptied(self, candidate: Candidate) -> Slot | None:
        """The missing slot that a rule asks for in an element that a candidate removes because it is empty."""
        if candidate.slot is None or candidate.after or candidate.drops:
            return None
        slots = (slot for fault in self._faults for slot in fault.missing)
        return next((slot for slot in slots if slot.place == candidate.slot.place), None)

    def _removed_or_filled(self, tried: _Tried, slot: Slot) -> Fix | Question:
        """The removal of an empty element as an option, beside the question for the value that belongs into it."""
        fault = next((each for each in self._faults if self._slot_of(each) == slot), tried.fault)
        question = self._question(fault, slot)
        options = lettered([_option(tried.candidate)])
        name = tried.candidate.path.rpartition("/")[2]
        question = replace(question, options=options, needed=f"{question.needed} Or remove {name}, which is empty.")
        return self._chosen(question, [tried], slot)

    def _chosen(self, question: Question, offered: Sequence[_Tried], slot: Slot | None) -> Fix | Question:
        """The candidate that a person chose, or the value given in place of them all; else the question."""
        answer = self._answers.get(question.id, "").strip()
        if not answer:
            return question
        for option, each in zip(question.options, offered, strict=False):
            if answer in (option.id, option.value):
                known = answered_by(question)
                return replace(self._fix(each), safety=Safety.SAFE, confidence=1.0, provenance=known, rewrites=True)
        return self._answered(question, slot, answer) if slot is not None else question

    def _fix(self, tried: _Tried) -> Fix:
        candidate = tried.candidate
        reason = f"{_title(tried.fault)} {candidate.reason}{self._correction}"
        fix = Fix(
            edits=candidate.edits, source=BUSINESS_RULE, reason=reason,
            safety=Safety.SAFE if candidate.same and not self._correction else Safety.UNSAFE,
            confidence=candidate.confidence, at=candidate.at,
            provenance=candidate.provenance, rewrites=candidate.same,
        )  # fmt: skip
        return judged(fix, of_rule(fix))

    def _choice(self, group: Sequence[_Tried]) -> Question:
        first, fault = group[0].candidate, group[0].fault
        options = lettered(_option(each.candidate) for each in group)
        shown = "; ".join(_shown(each.candidate) for each in group[:_PER_FAULT])
        return Question(
            id=self._slots.context.question_id(first.path, fault.finding.rule), path=first.path,
            needed=f"{_title(fault)} Which of these is right: {shown}?",
            type="the id or value of an option, or another value that the rule takes", why=fault.said, at=first.at,
            options=options,
        )  # fmt: skip

    def _slot_of(self, fault: Fault) -> Slot | None:
        """The slot that a person is asked to fill in or to change because of a fault."""
        wanted = fault.demands
        listed = next((demand.slots[0] for demand in wanted if demand.kind is Kind.LISTED and demand.slots), None)
        absent = next((slot for demand in wanted if demand.kind is Kind.PRESENT for slot in demand.slots), None)
        if absent is not None and len(absent.missing) > 1 and absent.is_attribute:
            absent = replace(absent, missing=absent.missing[:-1])  # without the element it says nothing
        leaves = (slot for demand in wanted for slot in demand.slots if self._slots.is_leaf(slot))
        return listed or absent or next(leaves, None)

    def _question(self, fault: Fault, slot: Slot | None) -> Question:
        listed = any(demand.kind is Kind.LISTED and demand.slots for demand in fault.demands)
        options = code_choices(slot, self._slots, self._trials) if slot is not None and not listed else ()
        # the patterns of several rules for a place
        patterns = [
            pattern
            for other in self._faults
            for each in other.demands
            if each.kind is Kind.PATTERN and slot in each.slots
            for pattern in each.values
        ]
        return ask(fault, slot, self._slots, options, patterns)

    def _asked(self, fault: Fault, slot: Slot | None) -> Fix | Question:
        """The question about a fault that no candidate repairs, or the fix that its answer makes."""
        question = self._question(fault, slot)
        answer = self._answers.get(question.id)
        # a fix that the rules offer
        if (offered := next(entries(fault.finding, self._slots, self._trials.root()), None)) is not None:
            question = replace(question, needed=f"{offered.asks} {question.needed}")
            return question if answer is None else _given(question, offered.edits(answer), question.at)
        if answer is None or slot is None:
            return question
        return self._answered(question, slot, question.chosen(answer) or answer)

    def _answered(self, question: Question, slot: Slot, value: str) -> Fix:
        """The fix that puts in the value that a person gave, be it one of the options or not: the rule judges it."""
        edits = (self._slots.put_xml if self._slots.is_group(slot) else self._slots.put)(slot, value)
        # a fault of a value is reported at its beginning
        return _given(question, edits, self._slots.start(slot) if slot.missing else edits[0].start)


def _given(question: Question, edits: tuple[Edit, ...], at: int) -> Fix:
    """The fix that the answer to a question makes."""
    return Fix(
        edits=edits, source=BUSINESS_RULE, reason=question.needed, safety=Safety.SAFE, confidence=1.0, at=at,
        provenance=answered_by(question), rewrites=True,
    )  # fmt: skip


def _without_form(text: str, candidate: Candidate) -> str:
    """The text with a candidate's edits, without layout; of a figure that is put in, its path and its value alone."""
    text = re.sub(r">\s+<", "><", text)
    figure = decimal(candidate.after) if not candidate.before else None
    return text if figure is None else f"{candidate.path} {figure.normalize()}"


def _by_case(one: Candidate, other: Candidate) -> bool:
    """Whether a form of a value is known from which another differs by capitals, or by separators that it lacks."""
    if one.path != other.path or one.after == other.after:
        return False
    fewer = one.same and _SEPARATORS.sub("", one.after).lower() == other.after.lower()
    return fewer or one.after.lower() == other.after.lower()


def _best(tried: Sequence[_Tried]) -> list[_Tried]:
    """The candidates that repair most, the likeliest first; computed totals and mere removals come last."""
    most = max(each.solved.total() for each in tried)
    top = max((each for each in tried if each.solved.total() == most), key=lambda each: each.candidate.confidence)
    group = [each for each in tried if each.solved == top.solved and _of_one_cause(each, top)]
    return sorted(group, key=lambda each: -each.candidate.confidence)


def _of_one_cause(one: _Tried, other: _Tried) -> bool:
    """Whether two candidates repair the same; faults of one rule at several places count as different ones."""
    return one.fault is other.fault or one.solved.keys() != {one.fault.key} or one.fault.key != other.fault.key


def _option(candidate: Candidate) -> Option:
    return Option(
        value=candidate.after or "remove", meaning=f"{candidate.path}: {candidate.reason}",
        confidence=candidate.confidence, before=candidate.before, after=candidate.after,
    )  # fmt: skip


def _shown(candidate: Candidate) -> str:
    name = candidate.path.rpartition("/")[2]
    if candidate.shown:
        return candidate.shown
    if not candidate.after:
        return f"remove {name}"
    arrow = f"{candidate.before} \N{RIGHTWARDS ARROW} " if candidate.before else ""
    return f"{name} {arrow}{told(candidate.after, name)}"


def _title(fault: Fault) -> str:
    return f"{fault.finding.rule} ({fault.layer})." if fault.finding.rule else f"A rule of {fault.layer}."
