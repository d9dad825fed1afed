"""Values rewritten into the lexical space of their type: the values that rejected ones were meant to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from ...document.character_references import resolved
from ...grammar.datatypes import BUILTINS, SimpleType, union_of
from .dates import date_readings
from .listed_values import SEPARATORS, listed_readings, truth_readings
from .local_numbers import ascii_digits, number_readings, sign_moved
from .locale_names import codes
from .rewrite import Rewrite, sure, unsure

_LONGEST = 2_000  # characters: from a longer value only accidental additions are removed
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f]+")
_QUOTES = ("<>", '""', "''", "“”", "„“", "„”", "\u2018\u2019", "«»", "»«", "``")
_TYPED = str.maketrans("\u2018\u2019“”„\u2010\u2011\u2013\u2014\u2212", '\'\'"""-----')
_TYPED |= {0xFEE0 + code: code for code in range(0x21, 0x7F)}  # the wide forms of East Asian keyboards
# letters of Greek and Cyrillic that look like those of Latin
_ALIKE = str.maketrans("АВЕЅІЈКМНОРСТХУавеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABESIJKMHOPCTXYabesijopcyxABEZHIKMNOPTYX")
_AS_DIGITS = str.maketrans("OoIlS", "00115")  # letters typed or recognised in the place of digits
_LISTED = re.compile(r"\[(.*)\]|\{(?:[^{}:]*:)?([^{}]*)\}", re.DOTALL)  # an item or a member as JSON writes it
_TRAILING = re.compile(r"[\s;,.]+$")
_LEADING = re.compile(r"^[='](?=[^='])")  # a spreadsheet's mark in front
_LABELLED = re.compile(r"(?:(?:[^\W\d_]{2,}\.?\s*[:#=]\s*)+|[^\W\d_]{2,}\.?\s+(?=\S*\d)|#\s*)(\S.*)", re.DOTALL)
_WORDS = re.compile(r"[\w\-]+(?:\|[\w\-]+)+")
_UUID = re.compile(r"([0-9A-Fa-f]{8})([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})([0-9A-Fa-f]{12})")
_ARMOUR = re.compile(r"-----[A-Z ]+-----")  # around base64 in a file of keys or certificates
_BROKEN_LINE = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_DESCRIBED = re.compile(r"([^\s:;,(]+)\s*(?:\s[-\u2013]|[:;(=])\s*[^\W\d_]")
_FRACTION = re.compile(r"[+-]?\d+\.\d{1,20}")
_PLACEHOLDERS = frozenset(
    {"n/a", "na", "null", "none", "nil", "tbd", "unknown", "undefined", "-", "--", "?", "todo", "xxx"}
)
_DATE_TYPES = frozenset({"date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay", "duration"})
_NAMES = frozenset({"Name", "NCName", "ID", "IDREF", "NMTOKEN", "ENTITY", "QName"})
_FREE = frozenset({"string", "normalizedString", "token"})
_CODES = ("DE", "DEU", "US", "USA", "EUR", "USD")  # a type that takes one of them may be one of countries or currencies
_NUMBERS = frozenset({"decimal", "float", "double"})
_OPAQUE = frozenset({"anyURI", "base64Binary", "hexBinary"})  # there are no words beside these
_DOUBT = 0.1  # of confidence: no difference


def rewrites(value: str, type: SimpleType) -> list[Rewrite]:  # noqa: A002 - the field's own word
    """The values of a type that a value it rejects may have been meant to be, best first.

    Empty where nothing is determined, and for a value that the type accepts.
    """
    if type.accepts(value) or not value.strip():
        return []
    best: dict[str, Rewrite] = {}
    for rewrite in _candidates(value, type):
        if rewrite.value not in best or _rank(rewrite) > _rank(best[rewrite.value]):
            best[rewrite.value] = rewrite
    found = [rewrite for rewrite in best.values() if rewrite.value.strip() and type.accepts(rewrite.value)]
    if type.primitive not in _NUMBERS or type.fraction_digits == 0:  # no amount, but a count or a number
        found = [replace(one, safe=one.safe and not sign_moved(value, one.value)) for one in found]
    ranked = sorted(found, key=_rank, reverse=True)
    return _doubted(ranked, type)


def _rank(rewrite: Rewrite) -> tuple[bool, float]:
    return (rewrite.safe, rewrite.confidence)


def _doubted(ranked: list[Rewrite], type: SimpleType) -> list[Rewrite]:  # noqa: A002
    """The rewrites, none of them safe if two safe ones are about as likely and mean different things."""
    best = ranked[0].confidence if ranked else 0.0
    rivals = [one for one in ranked if one.safe and one.confidence >= best - _DOUBT]
    if any(not type.same(rivals[0].value, rival.value) for rival in rivals[1:]):
        return [replace(one, safe=False) for one in ranked]
    return ranked


def _candidates(value: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    forms = _forms(value)
    # in free text that is merely too long, quotes and double blanks may be meant
    outside = {value.strip(), _INVISIBLE.sub("", value.strip())}
    free = type.primitive == "string" and type.builtin in _FREE and not type.patterns and not type.enumeration
    for text, reason in forms[1:]:
        doubtful = free and text not in outside
        yield Rewrite(text, reason, safe=not doubtful, confidence=0.6 if doubtful else 0.97)
    if len(value) > _LONGEST:
        return
    whole = value.strip()
    if (bare := whole.strip("<>/").strip()) != whole:
        reason = "The mark of a tag, which was written twice beside the value, was removed."
        yield unsure(bare, reason, 0.7)
    if "\n" in whole:
        reason = "The line break inside the value was removed."
        yield Rewrite(_BROKEN_LINE.sub("", whole), reason, safe=not free, confidence=0.6 if free else 0.9)
    for text in dict.fromkeys(text.strip() for text, _ in forms):
        if text and (text.lower() not in _PLACEHOLDERS or type.all_values):
            yield from _readings(text, type)
            yield from _doubtful(text, type) if not free and type.primitive not in _OPAQUE else ()


def _doubtful(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    """The readings of a value without the words around it, or with digits for the letters that look like them."""
    named = type.builtin in _NAMES
    for form, reason in (
        (None if named and " " not in text else _DESCRIBED.match(text), "The words behind the value were left out."),
        (_LABELLED.fullmatch(text), "What stands in front of the value was left out."),
    ):
        if form is not None:
            yield unsure(form[1], reason, 0.65)
            for found in _readings(form[1], type):
                yield replace(found, safe=False, confidence=min(found.confidence, 0.64))
    if not named and (any(character.isdigit() for character in text) or text in ("O", "o", "l", "I")):
        digits = text.translate(_AS_DIGITS)
        for found in (sure(digits, "", 1.0), *_readings(digits, type)) if digits != text else ():
            yield replace(found, reason="Letters became the digits that they look like.", safe=False, confidence=0.6)


def _forms(value: str) -> list[tuple[str, str]]:
    """The value, and the value without accidental additions: white space, quotes, references; each with the reason."""
    forms = [(value, "")]

    def add(text: str, reason: str) -> None:
        if text != forms[-1][0]:
            forms.append((text, reason))

    add(value.strip(" \t\n\r"), "White space around the value was removed.")
    add(_INVISIBLE.sub("", forms[-1][0]), "Invisible characters were removed.")
    add(_BLANKS.sub(" ", forms[-1][0]).strip(), "White space was made single blanks.")
    for _ in range(2):  # a value may have been escaped twice
        text = forms[-1][0]
        if "&" in text and ";" in text:
            add(resolved(text).strip(), "A reference that was escaped twice was resolved.")
        text = forms[-1][0]
        if len(text) > 1 and text[0] + text[-1] in _QUOTES:
            add(text[1:-1].strip(), "The quotes around the value were removed.")
        listed = _LISTED.fullmatch(forms[-1][0])
        if listed is not None:
            add((listed[1] or listed[2] or "").strip(), "The brackets around the value were removed.")
        add(_TRAILING.sub("", forms[-1][0]), "The mark behind the value was removed.")
    add(_LEADING.sub("", forms[-1][0]), "The mark in front of the value was removed.")
    add(forms[-1][0].translate(_TYPED), "Typographic or wide characters were made plain.")
    add(ascii_digits(forms[-1][0]), "Digits of another script were written 0 to 9.")
    latin = forms[-1][0].translate(_ALIKE)
    if latin.isascii():
        add(latin, "Letters of another alphabet that look like Latin ones were made Latin.")
    return forms


def _coded(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002 - the field's word
    """The code of a country or currency in the place of its name or sign."""
    if type.primitive in _FREE and any(type.violation(code) is None for code in _CODES):
        for code in codes(text):  # of a sign beyond doubt, of a word as a rule
            yield Rewrite(code, f"{text} has the code {code}.", safe=not text[0].isalpha(), confidence=0.9)


def _readings(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002, C901 - one case a primitive
    yield from _coded(text, type)
    allowed = type.all_values or _alternatives(type)
    if allowed:
        yield from listed_readings(text, allowed)
        if type.primitive != "list":
            return
    match type.primitive:
        case "union":
            for member in type.members:
                yield from rewrites(text, member)
        case "list":
            yield from _items(text, type)
        case "boolean":
            yield from truth_readings(text)
        case primitive if primitive in _DATE_TYPES:
            yield from date_readings(text, primitive)
        case primitive if primitive in _NUMBERS:
            yield from number_readings(text, type.fraction_digits)
        case "anyURI":
            yield from _uri(text)
        case "hexBinary" | "base64Binary":
            yield from _binary(text, type.primitive)
        case _:
            yield from _text(text, type)


def _alternatives(type: SimpleType) -> tuple[str, ...]:  # noqa: A002
    """The values of a type whose pattern lists them."""
    found = _WORDS.fullmatch(type.patterns[0]) if len(type.patterns) == 1 else None
    return tuple(found[0].split("|")) if found is not None else ()


def _text(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    """The readings of a string type: names and languages by their own rules, others by pattern and length."""
    match type.builtin:
        case "language":
            yield sure(text.replace("_", "-"), "The parts of a language code are joined by hyphens.", 0.95)
            yield unsure(re.split("[.@]", text.replace("_", "-"))[0], "A language code names no encoding.", 0.7)
        case builtin if builtin in _NAMES:
            yield from _name(text, type)
    if type.patterns:
        yield from _patterned(text, type)
    elif type.max_length is not None or type.length is not None:
        yield from _respaced(text, type)


def _items(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    """A list with every item rewritten, its items separated by blanks."""
    item_type = type.members[0] if len(type.members) == 1 else union_of(type.members)
    for items, reason in (
        (text.split(), "An item of the list was rewritten."),
        ([item for item in re.split(r"[\s,;|]+", text) if item], "The items of a list are separated by blanks."),
    ):
        best = []
        for item in items:
            if item_type.accepts(item):
                best.append(sure(item, "", 0.95))
            elif found := rewrites(item, item_type):
                best.append(found[0])
        if best and len(best) == len(items):
            yield Rewrite(
                " ".join(one.value for one in best),
                next((one.reason for one in best if one.reason), reason),
                safe=all(one.safe for one in best),
                confidence=min(one.confidence for one in best),
            )


def _patterned(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    """The text with other case or separators, where the pattern then matches; letters and digits stay the same."""
    cased = {
        text.upper(): "The pattern wants upper case.",
        text.lower(): "The pattern wants lower case.",
        text.capitalize(): "The pattern wants a capital first.",
    }
    for changed, reason in cased.items():
        yield sure(changed, reason, 0.9 if changed == text.upper() else 0.85)
    yield from _respaced(text, type)
    yield from truth_readings(text)
    if _FRACTION.fullmatch(text):
        yield from _shortened(text)  # the point of a number is no separator: without it the number is another one
        return
    yield from _separated([part for part in SEPARATORS.split(text) if part])
    if any(character.isdigit() for character in text):
        for found in (
            *number_readings(text, None),
            *(reading for primitive in ("date", "dateTime", "time") for reading in date_readings(text, primitive)),
        ):
            cut = "e" in text.lower() and found.value.endswith("0")  # a spreadsheet has dropped the last digits
            yield replace(found, safe=found.safe and not cut, confidence=found.confidence * 0.9)
    if text.isdigit():
        padded = [zeros for zeros in range(1, 21) if type.accepts("0" * zeros + text)]
        if len(padded) == 1:
            yield unsure("0" * padded[0] + text, "The pattern wants leading zeros.", 0.6)


def _separated(parts: list[str]) -> Iterator[Rewrite]:
    """The parts of a text joined without separators, and with other ones."""
    forms: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower)
    for form in forms:
        joined = form("".join(parts))
        yield sure(joined, "The pattern has no separators.", 0.8)
        for mark in "-_./ " if len(parts) > 1 else "":
            yield sure(form(mark.join(parts)), "The pattern has other separators.", 0.75)
            once = form(parts[0] + mark + "".join(parts[1:]))
            yield Rewrite(once, "The pattern has other separators.", safe=len(parts) > 2, confidence=0.7)  # noqa: PLR2004
        if hexadecimal := _UUID.fullmatch(joined):
            yield sure("-".join(hexadecimal.groups()), "The pattern has hyphens.", 0.9)


def _shortened(text: str) -> Iterator[Rewrite]:
    """A number rounded to ever fewer fraction digits."""
    digits = len(text.partition(".")[2])
    for count in range(digits - 1, -1, -1):
        rounded = str(Decimal(text).quantize(Decimal(1).scaleb(-count)))
        reason = f"The pattern wants fewer fraction digits; the value was rounded to {count}."
        yield unsure(rounded, reason, 0.3 + 0.2 * (count + 1) / digits)


def _respaced(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    """The text without blanks inside, as account numbers are often written."""
    joined = _BLANKS.sub("", text)
    if not type.patterns:
        yield unsure(joined, "Without its blanks, the value is short enough.", 0.4)
        return
    yield sure(joined, "Blanks do not belong in the value.", 0.9)
    yield sure(joined.upper(), "The pattern wants upper case without blanks.", 0.85)


def _name(text: str, type: SimpleType) -> Iterator[Rewrite]:  # noqa: A002
    if text.startswith("#"):
        yield Rewrite(text[1:], "An ID has no number sign.", safe=type.is_idref, confidence=0.9)
    start, follow = BUILTINS["NCName"], BUILTINS["NMTOKEN"]
    if type.builtin == "NMTOKEN":  # a token, of which nobody makes a name
        yield from (replace(found, safe=False) for found in number_readings(text, None))
        return
    plain = "".join(character if follow.accepts(character) and character != ":" else "_" for character in text)
    reason = "Characters that a name must not hold became underscores; references to it need the same."
    yield unsure(plain, reason, 0.6)
    if not start.accepts(plain[:1]):
        yield unsure("_" + plain, "A name starts with a letter or underscore; references to it need the same.", 0.5)


def _uri(text: str) -> Iterator[Rewrite]:
    slashed = text.replace("\\", "/")
    escaped = re.sub("%(?![0-9A-Fa-f]{2})", "%25", slashed)
    for form, reason in (
        (slashed, "The parts of a URI are separated by slashes."),
        (escaped, "A percent sign in a URI is written %25."),
        (escaped.replace("[", "%5B").replace("]", "%5D"), "Brackets in a URI are written %5B and %5D."),
    ):
        yield sure(form, reason, 0.9)
        yield sure(form.replace(" ", "%20"), "A blank in a URI is written %20.", 0.75)
    head, mark, fragment = escaped.partition("#")
    yield unsure(head + mark + fragment.replace("#", "%23"), "A URI has one number sign.", 0.6)


def _binary(text: str, primitive: str) -> Iterator[Rewrite]:
    joined = _BLANKS.sub("", text)
    if primitive == "hexBinary":
        digits = re.sub("^0[xX]|^#|[:\\-]", "", joined)
        yield sure(digits, "Hexadecimal digits stand without separators.", 0.9)
        yield unsure("0" + digits, "Hexadecimal digits come in pairs; a zero was put in front.", 0.5)
        return
    data = re.match(r"data:[^,]*,", joined)
    if data is not None:
        yield unsure(joined[data.end() :], "The value is the data alone, without the head of a URI.", 0.8)
    yield sure(_BLANKS.sub("", _ARMOUR.sub("", text)), "The lines around the data go.", 0.95)
    plain = joined.replace("-", "+").replace("_", "/")
    yield sure(joined, "White space was removed.", 0.95)
    yield sure(plain, "The alphabet of base64 has + and /.", 0.9)
    padded = plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4)
    yield sure(padded, "Base64 is padded to groups of four.", 0.85)
