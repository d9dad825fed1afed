"""IDs and references to them, whatever the validator: each ID once, each reference to an ID that is there."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.grammar.id_names import IdNames
from mcp_servers.xml_troubleshooter.schemas.plan import plan

Write = Callable[[str, str], Path]

SCHEMAS = {
    "parts.xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
<xs:simpleType name="Key"><xs:restriction base="xs:ID"><xs:maxLength value="9"/></xs:restriction></xs:simpleType>
<xs:element name="parts"><xs:complexType><xs:choice maxOccurs="unbounded">
 <xs:element name="part"><xs:complexType><xs:attribute name="key" type="t:Key"/>
  <xs:attribute name="in" type="xs:IDREFS"/></xs:complexType></xs:element>
 <xs:element name="see" type="xs:IDREF"/>
 <xs:element name="code"><xs:complexType><xs:attribute name="key" type="xs:string"/></xs:complexType></xs:element>
</xs:choice></xs:complexType></xs:element></xs:schema>""",
    "parts.dtd": """<!ELEMENT parts (part|see|code)+><!ELEMENT part EMPTY>
<!ATTLIST part key ID #IMPLIED in IDREFS #IMPLIED>
<!ELEMENT see (#PCDATA)><!ELEMENT code EMPTY><!ATTLIST code key CDATA #IMPLIED>""",
    "parts.rng": """<element name="parts" xmlns="http://relaxng.org/ns/structure/1.0"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><oneOrMore><choice>
 <element name="part"><optional><attribute name="key"><data type="ID"/></attribute></optional>
  <optional><attribute name="in"><data type="IDREFS"/></attribute></optional></element>
 <element name="see"><data type="IDREF"/></element>
 <element name="code"><attribute name="key"/></element></choice></oneOrMore></element>""",
}
PART = '<part key="a"/>'

# the parts, and the faults; "see" is typed as a reference by XSD and RELAX NG alone
CASES = [
    (PART + '<part key="b" in="a b"/>', []),
    (PART + '<code key="a"/><code key="a"/>', []),  # the same name, but no ID
    (PART + '<!-- <part key="a"/> --><part in="a"/>', []),
    (PART + '<part key="a"/>', [Code.DUPLICATE_ID]),
    (PART + '<part in="a gone"/>', [Code.DANGLING_REFERENCE]),
    (PART + '<!-- <part key="b"/> --><part in="b"/>', [Code.DANGLING_REFERENCE]),
    ('<code key="c"/><part in="c"/>', [Code.DANGLING_REFERENCE]),
]
SEEN = [(PART + "<see>a</see>", []), (PART + "<see>gone</see>", [Code.DANGLING_REFERENCE])]
TABLE = [(schema, *case) for schema in SCHEMAS for case in CASES + (SEEN if schema != "parts.dtd" else [])]


@pytest.mark.parametrize(("schema", "parts", "codes"), TABLE)
def test_ids_and_references_are_checked_in_every_language(
    schema: str, parts: str, codes: list[Code], write: Write
) -> None:
    opening, closing = (
        ('<t:parts xmlns:t="urn:t">', "</t:parts>") if schema.endswith("xsd") else ("<parts>", "</parts>")
    )
    report = validate(Document.from_text(opening + parts + closing), plan([write(schema, SCHEMAS[schema])]))
    assert report.well_formed
    assert [item.code for item in report.diagnostics] == codes
    # of RELAX NG libxml2 checks the attributes that are references and not the elements; its word stays
    mild = schema == "parts.rng" and "<see>" in parts
    assert report.valid is (not codes or mild)
    assert all(item.severity is (Severity.WARNING if mild else Severity.ERROR) for item in report.diagnostics)


def test_sections_that_begin_in_the_value_of_an_entity_and_never_end_cost_no_time() -> None:
    names = IdNames(ids=frozenset({"id"}))
    start = time.perf_counter()
    for begins in ("<!--", "<![CDATA[", "<?x "):
        assert names.suspect(f"<!DOCTYPE a [<!ENTITY e '{begins * 100_000}'>]><a id='x'/>")
    assert time.perf_counter() - start < 1
    assert not names.suspect("<!-- id='x' --><?x id='x'?><a id='x'><![CDATA[id='x']]></a>")


def test_elements_of_ids_are_found_by_their_tags_and_a_tag_full_of_their_name_costs_no_time() -> None:
    names = IdNames(id_elements=frozenset({"id"}))
    start = time.perf_counter()
    assert not names.suspect("<a " + "id " * 100_000)
    assert time.perf_counter() - start < 1
    assert not names.suspect("<a><id>1</id><pid>1</pid><b id='>1<'/></a>")
    assert names.suspect("<a><id>1</id><x:id b='c'>1</x:id></a>")
