"""The state of each claim of another system: confirmed, repaired, not to be seen here, or not to be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...codes import Code
from ...diagnostics import Diagnostic, LayerKind, LayerResult, LayerState, Report
from ...disk.bounds import read_file
from ...document.document import Document
from ...document.tree import Tree
from ...facts.finding import local
from ...schemas.plan import FACTS, PROBLEM
from .claim import Claim, Kind, State
from .claim_offsets import located
from .claimed_nodes import repeated
from .claimed_places import ELSEWHERE, NOTHING_BEFORE_ROOT, SCHEMA, before_root, beyond_end, line_shown, sighted
from .claims import claims
from .recognition import of_markup, recognised
from .rule_names import REASONS, family
from .wishes import Wish, held, touches

_SHOWN = 5  # values that are to stay, of each wish that names their elements
_AFTER = 2  # lines behind a fault in which a tool may still name it
# kinds of claims about faults that may be reported here at another place or by another name
_MENTIONED = (Kind.UNEXPECTED, Kind.ORDER, Kind.ESCAPE, Kind.PLACEHOLDER, Kind.DUPLICATE, Kind.CONTENT)
_ENDS = ("\u201d", '"', "'")
_END_TAG = re.compile(r"</([\w.:-]+)>")
_TAG = re.compile(r"<([\w.-]+)/?>")
_WISH = "This is heard as a wish, which makes no edit: only what is proven or agreed to is changed."
_CHOICE = "Which edits are made is told by their ids: those to make in accept, the others in reject."
_RULES = "Give the one that the other system uses (.sch, or its compiled .xsl) as schema_path"
_OTHER_RULES = (
    "The other system uses another version of it, or rules of its own beyond it: where you have these, give them as "
    "schema_path."
)
_OF_SCHEMAS = (LayerKind.XSD, LayerKind.RNG, LayerKind.DTD)
_OF_STRUCTURE = (
    Kind.UNEXPECTED,
    Kind.UNEXPECTED_ATTRIBUTE,
    Kind.MISSING_ATTRIBUTE,
    Kind.VALUE,
    Kind.OTHER,
    Kind.NAMESPACE,
)


@dataclass(frozen=True, slots=True)
class Assessed:
    """A claim, its state and the reason for that; `diagnostic` is ours of the same fault, None where there is none."""

    claim: Claim
    state: State
    reason: str
    diagnostic: Diagnostic | None = None

    @property
    def is_wish(self) -> bool:
        """Whether it is a person's wish, and no claim of a system."""
        return self.claim.kind is Kind.WISH


@dataclass(frozen=True, slots=True)
class Touched:
    """An edit that was made, waits for consent, or is `asked` about.

    `line` is its line in the original document, `before` the text that it replaces, `after` the new text, `code` the
    fault that it corrects.
    """

    id: str
    line: int
    before: str
    made: bool
    asked: bool = False
    code: str = ""
    after: str = ""

    @property
    def new_lines(self) -> int:
        """The number of lines by which it moves the text behind it."""
        return self.after.count("\n") - self.before.count("\n")


def hear(wish: Wish, document: Document, edits: Sequence[Touched]) -> Assessed:
    """The answer to a wish: which edits concern it; nothing is done because of it."""
    parts = [_WISH]
    for value in wish.kept:
        near = [edit for edit in edits if touches(edit.before, value)]
        if value in document.text:
            parts += _touching(f"\u201c{value}\u201d", near)
        else:
            parts.append(f"\u201c{value}\u201d does not occur in the document.")
    places = [place for place in held(document.text, wish.named) if place.value.strip() not in wish.kept]
    for place in places[:_SHOWN]:
        value, line = place.value.strip(), document.position(place.start).line
        near = [edit for edit in edits if edit.line == line and _is_of(edit.before, value)]
        parts += _touching(f"\u201c{value[:80]}\u201d of {place.name} in line {line}", near)
    if len(places) > _SHOWN:
        parts.append(f"{len(places) - _SHOWN} more values go by that name: no edit changes them without consent.")
    if wish.chooses:
        parts.append(_CHOICE)
    stays = next(iter((*wish.kept, *(place.value.strip() for place in places))), "")
    claim = Claim(text=wish.text, kind=Kind.WISH, value=stays)
    return Assessed(claim, State.UNCHECKABLE, " ".join(parts))


def _is_of(before: str, value: str) -> bool:
    """Whether the text that an edit replaces is a part of a value, or contains it."""
    return touches(before, value) or (before != "" and before in value)


def _touching(what: str, near: Sequence[Touched]) -> Iterable[str]:
    """Sentences about a value that is to stay: each edit that changes it, or that none does."""
    if not near:
        yield f"No edit touches {what}."
    for edit in near:
        done = "changed it with consent" if edit.made else "would change it and waits for consent"
        told = f"the edit {edit.id} in line {edit.line} {done}"
        told = f"whether it may be changed in line {edit.line} is asked as {edit.id}" if edit.asked else told
        yield f"{what}: {told}."


def assess(
    problem: str,
    document: Document,
    report: Report,
    now: Report,
    edits: Sequence[Touched] = (),
    result: Document | None = None,
) -> tuple[Assessed, ...]:
    """Each claim of a text, compared with the report on the original document and with that on the result.

    Claims about more than markup are checked in the `result` where the document itself is not well-formed.
    """
    said = [
        located(each, document)
        for each in claims(problem)
        if not each.is_guessed or (each.name or each.value) in document.text
    ]
    if not said:
        return ()
    tree = _tree(document, report)

    def assessed(claim: Claim) -> Assessed:
        if _names_nothing(claim) and (told := beyond_end(claim, document)):
            return Assessed(claim, State.ABSENT, told)
        found = _diagnosed(claim, report.diagnostics)
        if found is None:
            of_kind = [edit for edit in edits if edit.code in claim.codes]
            by = next(
                (each for each in of_kind if not claim.line or each.line <= claim.line <= each.line + _AFTER), None
            )
            if by is not None:
                told = f"It was there, in line {by.line}, and is mended by the edit there."
                return Assessed(claim, State.REPAIRED, told)
            if tree is not None or result is None or not now.well_formed:
                return Assessed(claim, *_undiagnosed(claim, document, report, now, tree))
            later = _diagnosed(claim, now.diagnostics)
            if later is None:
                return Assessed(claim, *_undiagnosed(claim, result, now, now, _tree(result, now)))
            told = f"Line {later.line} of the result: {later.explanation or later.message}"
            return Assessed(claim, State.CONFIRMED, told, later)
        if _is_left(found, report.diagnostics, now.diagnostics, edits):
            return Assessed(claim, State.CONFIRMED, f"Line {found.line}: {found.explanation or found.message}", found)
        by = next((edit for edit in edits if edit.line == found.line), None)
        where = f" by the edit in line {by.line}" if by else ""
        told = f"It was there, in line {found.line}, and is mended{where}."
        return Assessed(claim, State.REPAIRED, told, found)

    return tuple(map(assessed, said))


def _is_left(
    found: Diagnostic, before: Sequence[Diagnostic], now: Sequence[Diagnostic], edits: Sequence[Touched]
) -> bool:
    """Whether a fault remains: of several alike, one in its line, or as many as there were."""
    kind = _alike(found)
    left = [item for item in now if _alike(item) == kind]
    line = found.line + sum(edit.new_lines for edit in edits if edit.line < found.line)
    return any(item.line == line for item in left) or len(left) >= sum(_alike(item) == kind for item in before)


def _alike(item: Diagnostic) -> tuple[Code, str, str, str]:
    """The properties that a fault shares with others of its kind in any place; messages may name a line that moves."""
    return item.code, item.name, item.value, item.rule


def _names_nothing(claim: Claim) -> bool:
    """Whether a claim names nothing in the document but a place."""
    words = (claim.name, claim.value, claim.parent, claim.found, claim.rule, *claim.expected)
    return claim.kind is Kind.OTHER and not any(words)


def _tree(document: Document, report: Report) -> Tree | None:
    if not report.well_formed:
        return None
    try:
        return Tree(document)
    except ValueError:
        return None


def _diagnosed(claim: Claim, diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    """Our diagnostic that a claim is about."""
    if claim.kind is Kind.RULE:
        named = [item for item in diagnostics if claim.rule in (item.rule, item.message.partition("]")[0].strip("["))]
        named = named or [item for item in diagnostics if claim.rule in REASONS and item.rule == claim.own_rule]
        return min(named, key=partial(_distance, claim), default=None)
    own = [
        item
        for item in diagnostics
        if item.layer == PROBLEM
        and (_is_about(claim, item) or (claim.kind is Kind.CONTENT and item.rule == claim.own_rule))
    ]
    if own and (claim.kind is not Kind.OTHER or not claim.line):
        return min(own, key=partial(_distance, claim))
    alike = [item for item in diagnostics if item.code in claim.codes] or (
        [] if claim.codes and claim.kind is Kind.OTHER else list(diagnostics)
    )
    named = [item for item in alike if _is_about(claim, item)]
    named.sort(key=lambda item: (not _local_names(item.expected).intersection(claim.expected), _distance(claim, item)))
    near = [item for item in named if claim.line and item.line <= claim.line <= item.line + _AFTER]
    if near or (named and not claim.line):
        return (near or named)[0]
    if claim.kind is Kind.DISPLAY:  # a browser draws what is in a namespace that it knows
        return next((item for item in diagnostics if item.code is Code.WRONG_NAMESPACE and item.layer == FACTS), None)
    if claim.kind is Kind.MISSING and claim.name:
        lacking = [item for item in diagnostics if item.code is Code.MISSING_ELEMENT]
        return next((item for item in lacking if f"<{claim.name} " in (item.explanation or item.message)), None)
    if claim.kind in _MENTIONED:
        told = [item for item in diagnostics if not claim.line or item.line <= claim.line <= item.line + _AFTER]
        return min((item for item in told if _mentions(item, claim)), key=partial(_distance, claim), default=None)
    if claim.codes and claim.kind is Kind.OTHER:
        by_place = sorted(diagnostics, key=partial(_distance, claim))
        found = recognised(claim.text, by_place)
        found = found if found is not None and found.code in claim.codes else None
        if claim.line and (found is None or found.line > claim.line) and claim.codes <= of_markup():
            # parsers have different names for one fault of markup
            there = (item for item in by_place if item.line <= claim.line <= item.line + _AFTER)
            return next((item for item in there if item.code in of_markup()), found)
        return found
    return None


def _distance(claim: Claim, item: Diagnostic) -> tuple[bool, int, int]:
    """The distance of a diagnostic from a claim's place; one behind it is farther, since tools report a fault late."""
    if not claim.line:
        return False, 0, 0
    columns = abs(item.column - claim.column) if claim.column and item.line == claim.line else 0
    return item.line > claim.line, abs(item.line - claim.line), columns


def _mentions(item: Diagnostic, claim: Claim) -> bool:
    """Whether the words of a diagnostic contain the name or value of a claim, although it is not about that alone."""
    words = item.explanation or item.message
    named = [f"<{claim.name}>"] if claim.name else []
    return any(each in words for each in (*named, *(f"{claim.value}{end}" for end in _ENDS if claim.value)))


def _is_about(claim: Claim, item: Diagnostic) -> bool:
    """Whether a claim and a diagnostic name the same thing; where a claim names nothing, its line or codes decide."""
    name = item.name.rpartition(":")[2]
    words = (claim.name, claim.value, claim.parent, claim.found, *claim.expected[:1])
    if not any(words):
        return bool(claim.line) or item.code in claim.codes
    expected = _local_names(item.expected)
    if item.code is Code.MISSING_ELEMENT and expected.intersection(claim.expected):
        return True
    if claim.kind is Kind.UNDECLARED_PREFIX:
        return item.name.partition(":")[0] in (claim.name, claim.value)
    return bool(
        (claim.name and (claim.name in (name, item.value.rpartition(":")[2]) or claim.name in expected))
        or (claim.value and (claim.value in item.value or claim.value == name))
        or (claim.parent and not claim.name and claim.parent == name)
        or (claim.found and claim.found == item.value)
        or (claim.kind is Kind.NAMESPACE and item.code is Code.WRONG_NAMESPACE and expected & set(claim.expected))
    )


def _local_names(names: Iterable[str]) -> set[str]:
    return {each.rpartition(":")[2] for each in names}


def _undiagnosed(claim: Claim, document: Document, report: Report, now: Report, tree: Tree | None) -> tuple[State, str]:
    """The state of a claim that no diagnostic is about, and the reason."""
    match claim.kind:
        case Kind.PROLOG:
            cause = before_root(document, report)
            return (State.CONFIRMED, cause) if cause else (State.ABSENT, NOTHING_BEFORE_ROOT)
        case Kind.RULE:
            return _rule(claim, document, (report, now), tree)
        case Kind.DUPLICATE if tree is not None and (once := repeated(claim, tree)):
            first = document.position(once[0][0].start).line
            return State.ABSENT, (
                f"{claim.name}=\u201c{claim.value}\u201d stands once here, in line {first}. The other entry is in a "
                "file whose settings this one inherits (of the machine, the server or a folder above); a "
                f'<remove {claim.name}="{claim.value}" /> in front of it takes that out.'
            )
        case Kind.DISPLAY:
            return State.UNCHECKABLE, (
                "A browser shows the source of a document in a vocabulary that it cannot draw; with that alone nothing "
                "is wrong. A picture or a page needs its namespace on the document element."
            )
        case _:
            pass
    if tree is None:
        return State.UNCHECKABLE, "The document is not well-formed; what else it says can be told once that is mended."
    if claim.codes and all(code in of_markup() for code in claim.codes):
        line = line_shown(claim, document)
        return State.ABSENT, f"The document is well-formed{f'; {line}' if line else ''}. {ELSEWHERE}"
    state, reason = sighted(claim, document, tree)
    if state is State.UNCHECKABLE and reason.endswith(SCHEMA) and (named := _accepting(claim, now)):
        told = reason.removesuffix(SCHEMA).rpartition("; ")[0] or reason.removesuffix(SCHEMA).rstrip(". ")
        return State.ABSENT, f"{told}; {named}, by which it was checked here, has nothing against it. {_OTHER_RULES}"
    return state, reason


def _accepting(claim: Claim, now: Report) -> str:
    """The schemas that accept the document, as a list, for a claim about its structure; "" for any other claim."""
    judged = [layer for layer in now.layers if layer.kind in _OF_SCHEMAS and layer.state is LayerState.PASSED]
    return ", ".join(layer.name for layer in judged) if claim.kind in _OF_STRUCTURE else ""


def _rule(claim: Claim, document: Document, reports: Iterable[Report], tree: Tree | None) -> tuple[State, str]:
    """The state of a claim about a rule that no diagnostic is about, by the rule sets that were run, and the reason."""
    if claim.rule in REASONS:
        owner = family(claim.rule)[0] or "banks (ISO 20022)"
        return State.UNCHECKABLE, (
            f"{claim.rule} is a reason code of {owner}: {REASONS[claim.rule]}. Whether that is so was not checked here."
            f"{_named_there(claim, document, tree)}"
        )
    every = [layer for report in reports for layer in report.layers if layer.kind is LayerKind.RULES]
    rules = list({layer.name: layer for layer in sorted(every, key=lambda layer: layer.judged)}.values())
    ran = [layer for layer in rules if layer.judged]
    known = [layer.name for layer in ran if _has_rule(layer, claim.rule)]
    if known:
        told = f"The rules that were run here ({', '.join(known)}) do not report {claim.rule}."
        return State.ABSENT, f"{told} It holds, or nothing that it looks at is there. {ELSEWHERE}"
    waiting = "; ".join(
        f"{layer.name} {'was not run' if layer.state is LayerState.NOT_RUN else 'did not apply'}"
        f" ({layer.reason.rstrip('.')})"
        for layer in rules
        if not layer.judged
    )
    others = ", ".join(layer.name for layer in ran)
    nothing = f"is not among the rules that were run here ({others})" if ran else "is a business rule"
    waiting = waiting or (_RULES if ran else f"No rule set was run here. {_RULES}")
    return State.UNCHECKABLE, f"{claim.rule} {nothing}. {waiting}.{_named_there(claim, document, tree)}"


def _has_rule(layer: LayerResult, rule: str) -> bool:
    """Whether a rule set has a rule, by its own text."""
    try:
        text = read_file(Path(layer.source)).decode("utf-8", "replace")
    except OSError:
        return False
    return re.search(rf"(?<![\w-]){re.escape(rule)}(?![\w-])", text) is not None


def _named_there(claim: Claim, document: Document, tree: Tree | None) -> str:
    """The lines of the elements that the words of a rule name, as a sentence; "" where it names none."""
    if tree is None:
        return ""
    told = []
    closed = set(_END_TAG.findall(claim.text))  # of a report that is markup itself
    for name in dict.fromkeys(each for each in _TAG.findall(claim.text) if each not in closed):
        node = next((each for each in tree.nodes if local(each) == name), None)
        line = f"stands in line {document.position(node.start).line}" if node else "is nowhere in the document"
        told.append(f"<{name}> {line}")
    return f" Of what it names, {'; '.join(told)}." if told else ""
