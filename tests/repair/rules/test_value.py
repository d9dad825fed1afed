"""Values that their type does not take."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import LANGUAGES, Repair
from .conftest import Check, Determined, OwnSchema, Restore

OPEN = """<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start><element name="thing">
    <attribute name="kind"><choice><value>big</value><value>small</value></choice></attribute>
    <zeroOrMore><choice><ref name="resource"/><ref name="literal"/></choice></zeroOrMore>
  </element></start>
  <define name="resource"><element><anyName/><element name="other"><text/></element></element></define>
  <define name="literal"><element><anyName/><text/></element></define>
</grammar>"""
LINKS = "<!ELEMENT net (node|link)*><!ELEMENT node EMPTY><!ELEMENT link EMPTY><!ATTLIST node id ID #REQUIRED>"
LINKS += "<!ATTLIST link to IDREFS #REQUIRED>"

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ('unit="metre"', 'unit="Metre"', "rule:value", True),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "one of several references with a slip in it": (
        "net.dtd",
        LINKS,
        '<net><node id="north"/><node id="south"/><link to="north south"/></net>',
        '<net><node id="north"/><node id="south"/><link to="north sotuh"/></net>',
    ),
    "elements of any name are told apart by what they hold": (
        "thing.rng",
        OPEN,
        '<thing kind="big"><a>x</a><b><other>y</other></b></thing>',
        '<thing kind="Big"><a>x</a><b><other>y</other></b></thing>',
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


@pytest.mark.parametrize("language", ["xsd", "rng"])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<date>2026-03-05</date>", "<date>2026/03/05</date>"),
        ("<date>2026-03-05</date>", "<date>25.03.2026</date>"),
        ("<quantity>2.5</quantity>", "<quantity>2,5</quantity>"),
        ("<paid>true</paid>", "<paid>True</paid>"),
        ("<paid>true</paid>", "<paid>yes</paid>"),
    ],
)
def test_a_value_is_written_as_its_type_has_it(
    right: str, wrong: str, language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    fixed, fixes, _ = repair(order.replace(right, wrong), schemas[language])

    assert fixed == order.replace("2026-03-05", "2026-03-25" if "25." in wrong else "2026-03-05")
    assert all(fix.provenance for fix in fixes)


@pytest.mark.parametrize(("elsewhere", "safe"), [("", False), ("EUR", True)])
def test_a_currency_goes_safely_only_where_the_document_names_it_elsewhere(
    elsewhere: str, safe: bool, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(">2.5<", ">2.5 EUR<").replace("black", f"black {elsewhere}")

    fixed, _, _ = repair(broken, schemas["xsd"])

    assert (">2.5<" in fixed) is safe


@pytest.mark.parametrize(("written", "element", "safe"), [
    ("1,234", "OrderID", False), ("1e3", "OrderID", False), ("1,234", "quantity", True), ("1 234", "OrderID", True),
    ("12.0", "OrderID", True),
])  # fmt: skip
def test_an_identifier_is_not_read_as_a_number_that_counts(
    written: str, element: str, safe: bool, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "order.rng"
    schema.write_text(
        f'<element name="{element}" xmlns="http://relaxng.org/ns/structure/1.0" '
        'datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><data type="integer"/></element>'
    )

    _, fixes, _ = repair(f"<{element}>{written}</{element}>", str(schema), allow_unsafe=True)

    assert [fix.safety is Safety.SAFE for fix in fixes] == [safe]


def test_an_answer_may_be_written_as_people_write_where_it_means_one_value(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("<date>2026-03-05</date>", "<date/>")
    assert broken != order
    [question] = repair(broken, schemas["xsd"])[2]

    assert repair(broken, schemas["xsd"], answers={question.id: "31.3.2026"})[0] == order.replace("03-05", "03-31")
    assert repair(broken, schemas["xsd"], answers={question.id: "1/3/2026"})[0] == broken


def test_a_reference_written_out_in_an_attribute_is_no_entity(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace('unit="metre"', 'unit="metre&amp;nbsp;"')

    assert repair(broken, schemas["xsd"])[0] == order
