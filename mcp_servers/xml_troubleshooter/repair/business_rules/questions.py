"""Questions that only a person can answer, in the words of the rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from ...document.names import local_name
from ...loop.proposal import Option, Question, lettered
from .allowed_values.check_digits import fault_of
from .allowed_values.code_lists import SHOWN, nearest
from .allowed_values.code_meanings import meaning, told
from .allowed_values.pattern_texts import sample
from .business_terms import called
from .rule_tests.demand import Kind
from .slots import Slot, Slots
from .trial import Fault, Trials
from .vat_breakdown import REASONS

_LONG, _SHOWN_STEPS = 90, 3  # characters of a path in a sentence, and the steps that are shown of a longer one
_LISTED = re.compile(r"contains\(\s*(['\"])(\s[^'\"]{3,}?\s)\1")

# the condition of a rule on a text, in words in front of it
_SHAPES = {
    Kind.BEGIN: "that begins with",
    Kind.HOLD: "that contains",
    Kind.END: "that ends with",
    Kind.PATTERN: "that matches",
}
_EXAMPLES = {
    "datetimestring": "20240516",
    "date": "2024-05-16", "amount": "120.00", "percent": "20", "quantity": "3", "email": "name@example.org",
    "country": "DE", "currency": "EUR",
    "mail": "name@example.org", "telephone": "+49 30 123456", "completenumber": "+49 30 123456", "postalzone": "10115",
    "postcode": "10115", "cityname": "Berlin", "street": "High Street 1", "lineone": "High Street 1",
    "registrationname": "Example Ltd", "identificationcode": "DE", "ibanid": "DE02120300000000202051",
}  # fmt: skip
# the forms of identifiers, and the schemes of ISO 6523 and of Peppol's addresses that they may be of
_SCHEMES = {
    r"\d{13}": "0088", r"\d{14}": "0009", r"\d{9}": "0192 0002 0060", r"(?:DK)?\d{8}": "0184 0106",
    r"[^@\s]+@[^@\s]+": "EM",
    r"\d{10}": "0208 0007", r"\d{2,12}-[A-Z0-9]+-\d{2}": "0204", r"DE\d{9}": "9930", r"ATU\d{8}": "9914",
    r"BE0\d{9}": "9925 0208", r"NL\d{9}B\d{2}": "9944", r"FR\w{2}\d{9}": "9957", r"IT\d{11}": "0211 9906",
    r"ES\w{9}": "9920", r"PL\d{10}": "9945", r"SE\d{12}": "9955",
}  # fmt: skip


def ask(
    fault: Fault,
    slot: Slot | None,
    slots: Slots,
    options: Sequence[Option],
    patterns: Sequence[str] = (),
) -> Question:
    """The question about a fault and its demands; `patterns` are those that the answer has to match."""
    listed = next((demand.values for demand in fault.demands if demand.kind is Kind.LISTED and demand.slots), ())
    # any of these will do for the missing slot
    absent = [other for demand in fault.demands if demand.kind is Kind.PRESENT for other in demand.slots]
    rule, message = fault.finding.rule, fault.said
    said = re.sub(r"^\[[^\]]*\]\s*-?\s*", "", message)
    asks = f"{rule or 'A rule'} asks for it"
    if slot is None:
        node = slots.node(fault.finding.node)
        path, at = node.path, node.start
        return Question(
            id=slots.context.question_id(path, rule), path=path, at=at, type="a correction by hand", why=message,
            needed=f"What has to change at {path}, so that this holds: {said}",
        )  # fmt: skip
    name, path = slots.name(slot), slots.path(slot)
    others = [slots.name(other) for other in absent if slots.name(other) != name]
    term = called(said, name, path)
    what = f"{term} ({name}{''.join(f' or {other}' for other in others[:2])})" if term else name
    before = slots.value(slot).strip()
    there = f"\N{HORIZONTAL ELLIPSIS}/{'/'.join(path.split('/')[-_SHOWN_STEPS:])}" if len(path) > _LONG else path
    head = f'Which {what} is meant by "{before}"' if before else f"Which {what} goes to {there}"
    digits = fault_of(before, slots.scheme(slot), path) if before else ""
    choices = nearest(before, listed, name)
    at, skeleton = slots.skeleton(slot) if slot.missing else (slots.start(slot), "")
    made = tuple(options) or lettered(
        Option(value=code, meaning=meaning(code, name) or "an entry of the rule's list", before=before, after=code)
        for code in choices[:SHOWN]
    )
    shape = next((each for each in fault.demands if each.kind in _SHAPES and slot in each.slots), None)
    text = f"text {_SHAPES[shape.kind]} {' or '.join(shape.values)}" if shape is not None else "text"
    instance = next(filter(None, map(sample, patterns)), "") or example(name)
    shown = f"For example {instance}." if instance else ""
    if made:
        shown = f"One of: {', '.join(told(option.value, name) for option in made)}."
    return Question(
        id=slots.context.question_id(path, name), path=path, at=at, skeleton=skeleton, why=message,
        needed=" ".join(filter(None, (f"{head}?", digits, f"{asks}.", shown))),
        type="a code of the rule's list" if listed else "XML content" if slots.is_group(slot) else text,
        allowed=tuple(listed), options=made,
    )  # fmt: skip


def example(name: str) -> str:
    """An example value for an element or attribute of this name; "" where the name tells nothing."""
    return next((text for key, text in _EXAMPLES.items() if key in name.lower()), "")


def code_choices(slot: Slot, slots: Slots, trials: Trials) -> tuple[Option, ...]:
    """The codes that a missing element may hold, as a rule about it lists them: those for the category beside it."""
    if not slot.missing or slots.is_group(slot):
        return ()
    if slot.missing[-1].startswith("@"):
        return _schemes(slot, slots, trials)
    name = slot.missing[-1]
    # a reason may be given by its code, or in words
    codes = _codes_of(name, trials) or (_codes_of(f"{name}Code", trials) if name.endswith("Reason") else [])
    node = slots.node(slot.place)
    beside = {slots.tree.value(child).strip() for child in node.children if not child.children}
    ends = beside | {REASONS[category].rpartition("-")[2] for category in beside & REASONS.keys()}
    fitting = [code for code in codes if code.rpartition("-")[2] in ends and "-" in code and not re.search(r"\d", code)]
    chosen = fitting or (codes if len(codes) <= SHOWN else [])
    return lettered(
        Option(value=code, meaning=meaning(code, local_name(name)) or "a code of the rules' list for it", after=code)
        for code in islice(chosen, SHOWN)
    )


def _schemes(slot: Slot, slots: Slots, trials: Trials) -> tuple[Option, ...]:
    """The schemes that an identifier may be of, by its form, as far as a rule lists them."""
    node, name = slots.node(slot.place), local_name(slot.missing[-1].lstrip("@"))
    if len(slot.missing) > 1 or name != "schemeID":
        return ()
    listed = _codes_of(node.name, trials, f"@{name}")
    value = slots.tree.value(node).strip()
    fitting = [code for form, codes in _SCHEMES.items() if re.fullmatch(form, value) for code in codes.split()]
    return lettered(
        Option(value=code, meaning=f"{meaning(code, name)}, by its form".lstrip(", "), after=code)
        for code in fitting
        if code in listed
    )


def _codes_of(name: str, trials: Trials, attribute: str = "") -> list[str]:
    """The codes that a rule about elements of a name, or an attribute of theirs, lists."""
    local = local_name(name)
    for judge in trials.rules:
        numbered = getattr(getattr(judge.engine, "rule_set", None), "numbered", None)
        for _, rule, assertion in numbered() if numbered is not None else ():
            if re.search(rf"\b{re.escape(local)}\s*(?:\[[^\]]*\])?(?:\s*\||$)", rule.context.strip()):
                listed = _LISTED.search(assertion.test)
                if listed is not None and attribute in assertion.test:
                    return listed[2].split()
    return []
