"""The declarations for a place or a name, compact enough for a prompt: content model, attributes, types, facets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..conformance.violations import (
    AddAttribute,
    ChangeValue,
    DeclareNamespace,
    Insert,
    RemoveAttribute,
    RemoveText,
    Rename,
    RenameAttribute,
    Violation,
    Wrap,
)
from ..diagnosis.latest_verdicts import diagnosed
from ..document.document import Document
from ..document.names import local_name
from ..document.tree import Node
from ..grammar import load
from ..grammar.model import ElementDecl, Grammar, TypeDef
from ..grammar.patterns import Pattern
from ..schemas.plan import Plan
from ..wording import shortened

_TYPE = 160  # characters of the description of a type
_MODEL = 4000  # characters of a content model: all of nearly any, because a particle that is left out cannot be chosen
_ATTRIBUTES = 12
_ON_ATTRIBUTES = (AddAttribute, RenameAttribute, RemoveAttribute)


def expected_at(document: Document, starts: Sequence[int], plan: Plan) -> list[str]:
    """The declarations of the schema at each offset at which a fault begins; "" where it has none.

    The document has to be well-formed, the `plan` to have a grammar. Raises SchemaError. Runs in a worker process.
    """
    found = diagnosed(document, plan).violations
    grammar = load(plan.grammar, plan.roots)
    said: list[str] = []
    told: set[str] = set()
    for start in starts:
        violation = next((item for item in found if item.start == start), None)
        lines = [line for line in _lines(violation, grammar) if line not in told] if violation else []
        told.update(lines)  # a content model that two faults share is given once
        said.append("\n".join(lines))
    return said


def definition(name: str, schema: str, roots: tuple[Path, ...] = ()) -> str:
    """The declarations of an element or type by its local name, "" where the schema has none. Raises SchemaError."""
    grammar = load(schema, roots)
    local = name.strip().rpartition(":")[2].rpartition("}")[2]
    declarations = [decl for key, found in grammar.declarations.items() if local_name(key) == local for decl in found]
    lines = [line for decl in declarations[:3] for line in _element(decl)]
    lines += [
        line for key in grammar.types if local_name(key) == local for line in _type(f"type {local}", grammar.types[key])
    ]
    return "\n".join(dict.fromkeys(lines))


def _lines(violation: Violation, grammar: Grammar) -> Iterator[str]:
    node, correction = violation.node, violation.correction
    value = isinstance(correction, ChangeValue)
    if isinstance(correction, ChangeValue):
        yield f"value: {correction.type.describe()}"
    elif isinstance(correction, AddAttribute):
        yield f"value: {correction.declared.type.describe()}"
    if isinstance(correction, _ON_ATTRIBUTES) or (value and violation.attribute is not None):
        decl = _declaration(node, grammar)
        if decl is not None and decl.type is not None:
            yield f"attributes of {node.written}: {_attributes(decl.type)}"
        return
    holder = node if isinstance(correction, Insert | RemoveText) else node.parent
    if not value and not isinstance(correction, DeclareNamespace) and holder is not None:
        decl = _declaration(holder, grammar)
        if decl is not None and decl.type is not None:
            yield f"{holder.written} holds: {_model(decl.type)}"
    if isinstance(correction, Insert | Wrap | Rename) and correction.decl is not None and correction.decl.name:
        yield from _element(correction.decl)


def _declaration(node: Node, grammar: Grammar) -> ElementDecl | None:
    """The declaration of an element on its path from the root, else any of that name."""
    above = list(node.lineage())
    decl = next((root for root in grammar.roots if root.matches(above[-1].name)), None)
    for step in reversed(above[:-1]):
        content = decl.type.content if decl is not None and decl.type is not None else None
        decl = next((item for item in content.declarations if item.name == step.name), None) if content else None
    return decl or next(iter(grammar.declarations.get(node.name, ())), None)


def _element(decl: ElementDecl) -> Iterator[str]:
    if decl.type is not None:
        fixed = f", fixed {decl.fixed!r}" if decl.fixed is not None else ""
        yield from (f"{line}{fixed}" for line in _type(local_name(decl.name), decl.type))


def _type(title: str, definition: TypeDef) -> Iterator[str]:
    if definition.value is not None:
        yield f"{title}: {definition.value.describe()}"
    elif definition.content.parts or definition.content.decl is not None or definition.mixed:
        yield f"{title} holds: {_model(definition)}"
    if definition.attributes:
        yield f"attributes of {title}: {_attributes(definition)}"


def _attributes(definition: TypeDef) -> str:
    shown = sorted(definition.attributes.values(), key=lambda item: not item.required)[:_ATTRIBUTES]
    words = [
        f"{local_name(item.name)}{'' if item.required else '?'} ({shortened(item.type.describe(), _TYPE)}"
        f"{f', fixed {item.fixed!r}' if item.fixed is not None else ''})"
        for item in shown
    ]
    left = len(definition.attributes) - len(shown)
    return ", ".join(words) + (f" and {left} more" if left else "") if words else "none"


def _model(definition: TypeDef) -> str:
    text = shortened("".join(_pattern(definition.content, 0)) or "no elements", _MODEL)
    return f"text and {text}" if definition.mixed else text


def _pattern(pattern: Pattern, depth: int) -> Iterator[str]:
    """A content model in the notation of DTDs, with {n,m} for numbers that DTDs cannot express."""
    match pattern.kind:
        case "element":
            yield local_name(pattern.decl.name) if pattern.decl and pattern.decl.name else "any element"
        case "repeat":
            yield from _grouped(pattern.parts[0], depth)
            bounds = {(0, 1): "?", (0, None): "*", (1, None): "+"}
            most = "" if pattern.maximum is None else pattern.maximum
            yield bounds.get((pattern.minimum, pattern.maximum), f"{{{pattern.minimum},{most}}}")
        case "sequence" | "choice" | "interleave":
            parts = [part for part in pattern.parts if part.kind != "empty"]
            joiner = {"sequence": ", ", "choice": " | ", "interleave": " & "}[pattern.kind]
            for index, part in enumerate(parts):
                yield joiner if index else ""
                yield from _grouped(part, depth)
            if pattern.kind == "choice" and len(parts) < len(pattern.parts):
                yield " | nothing"


def _grouped(pattern: Pattern, depth: int) -> Iterator[str]:
    if depth > 30:  # noqa: PLR2004 - a prompt, not a printer
        yield "…"
        return
    plain = pattern.kind in ("element", "repeat", "empty", "nothing")
    yield "" if plain else "("
    yield from _pattern(pattern, depth + 1)
    yield "" if plain else ")"
