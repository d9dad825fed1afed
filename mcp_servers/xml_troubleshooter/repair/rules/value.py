"""A value outside the lexical space or the facets of its type, in an element or an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz

from ...document.edits import Edit
from ...validation.closeness import plain_uri
from ...validation.departures import Departure
from ...validation.diagnostics import Code
from ...validation.refusal import wanted
from ..context import Context, attribute_text, element_text
from ..proposal import Fix, Question, Safety, answered_by
from ..values import rewrites
from .surplus_element import hollow

_NUMBERS = ("decimal", "float", "double")
_ALIKE = 85  # of 100


def in_element(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Write the value as its type has it; ask where nothing determines it."""
    node = departure.node
    piece = context.text_piece(node)
    if piece is not None:
        yield from _correct(departure, context, piece.start, piece.end, "")
    elif not node.texts and not node.children:
        yield from _fill(departure, context)


def in_attribute(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """Write the attribute's value as its type has it; ask where nothing determines it."""
    attribute = departure.attribute
    assert attribute is not None
    yield from _correct(departure, context, attribute.value_start, attribute.value_end, attribute.quote or '"')


def _correct(departure: Departure, context: Context, start: int, end: int, quote: str) -> Iterator[Fix | Question]:
    assert departure.type is not None
    as_written = (lambda value: attribute_text(value, quote)) if quote else element_text
    if departure.code is Code.DANGLING_REFERENCE and len(departure.expected) == 1:
        written = re.search(rf"(?<!\S){re.escape(departure.value)}(?!\S)", context.text[start:end])  # perhaps in a list
        if written is not None:
            edit = Edit(start + written.start(), start + written.end(), as_written(departure.expected[0]))
            yield Fix(
                edits=(edit,), source="rule:dangling-reference",
                reason=f"{departure.sentence} {departure.expected[0]} is the only one that comes close.",
                safety=Safety.UNSAFE, confidence=0.6, at=departure.start,
                provenance="document: the ID that comes closest",
            )  # fmt: skip
    found = rewrites(departure.value, departure.type)
    fixed = departure.declared.fixed if departure.declared is not None else None
    if departure.decl is not None:
        fixed = departure.decl.fixed
    if fixed is not None:
        yield Fix(
            edits=(Edit(start, end, as_written(fixed)),), source="rule:fixed-value", reason=departure.sentence,
            safety=Safety.SAFE if _alike(departure.value, fixed) else Safety.UNSAFE, confidence=0.7, rewrites=True,
            at=departure.start, provenance="schema: the fixed value",
        )  # fmt: skip
        return
    question = _question(departure, context)
    answer = context.answer(question, departure.type)
    if answer is not None:
        yield _answered(departure, question, Edit(start, end, as_written(answer)))
        return
    if found:
        best = found[0]
        rival = len(found) > 1 and found[1].confidence >= best.confidence
        certain = best.safe and not rival and _said_elsewhere(departure, best.value, context)
        yield Fix(
            edits=(Edit(start, end, as_written(best.value)),), source="rule:value",
            reason=f"{departure.sentence} {best.reason}", safety=Safety.SAFE if certain else Safety.UNSAFE,
            confidence=best.confidence, at=departure.start, rewrites=True,
            provenance=f"document: the value “{departure.value.strip()}”",
        )  # fmt: skip
    if not found or not found[0].safe:
        yield question


def _said_elsewhere(departure: Departure, value: str, context: Context) -> bool:
    """Whether the words that a number loses, such as the code of its currency, stand elsewhere in the document."""
    if departure.type is None or departure.type.primitive not in _NUMBERS:
        return True
    words = set(re.findall(r"[^\W\d_]{2,}", departure.value)) - set(re.findall(r"[^\W\d_]{2,}", value))
    return all(context.text.count(word) > departure.value.count(word) for word in words)


def _alike(written: str, fixed: str) -> bool:
    """Whether a value is a slip in writing the only one that is allowed."""
    return fuzz.ratio(plain_uri(written), plain_uri(fixed)) >= _ALIKE


def _fill(departure: Departure, context: Context) -> Iterator[Fix | Question]:
    """An empty element that needs a value: the user's answer, or the question."""
    node = departure.node
    question = _question(departure, context)
    answer = context.answer(question, departure.type)
    if answer is None:
        yield question
        yield from hollow(departure, context)
    elif node.close is not None:
        yield _answered(departure, question, Edit(node.tag.end, node.tag.end, element_text(answer)))
    else:
        tail = context.text[node.start : node.tag.end]
        cut = node.tag.end - (len(tail) - len(tail[:-2].rstrip()))
        yield _answered(departure, question, Edit(cut, node.tag.end, f">{element_text(answer)}</{node.written}>"))


def _answered(departure: Departure, question: Question, edit: Edit) -> Fix:
    return Fix(
        edits=(edit,), source="rule:answer", reason=f"{departure.sentence} The user gave the value.",
        safety=Safety.SAFE, confidence=1.0, at=departure.start,
        provenance=answered_by(question),
    )  # fmt: skip


def _question(departure: Departure, context: Context) -> Question:
    node, attribute = departure.node, departure.attribute
    what = f"the attribute {attribute.name} of {node.written}" if attribute is not None else node.written
    assert departure.type is not None
    given = departure.value.strip()[:60]
    path = node.path
    return Question(
        id=context.question_id(path, attribute.name if attribute is not None else ""),
        path=f"{path}/@{attribute.name}" if attribute is not None else path,
        needed=f"The value of {what}, {f'in place of “{given}”' if given else 'which is empty'}.",
        type=wanted(departure.type), why=departure.sentence,
        at=departure.start, allowed=departure.type.all_values(),
    )  # fmt: skip
