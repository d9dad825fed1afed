"""The verdict on a run in a few sentences: its edits, the faults left and their places, and the next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ..codes import NO_DOCUMENT, Code
from ..diagnosis.messages.claim import State
from ..diagnostics import LayerKind
from ..document.character_references import resolved
from ..document.edits import EditConflictError
from ..loop.consent import DIGEST
from ..loop.decisions import apart
from ..loop.loop_manager import LoopResult
from ..loop.losses import losses
from ..loop.proposal import KEEP, Fix
from ..loop.record import UNKNOWN
from ..troubleshooting.checked_document import Checked
from ..troubleshooting.outcome import SOUND, Outcome, Status
from ..wording import count
from .verdicts import (
    SIGN_AGAIN,
    counted,
    first_told,
    in_short,
    is_broken,
    is_cleared,
    of_end,
    of_signatures,
    whole_verdict,
    words_of,
)

# A document that lacks its end lacks more than end tags where one of these is left.
_LACKING = (Code.MISSING_ELEMENT,)
# Faults that speak of the wrong schema as much as of the document.
_UNKNOWN_HERE = (Code.UNDECLARED_ROOT, Code.WRONG_NAMESPACE)
_ANOTHER_SCHEMA = "It may be the wrong schema: give that of this document as schema_path."
# the states of a claim of another system, the open ones first
_OPEN = (State.CONFIRMED, State.UNCHECKABLE, State.ABSENT, State.REPAIRED)
_STATES = {
    State.CONFIRMED: "confirmed",
    State.UNCHECKABLE: "understood, but not to be checked here",
    State.ABSENT: "not to be seen in this document",
    State.REPAIRED: "repaired",
}
_NAMED = 5  # edits that a sentence names
# the loop's own words
_EXHAUSTED = "nothing more to propose"
_SAID_BETTER = ("What remains needs an answer.", f"The repair rules have {_EXHAUSTED}.")
_STARTED = "The run goes on: the document is being checked."


def of_run(outcome: Outcome) -> str:
    """The result of a run and the next step, in a few sentences."""
    checked = outcome.checked
    told, signed = _sentences(outcome), _signed_run(outcome)
    told = (signed, *told) if is_broken(outcome.signatures) else (*told, signed)
    parts = (_cut_off(outcome), *told, checked.advice, checked.container)
    return " ".join(part for part in parts if part)


def _signed_run(outcome: Outcome) -> str:
    """The signatures of the result, and the effect of the edits on them."""
    told = of_signatures(outcome.signatures)
    if not told or is_cleared(outcome.signatures):
        return told
    made = [edit for edit in outcome.result.edits if edit.applied]
    if any(edit.voids for edit in made):
        return f"{told} The signature {_void_since(outcome)}: have the issuer sign it again."
    if is_broken(outcome.signatures):
        return f"{told} {SIGN_AGAIN}"
    if any(edit.provenance.endswith(DIGEST) for edit in made):
        return f"{told} The digest proves the repair."
    if any(edit.voids for edit in outcome.result.edits):
        return (
            f"{told} A repair of what is signed would void the signature and was not made: have the issuer correct the "
            "document and sign it again."
        )
    if outcome.result.withheld and not outcome.result.more_withheld:
        return f"{told} The repairs that wait lie outside of what is signed."
    return told


def _void_since(outcome: Outcome) -> str:
    """The clause that a signature is void after edits of signed content; they are the cause only if it held before."""
    before, now = outcome.checked.signatures, outcome.signatures
    if not is_broken(now):
        return "is to be taken as void, because it or what it covers was changed"
    held = [old.digest.value == "holds" for old, new in zip(before, now, strict=False) if is_broken([new])]
    if len(before) == len(now) and all(held) and not is_broken(before):
        return "is void, because what it covers was changed"
    if is_broken(before):
        return (
            "is void, and one did not hold before the edits either"
            if len(before) > 1
            else "is void, and did not hold before the edits either"
        )
    return "is void, perhaps since before the edits (the document as it came could not be checked for it)"


def _cut_off(outcome: Outcome) -> str:
    """The sentence that a part of the document is missing, which outweighs all faults of the rest; "" if none is."""
    if outcome.running:
        return ""
    line, content = outcome.checked.ends_early
    lacks = any(fault.code in _LACKING for fault in outcome.result.report.diagnostics)
    return of_end(line, content or lacks)


def _sentences(outcome: Outcome) -> Sequence[str]:
    checked, result = outcome.checked, outcome.result
    made = sum(1 for edit in result.edits if edit.applied)
    edits = count(made, "edit")
    match outcome.status:
        case Status.RUNNING:
            so_far = f"The run goes on: {counted(checked.diagnosis)} found, {edits} made so far."
            return (
                so_far if checked.report.diagnostics else _STARTED,
                f'Call troubleshoot_xml again with run_id="{outcome.run_id}" to collect the result.',
            )
        case Status.VALID | Status.WELL_FORMED:
            return (in_short(checked, outcome.request.problem), _unexplained(outcome), *_end(outcome))
        case Status.NEEDS_INPUT:
            first = "" if _answers_would_do(result) else first_told(result.report, result.report, " of the result")
            verdict = (f"{edits} made.", whole_verdict(checked, now=result.report), first)
            return (*(verdict if made else _as_it_came(checked, result)), *_next(outcome))
        case Status.IMPROVED if not result.report.valid:
            first = first_told(result.report, result.report, " of the result")
            return (f"{edits} made.", whole_verdict(checked, now=result.report), first, *_next(outcome))
        case Status.FIXED | Status.IMPROVED:
            return (f"{edits} made.", whole_verdict(checked, now=result.report), _recognised(outcome), *_end(outcome))
        case Status.UNCHANGED if result.report.valid:
            return (in_short(checked), "Nothing was changed.", _unexplained(outcome), *_end(outcome))
        case Status.UNCHANGED:
            return (in_short(checked), "Nothing was changed.", *_next(outcome))


def _as_it_came(checked: Checked, result: LoopResult) -> Sequence[str]:
    """The verdict on a document that only answers can change."""
    return (whole_verdict(checked),) if _answers_would_do(result) else (in_short(checked), "Nothing was changed.")


def _answers_would_do(result: LoopResult) -> bool:
    """Whether no more places are at fault than there are questions, and no edit waits for consent."""
    places = {(fault.path, fault.line) for fault in result.report.diagnostics if not fault.masked}
    told = result.report.count == len(result.report.diagnostics)
    return told and len(places) <= len(result.questions) and not result.withheld


def _next(outcome: Outcome) -> Sequence[str]:
    """The sentences that tell the caller the next steps for the faults that are left."""
    result = outcome.result
    codes = {fault.code for fault in result.report.diagnostics}
    if codes & NO_DOCUMENT:
        return (_withheld(result),)
    return (
        _recognised(outcome),
        _ANOTHER_SCHEMA if outcome.checked.plan.grammar and codes.intersection(_UNKNOWN_HERE) else "",
        _asked(outcome),
        _withheld(result),
        _stopped(result),
        *_end(outcome),
    )


def _stopped(result: LoopResult) -> str:
    """The reason why the run ended, unless the edits or questions that wait say enough."""
    if result.withheld or result.questions:
        return "" if result.stopped in _SAID_BETTER else result.stopped
    left = "What is left is for you to correct, as the faults say."
    return f"{result.stopped} {left}" if _EXHAUSTED in result.stopped else result.stopped


def _end(outcome: Outcome) -> Sequence[str]:
    kept = f"; what was there is in {outcome.backup}" if outcome.backup else ""
    notes = " ".join(outcome.notes)
    written = f"The result is in {outcome.output_path}, {_what_it_is(outcome)}{kept}." if outcome.output_path else ""
    return (_unused(outcome), _decided(outcome), " ".join(filter(None, (written, notes))))


def _what_it_is(outcome: Outcome) -> str:
    """The content of the file that was written, in words."""
    report, changed = outcome.result.report, outcome.result.document.text != outcome.checked.document.text
    what = "the repaired document" if changed else "the document unchanged"
    if outcome.status in SOUND:
        return what
    return f"{what}, which is not sound yet" if report.valid else f"{what}, with {counted(report)} left"


def _withheld(result: LoopResult) -> str:
    if not result.withheld:
        return ""
    waiting = len(result.withheld) + result.more_withheld
    one = waiting == 1
    if all(fix.voids for fix in result.withheld):
        why = f"{'it changes' if one else 'they change'} what is signed"
    elif one and not _drops(result.document.text, result.withheld[0]):
        why = "it is not beyond doubt"
    else:
        why = f"{'it drops' if one else 'they drop'} content or {'is' if one else 'are'} not beyond doubt"
    return (
        f"{count(waiting, 'repair')} {'waits' if one else 'wait'} for consent, because {why}: if the "
        "proposed edits are right, make them with run_id and accept, all of them with allow_unsafe."
    )


def _drops(text: str, fix: Fix) -> bool:
    try:
        return bool(losses(text, fix.edits))
    except EditConflictError:
        return True


def _recognised(outcome: Outcome) -> str:
    """Sentences on the messages of another system, and the wishes, in the user's words."""
    wish = next((each.claim for each in outcome.claims if each.is_wish), None)
    heard = ""
    if wish is not None:
        so_far = "no edit changes what is to stay without consent" if wish.value else "it makes no edit"
        heard = f"Heard as a wish, and {so_far}: \u201c{wish.text[:80]}\u201d."
    return " ".join(filter(None, (_quoted_message(outcome), heard)))


def _quoted_message(outcome: Outcome) -> str:
    """A sentence on a message of another system; of several their states, and the first that is still open."""
    claims = sorted((each for each in outcome.claims if not each.is_wish), key=lambda each: _OPEN.index(each.state))
    if claims:
        first, several = claims[0], len(claims) > 1
        if first.diagnostic is None:
            told = f"is {_STATES[first.state]}. {first.reason}"
        else:
            told = f"is about line {first.diagnostic.line}: {words_of(first.diagnostic)}"
        counts = Counter(_STATES[each.state] for each in claims)
        tally = ", ".join(f"{number} {state}" for state, number in counts.items())
        what = f"Of the {len(claims)} things that the messages say, {tally}. The first, “{first.claim.text[:80]}”,"
        return f"{what if several else 'The message you quote'} {told}"
    from ..diagnosis.messages.recognition import recognised  # noqa: PLC0415 - few requests quote a message

    found = (
        recognised(outcome.request.problem, outcome.checked.diagnosis.diagnostics) if outcome.request.problem else None
    )
    return f"The message you quote is about line {found.line}: {words_of(found)}" if found else ""


def _asked(outcome: Outcome) -> str:
    number = len(outcome.result.questions)
    if not number:
        return ""
    return (
        f"{count(number, 'value')} that only you can know {'is' if number == 1 else 'are'} needed: answer the "
        f"{'question by its id' if number == 1 else 'questions by their ids'}, with run_id and answers."
    )


def _decided(outcome: Outcome) -> str:
    """Sentences on the edits that the user decided on and that are not made."""
    left_out = outcome.result.left_out
    request = outcome.request
    accepted = {*request.accept, *apart(request.answers)[1]}
    unknown = [name for name, why in left_out.items() if why == UNKNOWN]
    rejected = [name for name in left_out if name in request.reject and name not in unknown]
    told = [f"{count(len(rejected), 'edit')} left out, as you asked."] if rejected else []
    told += [_made_unasked(outcome)]
    told += [f"No edit of this run has the id {', '.join(unknown)}."] if unknown else []
    told += [
        f"Edit {name} was accepted and not made: {why}."
        for name, why in left_out.items()
        if name in accepted and name not in unknown
    ]
    return " ".join(filter(None, told))


def _made_unasked(outcome: Outcome) -> str:
    """The sentence that accepting a safe edit leaves no other out, for a user who may want that one alone."""
    safe = dict.fromkeys(edit.id for edit in outcome.result.edits if edit.applied and edit.safe)
    named = [name for name in safe if name in outcome.request.accept]
    others = [name for name in safe if name not in named]
    if not (named and others):
        return ""
    ids = ", ".join(others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
    one = len(others) == 1
    return (
        f"Safe edits such as {named[0]} are made without being accepted: the other {count(len(others), 'safe edit')} "
        f"{'is' if one else 'are'} made too, unless you name {'it' if one else 'them'} with run_id and reject: {ids}."
    )


def _unused(outcome: Outcome) -> str:
    """Sentences on the answers that are in no edit."""
    result = outcome.result
    answers = result.answers or outcome.request.answers
    given = [edit for edit in result.edits if edit.applied and edit.provenance.startswith("user")]
    asked = {question.id for question in (*result.asked, *result.questions)}
    unused = [
        key
        for key, value in answers.items()
        if key not in asked and not any(key in edit.provenance or value in resolved(edit.after) for edit in given)
    ]
    unknown = ", ".join(key for key in unused if answers[key])
    refused = [question.refused for question in result.questions if question.refused]
    told = [*refused, *_overtaken(outcome)]
    return " ".join([*told, f"Nothing asks for the answer {unknown}; it was not used." if unknown else ""]).strip()


def _overtaken(outcome: Outcome) -> Iterator[str]:
    """A sentence for each answer that is in no edit, though its question was asked and is none any more."""
    result = outcome.result
    made = [edit for edit in result.edits if edit.applied]
    over = {question.id for question in result.asked} - {question.id for question in result.questions}
    anew = " What is still open is asked anew." if result.questions else ""
    for key, value in result.answers.items():
        if key in over and value != KEEP and not any(key in each.provenance for each in made):
            told = f"The answer \u201c{value}\u201d to {key} was not used"
            yield f"{told}: the other edits did away with its question.{anew}"


def _unexplained(outcome: Outcome) -> str:
    if outcome.claims or not outcome.request.problem:
        return _recognised(outcome)
    if is_broken(outcome.signatures):
        return "What you describe may come of the signature."
    if not outcome.checked.plan.layers:
        return (
            "What you describe may be a matter of the rejecting system's schema, or of its business rules (.sch): give "
            "these as schema_path."
        )
    if any(layer.kind is LayerKind.RULES and layer.judged for layer in outcome.checked.report.layers):
        return (
            "What you describe is therefore not a matter of this schema or these rules: the system that rejects it "
            "checks something else, or has read another file; where you have its own schema or rules, give them as "
            "schema_path."
        )
    return (
        "What you describe is therefore not a matter of this schema: the system that rejects it checks something else, "
        "such as business rules; where you have them (.sch), or its own schema, give them as schema_path."
    )
