"""The verdict on a document in a few sentences: its faults, their places, and the checks left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..codes import Code
from ..diagnostics import COUNTED, Diagnostic, LayerResult, LayerState, Report, Severity
from ..schemas.plan import COMPILATION, FACTS, OWN_DTD
from ..troubleshooting.checked_document import Checked
from ..wording import count

if TYPE_CHECKING:
    from ..signatures.state import SignatureState

_CALLED = {OWN_DTD: "its own DOCTYPE", COMPILATION: "whether it compiles"}  # the layers without a file, in words
SIGN_AGAIN = "Get the document anew from its issuer, or have it signed again."


def of_diagnosis(checked: Checked) -> str:
    """The verdict in a few sentences."""
    signed = of_signatures(checked.signatures)
    if signed and not checked.report.valid and not is_broken(checked.signatures) and not is_cleared(checked.signatures):
        signed += " Whoever changes what is signed voids the signature: have the issuer correct it and sign it again."
    parts = [of_end(*checked.ends_early), in_short(checked), signed, checked.advice, checked.container]
    if is_broken(checked.signatures):  # outweighs the verdict of a schema
        parts[1:3] = [f"{signed} {SIGN_AGAIN}", in_short(checked)]
    return " ".join(filter(None, parts))


def of_signatures(states: Sequence[SignatureState]) -> str:
    """The signatures of a document, and whether its content is still as it was signed; "" without any."""
    if not states:
        return ""
    from ..signatures.state import DigestState  # noqa: PLC0415 - few documents are signed

    if is_cleared(states):
        return (
            f"It carries the stamp of {states[0].stamp}: an invoice that was cleared is not changed. Issue a credit or "
            "debit note that corrects it."
        )
    broken = [state for state in states if is_broken([state])]
    number, states = len(states), broken or states
    covers = ", ".join(dict.fromkeys(state.covers for state in states))
    found = {state.digest for state in states}
    if found == {DigestState.HOLDS}:
        holds = "the content is what was signed"
    elif DigestState.BROKEN in found:
        holds = "the content is not what was signed"
    else:
        reason = next(state.reason for state in states if state.digest is DigestState.UNCHECKABLE)
        holds = f"whether the content is what was signed cannot be checked ({reason})"
    one = len(states) == 1
    values = {state.value for state in states}
    if DigestState.BROKEN in values:
        holds += ", but the signature itself is not of the key that it carries: it is worth nothing"
    elif values == {DigestState.HOLDS}:
        holds += (
            ", and the signature is of the key that it carries; whose that is, and whether to trust it, is not judged"
        )
    if broken:
        which = f"{len(broken)} of {number} signatures" if number > 1 else "A signature"
        return f"{which} {'does' if one else 'do'} not hold: over {covers} {holds}."
    return f"{'A signature covers' if one else f'{number} signatures cover'} {covers}: {holds}."


def is_cleared(states: Sequence[SignatureState]) -> bool:
    """Whether a document carries the stamp of a system of a state, and no signature."""
    return any(state.stamp for state in states)


def is_broken(states: Sequence[SignatureState]) -> bool:
    """Whether a signature does not hold: its content was changed already, or it is not of the key that it carries."""
    return any("broken" in (state.digest.value, state.value.value) for state in states)


def of_end(line: int, content: bool) -> str:  # noqa: FBT001 - internal
    if not line:
        return ""
    if content:
        return f"Content is missing after line {line}, where the document is cut off: the original is needed."
    return f"The end is missing after line {line}: compare with the original whether more than end tags is."


def in_short(checked: Checked, problem: str = "") -> str:
    """The verdict; where another system has a `problem`, that system decides whether something has to be done."""
    if [fault.code for fault in checked.report.diagnostics] == [Code.NOT_XML]:
        return words_of(checked.report.diagnostics[0])
    verdict = whole_verdict(checked)
    if not checked.report.valid:
        return f"{verdict} {first_told(checked.report, checked.diagnosis)}"
    left = any(
        layer.reason for layer in checked.report.layers if layer.named or layer.state is not LayerState.NOT_APPLICABLE
    )
    complete = checked.report.accepted and not left and not is_broken(checked.signatures)
    return f"{verdict} Nothing has to be done." if complete and not problem else verdict


def whole_verdict(checked: Checked, now: Report | None = None) -> str:
    """The verdict of all layers on the document, as it came or as it is `now`, and the checks left out."""
    report = now or checked.diagnosis
    subject = "The result" if now else "The document"
    faults = counted(report) + (" left" if now else "")
    left_out = _left_out(report)
    if any(fault.code is Code.RESOURCE_LIMIT for fault in report.diagnostics):
        return f"{subject} cannot be checked to its end: {faults}.{left_out}"
    if report.layers and report.layers[0].name == COMPILATION:  # of an XML document, syntax is the first
        return f"{_of_notation(checked, report, faults)}{left_out}"
    if not report.well_formed:
        behind = sum(fault.masked for fault in report.diagnostics)
        told = (
            f"{_without(report, behind)}, and {behind} more that {'comes' if behind == 1 else 'come'} to light once"
            if behind
            else faults
        )
        rest = f" {'that is' if report.count - behind == 1 else 'these are'} mended" if behind else ""
        return f"{subject} is not well-formed XML: {told}{rest}.{left_out}"
    passed = _named(layer for layer in report.judged if layer.state is LayerState.PASSED)
    if not report.valid:
        failed = _named(layer for layer in report.judged if layer.state is LayerState.FAILED)
        but = f" It is valid against {passed}." if passed else ""
        what = f"not valid against {failed}" if failed else _beyond_schemas(checked, report)
        return f"{subject} is well-formed but {what}: {faults}.{but}{left_out}"
    if passed:
        return f"{subject} is valid against {passed}{f', with {faults}' if report.diagnostics else ''}.{left_out}"
    named = [layer for layer in report.layers if layer.named]
    missing = _named(layer for layer in named if layer.state is LayerState.NOT_RUN)
    unfit = _named(layer for layer in named if layer.state is LayerState.NOT_APPLICABLE)
    if missing:
        reason = f"{missing} could not be used, so that nothing but syntax was"
    elif unfit:
        reason = f"nothing in {unfit} is about this document, so that nothing but syntax was"
    else:
        reason = "nothing else judged it" if left_out else "no schema could be used"
    required = ""
    if checked.require_schema:
        wanted = "what was given did not judge this document: name one that does" if named else "give one"
        required = f" A schema is required{'; ' if named else ': '}{wanted} as schema_path."
    return f"{subject} is well-formed. Whether it is valid was not checked, because {reason}.{left_out}{required}"


def _of_notation(checked: Checked, report: Report, faults: str) -> str:
    """The verdict on a schema that is no XML."""
    what = f"The document is no XML but a {checked.vocabulary}"
    if not report.valid:
        return f"{what}, and cannot be used: {faults}."
    if report.layers[0].state is LayerState.NOT_RUN:
        return f"{what}."
    return f"{what}, and can be used{f', with {faults}' if report.diagnostics else ''}."


def _beyond_schemas(checked: Checked, report: Report) -> str:
    """The verdict on a document that fails only checks without a schema, as a clause."""
    failed = {layer.name for layer in report.layers if layer.state is LayerState.FAILED}
    name = checked.vocabulary or "its kind"
    if COMPILATION in failed:
        return f"cannot be used as {name}"
    return f"not as {name} has to be" if FACTS in failed else "not what the other system expects"


def _left_out(report: Report) -> str:
    """The checks left out and the reasons, in one sentence after the verdict; "" where there are none."""
    # a layer that is not required, and does not apply, was left out by nobody
    idle = (each for each in report.layers if not each.required and each.state is LayerState.NOT_APPLICABLE)
    silent = {each.name for each in idle}
    told = [
        f"{called(layer)} ({layer.reason.rstrip('.')})"
        for layer in report.layers
        if layer.reason and not layer.waits and layer.name not in silent
    ]
    return f" Not checked, or not wholly: {'; '.join(told)}." if told else ""


def called(layer: LayerResult) -> str:
    """The name of a layer, in words where it has no file."""
    return layer.name if layer.source else _CALLED.get(layer.name, layer.name)


def _named(layers: Iterable[LayerResult]) -> str:
    *most, last = [called(layer) for layer in layers] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def counted(report: Report) -> str:
    """The numbers of faults and warnings, in words."""
    told_again = _told_again(report.diagnostics)
    number = report.count - len(told_again)
    warnings = sum(fault.severity is Severity.WARNING for fault in report.diagnostics)
    warnings -= sum(fault.severity is Severity.WARNING for fault in told_again)
    counts = (number - warnings, "fault"), (warnings, "warning")
    told = " and ".join(count(each, noun) for each, noun in counts if each) or "no fault"
    return f"at least {told}" if number >= COUNTED else told


def _told_again(faults: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The faults that another layer has reported, at the same place and in the same words."""
    layers: dict[tuple[int, Code, str], str] = {}
    return [
        fault
        for fault in faults
        if layers.setdefault((fault.start, fault.code, words_of(fault)), fault.layer) != fault.layer
    ]


def _without(report: Report, behind: int) -> str:
    """The numbers of faults and warnings, in words, without the `behind` faults that others hide."""
    shown = tuple(fault for fault in report.diagnostics if not fault.masked)
    return counted(replace(report, diagnostics=shown, total=report.count - behind))


def first_told(report: Report, shown: Report, where: str = "") -> str:
    """The fault that the validator reports first, as a sentence; among the faults shown others may precede it."""
    if not report.diagnostics:
        return ""
    first = _foremost(report)
    what = "The first" if first == _foremost(shown) else "The first that is reported"
    return f"{what}, in line {first.line}{where}: {words_of(first)}"


def words_of(fault: Diagnostic) -> str:
    """The fault as a sentence: the words of business rules often lack the full stop."""
    words = fault.explanation or fault.message
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _foremost(report: Report) -> Diagnostic:
    # errors matter more, and so do the faults from which others follow
    return min(report.diagnostics, key=lambda item: (item.severity is Severity.WARNING, item.follows))
