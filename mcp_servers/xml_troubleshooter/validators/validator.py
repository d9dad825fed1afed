"""The interface of every validator to the plan of a verdict: it judges a document, by whatever engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..diagnostics import Diagnostic
from .subject import Subject

# where the elements begin that a validator complains about in another text of the document; None for too many
Complaints = Callable[[str], "list[int] | None"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a validator on a document, in its own terms.

    `total` counts its errors, including those that are not reported; `rejected` says that it rejects the document, even
    without a reported error; `beside` are faults that no content model explains. `reason` says why it did not apply, if
    it did not. `complaints` gives its errors in other texts. `oddities` are flaws of rules that can still be run.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    beside: tuple[Diagnostic, ...] = ()
    total: int = 0
    rejected: bool = False
    applied: bool = True
    reason: str = ""
    complaints: Complaints | None = None
    oddities: Sequence[str] = ()


class Validator(Protocol):
    """An engine with one schema or set of rules, ready to judge documents."""

    def judge(self, subject: Subject) -> Judgement:
        """The verdict; raises SchemaError where the schema turns out to be the broken side."""
        ...
