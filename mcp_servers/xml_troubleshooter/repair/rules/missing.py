"""An element or attribute that the schema requires and the document lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...conformance.value_messages import wanted
from ...conformance.violations import AddAttribute, Insert, ViolationOf
from ...document.character_references import attribute_text, element_text
from ...document.edits import Edit
from ...document.names import local_name
from ...document.tree import Node
from ...grammar.datatypes import SimpleType
from ...grammar.model import AttributeDecl, ElementDecl, TypeDef
from ...grammar.patterns import Pattern
from ...loop.proposal import Fix, Question
from ..context import Context, insertion, mended
from .surplus_element import hollow

_USUAL = 2  # times that a value must occur to be called usual
_HIDDEN = re.compile(r"\s*+(?P<open><!--)\s*+(<(?:[^-]|-(?!->))*?>)\s*+(?P<close>-->)")
DEPTH = 8  # levels of elements that a skeleton spells out


@dataclass(slots=True)
class _Skeleton:
    """The XML that goes in, with "{0}", "{1}", ... where values are needed (of no simple type: where XML is needed)."""

    text: str = ""
    leaves: list[tuple[str, SimpleType | None]] = field(default_factory=list)
    choices: int = 0  # places where the schema would have allowed something else as well

    def leaf(self, path: str, type_: SimpleType | None) -> str:
        """The mark of a value that is needed at a path."""
        self.leaves.append((path, type_))
        return f"{{{len(self.leaves) - 1}}}"


def element(violation: ViolationOf[Insert], context: Context) -> Iterator[Fix | Question]:
    """Put in the element where the schema determines it wholly; else ask for the values that it needs."""
    node, decl, place = violation.node, violation.correction.decl, violation.correction.place
    hidden = _HIDDEN.match(context.text, place)
    if hidden is not None and re.match(rf"<{re.escape(context.written(decl.name, node)[0])}[\s/>]", hidden[2]):
        yield mended(
            violation, "missing-element", Edit(hidden.start("open"), hidden.end("close"), hidden[2]), certain=False,
            confidence=0.8, reason=f"{violation.sentence} It stands here in a comment.",
            provenance="document: the comment",
        )  # fmt: skip
        return
    indent = context.indentation(node)
    skeleton = _Skeleton()
    _build(decl, context, node, indent, skeleton, local_name(decl.name), 0)
    questions = [
        Question(
            id=context.question_id(f"{node.path}@{place - node.start}", path),
            path=f"{node.path}/{path}",
            needed=f"The {'value' if type_ else 'content, as XML,'} of {path} in {node.written}.",
            type=wanted(type_) if type_ else "XML content",
            why=violation.sentence,
            at=place,
            skeleton=skeleton.text,
            allowed=type_.all_values if type_ else (),
        )
        for path, type_ in skeleton.leaves
    ]
    values = [context.answer(question, type_) for question, (_, type_) in zip(questions, skeleton.leaves, strict=True)]
    if any(value is None for value in values):
        yield from questions
        yield from hollow(violation, context)
        return
    given = zip(values, skeleton.leaves, strict=True)
    filled = skeleton.text.format(*(element_text(value or "") if type_ else value for value, (_, type_) in given))
    answered = bool(values)
    certain = answered or not (skeleton.choices or violation.others)
    yield mended(
        violation, "missing-element", *insertion(node, place, indent + filled, context), certain=certain,
        confidence=0.9 if certain else 0.5, reason=f"{violation.sentence} The schema requires it.",
        provenance=context.given(*questions, written=values) if answered else "schema: the only content it may have",
    )  # fmt: skip


def attribute(violation: ViolationOf[AddAttribute], context: Context) -> Iterator[Fix | Question]:
    """Put in the attribute where the schema leaves one value; else ask for it."""
    declared, node = violation.correction.declared, violation.node
    written = context.written(declared.name, node, attribute=True)[0]
    path = node.path
    allowed = declared.type.all_values
    usual, others = _usual(written, declared, context)
    question = Question(
        id=context.question_id(path, declared.name), path=f"{path}/@{written}",
        needed=f"The value of the attribute {written} of {node.written}.", type=wanted(declared.type),
        why=violation.sentence, at=violation.start, skeleton=f'{written}="{{}}"', allowed=allowed,
        suggestion=usual, suggestion_reason=others,
    )  # fmt: skip
    value, provenance = _determined(declared)
    if value is None:
        value = context.answer(question, declared.type)
        provenance = context.given(question, written=[value])
    certain = value is not None
    if value is None and (counted := _counted(written, node, context)) is not None:
        value = f"{counted}"
        provenance = f"document: count(.//{written[:-1]}), as others of {node.written} count"
    if value is None:
        yield question
        yield from hollow(violation, context, optional=violation.correction.optional)
        return
    yield mended(
        violation, "missing-attribute", context.with_attribute(node, declared.name, value), certain=certain,
        confidence=0.95 if certain else 0.85, provenance=provenance,
    )  # fmt: skip


def _counted(written: str, node: Node, context: Context) -> int | None:
    """The number of inner elements that an attribute is named after, in the plural: errors="0".

    None unless another attribute beside it counts so, and none counts otherwise.
    """
    plurals = {item.name: item for item in node.attributes if item.name.endswith("s")}
    if not (written.endswith("s") and plurals):
        return None
    inside = Counter(local_name(inner.name) for inner in node.iterate())
    values = {name: context.text[item.value_start : item.value_end] for name, item in plurals.items()}
    agree = [values[name] == f"{inside[name[:-1]]}" for name in values if values[name] == "0" or name[:-1] in inside]
    return inside[written[:-1]] if agree and all(agree) else None


def _usual(written: str, declared: AttributeDecl, context: Context) -> tuple[str, str]:
    """The value of all others of an attribute, and their number in words; "" if there are too few or several values."""
    found = re.findall(rf"[\s\"']{re.escape(written)}\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')", context.text)
    values = {one or other for one, other in found}
    if len(found) < _USUAL or len(values) != 1:
        return "", ""
    (value,) = values
    return (value, f"all {len(found)} others of the document say so") if declared.type.accepts(value) else ("", "")


def _determined(declared: AttributeDecl) -> tuple[str | None, str]:
    if declared.fixed is not None:
        return declared.fixed, "schema: the fixed value"
    if declared.default is not None:
        return declared.default, "schema: the default value"
    values = declared.type.all_values
    return (values[0], "schema: the only allowed value") if len(values) == 1 else (None, "")


def _build(
    decl: ElementDecl, context: Context, node: Node, indent: str, skeleton: _Skeleton, path: str, depth: int
) -> None:
    """Append the smallest element of a declaration to the skeleton."""
    written, declaration = context.written(decl.name, node)
    definition = decl.type
    attributes = _attributes(definition, context, node, skeleton, path) if definition is not None else ""
    head = f"<{written}{_literal(declaration)}{attributes}"
    if definition is None:
        skeleton.text += f"{head}/>"
    elif definition.value is not None:
        values = definition.value.all_values
        fixed = decl.fixed if decl.fixed is not None else values[0] if len(values) == 1 else None
        value = skeleton.leaf(path, definition.value) if fixed is None else _literal(element_text(fixed))
        skeleton.text += f"{head}>{value}</{written}>"
    elif needed := list(_required(definition.content, skeleton)) if depth < DEPTH else []:
        skeleton.text += f"{head}>"
        inner = f"{indent}  " if indent else ""
        for child in needed:
            skeleton.text += inner
            _build(child, context, node, inner, skeleton, f"{path}/{local_name(child.name)}", depth + 1)
        skeleton.text += f"{indent}</{written}>"
    elif definition.mixed or definition.content.declarations:
        # it may hold much and must hold nothing: nobody but the user knows its content
        skeleton.text += f"{head}>{skeleton.leaf(path, None)}</{written}>"
    elif definition.attributes and not attributes:
        # all that it says, it says in attributes, and none of them is certain
        skeleton.text += skeleton.leaf(path, None)
    else:
        skeleton.text += f"{head}/>"


def _attributes(definition: TypeDef, context: Context, node: Node, skeleton: _Skeleton, path: str) -> str:
    """The attributes that a type requires, as written in a start tag."""
    written = ""
    for item in definition.attributes.values():
        if item.required:
            name, extra = context.written(item.name, node, attribute=True)
            value = _determined(item)[0]
            text = skeleton.leaf(f"{path}/@{name}", item.type) if value is None else _literal(attribute_text(value))
            written += f'{extra} {name}="{text}"'
    return written


def _required(pattern: Pattern, skeleton: _Skeleton) -> Iterator[ElementDecl]:
    """The shortest sequence of elements that a content model accepts."""
    while not pattern.nullable:
        options = [decl for decl in pattern.first if decl.name and not decl.abstract]
        if not options:
            return
        skeleton.choices += len(options) > 1
        decl = min(options, key=lambda item: _rest(pattern.after(item.name)))
        yield decl
        pattern = pattern.after(decl.name)


def _rest(pattern: Pattern) -> int:
    """The least number of elements that a content model still needs; 100 means very many."""
    if pattern.nullable:
        return 0
    match pattern.kind:
        case "element":
            return 1
        case "choice":
            return min(_rest(part) for part in pattern.parts)
        case "repeat":
            return pattern.minimum * _rest(pattern.parts[0])
        case "nothing":
            return 100
    return sum(_rest(part) for part in pattern.parts)


def _literal(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
