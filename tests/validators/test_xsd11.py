"""XSD 1.1: values are held to the lexical spaces of XML Schema, not to what Python reads as a number or a blank."""

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
<xs:element name="decimal" type="xs:decimal" minOccurs="0"/><xs:element name="int" type="xs:int" minOccurs="0"/>
<xs:element name="size" minOccurs="0"><xs:simpleType><xs:restriction base="xs:positiveInteger">
<xs:maxInclusive value=" 2000 "/></xs:restriction></xs:simpleType></xs:element>
<xs:element name="list" minOccurs="0"><xs:simpleType><xs:list itemType="xs:decimal"/></xs:simpleType></xs:element>
<xs:element name="union" minOccurs="0"><xs:simpleType><xs:union memberTypes="xs:integer xs:boolean"/></xs:simpleType>
</xs:element><xs:element name="amount" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">
<xs:attribute name="rate" type="xs:decimal"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
<xs:element name="code" minOccurs="0"><xs:simpleType><xs:restriction base="xs:token"><xs:enumeration value="A B"/>
</xs:restriction></xs:simpleType></xs:element><xs:element name="any" minOccurs="0"/>
<xs:element name="double" type="xs:double" minOccurs="0"/><xs:element name="year" type="xs:gYear" minOccurs="0"/>
</xs:sequence><xs:assert test="count(*) lt 5"/></xs:complexType></xs:element></xs:schema>"""
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
INTEGER = '<any {xsi} xsi:type="xs:integer">{value}</any>'.replace("{xsi}", XSI)


def _codes(content: str, folder: Path) -> list[Code]:
    schema = folder / "r.xsd"
    schema.write_text(SCHEMA, encoding="utf-8")
    report = validate(Document.from_text(f"<r>{content}</r>"), plan([schema]))
    assert report.valid is not bool(report.diagnostics)
    return [item.code for item in report.diagnostics]


@pytest.mark.parametrize(
    "content",
    [
        *(f"<decimal>{value}</decimal>" for value in ("1 2", "1 234.50", "1_000", "१२", "1e3", "\xa01", "1\u2003", "")),
        *(f"<int>{value}</int>" for value in ("1_0", "१", "1 0", "1.0", "1\xa0")),
        *(f"<size>{value}</size>" for value in ("1_0", "१", "\xa01")),
        "<list>1 2_0</list>",
        "<list>1\xa02</list>",
        "<union>1_0</union>",
        "<amount>1 2</amount>",
        '<amount rate="1 2">1</amount>',
        '<amount rate="1\xa0">1</amount>',
        "<code>A\xa0B</code>",
        "<code>A B\xa0</code>",
        INTEGER.format(value="1_0"),
        "\xa0<int>1</int>",
        "<int>1</int>\u2003",
    ],
)
def test_a_number_or_blank_as_python_has_it_is_invalid(content: str, tmp_path: Path) -> None:
    assert _codes(content, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        *(f"<decimal>{value}</decimal>" for value in ("1", "+1.", "-.5", "\n 12.50\t", "007")),
        *(f"<int>{value}</int>" for value in ("-2147483648", "+1", " 1 ", "-0")),
        "<size>2000</size>",
        "<list>1 2.0\n3</list>",
        "<union>10</union>",
        "<union>true</union>",
        '<amount rate=" 1.5 ">1</amount>',
        "<code> A\n B </code>",
        INTEGER.format(value="10"),
        "<double>+INF</double>",
        "<year>0000</year>",
        "<any>\xa0<b/></any>",
    ],
)
def test_what_xsd_11_allows_stays_valid(content: str, tmp_path: Path) -> None:
    assert not _codes(content, tmp_path)
