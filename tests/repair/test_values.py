"""Values are rewritten into their type: what was meant, and whether it is beyond doubt."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.grammar.datatypes import BUILTINS, SimpleType, restrict
from mcp_servers.xml_troubleshooter.repair.values.lexical_forms import rewrites


def kind(base: str, *facets: str) -> SimpleType:
    return restrict(BUILTINS[base], [(facet, value) for facet, _, value in (one.partition("=") for one in facets)])


CODES = kind(
    "string",
    "enumeration=ADDR",
    "enumeration=HOME",
    "enumeration=Registered-Office",
    "enumeration=café",
    "enumeration=07",
)
YES = kind("token", "enumeration=Y", "enumeration=N")
CURRENCY = kind("string", "pattern=[A-Z]{3}")
IBAN = kind("string", "pattern=[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
AMOUNT = kind("decimal", "fractionDigits=2")
EITHER = SimpleType(primitive="union", members=(BUILTINS["date"], kind("token", "enumeration=unbounded")))
NUMBERS = SimpleType(primitive="list", white_space="collapse", members=(BUILTINS["int"],))
DATE, MOMENT, CLOCK = BUILTINS["date"], BUILTINS["dateTime"], BUILTINS["time"]
DURATION = BUILTINS["duration"]
HEX, UUID = "[0-9a-f]", "6f9619ff-8b86-d011-b42d-00c04fc964ff"
DECIMAL, INTEGER, BOOLEAN = BUILTINS["decimal"], BUILTINS["integer"], BUILTINS["boolean"]

CERTAIN = [
    # what came with the value by accident
    (DATE, " 2024-12-24\n", "2024-12-24"),
    (CODES, "\u200bHOME\ufeff", "HOME"),
    (CODES, "\u00a0HOME", "HOME"),
    (CODES, '"HOME"', "HOME"),
    (CODES, "“HOME”", "HOME"),
    (kind("string", "enumeration=R&D"), "R&amp;amp;D", "R&D"),
    (kind("string", "maxLength=5"), " abcde ", "abcde"),
    (AMOUNT, "444.12,", "444.12"),
    (CODES, "HOME ;", "HOME"),
    (CODES, '["HOME"]', "HOME"),
    (INTEGER, '{"value": "12"}', "12"),
    (DATE, "\uff12\uff10\uff12\uff14-12-24", "2024-12-24"),
    (INTEGER, "7269\n      4900", "72694900"),
    (BOOLEAN, "Ja", "true"),
    (kind("string", "pattern=true|false|"), "Y", "true"),
    (BOOLEAN, "faux", "false"),
    # dates
    (DATE, "24/12/2024", "2024-12-24"),
    (DATE, "24.12.2024", "2024-12-24"),
    (DATE, "12/24/2024", "2024-12-24"),
    (DATE, "2024/12/24", "2024-12-24"),
    (DATE, "20241224", "2024-12-24"),
    (DATE, "2024-1-5", "2024-01-05"),
    (DATE, "5.5.2024", "2024-05-05"),
    (DATE, "24 Dec 2024", "2024-12-24"),
    (DATE, "December 24th, 2024", "2024-12-24"),
    (DATE, "24. Dezember 2024", "2024-12-24"),
    (DATE, "24 décembre 2024", "2024-12-24"),
    (DATE, "Tue, 24 Dec 2024", "2024-12-24"),
    (DATE, "2024-12-24T00:00:00", "2024-12-24"),
    (DATE, "2024-12-24 Z", "2024-12-24Z"),
    (DATE, "24 de dezembro de 2024", "2024-12-24"),
    (DATE, "24 grudnia 2024", "2024-12-24"),
    (DATE, "24. des. 2024", "2024-12-24"),
    (DATE, "2024年12月24日", "2024-12-24"),
    (DATE, "'2024-12-24", "2024-12-24"),
    (DATE, "٢٠٢٤-١٢-٢٤", "2024-12-24"),
    (BUILTINS["gYearMonth"], "12/2024", "2024-12"),
    (BUILTINS["gMonth"], "March", "--03"),
    (BUILTINS["gDay"], "5", "---05"),
    (BUILTINS["gMonthDay"], "12-24", "--12-24"),
    (DURATION, "1h30m", "PT1H30M"),
    (DURATION, "14 Tage", "P14D"),
    (DURATION, "2 weeks, 1 day", "P15D"),
    (DURATION, "PT1.5H", "PT1H30M"),
    (DURATION, "p1y2m", "P1Y2M"),
    (BUILTINS["gYear"], "2024.0", "2024"),
    # times
    (MOMENT, "2024-12-24 10:00:00", "2024-12-24T10:00:00"),
    (MOMENT, "2024-12-24T10:00", "2024-12-24T10:00:00"),
    (MOMENT, "24.12.2024 9:05", "2024-12-24T09:05:00"),
    (MOMENT, "20241224T100000Z", "2024-12-24T10:00:00Z"),
    (MOMENT, "2024-12-24T10:00:00+0100", "2024-12-24T10:00:00+01:00"),
    (MOMENT, "Tue, 24 Dec 2024 10:00:00 GMT", "2024-12-24T10:00:00Z"),
    (MOMENT, "2024-12-24T10:00:00,123", "2024-12-24T10:00:00.123"),
    (MOMENT, "12/24/2024 3:04 PM", "2024-12-24T15:04:00"),
    (MOMENT, "Tue Dec 24 10:00:00 2024", "2024-12-24T10:00:00"),
    (MOMENT, "20241224100000", "2024-12-24T10:00:00"),
    (MOMENT, "2024-12-24T10:00:00+01:00[Europe/Berlin]", "2024-12-24T10:00:00+01:00"),
    (CLOCK, "10.30 Uhr", "10:30:00"),
    (CLOCK, "12:30 am", "00:30:00"),
    (CLOCK, "103000", "10:30:00"),
    # numbers
    (DECIMAL, "12,50", "12.50"),
    (DECIMAL, "0,123", "0.123"),
    (DECIMAL, "1.234,50", "1234.50"),
    (DECIMAL, "1,234.50", "1234.50"),
    (DECIMAL, "1,23,456.78", "123456.78"),
    (DECIMAL, "1 234 567,5", "1234567.5"),
    (DECIMAL, "1'234.50", "1234.50"),
    (DECIMAL, "12,345,678", "12345678"),
    (DECIMAL, "$12.50", "12.50"),
    (DECIMAL, "-€1.234,5", "-1234.5"),
    (DECIMAL, "12.50 EUR", "12.50"),
    (DECIMAL, "(12.50)", "-12.50"),
    (DECIMAL, "12.50-", "-12.50"),
    (DECIMAL, "CHF 12.–", "12"),  # noqa: RUF001 - as typed
    (DECIMAL, "=12.50", "12.50"),
    (DECIMAL, "−5", "-5"),  # noqa: RUF001 - a minus sign as typed
    (DECIMAL, "1.5E3", "1500"),
    (DECIMAL, "١٢", "12"),
    (INTEGER, "12.0", "12"),
    (INTEGER, "1,234", "1234"),
    (BUILTINS["double"], "Infinity", "INF"),
    # booleans and enumerations
    (BOOLEAN, "TRUE", "true"),
    (BOOLEAN, "yes", "true"),
    (BOOLEAN, "Off", "false"),
    (YES, "true", "Y"),
    (CODES, "home", "HOME"),
    (CODES, "registered_office", "Registered-Office"),
    (CODES, "Cafe", "café"),
    (CODES, "7", "07"),
    (CODES, "7.0", "07"),
    (CODES, "НОМЕ", "HOME"),  # noqa: RUF001 - Cyrillic
    (kind("string", "pattern=required|optional"), "requird", "required"),
    (CODES, "Registred-Office", "Registered-Office"),
    # patterns
    (CURRENCY, "eur", "EUR"),
    (CURRENCY, "€", "EUR"),
    (kind("string", f"pattern={HEX}{{8}}(-{HEX}{{4}}){{3}}-{HEX}{{12}}"), "6F9619FF8B86D011B42D00C04FC964FF", UUID),
    (IBAN, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    (IBAN, "de89-3704-0044-0532-0130-00", "DE89370400440532013000"),
    (kind("string", "pattern=[0-9]{4}-[0-9]{2}-[0-9]{2}"), "24/12/2024", "2024-12-24"),
    (kind("string", "pattern=[0-9]+,[0-9]{2}|[0-9]+"), "12 EUR", "12"),
    # names, codes, addresses, bytes
    (BUILTINS["language"], "en_US", "en-US"),
    (BUILTINS["IDREF"], "#a1", "a1"),
    (BUILTINS["anyURI"], "http://example.org/100%", "http://example.org/100%25"),
    (BUILTINS["hexBinary"], "0xAB CD", "ABCD"),
    (BUILTINS["base64Binary"], "YQ", "YQ=="),
    (BUILTINS["base64Binary"], "-----BEGIN KEY-----\nYQ==\n-----END KEY-----", "YQ=="),
    # unions and lists
    (EITHER, "24/12/2024", "2024-12-24"),
    (EITHER, "Unbounded", "unbounded"),
    (NUMBERS, "1, 2;3", "1 2 3"),
    (NUMBERS, "1 2.0 3", "1 2 3"),
]


@pytest.mark.parametrize(("type_", "value", "meant"), CERTAIN)
def test_what_is_beyond_doubt_is_safe(type_: SimpleType, value: str, meant: str) -> None:
    found = rewrites(value, type_)
    assert (found[0].value, found[0].safe) == (meant, True)
    assert found[0].reason.endswith(".")


DOUBTFUL = [
    (DATE, "05/04/2024", ["2024-04-05", "2024-05-04"]),
    (DATE, "05.04.2024", ["2024-04-05", "2024-05-04"]),
    (DATE, "24/12/24", ["2024-12-24"]),
    (DATE, "2024-24-12", ["2024-12-24"]),
    (DATE, "2024-12-24T10:00:00", ["2024-12-24"]),
    (MOMENT, "2024-12-24", ["2024-12-24T00:00:00"]),
    (DECIMAL, "1,234", ["1.234", "1234"]),
    (DECIMAL, "19%", ["19", "0.19"]),
    (DECIMAL, "5 kg", ["5"]),
    (DECIMAL, "l2.5O", ["12.50"]),
    (INTEGER, "1.000", ["1", "1000"]),
    (INTEGER, "No. 12", ["12"]),
    (DURATION, "01:30", ["PT1H30M"]),
    (CURRENCY, "Germany", ["DEU"]),
    (CURRENCY, "Oesterreich", ["AUT"]),
    (CURRENCY, "Česko", ["CZE"]),
    (CURRENCY, "Nowhere", []),
    (kind("string", "enumeration=GB", "enumeration=US"), "UK", ["GB", "US"]),
    (kind("string", "pattern=[0-9]{13}"), "4.00638E+12", ["4006380000000"]),
    (kind("string", "pattern=[A-Z]{2}[0-9]{4}"), "Ref: AB1234", ["AB1234"]),
    (INTEGER, "12.5", ["13"]),
    (INTEGER, ">12", ["12"]),
    (INTEGER, "12/", ["12"]),
    (AMOUNT, "12.345", ["12.35", "12345"]),
    (CODES, "HOMR", ["HOME"]),
    (kind("string", "pattern=[0-9]{5}"), "1234", ["01234"]),
    (kind("string", "pattern=[A-Z]{2}|[a-z]{2}"), "aB", ["AB", "ab"]),
    (kind("string", "maxLength=4"), '"abc"', ["abc"]),
    (BUILTINS["ID"], "1 a", ["_1_a"]),
    (BUILTINS["ID"], "#a1", ["a1", "_a1"]),
    (BUILTINS["NMTOKEN"], "home - as agreed", ["home"]),
    (BUILTINS["NMTOKEN"], "300,0", ["300.0"]),
    (INTEGER, "l", ["1"]),
    (INTEGER, "7-", ["-7"]),
    (INTEGER, "(7)", ["-7"]),
    (INTEGER, "7+", ["7"]),
    (BUILTINS["base64Binary"], "data:image/png;base64,YWJj", ["YWJj"]),
]


@pytest.mark.parametrize(("type_", "value", "readings"), DOUBTFUL)
def test_what_has_several_meanings_or_loses_something_is_unsafe(
    type_: SimpleType, value: str, readings: list[str]
) -> None:
    found = rewrites(value, type_)
    assert [rewrite.value for rewrite in found] == readings
    assert not any(rewrite.safe for rewrite in found)


WORDS = "active approved internal monthly hypertension closed contract smoker enabled sulfate phase-2023"
MEANT = kind("string", *(f"enumeration={value}" for value in WORDS.split()))


NEAR = (
    "inactive unapproved external bimonthly hypotension unclosed contact non-smoker disabled nactive phase-2024 sulfite"
)


@pytest.mark.parametrize("value", NEAR.split())
def test_another_word_that_is_near_a_value_waits_for_consent(value: str) -> None:
    assert not any(found.safe for found in rewrites(value, MEANT))


@pytest.mark.parametrize(
    ("value", "meant"),
    [("Approved", "approved"), ("apprroved", "approved"), ("aproved", "approved"), ("hypretension", "hypertension")],
)
def test_a_slip_inside_a_long_word_is_safe(value: str, meant: str) -> None:
    found = rewrites(value, MEANT)[0]
    assert (found.value, found.safe) == (meant, True)


NOTHING = [
    (DATE, "2024-12-24"),
    (DATE, "31/02/2024"),
    (DATE, "tomorrow"),
    (DATE, "N/A"),
    (DATE, ""),
    (DECIMAL, "abc"),
    (DECIMAL, "1.2.3"),
    (DECIMAL, "12 13"),
    (kind("string", "maxLength=5"), "much too long"),
    (BOOLEAN, "maybe"),
    (CODES, "elsewhere"),
    (kind("decimal", "minInclusive=0"), "-5"),
]


@pytest.mark.parametrize(("type_", "value"), NOTHING)
def test_nothing_is_made_up(type_: SimpleType, value: str) -> None:
    assert rewrites(value, type_) == []


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d %B %Y", "%b %d, %Y"])
@given(day=st.dates(dt.date(1970, 1, 1), dt.date(2069, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_a_date_in_any_notation_is_restored_or_offered(form: str, day: dt.date) -> None:
    written = day.strftime(form)
    found = rewrites(written, DATE)
    assert day.isoformat() in [rewrite.value for rewrite in found]
    assert not found[0].safe or found[0].value == day.isoformat()


@given(
    number=st.decimals(-10_000_000, 10_000_000, places=2),
    style=st.sampled_from([",.", ".,", " ,", "',", "\u202f,", "'."]),
)
@settings(max_examples=300, deadline=None)
def test_a_number_in_any_notation_is_restored(number: Decimal, style: str) -> None:
    written = f"{number:,.2f}".replace(",", "T").replace(".", style[1]).replace("T", style[0])
    if not DECIMAL.accepts(written):
        found = rewrites(written, DECIMAL)
        assert (Decimal(found[0].value), found[0].safe) == (number, True)


types = st.sampled_from(
    [*BUILTINS.values(), CODES, YES, CURRENCY, IBAN, AMOUNT, EITHER, NUMBERS, kind("string", "maxLength=3")]
)
values = st.one_of(
    st.text(max_size=20),
    st.text("0123456789.,-/: TZ+€$%()", max_size=20),
    st.sampled_from([value for _, value, _ in CERTAIN]),
)


@given(type_=types, value=values)
@settings(max_examples=2000, deadline=None)
def test_every_rewrite_is_a_value_of_the_type(type_: SimpleType, value: str) -> None:
    found = rewrites(value, type_)
    assert all(type_.accepts(rewrite.value) and 0 < rewrite.confidence <= 1 for rewrite in found)
    assert len({rewrite.value for rewrite in found}) == len(found)
    assert [rewrite.safe for rewrite in found] == sorted((rewrite.safe for rewrite in found), reverse=True)
    if type_.accepts(value):
        assert found == []


@pytest.mark.parametrize(
    "value", ["1" * 50_000 + "x", "1," * 20_000, " " * 50_000 + "x", "(" * 50_000, "&amp;" * 20_000, "1 " * 1000]
)
def test_long_values_take_no_long_time(value: str) -> None:
    started = time.process_time()
    for type_ in (DATE, DECIMAL, CODES, IBAN, NUMBERS, BUILTINS["anyURI"], BUILTINS["base64Binary"]):
        rewrites(value, type_)
    assert time.process_time() - started < 5
