"""A value outside the lexical space or the facets of its type, in an element or an attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from unicodedata import normalize

from ...codes import Code
from ...conformance.name_distance import plain_uri
from ...conformance.value_messages import wanted
from ...conformance.violations import ChangeValue, ViolationOf
from ...document.character_references import attribute_text, element_text
from ...document.edits import Edit
from ...loop.proposal import OPTIONS, Fix, Option, Question, lettered
from ...loop.reserved_values import identifies, is_reserved
from ..context import Context, insertion, mended
from ..values.lexical_forms import rewrites
from ..values.rewrite import Rewrite
from ..values.typing_errors import mistyped
from .surplus_element import hollow

_NUMBERS = ("decimal", "float", "double")
_NO_FRACTION = re.compile(r"[.,]0*$")


def mend(violation: ViolationOf[ChangeValue], context: Context) -> Iterator[Fix | Question]:
    """Write the value of an element or attribute as its type has it; ask where nothing determines it."""
    node, attribute = violation.node, violation.attribute
    piece = context.text_piece(node)
    if attribute is not None:
        yield from _correct(violation, context, attribute.value_start, attribute.value_end, attribute.quote or '"')
    elif piece is not None:
        yield from _correct(violation, context, piece.start, piece.end, "")
    elif not node.texts and not node.children:
        yield from _fill(violation, context)


def _correct(
    violation: ViolationOf[ChangeValue], context: Context, start: int, end: int, quote: str
) -> Iterator[Fix | Question]:
    as_written = (lambda value: attribute_text(value, quote)) if quote else element_text
    if violation.code is Code.DANGLING_REFERENCE and len(violation.expected) == 1:
        written = re.search(rf"(?<!\S){re.escape(violation.value)}(?!\S)", context.text[start:end])  # perhaps in a list
        if written is not None:
            edit = Edit(start + written.start(), start + written.end(), as_written(violation.expected[0]))
            yield mended(
                violation, "dangling-reference", edit, certain=False, confidence=0.6,
                reason=f"{violation.sentence} {violation.expected[0]} is the only one that comes close.",
                provenance="document: the ID that comes closest",
            )  # fmt: skip
    found = rewrites(violation.value, violation.correction.type)
    fixed = violation.correction.fixed
    if fixed is not None:
        certain = _alike(violation.value, fixed)
        yield mended(
            violation, "fixed-value", Edit(start, end, as_written(fixed)), certain=certain, confidence=0.7,
            provenance="schema: the fixed value", rewrites=True,
        )  # fmt: skip
        return
    question = replace(_question(violation, context), options=_options(violation.value.strip(), found))
    answer = context.answer(question, violation.correction.type)
    known = context.given(question, written=[answer])
    if answer is not None:
        yield _answered(violation, known, Edit(start, end, as_written(answer)))
        return
    # which amount, day or identifier is meant is for a person to say, whatever else may be tried
    asked = question.options and is_reserved(question.name, primitive=violation.correction.type.primitive)
    if found and not asked:
        best = found[0]
        rival = len(found) > 1 and found[1].confidence >= best.confidence
        certain = best.safe and not rival and _said_elsewhere(violation, best.value, context)
        certain = certain or (len(found) == 1 and _said_beside(violation, best.value, context))
        certain = certain and not (identifies(question.name) and _is_counted(violation, best.value))
        yield mended(
            violation, "value", Edit(start, end, as_written(best.value)), certain=certain,
            confidence=best.confidence, reason=f"{violation.sentence} {best.reason}",
            provenance=f"document: the value “{violation.value.strip()}”", rewrites=True,
        )  # fmt: skip
    if not found or not found[0].safe:
        yield question


def _options(written: str, found: Sequence[Rewrite]) -> tuple[Option, ...]:
    """The values that may be meant, where there are several and none is certain."""
    if len(found) < 2 or found[0].safe:  # noqa: PLR2004
        return ()
    return lettered(
        Option(
            value=each.value, meaning=each.reason, confidence=each.confidence, before=written, after=each.value
        )
        for each in found[:OPTIONS]
    )  # fmt: skip


def _said_elsewhere(violation: ViolationOf[ChangeValue], value: str, context: Context) -> bool:
    """Whether the words that a number loses, such as the code of its currency, occur elsewhere in the document."""
    if violation.correction.type.primitive not in _NUMBERS:
        return True
    words = set(re.findall(r"[^\W\d_]{2,}", violation.value)) - set(re.findall(r"[^\W\d_]{2,}", value))
    return all(context.text.count(word) > violation.value.count(word) for word in words)


def _said_beside(violation: ViolationOf[ChangeValue], value: str, context: Context) -> bool:
    """Whether all that a number loses is the unit that an attribute of the element names too."""
    rest = violation.value.strip().removeprefix(value).strip()
    beside = {context.text[each.value_start : each.value_end].strip() for each in violation.node.attributes}
    own = violation.attribute is None and violation.correction.type.primitive in _NUMBERS
    return own and rest.isalpha() and rest in beside


def _is_counted(violation: ViolationOf[ChangeValue], number: str) -> bool:
    """Whether a number was read as one that counts something: by signs, groups of digits or an exponent."""
    digits = _NO_FRACTION.sub("", "".join(normalize("NFKC", violation.value).split()))
    return violation.correction.type.primitive in _NUMBERS and digits != number


def _alike(written: str, fixed: str) -> bool:
    """Whether a value is the only allowed one but for case, white space or a typing error."""
    one, two = ("".join(plain_uri(value).split()) for value in (written, fixed))
    return one == two or mistyped(one, two)


def _fill(violation: ViolationOf[ChangeValue], context: Context) -> Iterator[Fix | Question]:
    """An empty element that needs a value: the user's answer, or the question."""
    node = violation.node
    question = _question(violation, context)
    answer = context.answer(question, violation.correction.type)
    known = context.given(question, written=[answer])
    if answer is None:
        yield question
        yield from hollow(violation, context, optional=violation.correction.optional)
    else:
        yield _answered(violation, known, *insertion(node, node.tag.end, element_text(answer), context))


def _answered(violation: ViolationOf[ChangeValue], provenance: str, *edits: Edit) -> Fix:
    reason = f"{violation.sentence} The user gave the value."
    return mended(violation, "answer", *edits, certain=True, confidence=1.0, reason=reason, provenance=provenance)


def _question(violation: ViolationOf[ChangeValue], context: Context) -> Question:
    node, attribute = violation.node, violation.attribute
    what = f"the attribute {attribute.name} of {node.written}" if attribute is not None else node.written
    given = violation.value.strip()[:60]
    path = node.path
    return Question(
        id=context.question_id(path, attribute.name if attribute is not None else ""),
        path=f"{path}/@{attribute.name}" if attribute is not None else path,
        needed=f"The value of {what}, {f'in place of “{given}”' if given else 'which is empty'}.",
        type=wanted(violation.correction.type), why=violation.sentence,
        at=violation.start, allowed=violation.correction.type.all_values,
    )  # fmt: skip
