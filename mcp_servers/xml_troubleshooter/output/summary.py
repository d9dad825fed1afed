"""The verdict on a run or a diagnosis in a few sentences: what happened, where, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import unescape

from ..codes import Code
from ..diagnosis.messages.states import State
from ..diagnostics import COUNTED, Diagnostic, LayerKind, LayerResult, LayerState, Report, Severity
from ..loop.consent import DIGEST
from ..loop.loop_manager import LoopResult
from ..loop.record import count
from ..outcome import SOUND, Checked, Outcome, Status, total
from ..schemas.plan import COMPILATION, FACTS
from ..signatures.state import DigestState, SignatureState

# Nothing that a repair could start from: the document is something else, or there is none.
_HOPELESS = (Code.EMPTY_DOCUMENT, Code.NOT_XML)
# What lacks its end lacks more than end tags, where one of these is left.
_LACKING = (Code.MISSING_ELEMENT,)
# Faults that speak of the wrong schema as much as of the document.
_UNKNOWN_HERE = (Code.UNDECLARED_ROOT, Code.WRONG_NAMESPACE)
_ANOTHER_SCHEMA = "It may be the wrong schema: give that of this document as schema_path."
# what is to be thought of a claim of another system, what is open first
_OPEN = (State.CONFIRMED, State.UNCHECKABLE, State.ABSENT, State.REPAIRED)
_STATES = {
    State.CONFIRMED: "confirmed",
    State.UNCHECKABLE: "understood, but not to be checked here",
    State.ABSENT: "not to be seen in this document",
    State.REPAIRED: "repaired",
}
# the loop's own words
_EXHAUSTED = "nothing more to propose"
_SAID_BETTER = ("What remains needs an answer.", f"The repair rules have {_EXHAUSTED}.")
_STARTED = "The run goes on: the document is being checked."


def of_run(outcome: Outcome) -> str:
    """What happened and what to do next, in a few sentences."""
    checked = outcome.checked
    parts = (_cut_off(outcome), *_sentences(outcome), _signed_run(outcome), checked.advice, checked.container)
    return " ".join(part for part in parts if part)


def of_diagnosis(checked: Checked) -> str:
    """The verdict in a few sentences."""
    signed = _signed(checked.signatures)
    if signed and not checked.report.valid:
        signed += " Whoever changes what is signed voids the signature: have the issuer correct it and sign it again."
    parts = (_ends_early(*checked.ends_early), _diagnosis(checked), signed, checked.advice, checked.container)
    return " ".join(filter(None, parts))


def _signed(states: Sequence[SignatureState]) -> str:
    """That a document is signed, and whether it still is what was signed."""
    if not states:
        return ""
    covers = ", ".join(dict.fromkeys(state.covers for state in states))
    found = {state.digest for state in states}
    if found == {DigestState.HOLDS}:
        holds = "the content is what was signed"
    elif DigestState.BROKEN in found:
        holds = "the content is not what was signed"
    else:
        reason = next(state.reason for state in states if state.digest is DigestState.UNCHECKABLE)
        holds = f"whether the content is what was signed cannot be checked ({reason})"
    what = "A signature covers" if len(states) == 1 else f"{len(states)} signatures cover"
    return f"{what} {covers}: {holds}."


def _signed_run(outcome: Outcome) -> str:
    """The signatures of the result, and what the edits mean to them."""
    told = _signed(outcome.signatures)
    if not told:
        return ""
    made = [edit for edit in outcome.result.edits if edit.applied]
    if any(edit.voids for edit in made):
        return f"{told} The signature is void, because what it covers was changed: have the issuer sign it again."
    if any(edit.provenance.endswith(DIGEST) for edit in made):
        return f"{told} The digest proves the repair."
    if any(edit.voids for edit in outcome.result.edits):
        return (
            f"{told} A repair of what is signed would void the signature and was not made: have the issuer correct the "
            "document and sign it again."
        )
    return told


def _cut_off(outcome: Outcome) -> str:
    """That a part of the document is missing, which outweighs all that can be said of the rest."""
    if outcome.running:
        return ""
    line, content = outcome.checked.ends_early
    lacks = any(fault.code in _LACKING for fault in outcome.result.report.diagnostics)
    return _ends_early(line, content or lacks)


def _ends_early(line: int, content: bool) -> str:  # noqa: FBT001 - internal
    if not line:
        return ""
    if content:
        return f"Content is missing after line {line}, where the document is cut off: the original is needed."
    return f"The end is missing after line {line}: compare with the original whether more than end tags is."


def _diagnosis(checked: Checked, problem: str = "") -> str:
    """The verdict; where another system has a `problem`, it is for that to say whether something has to be done."""
    if [fault.code for fault in checked.report.diagnostics] == [Code.NOT_XML]:
        return _told(checked.report.diagnostics[0])
    verdict = _verdict(checked)
    if not checked.report.valid:
        return f"{verdict} {_first(checked.report, checked.diagnosis)}"
    complete = checked.report.accepted and not any(layer.reason for layer in checked.report.judged)
    return f"{verdict} Nothing has to be done." if complete and not problem else verdict


def _sentences(outcome: Outcome) -> Sequence[str]:
    checked, result = outcome.checked, outcome.result
    made = sum(1 for edit in result.edits if edit.applied)
    edits = count(made, "edit")
    match outcome.status:
        case Status.RUNNING:
            so_far = f"The run goes on: {_faults(checked.diagnosis)} found, {edits} made so far."
            return (
                so_far if checked.report.diagnostics else _STARTED,
                f'Call troubleshoot_xml again with run_id="{outcome.run_id}" to collect the result.',
            )
        case Status.VALID | Status.WELL_FORMED:
            return (_diagnosis(checked, outcome.request.problem), _unexplained(outcome), *_end(outcome))
        case Status.FIXED:
            return (f"{edits} made.", _verdict(checked, now=result.report), _recognised(outcome), *_end(outcome))
        case Status.NEEDS_INPUT:
            return (
                f"{edits} made." if made else "",
                _verdict(checked, now=result.report if made else None),
                _recognised(outcome),
                _asked(outcome),
                _stopped(result),
                *_end(outcome),
            )
        case Status.IMPROVED if result.report.valid:
            return (f"{edits} made.", _verdict(checked, now=result.report), _recognised(outcome), *_end(outcome))
        case Status.UNCHANGED if result.report.valid:
            return (_diagnosis(checked), "Nothing was changed.", _unexplained(outcome), *_end(outcome))
        case Status.IMPROVED:
            first = _first(result.report, result.report, " of the result")
            return (f"{edits} made.", _verdict(checked, now=result.report), first, *_next(outcome))
        case Status.UNCHANGED:
            return (_diagnosis(checked), "Nothing was changed.", *_next(outcome))


def _next(outcome: Outcome) -> Sequence[str]:
    """What the caller can do about the faults that are left."""
    result = outcome.result
    codes = {fault.code for fault in result.report.diagnostics}
    if codes.intersection(_HOPELESS):
        return ()
    return (
        _recognised(outcome),
        _ANOTHER_SCHEMA if outcome.checked.plan.grammar and codes.intersection(_UNKNOWN_HERE) else "",
        _withheld(result),
        _asked(outcome),
        _stopped(result),
        *_end(outcome),
    )


def _stopped(result: LoopResult) -> str:
    """Why no more was done, unless what waits for the caller says enough."""
    if result.withheld or result.questions:
        return "" if result.stopped in _SAID_BETTER else result.stopped
    left = "What is left is for you to correct, as the faults say."
    return f"{result.stopped} {left}" if _EXHAUSTED in result.stopped else result.stopped


def _end(outcome: Outcome) -> Sequence[str]:
    kept = f"; what was there is in {outcome.backup}" if outcome.backup else ""
    notes = " ".join(outcome.notes)
    written = f"The result is in {outcome.output_path}, {_what_it_is(outcome)}{kept}." if outcome.output_path else ""
    return (_unused(outcome), " ".join(filter(None, (written, notes))))


def _what_it_is(outcome: Outcome) -> str:
    """What stands in the file that was written."""
    report, changed = outcome.result.report, outcome.result.document.text != outcome.checked.document.text
    what = "the repaired document" if changed else "the document unchanged"
    if outcome.status in SOUND:
        return what
    return f"{what}, which is not sound yet" if report.valid else f"{what}, with {_faults(report)} left"


def _withheld(result: LoopResult) -> str:
    if not result.withheld:
        return ""
    one = len(result.withheld) == 1
    if all(fix.voids for fix in result.withheld):
        why = f"{'it changes' if one else 'they change'} what is signed"
    else:
        why = f"{'it drops' if one else 'they drop'} content or {'is' if one else 'are'} one of several possible"
    return (
        f"{count(len(result.withheld), 'repair')} {'waits' if one else 'wait'} for consent, because {why}: if the "
        "proposed edits are right, make them with run_id and allow_unsafe."
    )


def _recognised(outcome: Outcome) -> str:
    """What the user's words are about, where they are another system's message; of several what is still open first."""
    claims = sorted(outcome.claims, key=lambda each: _OPEN.index(each.state))
    if claims:
        first, several = claims[0], len(claims) > 1
        if first.diagnostic is None:
            told = f"is {_STATES[first.state]}. {first.reason}"
        else:
            told = f"is about line {first.diagnostic.line}: {_told(first.diagnostic)}"
        counts = Counter(_STATES[each.state] for each in claims)
        tally = ", ".join(f"{number} {state}" for state, number in counts.items())
        what = f"Of the {len(claims)} things that the messages say, {tally}. The first, “{first.claim.text[:80]}”,"
        return f"{what if several else 'The message you quote'} {told}"
    from ..diagnosis.foreign_messages import recognised  # noqa: PLC0415 - few requests quote a message

    found = (
        recognised(outcome.request.problem, outcome.checked.diagnosis.diagnostics) if outcome.request.problem else None
    )
    return f"The message you quote is about line {found.line}: {_told(found)}" if found else ""


def _asked(outcome: Outcome) -> str:
    number = len(outcome.result.questions)
    if not number:
        return ""
    return (
        f"{count(number, 'value')} that only you can know {'is' if number == 1 else 'are'} needed: answer the "
        f"{'question by its id' if number == 1 else 'questions by their ids'}, with run_id and answers."
    )


def _unused(outcome: Outcome) -> str:
    """What came of the answers that are in no edit."""
    result, answers = outcome.result, outcome.request.answers
    given = [edit for edit in result.edits if edit.applied and edit.provenance.startswith("user")]
    asked = {question.id: question for question in result.questions}
    unused = [
        key
        for key, value in answers.items()
        if not value or not any(key in edit.provenance or value in unescape(edit.after) for edit in given)
    ]
    refused = [
        f"The answer “{answers[key]}” to {key} does not fit: it must be "
        f"{' or '.join(asked[key].allowed) or asked[key].type or 'another value'}."
        for key in unused
        if key in asked
    ]
    unknown = ", ".join(key for key in unused if key not in asked and answers[key])
    return " ".join([*refused, f"Nothing asks for the answer {unknown}; it was not used." if unknown else ""]).strip()


def _verdict(checked: Checked, now: Report | None = None) -> str:
    """What all layers say of the document, as it came or as it is `now`, and what was not checked."""
    report = now or checked.diagnosis
    subject = "The result" if now else "The document"
    faults = _faults(report) + (" left" if now else "")
    left_out = _left_out(report)
    if any(fault.code is Code.RESOURCE_LIMIT for fault in report.diagnostics):
        return f"{subject} cannot be checked to its end: {faults}.{left_out}"
    if not report.well_formed:
        return f"{subject} is not well-formed XML: {faults}.{left_out}"
    passed = _named(layer for layer in report.judged if layer.state is LayerState.PASSED)
    if not report.valid:
        failed = _named(layer for layer in report.judged if layer.state is LayerState.FAILED)
        but = f" It is valid against {passed}." if passed else ""
        what = f"not valid against {failed}" if failed else _beyond_schemas(checked, report)
        return f"{subject} is well-formed but {what}: {faults}.{but}{left_out}"
    if passed:
        return f"{subject} is valid against {passed}{f', with {faults}' if report.diagnostics else ''}.{left_out}"
    reason = "no schema could be used" if not left_out else "nothing else judged it"
    required = " A schema is required: give one as schema_path." if checked.require_schema else ""
    return f"{subject} is well-formed. Whether it is valid was not checked, because {reason}.{left_out}{required}"


def _beyond_schemas(checked: Checked, report: Report) -> str:
    """What a document fails at that no schema judged."""
    failed = {layer.name for layer in report.layers if layer.state is LayerState.FAILED}
    name = checked.vocabulary or "its kind"
    if COMPILATION in failed:
        return f"cannot be used as {name}"
    return f"not as {name} has to be" if FACTS in failed else "not what the other system expects"


def _left_out(report: Report) -> str:
    """What was not checked and why, in one sentence after the verdict."""
    told = [f"{called(layer)} ({_phrase(layer.reason)})" for layer in report.layers if layer.reason and not layer.waits]
    return f" Not checked, or not wholly: {'; '.join(told)}." if told else ""


def _phrase(reason: str) -> str:
    return reason.rstrip(".")


def called(layer: LayerResult) -> str:
    """What a layer judges by, in words."""
    return layer.name if layer.source or layer.kind is LayerKind.SYNTAX else "its own DOCTYPE"


def _named(layers: Iterable[LayerResult]) -> str:
    *most, last = [called(layer) for layer in layers] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _faults(report: Report) -> str:
    """How many faults and warnings there are."""
    number = total(report)
    warnings = sum(fault.severity is Severity.WARNING for fault in report.diagnostics)
    counts = (number - warnings, "fault"), (warnings, "warning")
    told = " and ".join(count(each, noun) for each, noun in counts if each) or "no fault"
    return f"at least {told}" if number >= COUNTED else told


def _first(report: Report, shown: Report, where: str = "") -> str:
    """What the validator reports first; among the faults that are shown others may stand before it."""
    if not report.diagnostics:
        return ""
    first = _foremost(report)
    what = "The first" if first == _foremost(shown) else "The first that is reported"
    return f"{what}, in line {first.line}{where}: {_told(first)}"


def _told(fault: Diagnostic) -> str:
    """What is wrong, as a sentence: the words of business rules often lack the full stop."""
    words = fault.explanation or fault.message
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _foremost(report: Report) -> Diagnostic:
    return min(report.diagnostics, key=lambda item: item.severity is Severity.WARNING)  # errors matter more


def _unexplained(outcome: Outcome) -> str:
    if outcome.claims or not outcome.request.problem:
        return _recognised(outcome)
    if not outcome.checked.plan.layers:
        return (
            "What you describe may be a matter of the rejecting system's schema, or of its business rules (.sch): give "
            "these as schema_path."
        )
    return (
        "What you describe is therefore not a matter of this schema: the system that rejects it checks something else, "
        "such as business rules; where you have them (.sch), or its own schema, give them as schema_path."
    )
