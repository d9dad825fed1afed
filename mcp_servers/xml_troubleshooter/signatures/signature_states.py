"""The states of a document's signatures, and the repairs that leave them valid or are proven by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..document.document import Document
from ..document.edits import Edit, EditConflictError, apply
from ..document.tree import Tree
from .coverage import Signature, signatures
from .digests import Digest, digests, parsed
from .markup import collapsed
from .signature_values import values
from .state import DigestState, SignatureState

_TRIED = 20  # repairs of one document that are tried alone


def states(document: Document) -> tuple[SignatureState, ...]:
    """The state of every signature of a document, by its digests and value; () for a document without signatures."""
    found = signatures(document.text)
    if not found:
        return ()
    paths = _paths(document, found)
    root = parsed(document)
    computed = digests(root) if root is not None else []
    if root is None or len(computed) != len(found):
        reason = "the document is not well-formed" if not computed else "which signatures it has is in doubt"
        return tuple(_state(paths[number], each, DigestState.UNCHECKABLE, reason) for number, each in enumerate(found))
    told = []
    for path, signature, references, value in zip(paths, found, computed, values(root), strict=True):
        reasons = [each.reason for each in references if each.state is DigestState.UNCHECKABLE]
        if any(each.state is DigestState.BROKEN for each in references):
            state = _state(path, signature, DigestState.BROKEN, "")
        elif reasons or not references:
            state = _state(path, signature, DigestState.UNCHECKABLE, reasons[0] if reasons else "it names nothing")
        else:
            state = _state(path, signature, DigestState.HOLDS, "")
        told.append(replace(state, value=value.state, value_reason=value.reason))
    return tuple(told)


def proven(document: Document, repairs: Sequence[Sequence[Edit]]) -> tuple[list[bool], list[bool]]:
    """For each repair whether it touches content that a signature covers, and whether the digests prove it.

    A repair is proven where after it, alone or together with all the others, every digest over the characters that it
    changes holds, as far as it can be checked, and at least one can. One outside of the covered content that may change
    its canonical form touches it unless the digests hold, which are no evidence for such a repair.
    """
    found = signatures(document.text)
    covered = [any(signature.covers(edit) for signature in found for edit in edits) for edits in repairs]
    reached = [any(signature.reached_by(edit) for signature in found for edit in edits) for edits in repairs]
    concerned = [number for number in range(len(repairs)) if covered[number] or reached[number]]
    if not concerned:
        return covered, [False] * len(covered)
    if _holds(document, found, [edit for edits in repairs for edit in edits]):
        held = set(concerned)
    else:
        alone = concerned[:_TRIED] if len(repairs) > 1 else []
        held = {number for number in alone if _holds(document, found, repairs[number])}
    touching = [covered[number] or (reached[number] and number not in held) for number in range(len(repairs))]
    return touching, [covered[number] and number in held for number in range(len(repairs))]


def _paths(document: Document, found: Sequence[Signature]) -> list[str]:
    """The places of the signatures: their paths, or their lines where the tags do not balance."""
    try:
        tree = Tree(document)
        return [tree.at(each.start).path for each in found]
    except ValueError:
        return [f"line {document.position(each.start).line}" for each in found]


def _state(path: str, signature: Signature, digest: DigestState, reason: str) -> SignatureState:
    covers = ", ".join(dict.fromkeys(map(str, signature.references))) or "nothing that can be made out"
    return SignatureState(path, covers, digest, reason)


def _holds(document: Document, found: Sequence[Signature], edits: Sequence[Edit]) -> bool:
    """Whether after the edits every digest over the changed characters holds, as far as it can be checked.

    The digests of a signature that its key did not make prove nothing: anybody may have changed them.
    """
    try:
        root = parsed(document.with_text(apply(document.text, dict.fromkeys(edits))))
    except EditConflictError:
        return False
    computed = digests(root) if root is not None else []
    if root is None or not _are_the_same(found, computed):
        return False
    concerned = [
        digest.state
        for signature, states_ in zip(found, computed, strict=True)
        for reference, digest in zip(signature.references, states_, strict=False)
        if any(reference.touched_by(edit) or reference.reached_by(edit) for edit in edits)
    ]
    checked = [state for state in concerned if state is not DigestState.UNCHECKABLE]
    if not checked or any(state is not DigestState.HOLDS for state in checked):
        return False
    return all(value.state is not DigestState.BROKEN for value in values(root))


def _are_the_same(found: Sequence[Signature], computed: Sequence[Sequence[Digest]]) -> bool:
    """Whether the references that the text shows are those whose digests were computed, one by one."""
    return len(found) == len(computed) and all(
        len(digests_) <= len(signature.references)
        and all(
            collapsed(digest.uri) == reference.uri
            for reference, digest in zip(signature.references, digests_, strict=False)
        )
        for signature, digests_ in zip(found, computed, strict=True)
    )
