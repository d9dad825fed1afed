"""The departures of a document from its schema as diagnostics."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from ..document.document import Document
from ..document.parsing import parse_whole
from ..document.tree import Tree
from . import constraints, overstrict
from .behind import Complaints
from .content import examine
from .departures import Amend, Departure
from .diagnostics import Code, Diagnostic, Severity
from .examination import Examination
from .grammar import dtd, load
from .grammar.model import Grammar, local_name
from .traces import traces

_KEPT = 4
_known: OrderedDict[tuple[Document, str], tuple[Departure, ...]] = OrderedDict()


def departures(
    document: Document,
    schema: str,
    suspects: Collection[int] = (),
    roots: tuple[Path, ...] = (),
    tree: Tree | None = None,
    complaints: Complaints | None = None,
) -> tuple[Departure, ...]:
    """Where a well-formed document departs from a schema; remembered, because diagnosis and repair both ask.

    Without a schema the document's own DTD counts. `suspects` and `complaints` are those of `examine`. `roots` are
    folders that the schema may take files from, `tree` is the document's, where it is at hand. Raises SchemaError where
    the schema cannot be read, and ValueError where the text is not well-formed.
    """
    key = (document, schema)
    if key not in _known:
        grammar = _grammar(document, schema, roots)
        literal = grammar.kind == "dtd"
        if tree is None or tree.literal is not literal:
            tree = Tree(document, literal=literal)
        found = examine(tree, grammar, suspects, complaints)
        if not found and grammar.kind == "rng":
            found = overstrict.order(Examination(tree, grammar, suspects))
        _known[key] = (*found, *(traces(tree, found) if found else ()))
        if len(_known) > _KEPT:
            _known.popitem(last=False)
    return _known[key]


def _grammar(document: Document, schema: str, roots: tuple[Path, ...]) -> Grammar:
    if schema:
        return load(schema, roots)
    declared = parse_whole(document.to_bytes(), document.text).docinfo.internalDTD
    return dtd.of(*([declared] if declared is not None else []))


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

    `verdicts` are the validator's own diagnostics. The departures say more and are placed better, so they come
    instead of the verdicts about the same element and carry the validator's message; verdicts about anything else
    stay. A departure that an XSD validator would have reported and did not is left out: the validator is the judge.
    `complete` says that the verdicts are all that there are. Raises as `departures` does.
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
    found = departures(tree.document, schema, suspects, roots, tree, complaints)
    foreign = any(item.amend is Amend.NAMESPACE for item in found)  # a validator reads no element of such a namespace
    for departure in found:
        if departure.code is Code.LAYOUT_TRACE:
            told.append(replace(diagnostic(tree.document, departure), severity=Severity.WARNING))
            continue
        path = departure.node.path
        about = list(exact.get(path, ()))
        if departure.amend in _STRUCTURAL:  # a validator may name a sibling, or the parent
            parent = path.rpartition("/")[0]
            about += [*around.get(path, ()), *around.get(parent, ()), *exact.get(parent, ())]
        if departure.amend is Amend.NAMESPACE:  # a validator names the elements that use the declaration
            about += _using(departure, verdicts)
        unseen = not about and schema.endswith(".xsd") and departure.code not in _UNSEEN
        if unseen and not foreign and not departure.masked:
            continue
        explained.update(about)
        item = diagnostic(tree.document, departure, verdicts[about[0]].message if about else "")
        told.append(replace(item, masked=True) if unseen and departure.amend is not Amend.NAMESPACE else item)
    if told and schema.endswith((".rng", ".rnc")):
        return told  # libxml2 blames ancestors and neighbours too, and says less
    rest = [verdict for index, verdict in enumerate(verdicts) if index not in explained]
    rest = constraints.tell(tree, schema, roots, rest)
    return sorted([*told, *rest], key=lambda item: (item.start, item.end))


def _using(departure: Departure, verdicts: Sequence[Diagnostic]) -> list[int]:
    """The verdicts on elements below a wrong namespace declaration that have its prefix."""
    prefix = departure.attribute.name.partition(":")[2] if departure.attribute is not None else ""
    return [index for index, item in enumerate(verdicts) if item.name.rpartition(":")[0] == prefix]


_STRUCTURAL = {
    Amend.RENAME,
    Amend.REMOVE,
    Amend.MOVE,
    Amend.INSERT,
    Amend.WRAP,
    Amend.UNWRAP,
    Amend.EXTRACT,
    Amend.JOIN,
    Amend.SPLIT,
    Amend.END,
    Amend.AS_ATTRIBUTE,
    Amend.NONE,
    Amend.NAMESPACE,
    Amend.TEXT,
}
_ABOUT_VALUES = {Amend.VALUE, Amend.ATTRIBUTE_VALUE}
_UNSEEN = {Code.DUPLICATE_ID, Code.DANGLING_REFERENCE}  # what libxml2 does not report, or elsewhere


def diagnostic(document: Document, departure: Departure, message: str = "") -> Diagnostic:
    """One departure in the words of a diagnostic; `message` is the validator's, where it has one."""
    line, column = document.position(departure.start)
    attribute = departure.attribute
    return Diagnostic(
        code=departure.code,
        start=departure.start,
        end=departure.end,
        line=line,
        column=column,
        path=departure.node.path,
        name=attribute.name if attribute else departure.node.written,
        value=departure.value,
        expected=_expected(departure),
        message=message or departure.sentence,
        explanation=f"{departure.sentence} {advice(departure)}".strip(),
        masked=departure.masked,
        related=departure.related,
    )


_ADVICE = {
    Amend.NAMESPACE: "Declare the namespace {name}.",
    Amend.RENAME: "Rename it to {meant}.",
    Amend.RENAME_ATTRIBUTE: "Rename it to {meant}.",
    Amend.PUT_BACK: "Put it back, if that is so.",
    Amend.REMOVE: "Remove it, or move its content to an element that may hold it.",
    Amend.INSERT: "Add {meant}.",
    Amend.WRAP: "Put {meant} around it.",
    Amend.UNWRAP: "Remove its tags and keep what is between them.",
    Amend.EXTRACT: "Keep the document inside, without what is around it.",
    Amend.JOIN: "Make one element of the two.",
    Amend.SPLIT: "Begin a new element in front of it.",
    Amend.END: "Put the end tag to its place.",
    Amend.AS_ELEMENT: "Write it as an element {meant} inside.",
    Amend.AS_ATTRIBUTE: "Write it as the attribute {meant} of its parent.",
    Amend.CARRY: "Write the value there.",
    Amend.TEXT: "Remove the text, or move it into the element that it belongs to.",
    Amend.ADD_ATTRIBUTE: "Add it.",
}


def advice(departure: Departure) -> str:
    """What to do about a departure, in one sentence."""
    expected = _list(_expected(departure))
    if departure.amend is Amend.REMOVE and departure.duplicate:
        return "Remove it, if it was put in twice."
    if departure.amend in _ADVICE:
        return _ADVICE[departure.amend].format(name=departure.name, meant=local_name(departure.name))
    if departure.amend is Amend.REMOVE_ATTRIBUTE:
        return f"Remove it; allowed here: {expected}." if expected else "Remove it."
    if departure.amend is Amend.MOVE:
        return f"It belongs {_whereabouts(departure)}."
    if departure.amend in _ABOUT_VALUES:
        return "Use one of these." if departure.code is Code.NOT_IN_ENUMERATION else "Correct the value."
    return f"Expected here: {expected}." if expected else ""


def _expected(departure: Departure) -> tuple[str, ...]:
    """What a departure expects, names without their namespaces; in a value, braces are its own."""
    if departure.amend in _ABOUT_VALUES:
        return departure.expected
    return tuple(local_name(name) for name in departure.expected)


def _whereabouts(departure: Departure) -> str:
    """Where a misplaced element belongs: behind the element that ends in front of the place, or first."""
    node = departure.node
    while node.parent is not None and not node.content[0] <= departure.place <= node.content[1]:
        node = node.parent
    before = [child for child in node.children if child.end <= departure.place and child is not departure.node]
    return f"behind {before[-1].written}" if before else f"at the beginning of {node.written}"


def _list(names: Sequence[str], limit: int = 12) -> str:
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
