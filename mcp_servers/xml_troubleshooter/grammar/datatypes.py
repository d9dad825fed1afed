"""Simple types: the values that an attribute or element may have (XML Schema part 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from ..codes import Code
from ..wording import count, listed
from . import regex
from .lexical_spaces import (
    BASES,
    BINARY,
    CALENDAR,
    ORDERED,
    RANGES,
    base64_size,
    compare,
    has_zone,
    is_lexical,
    value_of,
)

_BLANK = re.compile("[\t\n\r ]+")
_SPACE = ("\t", "\n", "\r", " ")
_REPLACED = str.maketrans("\t\n\r", "   ")
_WORDS = re.compile(r"[\w\-]+(?:\|[\w\-]+)+")  # a pattern that lists words
_LISTED = 20  # values of an enumeration that a description names

Comparable = Decimal | float | bool | str | tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FacetViolation:
    """The reason why a type rejects a value: the facet that fails, and the values or form it accepts instead.

    `facet` is the XSD name of the facet ("enumeration", "pattern", "maxLength", ...), or "type" where the value is
    outside the lexical space of the built-in type; `expected` is complete.
    """

    code: Code
    facet: str
    expected: tuple[str, ...]


@dataclass(frozen=True)  # without slots, to keep computed properties: lists of codes have thousands of values
class SimpleType:
    """A simple type by its primitive and facets.

    `primitive` is the local name of the primitive XSD type that it descends from ("string", "date", "decimal", ...),
    "list" (one of `members` for each item) or "union" (any of the `members`); `builtin` the nearest built-in type
    ("integer", "NCName", ...). `white_space` is "preserve", "replace" or "collapse". All `patterns` must match. Bounds
    are lexical values, "" for none. `identity` is "id" or "idref" where values name elements across the document.
    Values of the `excluded` types are rejected (RELAX NG `except`). Where a type is `bare`, libxml2 rejects white space
    around some values, though by the specification it does not count.
    """

    primitive: str = "string"
    white_space: str = "preserve"
    enumeration: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    members: tuple[SimpleType, ...] = ()
    builtin: str = "string"
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_inclusive: str = ""
    max_inclusive: str = ""
    min_exclusive: str = ""
    max_exclusive: str = ""
    total_digits: int | None = None
    fraction_digits: int | None = None
    identity: str = ""
    excluded: tuple[SimpleType, ...] = ()
    bare: bool = False

    @property
    def is_id(self) -> bool:
        """Whether a value names its element, once in the document."""
        return self.identity == "id"

    @property
    def is_idref(self) -> bool:
        """Whether a value (or each item of a list) names another element of the document."""
        return self.identity == "idref" or (self.primitive == "list" and any(item.is_idref for item in self.members))

    def normalise(self, value: str) -> str:
        """The value with its white space treated as the type says."""
        match self.white_space:
            case "collapse":
                return _BLANK.sub(" ", value).strip(" ")
            case "replace":
                return value.translate(_REPLACED)
        return value

    def violation(self, value: str) -> FacetViolation | None:
        """The reason why the value is not of this type; None where it is."""
        found = self._inner_violation(value)
        if found is None and self.bare and _is_padded(self.builtin, value):
            return FacetViolation(
                Code.INVALID_VALUE, "whiteSpace", (f"xs:{self.builtin} without white space around it",)
            )
        return found

    def _inner_violation(self, value: str) -> FacetViolation | None:
        """The reason why the value is not of this type, white space around it aside; None where it is."""
        text = self.normalise(value)
        found = next(self._violations(text), None)
        if found is not None and not text.strip() and found.code is not Code.NOT_IN_ENUMERATION:
            return replace(found, code=Code.EMPTY_VALUE)
        return found

    def accepts(self, value: str) -> bool:
        """Whether the value is of this type."""
        return self.violation(value) is None

    def same(self, one: str, other: str) -> bool:
        """Whether two lexical values mean the same value of this type ("1.0" and "1" as a decimal)."""
        return self._key(self.normalise(one)) == self._key(self.normalise(other))

    @cached_property
    def all_values(self) -> tuple[str, ...]:
        """Every value of the type where the schema lists them, else ().

        Listed are enumerations, their unions, booleans and the words of a pattern such as "required|optional".
        """
        if self.enumeration:
            values = self.enumeration
        elif self.primitive == "boolean":
            values = ("true", "false")
        elif self.primitive == "string" and (plain := [one for one in self.patterns if _WORDS.fullmatch(one)]):
            values = tuple(plain[0].split("|"))
        elif self.primitive == "union" and all(member.all_values for member in self.members):
            values = tuple(dict.fromkeys(value for member in self.members for value in member.all_values))
        else:
            return ()
        return tuple(value for value in values if self.accepts(value))

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self.enumeration)

    @cached_property
    def _keys(self) -> frozenset[Comparable]:
        """The values of the enumeration in a form that compares, one for all lexical forms of a value."""
        return frozenset(map(self._key, self.enumeration))

    def describe(self) -> str:
        """The type in a few words: "xs:decimal, at most 2 fraction digits, > 0"."""
        values = () if self.builtin == "boolean" and not self.enumeration else self.all_values
        if values:
            return f"one of: {listed(values, _LISTED)}"
        match self.primitive:
            case "list":
                words = ["list of " + " or ".join(member.describe() for member in self.members)]
            case "union":
                words = [" or ".join(dict.fromkeys(member.describe() for member in self.members))]
            case _:
                words = ["xs:" + self.builtin]
        words += self._facet_words()
        return ", ".join(words)

    def _size_words(self) -> Iterator[str]:
        unit = "item" if self.primitive == "list" else "byte" if self.primitive in BINARY else "character"
        exact = self.length if self.length is not None else self.min_length
        if exact is not None and exact in (self.length, self.max_length):
            yield f"exactly {count(exact, unit)}"
            return
        if self.min_length is not None:
            yield f"at least {count(self.min_length, unit)}"
        if self.max_length is not None:
            yield f"at most {count(self.max_length, unit)}"

    def _facet_words(self) -> Iterator[str]:
        yield from self._size_words()
        if self.total_digits is not None:
            yield f"at most {count(self.total_digits, 'digit')}"
        if self.fraction_digits is not None and self.builtin == "decimal":
            yield f"at most {count(self.fraction_digits, 'fraction digit')}"
        known = BUILTINS.get(self.builtin)
        implied = set(known._bounds()) if known is not None else set()  # noqa: SLF001 - own class
        yield from (f"{bound[0]} {bound[2]}" for bound in self._bounds() if bound not in implied)
        yield from (f"matching {pattern}" for pattern in self.patterns)

    def _bounds(self) -> Iterator[tuple[str, str, str]]:
        for sign, facet, bound in (
            (">=", "minInclusive", self.min_inclusive),
            ("<=", "maxInclusive", self.max_inclusive),
            (">", "minExclusive", self.min_exclusive),
            ("<", "maxExclusive", self.max_exclusive),
        ):
            if bound:
                yield sign, facet, bound

    def _violations(self, text: str) -> Iterator[FacetViolation]:
        lexical = self._lexical_violation(text)
        if self.enumeration and (
            lexical is not None or (text not in self._listed and self._key(text) not in self._keys)
        ):
            yield FacetViolation(Code.NOT_IN_ENUMERATION, "enumeration", self.enumeration)
        if lexical is not None:
            yield lexical
            return
        for pattern in self.patterns:
            if not regex.matches(pattern, text):
                yield FacetViolation(Code.PATTERN_MISMATCH, "pattern", (pattern,))
        yield from self._length_violations(text)
        yield from self._range_violations(text)
        if any(unwanted.accepts(text) for unwanted in self.excluded):
            yield FacetViolation(
                Code.INVALID_VALUE, "except", tuple(f"not {unwanted.describe()}" for unwanted in self.excluded)
            )

    def _lexical_violation(self, text: str) -> FacetViolation | None:
        match self.primitive:
            case "list":
                for item in text.split():
                    found = [member._inner_violation(item) for member in self.members]  # noqa: SLF001 - own class
                    if all(found):
                        return found[0]
                return None
            case "union":
                found = [member._inner_violation(text) for member in self.members]  # noqa: SLF001 - own class
                if not all(found):
                    return None
                if values := self.all_values:
                    return FacetViolation(Code.NOT_IN_ENUMERATION, "enumeration", values)
                if len(found) == 1:
                    return found[0]
                return FacetViolation(Code.INVALID_VALUE, "type", tuple(member.describe() for member in self.members))
        if is_lexical(self.builtin, text):
            return None
        return FacetViolation(Code.INVALID_VALUE, "type", ("xs:" + self.builtin,))

    def _length_violations(self, text: str) -> Iterator[FacetViolation]:
        if self.length is None and self.min_length is None and self.max_length is None:
            return
        size = len(text)
        match self.primitive:
            case "list":
                size = len(text.split())
            case "hexBinary":
                size //= 2
            case "base64Binary":
                size = base64_size(text)
            case "QName" | "NOTATION":
                return
        broken = {
            "minLength": self.min_length is not None and size < self.min_length,
            "length": self.length is not None and size != self.length,
            "maxLength": self.max_length is not None and size > self.max_length,
        }
        if facet := next((facet for facet, is_broken in broken.items() if is_broken), ""):
            yield FacetViolation(Code.LENGTH_OUT_OF_BOUNDS, facet, tuple(self._size_words()))

    def _range_violations(self, text: str) -> Iterator[FacetViolation]:
        if self.primitive not in ORDERED:
            return
        for sign, facet, bound in self._bounds():
            order = compare(self.primitive, text, bound)
            wanted = {">=": (0, 1), "<=": (-1, 0), ">": (1,), "<": (-1,)}[sign]
            if order not in wanted:
                yield FacetViolation(Code.VALUE_OUT_OF_RANGE, facet, (f"{sign} {bound}",))
        if self.primitive != "decimal":
            return
        whole, _, fraction = text.lstrip("+-").partition(".")
        whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
        for facet, most, digits, unit in (
            ("fractionDigits", self.fraction_digits, len(fraction), "fraction digit"),
            ("totalDigits", self.total_digits, len(whole) + len(fraction), "digit"),
        ):
            if most is not None and digits > most:
                yield FacetViolation(Code.VALUE_OUT_OF_RANGE, facet, (f"at most {count(most, unit)}",))

    def _key(self, text: str) -> Comparable:
        """The value of a lexical form, equal for all forms of one value."""
        if self.primitive == "list":
            item = union_of(self.members)
            return tuple(item._key(word) for word in text.split())  # noqa: SLF001 - own class
        if self.primitive == "union":
            for member in self.members:
                if member.accepts(text):
                    return (member.primitive, member._key(member.normalise(text)))  # noqa: SLF001 - own class
        value = value_of(self.primitive, text)
        if self.primitive in CALENDAR and value is not None:
            return (value, has_zone(text))
        return text if value is None else value


def list_of(items: tuple[SimpleType, ...], *, at_least: int | None = None) -> SimpleType:
    """The list type of values of these types, any number or `at_least` so many, separated by white space."""
    return SimpleType(
        primitive="list", white_space="collapse", builtin="anySimpleType", members=items, min_length=at_least
    )


def union_of(members: tuple[SimpleType, ...]) -> SimpleType:
    """The values of all these types."""
    return SimpleType(primitive="union", builtin="anySimpleType", members=members)


def restrict(base: SimpleType, facets: Iterable[tuple[str, str]]) -> SimpleType:
    """The base type narrowed by facets with their XSD names; others are passed over.

    Patterns of one restriction are alternatives, those of successive restrictions must all match.
    """
    enumeration: list[str] = []
    patterns: list[str] = []
    changes: dict[str, str | int] = {}
    for facet, value in facets:
        match facet:
            case "enumeration":
                enumeration.append(base.normalise(value))
            case "pattern":
                patterns.append(value)
            case _ if facet in _COUNTS:
                if value.strip().isdecimal():
                    changes[_FACETS[facet]] = int(value)
            case _ if facet in _FACETS:
                changes[_FACETS[facet]] = value.strip()
    return replace(
        base,
        enumeration=tuple(enumeration) or base.enumeration,
        patterns=(*base.patterns, "|".join(patterns)) if patterns else base.patterns,
        bare=base.bare and not enumeration and not patterns,  # libxml2 compares the collapsed value with them
        **changes,  # type: ignore[arg-type]  # the names are those of the fields
    )


def _is_padded(builtin: str, value: str) -> bool:
    """Whether libxml2 rejects the white space around a value of a bare type."""
    before, behind = value[:1] in _SPACE, value[-1:] in _SPACE
    match builtin:
        case "float" | "double":
            return behind and value.strip() in ("INF", "-INF", "NaN")
        case "dateTime":
            return before
        case "date" | "gYear" | "gYearMonth":
            return before or behind
    return behind


_COUNTS = frozenset({"length", "minLength", "maxLength", "totalDigits", "fractionDigits"})
_FACETS = {
    "length": "length",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minInclusive": "min_inclusive",
    "maxInclusive": "max_inclusive",
    "minExclusive": "min_exclusive",
    "maxExclusive": "max_exclusive",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
    "whiteSpace": "white_space",
}


def _builtins() -> dict[str, SimpleType]:
    found = {"anySimpleType": SimpleType(builtin="anySimpleType")}
    for name, base in BASES.items():  # base types come before those derived from them
        low, high = RANGES.get(name, ("", ""))
        found[name] = SimpleType(
            primitive=name if base == "anySimpleType" else found[base].primitive,
            builtin=name,
            white_space={"string": "preserve", "normalizedString": "replace"}.get(name, "collapse"),
            min_inclusive=low,
            max_inclusive=high,
            fraction_digits=0 if name == "integer" or low or high else None,
            identity={"ID": "id", "IDREF": "idref"}.get(name, ""),
            bare=name in CALENDAR or name in ("duration", "float", "double"),
        )
    for name, item in (("NMTOKENS", "NMTOKEN"), ("IDREFS", "IDREF"), ("ENTITIES", "ENTITY")):
        found[name] = replace(found[name], primitive="list", members=(found[item],), min_length=1)
    return found


BUILTINS = _builtins()
"""The built-in simple types by local name."""
