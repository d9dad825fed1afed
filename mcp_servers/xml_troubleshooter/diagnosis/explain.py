"""The violations of a schema by a document, as diagnostics."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from ..codes import Code
from ..conformance import interleave_order
from ..conformance.checks import identity_constraints
from ..conformance.content import examine
from ..conformance.examination import Examination
from ..conformance.later_errors import Complaints
from ..conformance.layout_anomalies import layout_anomalies
from ..conformance.violations import AddAttribute, DeclareNamespace, Violation
from ..diagnostics import CAP, Diagnostic, Severity
from ..document.tree import Tree
from ..grammar import dtd, load
from ..grammar.model import Grammar
from ..validators.defaults import Defaults, supplied
from ..validators.libxml2 import DtdValidator
from ..validators.schema import Kind, Schema
from ..validators.validator import Judgement
from .layers import Told, without_cause


def _violations(
    tree: Tree, grammar: Grammar, suspects: Collection[int], complaints: Complaints | None
) -> tuple[Violation, ...]:
    """The violations of its grammar by a document; the validator's errors help to find them."""
    if tree.literal is not (grammar.kind == "dtd"):
        tree = Tree(tree.document, literal=not tree.literal)
    found = examine(tree, grammar, suspects, complaints)
    if not found and grammar.kind == "rng":
        found = interleave_order.order(Examination(tree, grammar, suspects))
    return (*found, *(layout_anomalies(tree, found) if found else ()))


def _grammar(schema: Schema) -> Grammar:
    if isinstance(schema.validator, DtdValidator) and not schema.path.name:  # a document's own DOCTYPE
        return dtd.of(schema.validator.compiled)
    return load(schema.path, schema.roots)


def explain(tree: Tree, schema: Schema, judgement: Judgement, defaults: Defaults) -> list[Told]:
    """The diagnostics of a well-formed document that its schema rejects, in document order.

    The violations say more than the validator's own errors and are placed better, so they replace the errors about the
    same element and carry the validator's message; errors about anything else stay. A violation that an XSD validator
    would have reported and did not is left out: the validator decides. An attribute with a default in a DTD
    (`defaults`) is never missing. Raises SchemaError where the schema cannot be read, and ValueError where the text is
    not well-formed.
    """
    errors = judgement.diagnostics
    exact, around = _by_element(errors, tree.text)
    told: list[Told] = []
    explained: set[int] = set()
    name = str(schema.path)
    complete = judgement.total <= CAP
    suspects = [item.start for item in errors] if complete or name.endswith(".xsd") else []
    found = _violations(tree, _grammar(schema), suspects, judgement.complaints)
    # a validator reads no element of a namespace that is wrong
    foreign = any(isinstance(item.correction, DeclareNamespace) for item in found)
    lenient = isinstance(schema.validator, DtdValidator) and schema.validator.beside_another
    for violation in found:
        undeclared = violation.attribute if violation.code is Code.UNEXPECTED_ATTRIBUTE else None
        if lenient and undeclared is not None and violation.node.serves_namespaces(undeclared):
            continue
        node, correction = violation.node, violation.correction
        given = supplied(defaults, node.written, node.scope)
        if isinstance(correction, AddAttribute) and correction.declared.name in given:
            continue
        if violation.code is Code.LAYOUT_TRACE:
            told.append((replace(diagnostic(violation), severity=Severity.WARNING), violation))
            continue
        path = node.path
        about = list(exact.get(path, ()))
        if correction.structural:  # a validator may name a sibling, or the parent
            parent = path.rpartition("/")[0]
            about += [*around.get(path, ()), *around.get(parent, ()), *exact.get(parent, ())]
        if isinstance(correction, DeclareNamespace):  # a validator names the elements that use the declaration
            about += _using(violation, errors)
        unseen = not about and name.endswith(".xsd") and violation.code not in _UNSEEN
        if unseen and not foreign and not violation.masked:
            continue
        explained.update(about)
        item = diagnostic(violation, errors[about[0]].message if about else "")
        masked = unseen and not isinstance(correction, DeclareNamespace)
        told.append((replace(item, masked=True) if masked else item, violation))
    if told and schema.kind is Kind.RELAXNG:
        return told  # libxml2 blames ancestors and neighbours too, and says less
    rest = [error for index, error in enumerate(errors) if index not in explained]
    told += without_cause(identity_constraints.tell(tree, name, schema.roots, rest))
    return sorted(told, key=lambda pair: (pair[0].start, pair[0].end))


def _by_element(errors: Sequence[Diagnostic], text: str) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The errors by the paths of their elements and by those of their parents.

    Those about a default attribute are left out: it is not written in the tag, so that no violation is about it.
    """
    exact: dict[str, list[int]] = {}
    around: dict[str, list[int]] = {}
    for index, error in enumerate(errors):
        path, _, attribute = error.path.partition("/@")
        at_tag = attribute and text.startswith("<", error.start)
        if not at_tag or re.search(rf"\s{re.escape(attribute)}\s*=", text[error.start : error.end]):
            exact.setdefault(path, []).append(index)
            around.setdefault(path.rpartition("/")[0], []).append(index)
    return exact, around


def _using(violation: Violation, errors: Sequence[Diagnostic]) -> list[int]:
    """The errors of elements below a wrong namespace declaration that have its prefix."""
    prefix = violation.attribute.name.partition(":")[2] if violation.attribute is not None else ""
    return [index for index, item in enumerate(errors) if item.name.rpartition(":")[0] == prefix]


_UNSEEN = {Code.DUPLICATE_ID, Code.DANGLING_REFERENCE}  # codes that libxml2 does not report, or at another place


def diagnostic(violation: Violation, message: str = "") -> Diagnostic:
    """One violation as a diagnostic; `message` is the validator's, where it has one."""
    attribute = violation.attribute
    return Diagnostic(
        code=violation.code,
        start=violation.start,
        end=violation.end,
        path=violation.node.path,
        name=attribute.name if attribute else violation.node.written,
        value=violation.value,
        expected=violation.shown,
        message=message or violation.sentence,
        explanation=f"{violation.sentence} {violation.correction.advice(violation)}".strip(),
        masked=violation.masked,
        related=violation.related,
    )
