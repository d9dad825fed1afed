"""The built-in simple types: the base, lexical space, value space and order of each.

After XML Schema part 2.
"""

from __future__ import annotations

import re
from decimal import Decimal

from ..document.tokens import AT_NAME, NAME, NO_NAME_CHARACTER

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def compare(primitive: str, one: str, other: str) -> int | None:
    """-1, 0 or 1 as one value lies before, at or behind the other; None where they cannot be compared."""
    if primitive == "duration":
        return _compare_durations(one, other)
    left, right = value_of(primitive, one), value_of(primitive, other)
    if isinstance(left, Decimal | float) and isinstance(right, Decimal | float):
        return None if left != left or right != right else (left > right) - (left < right)  # noqa: PLR0124 - NaN
    return None if left is None or left != right else 0


def is_lexical(builtin: str, text: str) -> bool:
    """Whether text, white space treated, is in the lexical space of a built-in type."""
    known = _LEXICAL.get(builtin)
    if known is None:
        return True
    if builtin == "base64Binary":
        text = _NOT_BASE64.sub("", text)  # passed over by RFC 2045, and by libxml2
    found = known.fullmatch(text)
    return found is not None and (builtin not in CALENDAR or _timestamp(found, builtin) is not None)


def has_zone(text: str) -> bool:
    """Whether a date or time names its time zone."""
    return _ZONED.search(text) is not None


def base64_size(text: str) -> int:
    """The number of bytes that a base64 text encodes."""
    return len(_NOT_BASE64.sub("", text).rstrip("=")) * 3 // 4


def _day_number(year: int, month: int, day: int) -> int:
    """Days since a fixed day of the proleptic Gregorian calendar, for any year."""
    year -= month <= 2  # noqa: PLR2004 - the year starts in March, so that the leap day is its last
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day


def value_of(primitive: str, text: str) -> Decimal | float | bool | str | tuple[Decimal, Decimal] | None:
    """The value that a lexical form stands for, comparable within its primitive type; None where there is none."""
    known = _LEXICAL.get(primitive)
    found = known.fullmatch(text) if known is not None else None
    if found is None:
        return None
    match primitive:
        case "decimal":
            return Decimal(text)
        case "float" | "double":
            return float(text.replace("INF", "inf"))
        case "boolean":
            return text in ("true", "1")
        case "hexBinary":
            return text.upper()
        case "duration":
            return _duration(found)
    return _timestamp(found, primitive) if primitive in CALENDAR else None


def _timestamp(found: re.Match[str], primitive: str) -> Decimal | None:
    """Seconds since a fixed moment; without a zone as if in UTC, as libxml2 compares.

    None where the fields name no day of the calendar or no time of the clock.
    """
    fields = found.groupdict()
    # a month and day without a year may be the 29th of February
    year, month, day = int(fields.get("year") or 2000), int(fields.get("month") or 1), int(fields.get("day") or 1)
    first, following = _day_number(year, month, 1), _day_number(year + month // 12, month % 12 + 1, 1)
    if year == 0 or not 1 <= month <= 12 or not 1 <= day <= following - first:  # noqa: PLR2004
        return None
    seconds = Decimal(0 if primitive == "time" else (first + day - 1) * _DAY)
    if "hour" in fields:
        hour, minute, second = int(fields["hour"]), int(fields["minute"]), Decimal(fields["second"])
        midnight = hour == 24 and minute == second == 0  # noqa: PLR2004
        if not midnight and (hour > 23 or minute > 59 or second >= 60):  # noqa: PLR2004
            return None
        seconds += hour * _HOUR + minute * _MINUTE + second
    zone = fields["zone"] or "Z"
    if zone != "Z":
        offset = int(zone[1:3]) * _HOUR + int(zone[4:]) * _MINUTE
        if int(zone[4:]) > 59 or offset > 14 * _HOUR:  # noqa: PLR2004
            return None
        seconds -= offset if zone[0] == "+" else -offset
    return seconds


def _duration(found: re.Match[str]) -> tuple[Decimal, Decimal]:
    """The months and the seconds of a duration."""
    years, months, days, hours, minutes, seconds = (Decimal(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] else 1
    return (sign * (years * 12 + months), sign * (days * _DAY + hours * _HOUR + minutes * _MINUTE + seconds))


def _compare_durations(one: str, other: str) -> int | None:
    """Durations compare where adding them to four chosen days always gives the same order (XSD part 2, 3.2.6.2)."""
    pair = [_LEXICAL["duration"].fullmatch(text) for text in (one, other)]
    orders = set()
    for year, month in ((1696, 9), (1697, 2), (1903, 3), (1903, 7)):
        ends = []
        for found in pair:
            if found is None:
                return None
            months, seconds = _duration(found)
            total = year * 12 + month - 1 + int(months)
            ends.append(_day_number(total // 12, total % 12 + 1, 1) * _DAY + seconds)
        orders.add((ends[0] > ends[1]) - (ends[0] < ends[1]))
    return orders.pop() if len(orders) == 1 else None


_YEAR = "(?P<year>-?(?:[1-9][0-9]{4,17}|[0-9]{4}))"
_DATE = _YEAR + "-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]+)?)"
_ZONE = "(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
# without the colon that may begin or part a name
_NCNAME = f"{AT_NAME}[^:{NO_NAME_CHARACTER}]+"
_FLOAT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|-?INF|NaN"
# in xs:anyURI, characters that a URI has to escape (blanks, braces, letters beyond ASCII) may be unescaped
_SPECIAL = r"\x00-\x1f#%/?\[\]"
_PCHAR = rf"(?:[^{_SPECIAL}]|%[0-9A-Fa-f]{{2}})"
_HOST = rf"(?:\[[^\]]*\]|(?:[^{_SPECIAL}:@]|%[0-9A-Fa-f]{{2}})*)"
_URI = (
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))"
    rf"(?://(?:(?:[^{_SPECIAL}@]|%[0-9A-Fa-f]{{2}})*@)?{_HOST}(?::[0-9]{{1,8}})?(?=[/?#]|\Z)|(?!//))"
    rf"(?:{_PCHAR}|/)*(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?\[\]])*)?"
)

RANGES = {
    "nonPositiveInteger": ("", "0"),
    "negativeInteger": ("", "-1"),
    "nonNegativeInteger": ("0", ""),
    "positiveInteger": ("1", ""),
    **{name: (str(-(1 << bits - 1)), str((1 << bits - 1) - 1)) for name, bits in
       (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{name: ("0", str((1 << bits) - 1)) for name, bits in
       (("unsignedLong", 64), ("unsignedInt", 32), ("unsignedShort", 16), ("unsignedByte", 8))},
}  # fmt: skip
"""The least and the greatest value of the built-in integers, "" for none."""

_LEXICAL = {
    name: re.compile(pattern)
    for name, pattern in {
        "boolean": "true|false|1|0",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "float": _FLOAT,
        "double": _FLOAT,
        "duration": (
            r"(-)?P(?=[0-9T])(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
            r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
        ),
        "dateTime": _DATE + "T" + _TIME + _ZONE,
        "date": _DATE + _ZONE,
        "time": _TIME + _ZONE,
        "gYear": _YEAR + _ZONE,
        "gYearMonth": _YEAR + "-(?P<month>[0-9]{2})" + _ZONE,
        "gMonth": "--(?P<month>[0-9]{2})" + _ZONE,
        "gMonthDay": "--(?P<month>[0-9]{2})-(?P<day>[0-9]{2})" + _ZONE,
        "gDay": "---(?P<day>[0-9]{2})" + _ZONE,
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "base64Binary": "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?",
        "anyURI": _URI,
        "QName": f"(?:{_NCNAME}:)?{_NCNAME}",
        "NOTATION": f"(?:{_NCNAME}:)?{_NCNAME}",
        "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "Name": NAME,
        "NCName": _NCNAME,
        "ID": _NCNAME,
        "IDREF": _NCNAME,
        "ENTITY": _NCNAME,
        "NMTOKEN": f"[^{NO_NAME_CHARACTER}]+",
        **dict.fromkeys(("integer", *RANGES), "[+-]?[0-9]+"),
    }.items()
}
CALENDAR = frozenset({"dateTime", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay"})
BINARY = frozenset({"hexBinary", "base64Binary"})
ORDERED = CALENDAR | {"decimal", "float", "double", "duration"}
BASES = {
    **dict.fromkeys(
        (
            *("string", "boolean", "decimal", "float", "double", "duration", *sorted(CALENDAR), *sorted(BINARY)),
            *("anyURI", "QName", "NOTATION", "NMTOKENS", "IDREFS", "ENTITIES"),
        ),
        "anySimpleType",
    ),
    "normalizedString": "string",
    "token": "normalizedString",
    "language": "token",
    "NMTOKEN": "token",
    "Name": "token",
    "NCName": "Name",
    "ID": "NCName",
    "IDREF": "NCName",
    "ENTITY": "NCName",
    "integer": "decimal",
    "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger",
    "nonNegativeInteger": "integer",
    "positiveInteger": "nonNegativeInteger",
    "long": "integer",
    "int": "long",
    "short": "int",
    "byte": "short",
    "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong",
    "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort",
}
"""The built-in simple types, each with the built-in that it is derived from."""
_NOT_BASE64 = re.compile("[^A-Za-z0-9+/=]")
_ZONED = re.compile("(?:Z|[+-][0-9]{2}:[0-9]{2})\\Z")
