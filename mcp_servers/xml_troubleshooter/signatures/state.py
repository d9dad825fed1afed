"""What users are told of a signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DigestState(StrEnum):
    """What a digest says of the content that it was taken of, or a signature's value of what was signed."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNCHECKABLE = "uncheckable"


@dataclass(frozen=True, slots=True)
class SignatureState:
    """A signature as users are told of it: what it covers in words, and whether the content is what was signed.

    `path` leads to its element, or says its line where the tags do not balance; `reason` says why a digest could not
    be checked. `value` says whether the signature itself was made with the key that it carries, whoever that belongs
    to, and `value_reason` why that could not be checked. `stamp` names the system of a state that cleared the document,
    where this is its stamp and no signature.
    """

    path: str
    covers: str
    digest: DigestState
    reason: str = ""
    stamp: str = ""
    value: DigestState = DigestState.UNCHECKABLE
    value_reason: str = ""
