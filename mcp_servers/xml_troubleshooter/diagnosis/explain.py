"""The violations of a document from its schema as diagnostics."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree

from ..codes import Code
from ..conformance import interleave_order
from ..conformance.checks import identity_constraints
from ..conformance.content import examine
from ..conformance.examination import Examination
from ..conformance.layout_anomalies import layout_anomalies
from ..conformance.lookahead import Complaints
from ..conformance.violations import DeclareNamespace, Violation
from ..diagnostics import CAP, Diagnostic, Severity
from ..document.document import Document
from ..document.parsing import parse_whole
from ..document.tree import Tree
from ..grammar import dtd, load
from ..grammar.model import Grammar
from ..validators.libxml2 import DtdValidator
from ..validators.schema import load as load_schema
from ..validators.streaming import NotWellFormedError
from ..validators.subject import Subject
from ..validators.validator import Judgement

_KEPT = 4
_known: OrderedDict[tuple[Document, Grammar | None], tuple[Violation, ...]] = OrderedDict()


def violations(document: Document, schema: str, roots: tuple[Path, ...] = ()) -> tuple[Violation, ...]:
    """Where a well-formed document departs from a schema, as `explain` tells it; remembered, because repair asks too.

    Without a schema the document's own DTD counts. `roots` are folders that the schema may take files from. Raises
    SchemaError where the schema cannot be read, and ValueError where the text is not well-formed.
    """
    grammar = load(schema, roots) if schema else None
    if (known := _known.get((document, grammar))) is not None:
        return known
    judgement = _judgement(document, schema, roots)
    suspects = [item.start for item in judgement.diagnostics]
    if judgement.total > CAP and not schema.endswith(".xsd"):
        suspects = []
    return _violations(document, grammar, suspects, None, judgement.complaints)


def _violations(
    document: Document,
    grammar: Grammar | None,
    suspects: Collection[int],
    tree: Tree | None,
    complaints: Complaints | None,
) -> tuple[Violation, ...]:
    """The violations of what a validator says; that follows from the document and the schema, so these are the key."""
    if (key := (document, grammar)) not in _known:
        grammar = grammar or _own_grammar(document)
        literal = grammar.kind == "dtd"
        if tree is None or tree.literal is not literal:
            tree = Tree(document, literal=literal)
        found = examine(tree, grammar, suspects, complaints)
        if not found and grammar.kind == "rng":
            found = interleave_order.order(Examination(tree, grammar, suspects))
        _known[key] = (*found, *(layout_anomalies(tree, found) if found else ()))
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    return _known[key]


def _own_grammar(document: Document) -> Grammar:
    declared = parse_whole(document.to_bytes(), document.text).docinfo.internalDTD
    return dtd.of(*([declared] if declared is not None else []))


def _judgement(document: Document, schema: str, roots: tuple[Path, ...]) -> Judgement:
    """What the validator of a schema says of a document, where no diagnosis has asked it in this process."""
    try:
        if not schema:
            subject = Subject(document)
            declared = subject.parse().docinfo.internalDTD
            return DtdValidator(declared).judge(subject) if declared is not None else Judgement()
        loaded = load_schema(schema, roots)
        subject = Subject(document, [path for path in loaded.files if path != loaded.path], loaded.entities)
        if not (subject.large and subject.streamable):
            subject.parse()
        return loaded.validator.judge(subject)
    except (etree.XMLSyntaxError, NotWellFormedError):
        return Judgement()  # a tree has limits that the grammar has not


def explain(
    tree: Tree,
    schema: str,
    verdicts: Sequence[Diagnostic],
    roots: tuple[Path, ...] = (),
    complaints: Complaints | None = None,
    *,
    complete: bool = True,
) -> list[Diagnostic]:
    """What is wrong with a well-formed document that its schema rejects, in document order.

    `verdicts` are the validator's own diagnostics. The violations say more and are placed better, so they come
    instead of the verdicts about the same element and carry the validator's message; verdicts about anything else
    stay. A violation that an XSD validator would have reported and did not is left out: the validator is the judge.
    `complete` says that the verdicts are all that there are. Raises as `violations` does.
    """
    exact: dict[str, list[int]] = {}
    around: dict[str, list[int]] = {}
    for index, verdict in enumerate(verdicts):
        path = verdict.path.partition("/@")[0]
        exact.setdefault(path, []).append(index)
        around.setdefault(path.rpartition("/")[0], []).append(index)
    told: list[Diagnostic] = []
    explained: set[int] = set()
    suspects = [item.start for item in verdicts] if complete or schema.endswith(".xsd") else []
    grammar = load(schema, roots) if schema else None
    found = _violations(tree.document, grammar, suspects, tree, complaints)
    foreign = any(
        isinstance(item.correction, DeclareNamespace) for item in found
    )  # a validator reads no element of such a namespace
    for violation in found:
        if violation.code is Code.LAYOUT_TRACE:
            told.append(replace(diagnostic(tree.document, violation), severity=Severity.WARNING))
            continue
        path = violation.node.path
        about = list(exact.get(path, ()))
        if violation.correction.structural:  # a validator may name a sibling, or the parent
            parent = path.rpartition("/")[0]
            about += [*around.get(path, ()), *around.get(parent, ()), *exact.get(parent, ())]
        if isinstance(
            violation.correction, DeclareNamespace
        ):  # a validator names the elements that use the declaration
            about += _using(violation, verdicts)
        unseen = not about and schema.endswith(".xsd") and violation.code not in _UNSEEN
        if unseen and not foreign and not violation.masked:
            continue
        explained.update(about)
        item = diagnostic(tree.document, violation, verdicts[about[0]].message if about else "")
        told.append(
            replace(item, masked=True) if unseen and not isinstance(violation.correction, DeclareNamespace) else item
        )
    if told and schema.endswith((".rng", ".rnc")):
        return told  # libxml2 blames ancestors and neighbours too, and says less
    rest = [verdict for index, verdict in enumerate(verdicts) if index not in explained]
    rest = identity_constraints.tell(tree, schema, roots, rest)
    return sorted([*told, *rest], key=lambda item: (item.start, item.end))


def _using(violation: Violation, verdicts: Sequence[Diagnostic]) -> list[int]:
    """The verdicts on elements below a wrong namespace declaration that have its prefix."""
    prefix = violation.attribute.name.partition(":")[2] if violation.attribute is not None else ""
    return [index for index, item in enumerate(verdicts) if item.name.rpartition(":")[0] == prefix]


_UNSEEN = {Code.DUPLICATE_ID, Code.DANGLING_REFERENCE}  # what libxml2 does not report, or elsewhere


def diagnostic(document: Document, violation: Violation, message: str = "") -> Diagnostic:
    """One violation in the words of a diagnostic; `message` is the validator's, where it has one."""
    line, column = document.position(violation.start)
    attribute = violation.attribute
    return Diagnostic(
        code=violation.code,
        start=violation.start,
        end=violation.end,
        line=line,
        column=column,
        path=violation.node.path,
        name=attribute.name if attribute else violation.node.written,
        value=violation.value,
        expected=violation.shown,
        message=message or violation.sentence,
        explanation=f"{violation.sentence} {violation.correction.advice(violation)}".strip(),
        masked=violation.masked,
        related=violation.related,
    )
