"""What libxml2 refuses though RELAX NG allows it is told in these words, at the place where it stumbles."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

HEAD = 'xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"'
NESTED = f"""<element name="trip" {HEAD}><interleave>
 <interleave><element name="from"><text/></element><element name="to"><text/></element></interleave>
 <interleave><optional><element name="day"><text/></element></optional>
  <optional><element name="hour"><text/></element></optional></interleave>
 <zeroOrMore><element name="guest"><text/></element></zeroOrMore>
 <optional><element name="weight"><data type="unsignedInt"><param name="pattern">[0-9]+</param></data></element>
 </optional></interleave></element>"""
FROM, TO, DAY, HOUR = "<from>Ulm</from>", "<to>Bonn</to>", "<day>Monday</day>", "<hour>7</hour>"
WEIGHT = "<weight>20</weight>"
GUESTS = "<guest>Ann</guest>", "<guest>Bob</guest>"


@pytest.fixture
def schema(tmp_path: Path) -> str:
    path = tmp_path / "trip.rng"
    path.write_text(NESTED)
    return str(path)


def trip(*children: str) -> Document:
    return Document.from_text("<trip>\n" + "\n".join(children) + "\n</trip>")


@pytest.mark.parametrize(
    ("children", "stumbled", "advice"),
    [
        ([FROM, DAY, TO, HOUR], TO, "It belongs behind from."),
        ([FROM, DAY, TO, HOUR, *GUESTS], TO, "It belongs behind from."),
        ([FROM, TO, DAY, GUESTS[0], HOUR, GUESTS[1]], HOUR, "It belongs behind day."),
        ([FROM, HOUR, TO, DAY, WEIGHT], HOUR, "It belongs behind day."),
    ],
)
def test_an_order_that_only_the_validator_minds_is_told(
    children: list[str], stumbled: str, advice: str, schema: str
) -> None:
    document = trip(*children)
    (told,) = validate(document, plan([schema])).diagnostics
    assert told.code is Code.UNEXPECTED_ELEMENT
    assert document.text[told.start :].startswith(stumbled)
    assert "in any order, but the validator (libxml2) stumbles" in told.explanation
    assert told.explanation.endswith(advice)
    assert told.message


def test_blanks_around_a_value_with_a_pattern_are_told(schema: str) -> None:
    (told,) = validate(trip(FROM, TO, WEIGHT.replace("20", " 20 ")), plan([schema])).diagnostics
    assert (told.code, told.value) == (Code.INVALID_VALUE, " 20 ")
    assert "has white space around it" in told.explanation


@pytest.mark.parametrize("order", [[TO, FROM, HOUR, DAY, *GUESTS], [DAY, TO, FROM, HOUR]])
def test_another_order_is_not_touched(order: list[str], schema: str) -> None:
    assert validate(trip(*order), plan([schema])).valid
