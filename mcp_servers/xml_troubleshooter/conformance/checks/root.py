"""The document element: whether the schema allows it as a root, and the document that an envelope may hold."""

from __future__ import annotations

from ...codes import Code
from ...document.doctype import Doctype, doctype_of
from ...document.tree import Node
from ...prices import NAMES, VIOLATIONS
from ..descent import tell_misnamed
from ..edit_costs import rename_cost
from ..examination import Examination
from ..name_distance import name_distance
from ..violations import Correction, Extract, NameInDoctype

_ENVELOPE = 4  # levels of elements around a document that are looked through
_FEW = 20  # children of an envelope that are looked at


def check(exam: Examination) -> None:
    """Report a document element that is no root; an element that may be one is examined next."""
    root, roots = exam.tree.root, exam.grammar.roots
    doctype = doctype_of(exam.tree.text) if exam.literal else None
    if doctype is not None and doctype.denies(root.written):
        if root.written in exam.grammar.elements:
            _check_doctype(exam, doctype)
        else:  # of all elements that a DTD declares, only that which the DOCTYPE names is a root
            roots = tuple(item for item in roots if item.name == doctype.name) or roots
    decl = next((item for item in roots if item.matches(root.name)), None)
    inner = _document_within(exam) if decl is None or decl.wildcard else None
    if decl is not None and inner is None:
        if not exam.clears(root):
            exam.pending.append((root, decl, False))
        return
    named = {item.name: item for item in roots if item.wildcard is None}
    ranked = sorted((rename_cost(exam, root, item), name) for name, item in named.items())
    sentence = f"The document element {root.written} is not one that the schema allows as a root."
    if inner is not None and (decl is not None or not ranked or ranked[0][0] >= NAMES.slip):
        sentence += f" {inner.written} inside it is."
        exam.add_element(Extract(inner), Code.UNDECLARED_ROOT, root, sentence, expected=tuple(named), cost=NAMES.far)
        exam.pending.append((inner, named[inner.name], True))
        return
    if not ranked or ranked[0][0] >= NAMES.far:
        cost = VIOLATIONS.unknown_root
        exam.add_element(Correction(), Code.UNDECLARED_ROOT, root, sentence, expected=tuple(named), cost=cost)
        return
    tell_misnamed(exam, root, Code.UNDECLARED_ROOT, sentence, ranked, named)


def _check_doctype(exam: Examination, doctype: Doctype) -> None:
    """Report a declared document element that the DOCTYPE does not name; other elements may be meant too."""
    root, name, start = exam.tree.root, doctype.name, doctype.name_start
    distances = {each: name_distance(name, each) for each in exam.grammar.elements}
    near = min(distances[root.written], NAMES.unrelated)
    exam.add(
        NameInDoctype(root.written, name in distances), Code.UNDECLARED_ROOT, root, (start, start + len(name)),
        f"The DOCTYPE says that the document element is {name}, but it is {root.written}.", expected=(root.written,),
        others=sum(distance < near for distance in distances.values()), value=name,
    )  # fmt: skip


def _document_within(exam: Examination) -> Node | None:
    """The element that may be a root inside others that hold nothing else: a document in an empty envelope."""
    allowed = {item.name for item in exam.grammar.roots if item.wildcard is None}
    node = exam.tree.root
    for _ in range(_ENVELOPE):
        full = [child for child in node.children[:_FEW] if child.children or child.texts or child.attributes]
        if len(full) != 1 or len(node.children) > _FEW or exam.tree.value(node).strip():
            return None
        node = full[0]
        if node.name in allowed:
            return node
    return None
