"""Candidates for the demands of the rules: values rewritten, added, computed or removed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from rapidfuzz.distance import OSA

from ...document.names import local_name
from ..values.rewrite import Rewrite, sure, unsure
from .allowed_values.code_lists import meanings, nearest
from .allowed_values.code_meanings import told
from .allowed_values.value_formats import forms, is_quantity, numbers
from .arithmetic import Solution, chained, is_typing_error, plausible, solutions, written
from .candidates import SURE, Candidate, of_value
from .quick_fixes import quick_fixes
from .removals import UNWANTED, fewer, removal
from .rule_tests.demand import Demand, Kind
from .slots import Slot, Slots
from .trial import Fault, Solved, Trials
from .values_elsewhere import flags, values_elsewhere

_PER_FAULT = 8  # candidates of a kind for one fault
_LESS = 0.01  # of confidence: written in capitals for no other reason than that the rule is
_LACKING = 0.4  # of confidence more: by a grammar it cannot be right without
_LEFT_OUT = 0.6  # of confidence: a figure that may have been forgotten
_NUMBERED = 6  # digits of an identifier, which is not replaced by quite another value unasked
_ROUND = 100  # a prepayment is
_SHIFT = 3  # letters by which the beginning of a value may be longer or shorter than it should be
_SLIPS = 8  # letters for each of which there may be one slip
_JOINED = 4  # places that are put right together
_FIGURES = 8  # of a calculation that are looked at


class Maker:
    """Makes candidates for the faults of one document, by their demands."""

    def __init__(self, trials: Trials, slots: Slots, faults: Sequence[Fault]) -> None:
        self._trials = trials
        self._slots = slots
        self._solutions: dict[Slot, list[Solution]] = {}
        self._faults = faults

    def candidates(self, fault: Fault) -> Iterator[Candidate]:
        """The candidates for a fault; the fixes of the rules themselves alone where they offer any."""
        offered = list(quick_fixes(fault.finding, self._slots, self._trials.root()))
        if offered:
            yield from offered
            return
        wanted = fault.demands
        for slot in dict.fromkeys(slot for demand in wanted for slot in demand.slots if self._slots.is_leaf(slot)):
            value = self._slots.value(slot)
            if value != value.strip() and value.strip():
                stripped = sure(value.strip(), "White space around it was removed.", SURE)
                yield of_value(self._slots, slot, stripped)
        figures = fault.calculates
        for demand in wanted:
            optional = figures and demand.kind in (Kind.PRESENT, Kind.LEFT_OUT) and self._slots_left_out(demand)
            if optional and not any(_mistyped(each.before, each.after) for each in self._figures(wanted)):
                yield from self._left_out(demand)
            if figures and demand.kind in (Kind.ABSENT, Kind.PRESENT):
                continue  # of the ways to write a calculation, not of the one that was meant
            yield from self._for(fault, demand, several=len(wanted) > 1)
        for slot in dict.fromkeys(slot for demand in wanted for slot in demand.slots if slot.missing):
            yield from values_elsewhere(self._slots, slot)
        if figures or any(demand.kind is Kind.OTHER for demand in wanted):
            yield from self._figures(wanted)

    def _leaves(self, demand: Demand, most: int = 1) -> Iterator[Slot]:
        """The first slots of a demand, those that can hold a value and nothing else."""
        return filter(self._slots.is_leaf, demand.slots[:most])

    def together(self, fault: Fault) -> Iterator[Candidate]:
        """The likeliest candidate of each place as one, for a test of which several parts fail."""
        best: dict[Slot, Candidate] = {}
        for each in self.candidates(fault):
            if each.slot is not None and not each.choice:
                known = best.get(each.slot)
                best[each.slot] = each if known is None or each.confidence > known.confidence else known
        made = list(best.values())
        if 1 < len(made) <= _JOINED:
            yield Candidate(
                tuple(edit for each in made for edit in each.edits), made[0].at, made[0].path,
                " ".join(dict.fromkeys(each.reason for each in made)), min(each.confidence for each in made),
                before=", ".join(each.before for each in made), after=", ".join(each.after for each in made),
                provenance="; ".join(dict.fromkeys(each.provenance for each in made)),
                same=all(each.same for each in made),
            )  # fmt: skip

    def recomputed(self, tried: Collection[tuple[Candidate, Solved]]) -> Iterator[Candidate]:
        """Totals that follow from each other as one edit, unless a single place can put all calculations right.

        `tried` are the other candidates, each with the faults that it repairs.
        """
        wrong = {fault.key for fault in self._faults if fault.calculates}
        if not wrong or len({candidate.path for candidate, solved in tried if wrong <= solved.keys()}) == 1:
            return
        totals = chained(self._slots, self._trials)
        if len(totals) > 1:
            slot = next(iter(totals))
            steps = "; ".join(f"{self._slots.name(each)} is {value}" for each, value in totals.items())
            changes = (
                (self._slots.name(each), self._slots.value(each).strip(), value) for each, value in totals.items()
            )
            yield Candidate(
                tuple(edit for each, value in totals.items() for edit in self._slots.put(each, value)),
                self._slots.start(slot), self._slots.path(slot), f"Computed one after another, {steps}.", 0.65,
                before=", ".join(self._slots.value(each).strip() for each in totals),
                after=", ".join(totals.values()), provenance="computed: by the calculations of the rules",
                shown=" and ".join(f"{name} {before} \N{RIGHTWARDS ARROW} {after}" for name, before, after in changes),
            )  # fmt: skip

    def forgotten(self) -> Iterator[Candidate]:
        """The flags and amounts that elements lack by a grammar, without which no calculation counts these elements."""
        tests = [fault.finding.test for fault in self._faults if fault.calculates]
        for node in self._slots.tree.nodes if tests else ():
            if not node.children or not any(local_name(node.name) in test for test in tests):
                continue
            name = self._slots.required(node)
            slot = Slot(self._slots.place(node), (name,))
            made = (
                flags(self._slots, slot) if name.endswith("Indicator")
                else self._solved(slot) if is_quantity(name) else ()
            )  # fmt: skip
            yield from (replace(each, confidence=each.confidence + _LACKING) for each in made)

    def _for(self, fault: Fault, demand: Demand, *, several: bool) -> Iterator[Candidate]:  # noqa: C901, PLR0912 - one case a kind
        match demand.kind:
            case Kind.LITERAL | Kind.EQUAL:
                yield from self._literal(fault, demand)
            case Kind.BEGIN | Kind.END:
                yield from self._bordered(fault, demand)
            case Kind.LISTED:
                yield from self._listed(fault, demand)
            case Kind.PATTERN | Kind.FORM | Kind.LENGTH | Kind.OTHER:
                yield from self._formed(demand)
            case Kind.DECIMALS:
                for slot in demand.slots[:1]:
                    for each in numbers(self._slots.value(slot), int(demand.values[0])):
                        yield of_value(self._slots, slot, each)
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
        for slot in self._leaves(demand, _PER_FAULT):
            before = self._slots.value(slot)
            for value in demand.values[:_PER_FAULT]:
                same = _key(before) == _key(value) and bool(before)
                rule = fault.finding.rule or fault.finding.test
                provenance = f"document: {value}" if demand.kind is Kind.EQUAL else f"rule: {rule}"
                # of two that should be equal, the one that is said elsewhere too is rather right
                rarer = demand.kind is Kind.EQUAL and self._slots.values[value] < self._slots.values[before]
                confidence = 0.95 if same else UNWANTED if rarer else 0.8
                other = (
                    not is_quantity(self._slots.name(slot))
                    and len(re.findall(r"\d", before)) >= _NUMBERED
                    and OSA.distance(before, value) > len(value) // 2
                )
                # a rule may compare without regard to case: the old value or the message tells the case
                for text in dict.fromkeys((_as_written(value, before if same else fault.finding.message), value)):
                    found = Rewrite(text, f'The rule asks for "{text}".', safe=same, confidence=confidence)
                    yield of_value(self._slots, slot, found, provenance, choice=other)
                    confidence -= _LESS

    def _bordered(self, fault: Fault, demand: Demand) -> Iterator[Candidate]:
        """A value with the beginning or end that a rule asks for, in the place of one that is like it."""
        for slot in self._leaves(demand, _PER_FAULT):
            before = self._slots.value(slot)
            for value in demand.values[:1]:
                part = _border(before, value, end=demand.kind is Kind.END)
                rest = before[len(part) :] if demand.kind is Kind.BEGIN else before[: len(before) - len(part)]
                whole = value + rest if demand.kind is Kind.BEGIN else rest + value
                same = _key(part) == _key(value) and bool(part)
                slips = max(1, len(value) // _SLIPS)
                if not same and OSA.distance(part, value) > slips:
                    if OSA.distance(before, value) > slips:
                        continue  # it is another value, which a person has to give
                    whole = value
                reason = f'The rule asks for "{value}" there.'
                found = Rewrite(whole, reason, safe=same, confidence=0.95 if same else 0.8)
                yield of_value(self._slots, slot, found, f"rule: {fault.finding.rule or fault.finding.test}")

    def _listed(self, fault: Fault, demand: Demand) -> Iterator[Candidate]:
        for slot in self._leaves(demand):
            before, name = self._slots.value(slot), self._slots.name(slot)
            provenance = f"code list: of {fault.finding.rule or 'the rule'}"
            known = meanings(before, demand.values, name) if before.strip() else []
            for each in known:
                yield of_value(self._slots, slot, each, provenance)
            if not known:
                choices = nearest(before, demand.values, name)
                if len(demand.values) == 1 or len(choices) <= len(demand.values):
                    for value in choices:
                        found = unsure(value, f"The rule's list has {told(value, name)}.", 0.4)
                        yield of_value(self._slots, slot, found, provenance, choice=len(demand.values) > 1)

    def _formed(self, demand: Demand) -> Iterator[Candidate]:
        patterns = demand.values if demand.kind is Kind.PATTERN else ()
        for slot in self._leaves(demand, 3):
            if slot.missing:
                continue
            value = self._slots.value(slot)
            found: set[str] = set()
            # other letters only where a pattern or a part of the value asks for them
            named = demand.values if demand.kind is Kind.OTHER else ()
            cased = (
                demand.kind is Kind.PATTERN
                or "xs:boolean" in demand.values
                or any(each.lower() in value.lower() for each in named if each)
            )
            shorter = demand.kind is Kind.LENGTH and not demand.values
            whole = any("nteger" in each for each in demand.values) and demand.kind is Kind.FORM
            for each in forms(value, patterns, shorter=shorter, cased=cased, whole=whole):
                if each.value in found or len(found) >= 2 * _PER_FAULT:
                    continue
                found.add(each.value)
                same = each.safe and not is_quantity(self._slots.name(slot))
                yield of_value(self._slots, slot, replace(each, safe=same))

    def _derived(self, slot: Slot) -> Iterator[Candidate]:
        """A missing value: the one that all others of its kind have, or the result of a calculation."""
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
                found = unsure(next(iter(values)), "All others have it.", 0.8)
                yield of_value(self._slots, slot, found, "document: its like")
            return
        yield from self._solved(slot)

    def read(self, value: str) -> Iterator[Candidate]:
        """A value that no rule can read as a number or date, as one."""
        for node in self._slots.tree.nodes:
            if not node.children and self._slots.tree.value(node).strip() == value.strip():
                slot = Slot(self._slots.place(node))
                for each in (*numbers(value), *forms(value)):
                    yield of_value(self._slots, slot, replace(each, safe=False))

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

    def _left_out(self, demand: Demand) -> Iterator[Candidate]:
        """The figures that a calculation allows and the document lacks, each as the calculation would have it."""
        for slot in self._slots_left_out(demand):
            leaves = self._slots.node(slot.place).children
            beside = {text for node in leaves if (text := self._slots.tree.value(node).strip())}
            for candidate in self._solved(slot):
                if Decimal(candidate.after) > 0 and candidate.after not in beside:
                    yield replace(candidate, confidence=min(_LEFT_OUT, candidate.confidence))

    def _slots_left_out(self, demand: Demand) -> list[Slot]:
        figures = (slot for slot in demand.slots if len(slot.missing) == 1 and not slot.is_attribute)
        return [slot for slot in figures if is_quantity(self._slots.name(slot))]

    def _solved(self, slot: Slot) -> Iterator[Candidate]:
        before = self._slots.value(slot).strip()
        if slot not in self._solutions:
            self._solutions[slot] = solutions(slot, self._slots, self._trials)
        for solution in self._solutions[slot]:
            after = written(solution.value, before)
            if after != before:
                rule = solution.rule or "the rule"
                reason = f"By {rule} it is {after}{'' if before else ', which the document does not say'}."
                confidence = (0.7 if solution.term else 0.55) + plausible(slot, before, after, self._slots)
                yield of_value(self._slots, slot, unsure(after, reason, confidence), f"computed: by {rule}")


def _mistyped(before: str, after: str) -> bool:
    """Whether a figure is rather mistyped than right with another one forgotten, as by a round amount."""
    round_ = (Decimal(before) - Decimal(after)) % _ROUND == 0 if before else False
    return is_typing_error(before, after) and not (round_ and sorted(before) != sorted(after))


def _as_written(value: str, text: str) -> str:
    """A value in the capitals and small letters of a text that has it, but for separators; else as it is."""
    if value.lower() == value.upper() or value not in (value.upper(), value.lower()):
        return value
    at = text.lower().find(value.lower())
    if at >= 0:
        return text[at : at + len(value)]
    letters = [character for character in text if character.isalnum()]
    if _key(text) != _key(value) or len(letters) != sum(map(str.isalnum, value)):
        return value
    following = iter(letters)
    return "".join(next(following) if character.isalnum() else character for character in value)


def _border(text: str, value: str, *, end: bool) -> str:
    """The beginning or end of a text that is most like a value."""
    sizes = [len(value) + more for step in range(_SHIFT + 1) for more in {step, -step} if len(value) + more >= 0]
    parts = [text[max(0, len(text) - size) :] if end else text[:size] for size in sizes]
    return min(parts, key=lambda part: (_key(part) != _key(value), OSA.distance(part, value)))


def _key(text: str) -> str:
    return re.sub(r"[\s\-_/]+", "", text).lower()
