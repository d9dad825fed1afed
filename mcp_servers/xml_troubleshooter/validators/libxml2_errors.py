"""libxml2's errors as diagnostics: by the name of the error's type, never by its wording alone.

Only the quoted parts of a message (names, values, expected elements) are taken from its text; a message in another
wording loses these details, but not its code and place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..codes import WRONG_VALUE, Code
from ..diagnostics import Diagnostic
from ..document.locator import ElementPlace
from ..wording import shortened

_NAMED = 12  # names in a sentence
_SHOWN = 60  # characters of a value in a sentence

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
    "SCHEMAV_INTERNAL": Code.RESOURCE_LIMIT,
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
    "XSD11_Unexpected": Code.UNEXPECTED_ELEMENT,
    "XSD11_Missing": Code.MISSING_ELEMENT,
    "XSD11_XsdAssert": Code.ASSERTION_FAILED,
    "XSD11_XsdAssertionFacet": Code.ASSERTION_FAILED,
    "XSD11_XsdEnumerationFacets": Code.NOT_IN_ENUMERATION,
    "XSD11_XsdPatternFacets": Code.PATTERN_MISMATCH,
    **{f"XSD11_Xsd{name}LengthFacet": Code.LENGTH_OUT_OF_BOUNDS for name in ("", "Min", "Max")},
    **{
        f"XSD11_Xsd{end}{kind}Facet": Code.VALUE_OUT_OF_RANGE
        for end in ("Min", "Max")
        for kind in ("Inclusive", "Exclusive")
    },
    **{f"XSD11_Xsd{name}DigitsFacet": Code.VALUE_OUT_OF_RANGE for name in ("Total", "Fraction")},
    **{f"XSD11_Xsd{name}": Code.IDENTITY_CONSTRAINT for name in ("Unique", "Key", "Keyref")},
    **{
        f"XSD11_Xsd{name}": Code.INVALID_VALUE
        for name in ("AtomicBuiltin", "AtomicRestriction", "List", "Union", "Attribute")
    },
    "XSD11_XsdAttributeGroup": Code.UNEXPECTED_ATTRIBUTE,
}
_VALUE_CODES = WRONG_VALUE | {Code.EMPTY_VALUE, Code.DUPLICATE_ID, Code.DANGLING_REFERENCE}
_ABOUT_TEXT = {name for name, code in _CODES.items() if code is Code.TEXT_NOT_ALLOWED} | {"DTD_CONTENT_MODEL"}
_GAVE_UP = "SCHEMAV_INTERNAL"
_HIDDEN = {  # what RELAX NG says on top of an error that is already told
    "RELAXNG_ERR_CONTENTVALID",
    "RELAXNG_ERR_ATTRVALID",
    "RELAXNG_ERR_INTERSEQ",
    "RELAXNG_ERR_INTEREXTRA",
    "RELAXNG_ERR_INTERNODATA",
    "RELAXNG_ERR_LISTELEM",
    "RELAXNG_ERR_LISTEXTRA",
}

_ATTRIBUTE_NAME = re.compile(r"'([^']+)' attribute\b|\battribute '([^']+)'|\battribute ([^\s']+)(?= (?:of|for)\b|$)")
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
class ValidatorError:
    """An error as the validator words it, and the element that it is about."""

    type_name: str
    message: str
    place: ElementPlace


def about_text(type_name: str) -> bool:
    """Whether an error of this type may be about text where none is allowed."""
    return type_name in _ABOUT_TEXT


def diagnostics(errors: Sequence[ValidatorError], declared: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """A diagnostic for every error, without line and column; summaries of errors already reported are left out.

    `declared` are the elements of a DTD: one that it lacks may be one of them, misspelt.
    """
    told = [error for error in errors if error.type_name not in _HIDDEN] or errors
    given_up = [error for error in told if error.type_name == _GAVE_UP]
    told = [error for error in told if error.type_name != _GAVE_UP] + given_up[:1]  # one such error brings others
    return tuple(_diagnostic(error, declared) for error in told)


def _diagnostic(error: ValidatorError, declared: Collection[str]) -> Diagnostic:
    code = _code(error)
    place = error.place
    start, end, name, value = place.start, place.end, place.name, ""
    attribute = _attribute(error.message)
    found = place.attribute(attribute) if attribute else None
    if attribute:
        name = attribute = found[0] if found else attribute.rpartition("}")[2]
    about_attribute = bool(attribute) and code in {*_VALUE_CODES, Code.UNEXPECTED_ATTRIBUTE}
    supplied = about_attribute and found is None and not name.startswith("xmlns")
    if supplied:
        value = _value(error.message)
    elif about_attribute and found is not None:
        start, end = found[2:] if code in _VALUE_CODES else (found[1], found[3] + 1)
        value = place.tag[found[2] - place.start : found[3] - place.start]
    elif code in _VALUE_CODES and not attribute:
        start, end = place.content
        value = place.inner.strip()
    elif code is Code.TEXT_NOT_ALLOWED and place.stray:
        start, end = place.stray
    diagnostic = Diagnostic(
        code=code,
        start=start,
        end=end,
        path=place.path + (f"/@{name}" if found is not None or supplied else ""),
        name=name,
        value=value,
        expected=_expected(error.message),
        message=error.message.strip(),
        explanation="",
    )
    if error.type_name == "DTD_UNKNOWN_ELEM":
        return replace(diagnostic, explanation=_undeclared(place.name, declared))
    if error.type_name == "DTD_ROOT_NAME":
        return replace(diagnostic, explanation=_OTHER_ROOT.format(place.name))
    explanation = _explanation(code, diagnostic, place.name, attribute)
    return replace(diagnostic, explanation=f"{explanation} {_SUPPLIED}" if supplied else explanation)


def _undeclared(element: str, declared: Collection[str]) -> str:
    """The advice for an element that a DTD does not declare, though a content model may name it."""
    near = difflib.get_close_matches(element, declared, 1)
    name = f"rename it to {near[0]}, if that is meant" if near else "correct its name, if it is misspelt"
    return f"The DTD does not declare the element <{element}>. Declare it there, or {name}."


def _code(error: ValidatorError) -> Code:
    code = _CODES.get(error.type_name, Code.NOT_VALID)
    if error.type_name == "SCHEMAV_ELEMENT_CONTENT" and "Missing child" in error.message:
        return Code.MISSING_ELEMENT
    if error.type_name.startswith("SCHEMAV_CVC_DATATYPE"):
        if "'xs:ID'" in error.message:
            return Code.DUPLICATE_ID if re.fullmatch(r"[^\W\d][\w.\-]*", _value(error.message)) else code
        if ": '' is not" in error.message:
            return Code.EMPTY_VALUE
    if error.type_name == "XSD11_XsdAttributeGroup" and "missing" in error.message:
        return Code.MISSING_ATTRIBUTE
    if error.type_name == "DTD_CONTENT_MODEL":
        got = re.search(r"got \((.*)\)", error.message, re.DOTALL)
        return Code.TEXT_NOT_ALLOWED if got and "CDATA" in got[1].split() else code
    if error.type_name == "SCHEMAV_CVC_COMPLEX_TYPE_2_1" and "Character" not in error.message:
        return Code.UNEXPECTED_ELEMENT
    return code


def _attribute(message: str) -> str:
    """The name of the attribute in a message."""
    match = _ATTRIBUTE_NAME.search(message)
    return (match[1] or match[2] or match[3]) if match else ""


def _expected(message: str) -> tuple[str, ...]:
    if match := _SET.search(message):
        return tuple(_QUOTED.findall(match[1]))
    if match := _EXPECTED.search(message):
        names = re.split(r"[\s,|()]+", _CLARK.sub("", match[1]))
        return tuple(dict.fromkeys(name for name in names if name))
    if match := _PATTERN.search(message) or _TYPE.search(message):
        return (match[1],)
    return ()


def _value(message: str) -> str:
    match = _VALUE.search(message)
    return next((group for group in match.groups() if group is not None), "") if match else ""


def _explanation(code: Code, diagnostic: Diagnostic, element: str, attribute: str) -> str:
    """One plain sentence for a code, with the document's own names."""
    what = f"the attribute {attribute} of <{element}>" if attribute else f"<{element}>"
    allowed = ", ".join(diagnostic.expected[:_NAMED]) + (", …" if len(diagnostic.expected) > _NAMED else "")
    words = _WORDS.get(code, 'The value "{value}" of {what} is not one that the schema accepts.')
    text = words.format(
        element=element,
        attribute=attribute or "that the schema requires",
        what=what,
        value=shortened(diagnostic.value, _SHOWN),
        message=diagnostic.message,
    )
    return text[0].upper() + text[1:] + (f" The schema allows: {allowed}." if allowed else "")


_SUPPLIED = "It does not stand in the tag: a DTD supplies it as a default."
_OTHER_ROOT = "The DOCTYPE names another document element than <{}>; correct the one or the other."
_WORDS = {
    Code.UNDECLARED_ROOT: "The schema declares no document element <{element}>; check its name and namespace, or "
    "choose another schema.",
    Code.WRONG_NAMESPACE: "<{element}> is not in the namespace that the schema wants; correct its prefix or namespace "
    "declaration.",
    Code.UNEXPECTED_ELEMENT: "<{element}> is not allowed as it stands here: an element before it is missing, out of "
    "order or misspelt, or it does not belong.",
    Code.MISSING_ELEMENT: "The content of <{element}> is not complete; add what is missing.",
    Code.TEXT_NOT_ALLOWED: "<{element}> holds text where the schema allows none; remove it or put it into an element.",
    Code.UNEXPECTED_ATTRIBUTE: "{what} is not allowed; rename or remove it.",
    Code.MISSING_ATTRIBUTE: "<{element}> needs the attribute {attribute}; add it.",
    Code.EMPTY_VALUE: "{what} is empty, but needs a value.",
    Code.DUPLICATE_ID: 'The ID "{value}" is used twice; give one of the elements another.',
    Code.DANGLING_REFERENCE: '{what} refers to "{value}", but nothing in the document has this ID.',
    Code.IDENTITY_CONSTRAINT: "A key, keyref or unique rule of the schema does not hold at <{element}>: {message}",
    Code.ASSERTION_FAILED: "A rule of the schema does not hold at <{element}>: {message}",
    Code.RESOURCE_LIMIT: "The validator gave up at <{element}>, so that the validity is unknown; a regular expression "
    "of the schema is too complicated for it.",
    Code.NOT_VALID: "The schema does not accept <{element}> as it stands: {message}",
}
