"""Tags around too much or too little: wrappers, ends and parts of elements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import LANGUAGES, Repair
from .conftest import EXTENDED, HIT, HITS, OPEN_SERVICE, RECORDS, Check, Determined, OwnSchema, Restore

DECLARATIONS = (
    "<!ELEMENT scenario (parameters?, variables?)><!ELEMENT parameters (parameter)*><!ELEMENT variables (variable)*>"
    "<!ELEMENT parameter (limit)*><!ATTLIST parameter name CDATA #IMPLIED><!ELEMENT limit (#PCDATA)>"
    "<!ELEMENT variable EMPTY>"
)
OPERATION = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="open"><xs:sequence>
    <xs:any namespace="##any" processContents="lax" maxOccurs="unbounded"/>
  </xs:sequence><xs:attribute name="name"/></xs:complexType>
  <xs:element name="operation"><xs:complexType><xs:sequence>
    <xs:element name="input" type="open"/><xs:element name="output" type="open"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
PAYMENT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="payment"><xs:complexType><xs:sequence>
    <xs:element name="on"><xs:complexType><xs:choice>
      <xs:element name="day" type="xs:date"/><xs:element name="moment" type="xs:dateTime"/>
    </xs:choice></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
ENTRIES = (
    "<list>\n  <entry>\n    <id>1</id>\n    <name>a</name>\n  </entry>\n"
    "  <entry>\n    <id>2</id>\n    <name>b</name>\n    <note>x</note>\n  </entry>\n</list>"
)
NOTATIONS = "<!ELEMENT notations (articulations)*><!ELEMENT articulations (staccato)*><!ELEMENT staccato EMPTY>"

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    (
        "    <name>Blum</name>\n    <city>Graz</city>\n  </buyer>",
        "    <name>Blum</name>\n  </buyer>\n    <city>Graz</city>",
        "rule:misplaced-end",
        False,
    ),
    ("<article>Cable</article>", "<article><b>Cable</b></article>", "rule:surplus-wrapper", False),
    (
        "</article>\n      <quantity>10</quantity>",
        "\n      <quantity>10</quantity></article>",
        "rule:misplaced-end",
        False,
    ),
    ("<name>Blum</name>\n", "<who><name>Blum</name></who>\n", "rule:surplus-wrapper", False),
    ("  <lines>\n", "", "rule:missing-wrapper", True),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "an element in two parts, of which the second resembles another element": (
        "scenario.dtd",
        DECLARATIONS,
        '<scenario><parameters><parameter name="a"/><parameter name="b"><limit>1</limit></parameter></parameters>'
        "<variables/></scenario>",
        '<scenario><parameters><parameter name="a"/></parameters><parameters><parameter name="b"><limit>1</limit>'
        "</parameter></parameters><variables/></scenario>",
    ),
    "an element in two parts that may hold anything": (
        "operation.xsd",
        OPERATION,
        '<operation><input><a/></input><output name="o"><b/><c/></output></operation>',
        '<operation><input><a/></input><output name="o"><b/></output><output><c/></output></operation>',
    ),
    "a value without the element that newer versions of the schema put around it": (
        "payment.xsd",
        PAYMENT,
        "<payment><on><day>2026-11-25</day></on></payment>",
        "<payment><on>2026-11-25</on></payment>",
    ),
    "an element that never holds anything is wrapped, not lost": (
        "notations.dtd",
        NOTATIONS,
        "<notations><articulations><staccato/></articulations></notations>",
        "<notations><staccato/></notations>",
    ),
    "two records run together": (
        "list.dtd",
        RECORDS,
        ENTRIES,
        ENTRIES.replace("  </entry>\n  <entry>\n", "", 1),
    ),
    "a record in two parts, of which neither is whole": (
        "list.dtd",
        RECORDS,
        ENTRIES,
        ENTRIES.replace("<name>b", "</entry><entry><name>b"),
    ),
    "a part of a record that slipped into the next": (
        "list.dtd",
        RECORDS,
        ENTRIES,
        ENTRIES.replace("    <name>a</name>\n", "").replace("    <id>2", "    <name>a</name>\n    <id>2"),
    ),
    "a doubled tag with another fault inside": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<hit ", '<hit unit="a"><hit ').replace("</hit>", "</hit></hit>").replace("from", "form"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("edits", "rule"),
    [
        ({"    </line>\n    <line unit": "    </line>\n  </lines>\n  <lines>\n    <line unit"}, "rule:doubled-wrapper"),
        ({"</quantity>\n      <note>black</note>": "\n      <note>black</note></quantity>"}, "rule:misplaced-end"),
        (
            {
                "<order": '<e:envelope xmlns:e="urn:e"><e:body>\n<order',
                "</order>": "</order>\n</e:body></e:envelope>",
            },
            "rule:surplus-wrapper",
        ),
    ],
)
def test_a_tag_at_the_wrong_place_is_put_right_and_takes_nothing_with_it(
    edits: Mapping[str, str], rule: str, language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order
    for right, wrong in edits.items():
        assert right in broken
        broken = broken.replace(right, wrong, 1)

    fixed, fixes, _ = repair(broken, schemas[language], allow_unsafe=True)

    assert "".join(fixed.split()) == "".join(order.split())
    assert [fix.source for fix in fixes] == [rule]
    assert fixes[0].safety is Safety.UNSAFE


def test_a_document_taken_out_of_an_envelope_keeps_the_namespaces_it_uses(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "service.xsd"
    schema.write_text(OPEN_SERVICE)
    head, _, rest = EXTENDED.partition(' xmlns:s="http://example.org/service/"')
    wrapped = f'<e xmlns:s="http://example.org/service/" xmlns:unused="urn:u">\n{head}{rest}</e>\n'

    assert repair(wrapped, str(schema), allow_unsafe=True)[0] == EXTENDED


def test_an_envelope_that_says_something_itself_is_kept(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    _, _, body = order.partition("?>\n")
    wrapped = f"<envelope><sender>Blum</sender>\n{body}</envelope>"

    assert repair(wrapped, schemas["xsd"], allow_unsafe=True)[0] == wrapped


def test_one_too_many_of_a_kind_is_not_wrapped_unasked(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "page.dtd"
    schema.write_text("<!ELEMENT page (desc, revision*)><!ELEMENT revision (desc)><!ELEMENT desc (#PCDATA)>")
    broken = "<page><desc>a</desc><desc>b</desc></page>"

    assert repair(broken, str(schema))[0] == broken


def test_one_element_that_is_missing_does_not_make_two_records_one(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "list.dtd"
    schema.write_text(RECORDS.replace("(id,name,note?)", "(id?,name?,note)"))
    broken = "<list><entry><id>1</id></entry><entry><note>x</note></entry></list>"

    fixed, _, questions = repair(broken, str(schema), allow_unsafe=True)
    assert (fixed, len(questions)) == (broken, 1)
