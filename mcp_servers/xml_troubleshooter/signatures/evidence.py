"""What a document's signatures say, and which edits they leave safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..document.document import Document
from ..document.edits import Edit, EditConflictError, apply
from .coverage import Signature, signatures
from .digests import DigestState, digests

_TRIED = 20  # repairs of one document that are tried alone


@dataclass(frozen=True, slots=True)
class SignatureState:
    """A signature as users are told of it: what it covers in words, and whether the content is what was signed.

    `start` is the offset of its element; `reason` says why a digest could not be checked.
    """

    start: int
    covers: str
    digest: DigestState
    reason: str = ""


def states(document: Document) -> tuple[SignatureState, ...]:
    """Every signature of a document with what its digests say; () for a document without."""
    found = signatures(document.text)
    if not found:
        return ()
    computed = digests(document)
    if len(computed) != len(found):
        reason = "the document is not well-formed" if not computed else "its signatures are nested"
        return tuple(_state(each, DigestState.UNCHECKABLE, reason) for each in found)
    told = []
    for signature, references in zip(found, computed, strict=True):
        reasons = [each.reason for each in references if each.state is DigestState.UNCHECKABLE]
        if any(each.state is DigestState.BROKEN for each in references):
            told.append(_state(signature, DigestState.BROKEN, ""))
        elif reasons or not references:
            told.append(_state(signature, DigestState.UNCHECKABLE, reasons[0] if reasons else "it names nothing"))
        else:
            told.append(_state(signature, DigestState.HOLDS, ""))
    return tuple(told)


def proven(document: Document, repairs: Sequence[Sequence[Edit]]) -> tuple[list[bool], list[bool]]:
    """For each repair whether it touches what a signature covers, and whether the digests prove it.

    A repair is proven where after it, alone or together with all the others, every digest over the characters that it
    changes holds, as far as it can be checked, and at least one can.
    """
    found = signatures(document.text)
    covered = [any(_covers(found, edit) for edit in edits) for edits in repairs]
    if not any(covered):
        return covered, [False] * len(covered)
    if _holds(document, found, [edit for edits in repairs for edit in edits]):
        return covered, list(covered)
    alone = [number for number, is_covered in enumerate(covered) if is_covered][:_TRIED] if len(repairs) > 1 else []
    held = {number for number in alone if _holds(document, found, repairs[number])}
    return covered, [number in held for number in range(len(repairs))]


def _state(signature: Signature, digest: DigestState, reason: str) -> SignatureState:
    covers = ", ".join(dict.fromkeys(map(str, signature.references))) or "nothing that can be made out"
    return SignatureState(signature.start, covers, digest, reason)


def _covers(found: Sequence[Signature], edit: Edit) -> bool:
    return any(signature.covers(edit.start, edit.end) for signature in found)


def _holds(document: Document, found: Sequence[Signature], edits: Sequence[Edit]) -> bool:
    """Whether after the edits every digest that can be checked holds over what they change."""
    try:
        computed = digests(document.with_text(apply(document.text, dict.fromkeys(edits))))
    except EditConflictError:
        return False
    if len(computed) != len(found):
        return False
    concerned = [
        digest.state
        for signature, states_ in zip(found, computed, strict=True)
        for reference, digest in zip(signature.references, states_, strict=False)
        if any(reference.meets(edit.start, edit.end) for edit in edits)
    ]
    checked = [state for state in concerned if state is not DigestState.UNCHECKABLE]
    return bool(checked) and all(state is DigestState.HOLDS for state in checked)
