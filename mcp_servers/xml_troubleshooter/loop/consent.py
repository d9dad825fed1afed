"""The repairs that may be tried without asking, those that wait for the user's consent, and the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..document.document import Document
from ..signatures import may_be_signed
from ..signatures.clearance import stamp
from .losses import lost_values
from .proposal import Fix, Safety

Sifted = tuple[list[Fix], list[tuple[Fix, str]]]
DIGEST = "digest"  # the provenance of an edit that the digest of a signature proves


def sift(document: Document, fixes: Sequence[Fix], allow_unsafe: bool) -> Sifted:  # noqa: FBT001 - positional, because it crosses a process border
    """The graded fixes that may be tried, and those that wait for consent, each with the reason."""
    graded = sealed(document, grade(document.text, fixes))
    if allow_unsafe:
        return list(graded), []
    safe = [fix for fix in graded if fix.safety is Safety.SAFE]
    return safe, [(fix, _why_withheld(document.text, fix)) for fix in graded if fix.safety is not Safety.SAFE]


def grade(text: str, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes with their safety set right: one that loses words or attribute values is unsafe, whatever it declares.

    A fix that replaces a value may do so where it declares a rewriting or names the source of the new value.
    """
    return tuple(
        replace(fix, safety=Safety.UNSAFE)
        if fix.safety is Safety.SAFE and not (fix.rewrites or fix.provenance) and lost_values(text, fix.edits)
        else fix
        for fix in fixes
    )


def sealed(document: Document, fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """The fixes, graded by the document's signatures: in signed content only those are safe that a digest proves.

    In a document whose state is stamped as cleared, no fix is safe. A proven fix restores the signed content, whatever
    evidence there is against it, and comes first.
    """
    if not fixes:
        return ()
    if not may_be_signed(document.text):
        if not stamp(document.text):
            return tuple(fixes)
        return tuple(replace(fix, safety=Safety.UNSAFE, voids=True) for fix in fixes)
    from ..signatures.signature_states import proven  # noqa: PLC0415 - lxml is loaded where it is used

    covered, held = proven(document, [fix.edits for fix in fixes])
    weighed = [
        _proven(fix) if is_held else replace(fix, safety=Safety.UNSAFE, voids=True) if is_covered else fix
        for fix, is_covered, is_held in zip(fixes, covered, held, strict=True)
    ]
    return tuple(sorted(weighed, key=lambda fix: not fix.provenance.endswith(DIGEST)))


def _proven(fix: Fix) -> Fix:
    known = fix.provenance.removesuffix(DIGEST).rstrip("; ")
    return replace(
        fix,
        safety=Safety.SAFE,
        confidence=max(fix.confidence, 0.99),  # two texts of one digest are not met by chance
        provenance=f"{known}; {DIGEST}" if known else DIGEST,
        voids=False,
    )


def _why_withheld(text: str, fix: Fix) -> str:
    if fix.voids:
        return "it changes what is signed, which would void the signature: only the user may allow that"
    lost = lost_values(text, fix.edits)
    if lost:
        shown = ", ".join(word[:40] for word in lost[:5])
        return f"it drops content ({shown}), which only the user may allow"
    return "it is one of several equally good repairs, and only the user may choose"
