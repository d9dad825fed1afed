"""Elements in another order than the schema has."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

from ..conftest import LANGUAGES, Repair
from .conftest import Check, Determined

NUMBER = "  <number>A-17</number>\n"
DATE = "  <date>2026-03-05</date>\n"
BUYER = "  <buyer>\n    <name>Blum</name>\n    <city>Graz</city>\n  </buyer>\n"
NESTED_INTERLEAVES = """<element name="trip" xmlns="http://relaxng.org/ns/structure/1.0"><interleave>
 <interleave><element name="from"><text/></element><element name="to"><text/></element></interleave>
 <interleave><element name="day"><text/></element><element name="hour"><text/></element></interleave>
 <zeroOrMore><element name="guest"><text/></element></zeroOrMore>
</interleave></element>"""

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    (
        "    <name>Blum</name>\n    <city>Graz</city>\n",
        "    <city>Graz</city>\n    <name>Blum</name>\n",
        "rule:misplaced-element",
        True,
    ),
    (
        NUMBER + DATE + BUYER,
        BUYER + DATE + NUMBER,
        "rule:misplaced-element",
        True,
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("<r>\n  <c/><a/>\n  <b/>\n  \n</r>", "<r>\n  <a/>\n  <b/>\n  <c/>\n</r>"),  # the line it left is there
        ("<r>\n  <c/><a/>\n  <b/>\n</r>", "<r>\n  <a/>\n  <b/>\n  <c/>\n</r>"),
        ("<r>\n\n  <c/>\n  <a/>\n  <b/>\n\n</r>", "<r>\n  <a/>\n  <b/>\n\n  <c/>\n\n</r>"),
        ("<r><c/><a/><b/></r>", "<r><a/><b/><c/></r>"),
    ],
)
def test_an_element_takes_its_indentation_with_it_and_leaves_that_of_its_neighbour(
    broken: str, meant: str, line_end: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a, b, c)><!ELEMENT a EMPTY><!ELEMENT b EMPTY><!ELEMENT c EMPTY>")

    assert repair(broken.replace("\n", line_end), str(schema))[0] == meant.replace("\n", line_end)


def test_an_order_that_only_the_validator_minds_is_changed_safely(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "trip.rng"
    schema.write_text(NESTED_INTERLEAVES)
    used: set[str] = set()
    for names in permutations(("from", "to", "day", "hour", "guest")):
        text = "<trip>\n" + "\n".join(f"<{name}>{name.upper()}</{name}>" for name in names) + "\n</trip>"
        fixed, fixes, _ = repair(text, str(schema))
        assert sorted(fixed.split("\n")) == sorted(text.split("\n"))
        assert validate(Document.from_text(fixed), plan([schema])).valid
        used |= {fix.source for fix in fixes}
    assert used == {"rule:misplaced-element"}
