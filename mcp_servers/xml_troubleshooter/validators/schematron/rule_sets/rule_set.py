"""A rule set with everything expanded: the meaning of a Schematron schema, in whatever syntax it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

XPATH1 = {"", "xslt", "xslt1", "xpath", "xpath1", "exslt"}  # the query languages of XPath 1, in lower case


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the files of a rule set."""

    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class RuleFault:
    """A fault of a rule set; a `mild` one leaves it usable."""

    place: Place
    text: str
    mild: bool = False


@dataclass(frozen=True, slots=True)
class Let:
    """A variable: its `value` is an expression, or else `content` is its content, as XML."""

    name: str
    value: str
    place: Place
    content: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message: text, the `value` of an expression, the `name` of a node, or an XSLT instruction."""

    kind: str
    text: str


Message = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A test, and the message for a node for which it does not hold, or, of a `report`, for which it does."""

    id: str
    test: str
    report: bool
    message: Message
    diagnostics: tuple[Message, ...]
    flag: str
    role: str
    severity: str
    subject: str
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    """The assertions on every node that a context matches, as far as no rule before it in its pattern does."""

    context: str
    lets: tuple[Let, ...]
    assertions: tuple[Assertion, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rules of which one at most applies to a node; in a `group`, all that match do.

    `documents` is an expression for the addresses of other documents to look at, instead of the one at hand.
    """

    rules: tuple[Rule, ...]
    lets: tuple[Let, ...]
    documents: str
    group: bool
    place: Place


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The patterns of the active phase, with the names that their expressions may use.

    `binding` is the query language as the schema names it, in lower case; `declarations` are top-level elements of
    XSLT, as XML; `lets` are those of the schema and of the phase.
    """

    title: str
    binding: str
    namespaces: dict[str, str]
    lets: tuple[Let, ...]
    declarations: tuple[tuple[str, Place], ...]
    keys: tuple[tuple[str, str, str, Place], ...]
    patterns: tuple[Pattern, ...]
    phase: str
    faults: tuple[RuleFault, ...]

    def numbered(self) -> Iterator[tuple[Pattern, Rule, Assertion]]:
        """The assertions in the order in which they are numbered, from 0, each with its rule and pattern."""
        for pattern in self.patterns:
            for rule in pattern.rules:
                for assertion in rule.assertions:
                    yield pattern, rule, assertion

    def variables(self) -> Iterator[Let]:
        """All variables."""
        yield from self.lets
        for pattern in self.patterns:
            yield from pattern.lets
            for rule in pattern.rules:
                yield from rule.lets
