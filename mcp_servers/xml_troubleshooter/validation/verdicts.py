"""libxml2's errors as diagnostics: by the name of the error's type, never by its wording alone.

Only what stands quoted in a message (names, values, what was expected) is taken from its text; a message in another
wording loses these details, and not its code and place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from ..document.document import Document
from .diagnostics import Code, Diagnostic
from .places import Places

Element = etree._Element

_FACETS = {
    "ENUMERATION": Code.NOT_IN_ENUMERATION,
    "PATTERN": Code.PATTERN_MISMATCH,
    "LENGTH": Code.LENGTH_OUT_OF_BOUNDS,
    "MINLENGTH": Code.LENGTH_OUT_OF_BOUNDS,
    "MAXLENGTH": Code.LENGTH_OUT_OF_BOUNDS,
    "MININCLUSIVE": Code.VALUE_OUT_OF_RANGE,
    "MAXINCLUSIVE": Code.VALUE_OUT_OF_RANGE,
    "MINEXCLUSIVE": Code.VALUE_OUT_OF_RANGE,
    "MAXEXCLUSIVE": Code.VALUE_OUT_OF_RANGE,
    "TOTALDIGITS": Code.VALUE_OUT_OF_RANGE,
    "FRACTIONDIGITS": Code.VALUE_OUT_OF_RANGE,
}
_CODES = {
    **{f"SCHEMAV_CVC_{facet}_VALID": code for facet, code in _FACETS.items()},
    **{f"SCHEMAV_CVC_DATATYPE_VALID_1_2_{kind}": Code.INVALID_VALUE for kind in (1, 2, 3)},
    "SCHEMAV_CVC_ELT_1": Code.UNDECLARED_ROOT,
    "SCHEMAV_ELEMENT_CONTENT": Code.UNEXPECTED_ELEMENT,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": Code.TEXT_NOT_ALLOWED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": Code.UNEXPECTED_ELEMENT,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": Code.TEXT_NOT_ALLOWED,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_4": Code.UNEXPECTED_ELEMENT,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_1": Code.INVALID_VALUE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": Code.UNEXPECTED_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": Code.UNEXPECTED_ATTRIBUTE,
    "SCHEMAV_CVC_COMPLEX_TYPE_4": Code.MISSING_ATTRIBUTE,
    "SCHEMAV_CVC_TYPE_3_1_1": Code.UNEXPECTED_ATTRIBUTE,
    "SCHEMAV_CVC_TYPE_3_1_2": Code.UNEXPECTED_ELEMENT,
    "SCHEMAV_CVC_ELT_5_2_2_2_2": Code.INVALID_VALUE,
    "SCHEMAV_CVC_AU": Code.INVALID_VALUE,
    "SCHEMAV_CVC_IDC": Code.IDENTITY_CONSTRAINT,
    "SCHEMAV_CVC_WILDCARD": Code.UNEXPECTED_ELEMENT,
    "DTD_ATTRIBUTE_VALUE": Code.NOT_IN_ENUMERATION,
    "DTD_ATTRIBUTE_DEFAULT": Code.INVALID_VALUE,
    "DTD_CONTENT_MODEL": Code.UNEXPECTED_ELEMENT,
    "DTD_INVALID_CHILD": Code.UNEXPECTED_ELEMENT,
    "DTD_MISSING_ATTRIBUTE": Code.MISSING_ATTRIBUTE,
    "DTD_NOT_EMPTY": Code.TEXT_NOT_ALLOWED,
    "DTD_NOT_PCDATA": Code.UNEXPECTED_ELEMENT,
    "DTD_ROOT_NAME": Code.UNDECLARED_ROOT,
    "DTD_UNKNOWN_ATTRIBUTE": Code.UNEXPECTED_ATTRIBUTE,
    "DTD_UNKNOWN_ELEM": Code.UNEXPECTED_ELEMENT,
    "DTD_UNKNOWN_ID": Code.DANGLING_REFERENCE,
    "DTD_ID_REDEFINED": Code.DUPLICATE_ID,
    "RELAXNG_ERR_ELEMNAME": Code.UNEXPECTED_ELEMENT,
    "RELAXNG_ERR_ELEMWRONG": Code.UNEXPECTED_ELEMENT,
    "RELAXNG_ERR_EXTRACONTENT": Code.UNEXPECTED_ELEMENT,
    "RELAXNG_ERR_ELEMNOTEMPTY": Code.UNEXPECTED_ELEMENT,
    "RELAXNG_ERR_ELEMNAMENS": Code.WRONG_NAMESPACE,
    "RELAXNG_ERR_ELEMWRONGNS": Code.WRONG_NAMESPACE,
    "RELAXNG_ERR_ELEMEXTRANS": Code.WRONG_NAMESPACE,
    "RELAXNG_ERR_NOELEM": Code.MISSING_ELEMENT,
    "RELAXNG_ERR_INVALIDATTR": Code.UNEXPECTED_ATTRIBUTE,
    "RELAXNG_ERR_ATTREXTRANS": Code.UNEXPECTED_ATTRIBUTE,
    "RELAXNG_ERR_TEXTWRONG": Code.TEXT_NOT_ALLOWED,
    "RELAXNG_ERR_DATATYPE": Code.INVALID_VALUE,
    "RELAXNG_ERR_DATAELEM": Code.INVALID_VALUE,
    "RELAXNG_ERR_TYPE": Code.INVALID_VALUE,
    "RELAXNG_ERR_TYPEVAL": Code.INVALID_VALUE,
    "RELAXNG_ERR_VALUE": Code.INVALID_VALUE,
    "RELAXNG_ERR_VALELEM": Code.INVALID_VALUE,
    "RELAXNG_ERR_LIST": Code.INVALID_VALUE,
}
_ATTRIBUTE_CODES = {Code.UNEXPECTED_ATTRIBUTE}
_VALUE_CODES = {
    Code.INVALID_VALUE,
    Code.EMPTY_VALUE,
    Code.NOT_IN_ENUMERATION,
    Code.PATTERN_MISMATCH,
    Code.LENGTH_OUT_OF_BOUNDS,
    Code.VALUE_OUT_OF_RANGE,
    Code.DUPLICATE_ID,
    Code.DANGLING_REFERENCE,
}
_HIDDEN = {  # what RELAX NG says on top of an error that is already told
    "RELAXNG_ERR_CONTENTVALID",
    "RELAXNG_ERR_ATTRVALID",
    "RELAXNG_ERR_INTERSEQ",
    "RELAXNG_ERR_INTEREXTRA",
    "RELAXNG_ERR_INTERNODATA",
    "RELAXNG_ERR_LISTELEM",
    "RELAXNG_ERR_LISTEXTRA",
}

_ATTRIBUTE_NAME = re.compile(r"\battribute:? '?([^\s',]+)'?", re.IGNORECASE)
_EXPECTED = re.compile(r"[Ee]xpect(?:ed is|ing)(?: one of)? ?\( ?(.*?) ?\)(?:\.|, got|$)", re.DOTALL)
_SET = re.compile(r"the set \{(.*)\}", re.DOTALL)
_QUOTED = re.compile(r"'((?:[^']|'(?!(?:,|\s|\.|$)))*)'")
_TYPE = re.compile(r"type '(xs:\w+)'")
_PATTERN = re.compile(r"the pattern '(.*)'", re.DOTALL)
_VALUE = re.compile(
    r"(?:The value |: )'(.*?)' (?:is|has|of|does)\b|[Vv]alue \"([^\"]*)\"|unknown ID \"([^\"]*)\"", re.DOTALL
)
_CLARK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """An error as libxml2 words it, and the element that it is about."""

    type_name: str
    message: str
    element: Element


def diagnostics(document: Document, places: Places, verdicts: list[Verdict]) -> list[Diagnostic]:
    """A diagnostic for every error, each with its span; empty summaries of errors already told are left out."""
    told = [verdict for verdict in verdicts if verdict.type_name not in _HIDDEN] or verdicts
    places.learn(verdict.element for verdict in told)
    return [_diagnostic(document, places, verdict) for verdict in told]


def _diagnostic(document: Document, places: Places, verdict: Verdict) -> Diagnostic:
    message = " ".join(_CLARK.sub("", verdict.message).split())
    code = _code(verdict)
    element = verdict.element
    place = places.of(element)
    start, end, name, value = place.start, place.end, place.name, ""
    attribute = _attribute(verdict)
    found = places.attribute(element, attribute) if attribute else None
    if attribute and code is not Code.MISSING_ATTRIBUTE:
        name = attribute
    if code is Code.MISSING_ATTRIBUTE:
        name = attribute or name
    elif found is not None and (code in _VALUE_CODES or code in _ATTRIBUTE_CODES):
        start, end = found[1:] if code in _VALUE_CODES else (found[0], found[2] + 1)
        value = document.text[found[1] : found[2]]
    elif code in _VALUE_CODES and not attribute:
        start, end = places.content(element)
        value = document.text[start:end] if not document.text.startswith("<", start) else ""
    elif code is Code.TEXT_NOT_ALLOWED and (stray := next(places.stray_text(element), None)):
        start, end = stray
        value = document.text[start:end]
    expected = _expected(verdict.message)
    line, column = document.position(start)
    return Diagnostic(
        code=code,
        start=start,
        end=end,
        line=line,
        column=column,
        path=place.path + (f"/@{attribute}" if found is not None else ""),
        name=name,
        value=value,
        expected=expected,
        message=message,
        explanation=_explanation(code, place.name, attribute, value, expected, message),
    )


def _code(verdict: Verdict) -> Code:
    code = _CODES.get(verdict.type_name, Code.NOT_VALID)
    if verdict.type_name == "SCHEMAV_ELEMENT_CONTENT" and "Missing child" in verdict.message:
        return Code.MISSING_ELEMENT
    if verdict.type_name.startswith("SCHEMAV_CVC_DATATYPE"):
        if "'xs:ID'" in verdict.message:
            return Code.DUPLICATE_ID if re.fullmatch(r"[^\W\d][\w.\-]*", _value(verdict.message)) else code
        if ": '' is not" in verdict.message:
            return Code.EMPTY_VALUE
    if verdict.type_name == "DTD_CONTENT_MODEL":
        got = re.search(r"got \((.*)\)", verdict.message, re.DOTALL)
        return Code.TEXT_NOT_ALLOWED if got and "CDATA" in got[1].split() else code
    if verdict.type_name == "SCHEMAV_CVC_COMPLEX_TYPE_2_1" and len(verdict.element):
        return Code.UNEXPECTED_ELEMENT
    return code


def _attribute(verdict: Verdict) -> str:
    """The name of the attribute that a message speaks of, as the document writes it."""
    match = _ATTRIBUTE_NAME.search(verdict.message)
    if match is None or (verdict.type_name.startswith("RELAXNG") and "attribute" not in verdict.message.lower()):
        return ""
    clark = re.fullmatch(r"\{(.*)\}(.*)", match[1])
    if clark is None:
        return match[1]
    prefixes = {uri: prefix for prefix, uri in verdict.element.nsmap.items() if prefix}
    prefix = "xml" if clark[1] == "http://www.w3.org/XML/1998/namespace" else prefixes.get(clark[1], "")
    return f"{prefix}:{clark[2]}" if prefix else clark[2]


def _expected(message: str) -> tuple[str, ...]:
    if match := _SET.search(message):
        return tuple(_QUOTED.findall(match[1]))
    if match := _EXPECTED.search(message):
        names = re.split(r"[\s,|()]+", _CLARK.sub("", match[1]))
        return tuple(dict.fromkeys(name for name in names if name))
    if match := _PATTERN.search(message):
        return (match[1],)
    if match := _TYPE.search(message):
        return (match[1],)
    return ()


def _value(message: str) -> str:
    match = _VALUE.search(message)
    return next((group for group in match.groups() if group is not None), "") if match else ""


def _explanation(code: Code, element: str, attribute: str, value: str, expected: tuple[str, ...], message: str) -> str:
    what = f"the attribute {attribute} of <{element}>" if attribute else f"<{element}>"
    allowed = ", ".join(expected[:12]) + (", …" if len(expected) > 12 else "")
    hint = f" The schema allows: {allowed}." if allowed else ""
    shown = value if len(value) <= 60 else value[:57] + "…"
    match code:
        case Code.UNDECLARED_ROOT:
            return f"The schema declares no document element <{element}>; check its name and namespace, or choose another schema.{hint}"
        case Code.WRONG_NAMESPACE:
            return f"<{element}> is not in the namespace that the schema wants; correct its prefix or namespace declaration.{hint}"
        case Code.UNEXPECTED_ELEMENT:
            return f"<{element}> is not allowed as it stands here: an element before it is missing, out of order or misspelt, or it does not belong.{hint}"
        case Code.MISSING_ELEMENT:
            return f"The content of <{element}> is not complete; add what is missing.{hint}"
        case Code.TEXT_NOT_ALLOWED:
            return f"<{element}> holds text where the schema allows none; remove it or put it into an element."
        case Code.UNEXPECTED_ATTRIBUTE:
            return f"The attribute {attribute or 'here'} is not allowed on <{element}>; rename or remove it.{hint}"
        case Code.MISSING_ATTRIBUTE:
            return f"<{element}> needs the attribute {attribute or 'that the schema requires'}; add it.{hint}"
        case Code.EMPTY_VALUE:
            return f"{what[0].upper()}{what[1:]} is empty, but needs a value.{hint}"
        case Code.DUPLICATE_ID:
            return f'The ID "{shown}" is used twice; give one of the elements another.'
        case Code.DANGLING_REFERENCE:
            return f'{what[0].upper()}{what[1:]} refers to "{shown}", but nothing in the document has this ID.'
        case Code.IDENTITY_CONSTRAINT:
            return f"A key, keyref or unique rule of the schema does not hold at <{element}>: {message}"
        case Code.NOT_VALID:
            return f"The schema does not accept <{element}> as it stands: {message}"
        case _:
            return f'The value "{shown}" of {what} is not one that the schema accepts.{hint}'
