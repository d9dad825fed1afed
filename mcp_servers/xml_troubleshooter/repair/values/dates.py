"""Dates and times as people write them, in the forms of XML Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from .locale_names import month_number
from .rewrite import Rewrite, sure, unsure

_CENTURY_TURN = 70  # two-digit years from here on are of the 1900s
_SEPARATOR = r"\s*[-/. ‐–]\s*"  # noqa: RUF001 - hyphens as typed

_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})({_SEPARATOR})(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_COMPACT_LAST = re.compile(r"(\d\d)(\d\d)((?:19|20)\d\d)")
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_NAMED = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|\.|er)?[\s\-/]*(?:of\s+|de\s+)?([^\W\d_]{{3,10}})\.?[\s,\-/]*(?:de\s+)?(\d{{4}}|\d{{2}})"
)
_NAMED_FIRST = re.compile(
    rf"{_WEEKDAY}([^\W\d_]{{3,10}})\.?[\s\-/]+(\d{{1,2}})(?:st|nd|rd|th)?[\s,\-/]+(\d{{4}}|\d{{2}})"
)
_NAMED_MIDDLE = re.compile(r"(\d{4})[\s\-/]+([^\W\d_]{3,10})\.?[\s\-/]+(\d{1,2})")
_BY_CLOCK = re.compile(rf"{_WEEKDAY}([^\W\d_]{{3,10}})\s+(\d{{1,2}})\s+(\d\d?:\S+)((?:\s+\S+)?)\s+(\d{{4}})")  # asctime
_CHARACTERS = re.compile(r"(\d{4})[年년]\s*(\d{1,2})[月월]\s*(\d{1,2})[日일]")
_ZONE_NAME = re.compile(r"(?:(?<=[+-]\d\d:\d\d)|(?<=Z))\[[A-Za-z]+/[\w/+\-]+\]$")  # Java adds it to an offset
_UNPARTED = re.compile(r"^((?:19|20)\d{6})(\d{6})(?!\d)")
_ZONE = re.compile(r"\s*(?:(?P<utc>Z|z|UTC|GMT)|(?:UTC|GMT)?(?P<sign>[+\-−])(?P<hour>\d{1,2}):?(?P<minute>\d\d)?)")  # noqa: RUF001
_TIME = re.compile(
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.m](?P<second>\d\d)(?P<fraction>[.,]\d+)?s?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_COMPACT_TIME = re.compile(r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<fraction>[.,]\d+)?")
_SPOKEN = re.compile(r"\s*(?:uhr|hrs?|o'clock)\.?$", re.IGNORECASE)
_HOUR = re.compile(r"(?P<hour>\d{1,2})\s*(?P<half>[AaPp])\.?[Mm]\.?")
_BETWEEN = re.compile(r"[Tt_]|\s*,?\s+(?:at\s+|um\s+|à\s+)?")
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+\.?)")
_BETWEEN_PARTS = " ,;PpTt"
_UNITS = {
    "Y": "y yr yrs year years jahr jahre jahren an ans année années año años anno anni jaar",
    "M": "mo mon month months monat monate monaten mois mes meses mese mesi maand maanden",
    "W": "w wk wks week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
    "D": "d day days tag tage tagen t jour jours j día días dia dias giorno giorni gg dag dagen",
    "h": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur",
    "m": "min mins minute minutes minuten minuto minutos minuti",
    "s": "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondo secondi",
}
_LONGEST = 80  # characters: beyond, nobody means a moment
_TWELVE = 12  # hours of half a day, months of a year


def date_readings(text: str, primitive: str) -> Iterator[Rewrite]:
    """The values of a date or time type that a text may mean, the likeliest first; some may not fit the type."""
    if len(text) > _LONGEST:
        return
    text = _SPOKEN.sub("", _CHARACTERS.sub(r"\1-\2-\3", text))
    text = _UNPARTED.sub(r"\1T\2", _ZONE_NAME.sub("", text))
    if (found := _BY_CLOCK.fullmatch(text)) is not None:
        text = f"{found[2]} {found[1]} {found[5]} {found[3]}{found[4]}"
    match primitive:
        case "duration":
            yield from _durations(text)
        case "gMonth" | "gDay" | "gMonthDay":
            yield from _recurring(text, primitive)
        case "date":
            yield from _dates_alone(text)
        case "dateTime":
            yield from _date_times(text)
        case "time":
            yield from _times(text)
        case "gYearMonth":
            yield from _months(text)
        case "gYear" if (found := re.fullmatch(r"(\d{4})(?:\.0+|-\d\d?(?:-\d\d?)?)", text)) is not None:
            lossless = "." in text
            yield Rewrite(found[1], "A year stands alone.", safe=lossless, confidence=0.9 if lossless else 0.6)


def _dates_alone(text: str) -> Iterator[Rewrite]:
    for date, rest in _dates(text):
        zone = _zone(rest) if rest else ""
        if zone is not None:
            yield replace(date, value=date.value + zone)
            continue
        if (clock := _clock_behind(rest)) is None:
            continue
        time, zone = clock
        midnight = not time.strip("0:.")
        reason = "A date has no time of day." + (" It was midnight." if midnight else " The time was left out.")
        confidence = min(date.confidence, 0.85 if midnight else 0.6)
        yield Rewrite(date.value + zone, reason, safe=date.safe and midnight, confidence=confidence)
        if zone:
            yield unsure(date.value, reason, min(date.confidence, 0.5))


def _date_times(text: str) -> Iterator[Rewrite]:
    for date, rest in _dates(text):
        if not rest or (zone := _zone(rest)) is not None:
            moment = f"{date.value}T00:00:00{zone if rest else ''}"
            yield unsure(moment, "The time of day was missing; midnight was added.", 0.5)
            continue
        if (clock := _clock_behind(rest)) is not None:
            reason = "A date and time are written YYYY-MM-DDThh:mm:ss."
            yield replace(date, value=f"{date.value}T{''.join(clock)}", reason=reason)


def _times(text: str) -> Iterator[Rewrite]:
    if (clock := _clock(text)) is not None:
        yield sure("".join(clock), "A time is written hh:mm:ss.", 0.95)
        return
    for _, rest in _dates(text):
        behind = _clock_behind(rest) if rest else None
        if behind is not None:
            yield unsure("".join(behind), "A time has no date; it was left out.", 0.5)


def _months(text: str) -> Iterator[Rewrite]:
    reason = "A year and month are written YYYY-MM."
    if (found := re.fullmatch(r"(\d{4})[-/. ]?(\d{1,2})", text)) is not None:
        yield sure(f"{found[1]}-{int(found[2]):02}", reason, 0.95)
    elif (found := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", text)) is not None:
        yield sure(f"{found[2]}-{int(found[1]):02}", reason, 0.95)
    elif (found := re.fullmatch(r"([^\W\d_]{3,10})\.?[\s,\-/]+(\d{4})", text)) and (number := month_number(found[1])):
        yield sure(f"{found[2]}-{number:02}", reason, 0.9)
    else:
        for date, rest in _dates(text):
            if not rest:
                yield unsure(date.value[:7], f"{reason} The day was left out.", 0.5)


def _recurring(text: str, primitive: str) -> Iterator[Rewrite]:
    """A month, a day, or a month and day of every year, which begin with hyphens."""
    number = month_number(text) if primitive == "gMonth" else 0
    found = re.fullmatch(r"-*(\d{1,2})(?:-(\d{1,2}))?-*", str(number or text))
    if found is None or (found[2] is not None) is not (primitive == "gMonthDay"):
        return
    written = f"--{int(found[1]):02}-{int(found[2]):02}" if found[2] else f"{int(found[1]):02}"
    hyphens = {"gMonth": "--", "gDay": "---", "gMonthDay": ""}[primitive]
    yield sure(hyphens + written, "What recurs every year or month begins with hyphens.", 0.9)


def _durations(text: str) -> Iterator[Rewrite]:
    """The duration that a text names, part by part."""
    reason = "A duration is written like P3DT4H30M."
    clock = re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", text)
    if clock is not None:
        seconds = f"{int(clock[3])}S" if clock[3] else ""
        yield unsure(f"PT{int(clock[1])}H{int(clock[2])}M{seconds}", reason, 0.6)
        return
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    dated, clock_at = body[:1] in ("P", "p"), body.upper().find("T")
    amounts = dict.fromkeys("YMDhms", Decimal(0))
    at = 0
    for part in _AMOUNT.finditer(body):
        unit = _unit(part[2], months=dated and not 0 <= clock_at < part.start())
        if body[at : part.start()].strip(_BETWEEN_PARTS) or unit is None:
            return
        amounts[unit[0]] += Decimal(part[1].replace(",", ".")) * unit[1]
        at = part.end()
    if not at or body[at:].strip():
        return
    for larger, smaller, size in (("D", "h", 24), ("h", "m", 60), ("m", "s", 60)):
        amounts[smaller] += amounts[larger] % 1 * size
        amounts[larger] //= 1
    if amounts["Y"] % 1 or amounts["M"] % 1:
        return
    days, time = (
        "".join(f"{format(amounts[part].normalize(), 'f')}{part.upper()}" for part in parts if amounts[part])
        for parts in ("YMD", "hms")
    )
    yield sure(f"{sign}P{days}{'T' + time if time else ''}", reason, 0.9)


def _unit(word: str, *, months: bool) -> tuple[str, int] | None:
    """The part of a duration that a word means, and its size in it (a week: 7 days); `months`: a lone m is a month."""
    if word in ("M", "m"):
        return ("M" if months else "m", 1)
    unit = next((unit for unit, words in _UNITS.items() if word.lower().rstrip(".") in words.split()), None)
    return None if unit is None else ("D", 7) if unit == "W" else (unit, 1)


def _dates(text: str) -> Iterator[tuple[Rewrite, str]]:
    """The readings of the date at the start of a text, each with the text behind it."""
    reason = "A date is written YYYY-MM-DD."
    for form in (_YEAR_FIRST, _COMPACT):
        if (found := form.match(text)) is not None and _ends(text, found.end()):
            year, month, day = found.groups()
            yield _date(year, month, day, reason), text[found.end() :]
            if int(month) > _TWELVE >= int(day):
                doubt = f"{reason} Day and month were swapped."
                yield unsure(_written(year, day, month), doubt, 0.6), text[found.end() :]
            return
    if (found := _YEAR_LAST.match(text)) is not None and _ends(text, found.end()):
        for date in _day_or_month_first(found[1], found[2].strip(), found[3], found[4], reason):
            yield date, text[found.end() :]
        return
    for form, (year, named, day) in ((_NAMED, (3, 2, 1)), (_NAMED_FIRST, (3, 1, 2)), (_NAMED_MIDDLE, (1, 2, 3))):
        found = form.match(text)
        if found is not None and (number := month_number(found[named])) and _ends(text, found.end()):
            yield _date(found[year], str(number), found[day], reason), text[found.end() :]
            return
    if (found := _COMPACT_LAST.fullmatch(text)) is not None:
        for date in _day_or_month_first(found[1], "", found[2], found[3], reason):
            yield replace(date, safe=False, confidence=date.confidence * 0.8), ""


def _day_or_month_first(first: str, separator: str, second: str, year: str, reason: str) -> Iterator[Rewrite]:
    one, two = int(first), int(second)
    if one == two or one > _TWELVE or two > _TWELVE:  # no month has a number above twelve
        day, month = (first, second) if two <= _TWELVE else (second, first)
        yield _date(year, month, day, reason)
        return
    doubt = f"{reason} Which of {first} and {second} is the month was assumed."
    likely, unlikely = (0.55, 0.25) if separator == "." else (0.45, 0.4)
    yield unsure(_written(year, second, first), doubt, likely)
    yield unsure(_written(year, first, second), doubt, unlikely)


def _date(year: str, month: str, day: str, reason: str) -> Rewrite:
    """A date that is sure, unless the century of its year was assumed."""
    short = len(year) == len("YY")
    return Rewrite(_written(year, month, day), reason, safe=not short, confidence=0.6 if short else 0.95)


def _written(year: str, month: str, day: str) -> str:
    if len(year) == len("YY"):
        year = f"{'19' if int(year) >= _CENTURY_TURN else '20'}{year}"
    return f"{year}-{int(month):02}-{int(day):02}"


def _ends(text: str, end: int) -> bool:
    return not text[end : end + 1].isdigit()


def _clock_behind(rest: str) -> tuple[str, str] | None:
    between = _BETWEEN.match(rest)
    return _clock(rest[between.end() :]) if between is not None else None


def _clock(text: str) -> tuple[str, str] | None:
    """The time of day that a text begins with and its time zone, "" for none."""
    for form in (_TIME, _COMPACT_TIME, _HOUR):
        found = form.match(text)
        if found is None:
            continue
        zone = _zone(text[found.end() :]) if text[found.end() :].strip() else ""
        if zone is None:
            continue
        fields = found.groupdict()
        hour = int(fields["hour"])
        if fields.get("half"):
            if not 1 <= hour <= _TWELVE:
                return None
            hour = hour % _TWELVE + (_TWELVE if fields["half"] in "pP" else 0)
        fraction = (fields.get("fraction") or "").replace(",", ".")
        return f"{hour:02}:{fields.get('minute') or '00'}:{fields.get('second') or '00'}{fraction}", zone
    return None


def _zone(text: str) -> str | None:
    found = _ZONE.fullmatch(text.rstrip())
    if found is None:
        return None
    if found["utc"]:
        return "Z"
    return f"{'+' if found['sign'] == '+' else '-'}{int(found['hour']):02}:{found['minute'] or '00'}"
