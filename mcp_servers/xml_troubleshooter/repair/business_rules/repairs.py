"""Fixes and questions for what business rules reject: every candidate is put to all layers before it is proposed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from ...document.document import Document
from ...document.edits import Edit, JointEdits
from ...errors import TroubleshooterError
from ...loop.proposal import Fix, Option, Question, Safety, answered_by
from ...schemas.plan import Plan
from ...signatures.clearance import stamp
from ...signatures.coverage import signatures
from ..context import Context
from ..evidence import of_rule
from ..judgement import judged
from .alike import alike
from .arithmetic import Solution, solutions, written
from .candidates import Candidate
from .code_lists import meanings, nearest
from .code_meanings import told
from .demands import Demand, Kind, demands
from .formats import forms, is_quantity, numbers
from .missing import ask, code_choices, example
from .quick_fixes import quick_fixes
from .removals import WHOLE_GROUP, fewer, removal, repetitions
from .slots import Slot, Slots
from .trial import Fault, Trials
from .vat_breakdown import breakdown

_TRIED = 40  # candidates for one state of a document
_PER_FAULT = 8  # candidates of a kind for one fault
_FIGURES = 8  # of a calculation that are looked at
_FAULTS = 12  # faults that are looked into at a time
_ASKED = 6  # questions about rules at a time
_CLEARLY = 0.12  # of confidence: more than this makes one candidate for a place better than another
# what goes through the systems of a state, which keep what was submitted: by its namespace, what is to be done then
_SUBMITTED = {
    "crd.gov.pl": " Once KSeF has taken an invoice it is not changed: issue a correction (KOR) there.",
    "fatturapa.gov.it": " Once the Sistema di Interscambio has delivered an invoice it is not changed: issue a "
    "correction, by a credit note (TD04) or debit note (TD05). One that it rejected can be sent again.",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Solved = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Tried:
    """A candidate that helps, with what is no longer at fault."""

    fault: Fault
    candidate: Candidate
    solved: Solved


def repairs(document: Document, plan: Plan, answers: Mapping[str, str]) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
    """What rules say of a well-formed document, as fixes and questions; nothing for what is signed or cleared."""
    if signatures(document.text) or stamp(document.text):
        return (), ()  # any edit would break what was signed: a correction has to be issued
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
        self._solutions: dict[Slot, list[Solution]] = {}
        self._root = root = trials.root()
        seldom = Counter(fault.key for fault in trials.faults)
        self._faults = sorted(trials.faults, key=lambda fault: seldom[fault.key])[:_FAULTS]
        self._demands = {id(fault): demands(fault.finding, root) for fault in self._faults}

    def run(self) -> tuple[tuple[Fix, ...], tuple[Question, ...]]:
        fixes: list[Fix] = []
        questions: list[Question] = []
        left = Counter(self._trials.before)
        tried = self._tried()
        while tried and (group := _best(tried, left)):
            made = self._decided(group)
            if isinstance(made, Fix):
                fixes.append(made)
            else:
                questions.append(made)
            left -= group[0].solved
            taken = [edit for each in group for edit in each.candidate.edits]
            tried = [each for each in tried if not each.solved - left and JointEdits(taken).admit(each.candidate.edits)]
        for fault, slot in self._unsolved(left):
            # what is missing makes calculations fail: when it is there, they can be looked at
            if left[fault.key] > 0 and len(questions) < _ASKED and not (questions and self._follows(fault)):
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
        return sorted(slots, key=lambda each: (self._follows(each[0]), -self._relief(each[1]).total()))

    def _relief(self, slot: Slot | None) -> Solved:
        """What is no longer at fault once there is anything in a slot that is missing."""
        if slot is None or not slot.missing:
            return Counter()
        return self._trials.relieved(self._slots.put(slot, example(self._slots.name(slot)) or "1"))

    def _follows(self, fault: Fault) -> bool:
        """Whether a fault may follow from others: nothing in it is missing, or nothing can be told of it."""
        kinds = {demand.kind for demand in self._demands[id(fault)]}
        return not kinds or Kind.AMOUNTS in kinds

    def _tried(self) -> list[_Tried]:
        found: dict[tuple[Edit, ...], _Tried] = {}
        tries = 0
        offered = [(fault, self._candidates(fault)) for fault in self._faults]
        offered += [(fault, self._read(value)) for fault, value in self._trials.unread()]
        for fault, candidates in offered:
            for candidate in candidates:
                known = found.get(candidate.edits)
                if known is not None and known.candidate.confidence >= candidate.confidence:
                    continue
                tries += known is None
                if tries > _TRIED:
                    break
                solved = self._trials.solved(candidate.edits)
                if solved is not None and solved[fault.key] > 0:
                    found[candidate.edits] = _Tried(fault, candidate, solved)
        effects: dict[str, _Tried] = {}  # of two that come to the same, the likelier
        for each in sorted((*found.values(), *self._of_all()), key=lambda each: -each.candidate.confidence):
            text = self._trials.changed(each.candidate.edits).text
            effects.setdefault(re.sub(r">\s+<", "><", text), each)
        return list(effects.values())

    def _of_all(self) -> Iterator[_Tried]:
        """What repairs faults of the whole document, wherever a rule sees them."""
        counts = {Kind.FEWER, Kind.ABSENT, Kind.OTHER}
        counted = any(demand.kind in counts for wanted in self._demands.values() for demand in wanted)
        for candidate in (*breakdown(self._slots), *(repetitions(self._slots) if counted else ())):
            solved = self._trials.solved(candidate.edits)
            fault = next((fault for fault in self._faults if solved and solved[fault.key] > 0), None)
            if solved is not None and fault is not None:
                yield _Tried(fault, candidate, solved)

    def _candidates(self, fault: Fault) -> Iterator[Candidate]:
        offered = list(quick_fixes(fault.finding, self._slots, self._root))
        if offered:
            yield from offered
            return
        wanted = self._demands[id(fault)]
        figures = any(demand.kind is Kind.AMOUNTS for demand in wanted)
        for demand in wanted:
            if figures and demand.kind in (Kind.ABSENT, Kind.PRESENT):
                continue  # of the ways to write a calculation, not of the one that was meant
            yield from self._for(fault, demand, several=len(wanted) > 1)
        for slot in dict.fromkeys(slot for demand in wanted for slot in demand.slots if slot.missing):
            yield from alike(self._slots, slot)
        if figures or any(demand.kind is Kind.OTHER for demand in wanted):
            yield from self._figures(wanted)

    def _for(self, fault: Fault, demand: Demand, *, several: bool) -> Iterator[Candidate]:  # noqa: C901, PLR0912 - one case a kind
        match demand.kind:
            case Kind.LITERAL | Kind.EQUAL:
                yield from self._literal(fault, demand)
            case Kind.LISTED:
                yield from self._listed(fault, demand)
            case Kind.PATTERN | Kind.FORM | Kind.LENGTH | Kind.OTHER:
                yield from self._formed(demand)
            case Kind.DECIMALS:
                for slot in demand.slots[:1]:
                    yield from (
                        self._candidate(slot, each.text, each.reason, each.confidence)
                        for each in numbers(self._slots.value(slot), int(demand.values[0]))
                    )
            case Kind.ABSENT:
                for slot in demand.slots[:1]:
                    yield removal(self._slots, slot, several=several)
            case Kind.FEWER:
                yield from fewer(self._slots, demand.slots, int(demand.values[0]))
            case Kind.PRESENT:
                for slot in demand.slots[:1]:
                    if not slot.missing and self._slots.is_leaf(slot) and not self._slots.value(slot).strip():
                        yield removal(self._slots, slot, several=several)
                    if len(slot.missing) == 1:
                        yield from self._derived(slot)
            case _:
                return

    def _literal(self, fault: Fault, demand: Demand) -> Iterator[Candidate]:
        for slot in demand.slots[:_PER_FAULT]:
            if not self._slots.is_leaf(slot):
                continue
            before = self._slots.value(slot)
            for value in demand.values[:_PER_FAULT]:
                same = _key(before) == _key(value) and bool(before)
                rule = fault.finding.rule or fault.finding.test
                provenance = f"document: {value}" if demand.kind is Kind.EQUAL else f"rule: {rule}"
                reason, confidence = f'The rule asks for "{value}".', 0.95 if same else 0.8
                yield self._candidate(slot, value, reason, confidence, same=same, provenance=provenance)

    def _listed(self, fault: Fault, demand: Demand) -> Iterator[Candidate]:
        for slot in demand.slots[:1]:
            if not self._slots.is_leaf(slot):
                continue
            before, name = self._slots.value(slot), self._slots.name(slot)
            provenance = f"code list: of {fault.finding.rule or 'the rule'}"
            known = meanings(before, demand.values, name) if before.strip() else []
            for each in known:
                yield self._candidate(
                    slot, each.text, each.reason, each.confidence, same=each.same, provenance=provenance
                )
            if not known:
                choices = nearest(before, demand.values)
                if len(demand.values) == 1 or len(choices) <= len(demand.values):
                    for value in choices:
                        yield replace(
                            self._candidate(
                                slot, value, f"The rule's list has {told(value, name)}.", 0.4, provenance=provenance
                            ),
                            choice=len(demand.values) > 1,
                        )

    def _formed(self, demand: Demand) -> Iterator[Candidate]:
        patterns = demand.values if demand.kind is Kind.PATTERN else ()
        for slot in demand.slots[:3]:
            if not self._slots.is_leaf(slot) or slot.missing:
                continue
            value = self._slots.value(slot)
            found: set[str] = set()
            for each in forms(value, patterns, shorter=demand.kind is Kind.LENGTH):
                if each.text in found or len(found) >= 2 * _PER_FAULT:
                    continue
                found.add(each.text)
                same = each.same and not is_quantity(self._slots.name(slot))
                yield self._candidate(slot, each.text, each.reason, each.confidence, same=same)

    def _derived(self, slot: Slot) -> Iterator[Candidate]:
        """What is missing, taken from what its like have in common, or from a calculation."""
        name = slot.missing[-1]
        if name.startswith("@"):
            if "scheme" in name.lower():
                return  # of one identifier it says nothing about another
            node = self._slots.node(slot.place)
            values = Counter(
                self._slots.tree.attribute_value(item)
                for other in self._slots.tree.nodes
                if other.name == node.name and (item := other.attribute(name[1:])) is not None
            )
            if len(values) == 1:
                value = next(iter(values))
                yield self._candidate(slot, value, "All others have it.", 0.8, provenance="document: its like")
            return
        yield from self._solved(slot)

    def _read(self, value: str) -> Iterator[Candidate]:
        """A value that no rule can read as a number or date, as one."""
        for node in self._slots.tree.nodes:
            if not node.children and self._slots.tree.value(node).strip() == value.strip():
                slot = Slot(self._slots.place(node))
                for each in (*numbers(value), *forms(value)):
                    yield self._candidate(slot, each.text, each.reason, each.confidence)

    def _figures(self, wanted: Sequence[Demand]) -> Iterator[Candidate]:
        """The figures of a calculation, each as it would have to be."""
        kinds = (Kind.AMOUNTS, Kind.OTHER)
        slots = dict.fromkeys(slot for demand in wanted if demand.kind in kinds for slot in demand.slots)
        figures = [
            slot for slot in slots
            if self._slots.is_leaf(slot) and not slot.is_attribute
            and (slot.missing or re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", self._slots.value(slot)))
        ]  # fmt: skip
        for slot in figures[:_FIGURES]:
            yield from self._solved(slot)

    def _solved(self, slot: Slot) -> Iterator[Candidate]:
        before = self._slots.value(slot).strip()
        if slot not in self._solutions:
            self._solutions[slot] = solutions(slot, self._slots, self._trials)
        for solution in self._solutions[slot]:
            after = written(solution.value, before)
            if after != before:
                rule = solution.rule or "the rule"
                reason = f"By {rule} it is {after}{'' if before else ', which the document does not say'}."
                confidence = 0.7 if solution.term else 0.55
                yield self._candidate(slot, after, reason, confidence, provenance=f"computed: by {rule}")

    def _candidate(
        self,
        slot: Slot,
        value: str,
        reason: str,
        confidence: float,
        *,
        same: bool = False,
        provenance: str = "",
    ) -> Candidate:
        return Candidate(
            self._slots.put(slot, value), self._slots.start(slot), self._slots.path(slot), reason, confidence,
            before=self._slots.value(slot).strip(), after=value, provenance=provenance or f"computed: {reason}",
            same=same, slot=slot,
        )  # fmt: skip

    def _decided(self, group: Sequence[_Tried]) -> Fix | Question:
        """One edit, where there is one; else the choice."""
        first = group[0]
        kept = [each for each in group if each is group[0] or each.candidate.confidence > WHOLE_GROUP]
        rivals = [each for each in kept if f"{each.candidate.path}/".startswith(f"{first.candidate.path}/")]
        alone = len(rivals) == len(kept) and (
            len(kept) == 1 or first.candidate.confidence - kept[1].candidate.confidence > _CLEARLY or (
                first.candidate.same and not kept[1].candidate.same
            )
        )  # fmt: skip
        if alone and not first.candidate.choice:
            return self._fix(first)
        question = self._choice(group)
        answer = self._answers.get(question.id, "").strip()
        for option, each in zip(question.options, group, strict=False):
            if answer and answer in (option.id, option.value):
                return replace(
                    self._fix(each), safety=Safety.SAFE, confidence=1.0, provenance=answered_by(question), rewrites=True
                )
        slot = next((each.candidate.slot for each in group if each.candidate.slot is not None), None)
        return self._answered(question, slot, answer) if answer and slot is not None else question

    def _fix(self, tried: _Tried) -> Fix:
        candidate = tried.candidate
        reason = f"{_title(tried.fault)} {candidate.reason}{self._correction}"
        fix = Fix(
            edits=candidate.edits, source="rule:business-rule", reason=reason,
            safety=Safety.SAFE if candidate.same and not self._correction else Safety.UNSAFE,
            confidence=candidate.confidence, at=candidate.at,
            provenance=candidate.provenance, rewrites=candidate.same,
        )  # fmt: skip
        return judged(fix, of_rule(fix))

    def _choice(self, group: Sequence[_Tried]) -> Question:
        first, fault = group[0].candidate, group[0].fault
        options = tuple(_option(number, each.candidate) for number, each in enumerate(group[: len(_LETTERS)]))
        shown = "; ".join(_shown(each.candidate) for each in group[:_PER_FAULT])
        return Question(
            id=self._slots.context.question_id(first.path, fault.finding.rule), path=first.path,
            needed=f"{_title(fault)} Which of these is right: {shown}?",
            type="the id or value of an option, or another value that the rule takes", why=_said(fault), at=first.at,
            options=options,
        )  # fmt: skip

    def _slot_of(self, fault: Fault) -> Slot | None:
        """What a person is asked to fill in or to change about a fault."""
        wanted = self._demands[id(fault)]
        listed = next((demand.slots[0] for demand in wanted if demand.kind is Kind.LISTED and demand.slots), None)
        absent = next((slot for demand in wanted if demand.kind is Kind.PRESENT for slot in demand.slots), None)
        leaves = (slot for demand in wanted for slot in demand.slots if self._slots.is_leaf(slot))
        return listed or absent or next(leaves, None)

    def _asked(self, fault: Fault, slot: Slot | None) -> Fix | Question:
        """The question about what no candidate repairs, or what its answer brings in."""
        wanted = self._demands[id(fault)]
        listed = next((demand for demand in wanted if demand.kind is Kind.LISTED and demand.slots), None)
        absent = [slot for demand in wanted if demand.kind is Kind.PRESENT for slot in demand.slots]
        values = listed.values if listed else ()
        options = code_choices(slot, self._slots, self._trials) if slot is not None and not listed else ()
        question = ask(fault, slot, self._slots, values, absent, options)
        answer = self._answers.get(question.id)
        if answer is None or slot is None:
            return question
        return self._answered(question, slot, question.chosen(answer) or answer)

    def _answered(self, question: Question, slot: Slot, value: str) -> Fix:
        """What puts a value in that a person gave, be it one that was offered or not: the rule judges it."""
        edits = (self._slots.put_xml if self._slots.is_group(slot) else self._slots.put)(slot, value)
        return Fix(
            edits=edits, source="rule:business-rule", reason=question.needed, safety=Safety.SAFE, confidence=1.0,
            # a fault of a value is told where the value begins
            at=self._slots.start(slot) if slot.missing else edits[0].start,
            provenance=answered_by(question), rewrites=True,
        )  # fmt: skip


def _best(tried: Sequence[_Tried], left: Solved) -> list[_Tried]:
    """The candidates that repair most, the likeliest first; totals and what merely removes come behind."""
    tried = [each for each in tried if not each.solved - left]
    if not tried:
        return []
    most = max(each.solved.total() for each in tried)
    top = max((each for each in tried if each.solved.total() == most), key=lambda each: each.candidate.confidence)
    group = [each for each in tried if each.solved == top.solved and _of_one_cause(each, top)]
    return sorted(group, key=lambda each: -each.candidate.confidence)


def _of_one_cause(one: _Tried, other: _Tried) -> bool:
    """Whether two candidates repair the same; faults of one rule at several places are told apart by these."""
    return one.fault is other.fault or one.solved.keys() != {one.fault.key} or one.fault.key != other.fault.key


def _option(number: int, candidate: Candidate) -> Option:
    return Option(
        id=_LETTERS[number], value=candidate.after or "remove", meaning=f"{candidate.path}: {candidate.reason}",
        confidence=candidate.confidence, before=candidate.before, after=candidate.after,
    )  # fmt: skip


def _shown(candidate: Candidate) -> str:
    name = candidate.path.rpartition("/")[2]
    if not candidate.after:
        return f"{name} goes"
    arrow = f"{candidate.before} \N{RIGHTWARDS ARROW} " if candidate.before else ""
    return f"{name} {arrow}{candidate.after}"


def _title(fault: Fault) -> str:
    return f"{fault.finding.rule} ({fault.layer})." if fault.finding.rule else f"A rule of {fault.layer}."


def _said(fault: Fault) -> str:
    return " ".join((fault.finding.message or fault.finding.test).split())


def _key(text: str) -> str:
    return re.sub(r"[\s\-_]+", "", text).lower()
