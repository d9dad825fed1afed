"""What every validator is to the plan of a verdict: something that judges a document, by whatever engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..diagnostics import Diagnostic
from .subject import Subject

# where the elements begin that a validator complains about in another text of the document; None for too many
Complaints = Callable[[str], "list[int] | None"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a validator says of a document, in its own terms.

    `total` counts its errors, those that are not told included; `rejected` says that it rejects the document, told or
    not; `beside` are faults that no content model explains. `reason` says why it did not apply, where it has not. With
    `complaints` its word can be had on other texts.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    beside: tuple[Diagnostic, ...] = ()
    total: int = 0
    rejected: bool = False
    applied: bool = True
    reason: str = ""
    complaints: Complaints | None = None


class Validator(Protocol):
    """An engine with one schema or set of rules, ready to judge documents."""

    def judge(self, subject: Subject) -> Judgement:
        """The verdict; raises SchemaError where the schema turns out to be the broken side."""
        ...


@runtime_checkable
class Named(Validator, Protocol):
    """An engine whose findings are marked with a name; it knows what is odd in what it judges by."""

    @property
    def oddities(self) -> Sequence[str]:
        """What is odd in the rules, though they can be run, in sentences."""
        ...

    def called(self, name: str) -> Validator:
        """The same, whose findings are marked with another name."""
        ...
