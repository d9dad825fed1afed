"""Another system's error message, tied to the place in the document that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .diagnostics import Code, Diagnostic
from .messages import OTHER_NAMES

_MISPLACED = (
    "cvc-complex-type.2.4.a",
    "cvc-complex-type.2.4.d",
    "invalid content was found starting with element",
    "this element is not expected",
    "has invalid child element",
    "no child element is expected at this point",
)
# What other validators say for the same fault: Xerces, libxml2, .NET. Fragments, in lower case.
_VALIDITY: Mapping[Code, tuple[str, ...]] = MappingProxyType(
    {
        Code.UNDECLARED_ROOT: ("cvc-elt.1", "no matching global declaration", "element is not declared"),
        Code.WRONG_NAMESPACE: ("cvc-elt.1", "no matching global declaration", "could not find schema information"),
        Code.UNEXPECTED_ELEMENT: _MISPLACED,
        Code.MISSING_ELEMENT: (
            *_MISPLACED,
            "cvc-complex-type.2.4.b",
            "missing child element",
            "is not complete",
            "has incomplete content",
        ),
        Code.TEXT_NOT_ALLOWED: (
            "cvc-complex-type.2.3",
            "character content other than whitespace",
            "cannot contain text",
        ),
        Code.UNEXPECTED_ATTRIBUTE: (
            "cvc-complex-type.3.2.2",
            "is not allowed to appear in element",
            "attribute is not declared",
        ),
        Code.MISSING_ATTRIBUTE: (
            "cvc-complex-type.4",
            "is required but missing",
            "required attribute",
            "must appear on",
        ),
        Code.EMPTY_VALUE: ("cvc-datatype-valid", "cvc-type.3.1.3", "is not a valid value", "the value ''"),
        Code.INVALID_VALUE: ("cvc-datatype-valid", "cvc-type.3.1.3", "is not a valid value", "is invalid according to"),
        Code.NOT_IN_ENUMERATION: ("cvc-enumeration-valid", "facet 'enumeration'", "the enumeration constraint failed"),
        Code.PATTERN_MISMATCH: ("cvc-pattern-valid", "facet 'pattern'", "the pattern constraint failed"),
        Code.LENGTH_OUT_OF_BOUNDS: (
            "length-valid",
            "length constraint failed",
            "facet 'maxlength'",
            "facet 'minlength'",
        ),
        Code.VALUE_OUT_OF_RANGE: ("clusive-valid", "digits-valid", "clusive constraint failed", "fractional digits"),
        Code.DUPLICATE_ID: ("cvc-id.2", "already defined", "duplicate id"),
        Code.DANGLING_REFERENCE: ("cvc-id.1", "no id/idref binding", "references an unknown id"),
        Code.IDENTITY_CONSTRAINT: (
            "cvc-identity-constraint",
            "duplicate key",
            "duplicate unique",
            "no match found for key",
        ),
    }
)
_LINE = re.compile(r"\bline(?:number)?\W{1,3}(\d+)|:(\d+):\d+")
_KNOWN = 2  # what a fragment of a message weighs, against one for a name, a value or a line in it


def recognised(message: str, diagnostics: Sequence[Diagnostic]) -> Diagnostic | None:
    """The diagnostic that a message of another system is about; None where it resembles none of them.

    A message is known by the words that other tools have for a fault, and tied to one of several by the names, values
    and lines that it mentions.
    """
    words = message.lower()
    lines = {int(one or other) for one, other in _LINE.findall(words)}
    best: tuple[int, Diagnostic] | None = None
    for item in diagnostics:
        if not any(fragment in words for fragment in (*OTHER_NAMES.get(item.code, ()), *_VALIDITY.get(item.code, ()))):
            continue
        score = _KNOWN + (item.line in lines)
        score += sum(
            _mentions(message, word) for word in (item.name.rpartition(":")[2], item.value, *item.expected[:3])
        )
        if best is None or score > best[0]:
            best = (score, item)
    return best[1] if best else None


def _mentions(message: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", message) is not None
