"""The state of a signature, as reported to users."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DigestState(StrEnum):
    """The result of checking a digest against its content, or the value of a signature against its key."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNCHECKABLE = "uncheckable"


@dataclass(frozen=True, slots=True)
class SignatureState:
    """A signature as reported to users: the content it `covers` in words, and whether that is unchanged (`digest`).

    `path` is that of its element, or its line where the tags do not balance; `reason` says why a digest could not be
    checked. `value` says whether the signature itself was made with the key that it carries, whoever owns the key, and
    `value_reason` why that could not be checked. `stamp` names the state's system that cleared the document, if this
    is its stamp and no signature.
    """

    path: str
    covers: str
    digest: DigestState
    reason: str = ""
    stamp: str = ""
    value: DigestState = DigestState.UNCHECKABLE
    value_reason: str = ""
