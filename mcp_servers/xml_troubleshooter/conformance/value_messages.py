"""The reason why a type rejects a value, in one plain sentence."""

from __future__ import annotations

from ..grammar.datatypes import FacetViolation, SimpleType
from ..wording import listed
from .examination import clip

# how values of the types that people write in other ways look (XML Schema part 2, section 3)
_FORMS = {
    "boolean": "true, false, 1 or 0",
    "date": "YYYY-MM-DD",
    "dateTime": "YYYY-MM-DDThh:mm:ss",
    "decimal": "digits with a point, such as 1250.50",
    "double": "digits with a point, such as 1250.50",
    "duration": "such as P1Y2M3DT4H",
    "float": "digits with a point, such as 1250.50",
    "gMonthDay": "--MM-DD",
    "gYear": "YYYY",
    "gYearMonth": "YYYY-MM",
    "integer": "digits alone",
    "time": "hh:mm:ss",
}


def wanted(type_: SimpleType) -> str:
    """The type in a few words, with the form of its values where people write them in other ways."""
    form = _FORMS.get(type_.builtin)
    return type_.describe().replace(f"xs:{type_.builtin}", f"xs:{type_.builtin} ({form})", 1 if form else 0)


def value_problem(what: str, value: str, type_: SimpleType, violation: FacetViolation) -> str:
    """The sentence about the value of `what`, an element or attribute in words."""
    if not value.strip():
        subject = what.replace("the ", "The ", 1) if what.startswith("the ") else what
        return f"{subject} is empty, but {wanted(type_)} is required."
    return f"The value “{clip(value)}” of {what} {_objection(value, type_, violation)}."


def _objection(value: str, type_: SimpleType, violation: FacetViolation) -> str:
    if value != value.strip() and type_.accepts(value.strip()):
        return "has white space around it, which does not belong to it"
    expected = violation.expected[0] if violation.expected else ""
    match violation.facet:
        case "enumeration":
            return f"is none of those allowed: {listed(violation.expected)}"
        case "pattern":
            return f"does not match the pattern {' or '.join(violation.expected)}"
        case "minLength" | "maxLength" | "length":
            size = f", and it has {len(type_.normalise(value))}" if "character" in expected else ""
            wrong = {"minLength": "is too short", "maxLength": "is too long"}.get(violation.facet, "has another length")
            return f"{wrong}: the schema wants {expected}{size}"
        case "totalDigits" | "fractionDigits":
            return f"has too many digits: the schema wants {expected}"
        case "minInclusive" | "maxInclusive" | "minExclusive" | "maxExclusive":
            return f"is out of range: it must be {expected}"
        case "type" if len(violation.expected) == 1 and expected.startswith("xs:"):
            form = _FORMS.get(expected.removeprefix("xs:"))
            return f"is no {expected} ({form})" if form else f"is no {expected}"
    return f"is not {type_.describe()}"
