"""What a schema's documentation says of a value is found by the value's path."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.schemas.documentation import meanings

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x" xmlns:d="urn:doc"
  targetNamespace="urn:x">
<xs:element name="Order" type="OrderType"/>
<xs:element name="Total" type="xs:decimal"/>
<xs:complexType name="OrderType"><xs:sequence>
  <xs:element name="Number"><xs:annotation><xs:documentation>The number that
    the buyer gave.</xs:documentation></xs:annotation></xs:element>
  <xs:element ref="Total"><xs:annotation><xs:documentation><d:Name>Order. Total</d:Name>
    <d:Definition>What is to be paid.</d:Definition></xs:documentation></xs:annotation></xs:element>
  <xs:element name="Line"><xs:complexType><xs:sequence>
    <xs:element name="Number"><xs:annotation><xs:documentation xml:lang="de">Die Nummer.</xs:documentation>
      <xs:documentation xml:lang="en">Counts from 1.</xs:documentation></xs:annotation></xs:element></xs:sequence>
    <xs:attribute name="unit"><xs:annotation><xs:documentation>How it is counted.</xs:documentation></xs:annotation>
    </xs:attribute></xs:complexType></xs:element>
  <xs:element name="Key"><xs:complexType><xs:attribute name="unit"/></xs:complexType></xs:element>
  <xs:element name="Note"><xs:annotation><xs:appinfo>internal</xs:appinfo></xs:annotation></xs:element>
</xs:sequence></xs:complexType></xs:schema>"""


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("/o:Order/o:Number", "The number that the buyer gave."),
        ("/Order/Total", "What is to be paid."),
        ("/Order/Line[2]/Number", "Counts from 1."),
        ("/Order/o:Line[2]/@unit", "How it is counted."),
        ("/Elsewhere/Total", "What is to be paid."),
        ("/Elsewhere/Number", ""),  # two elements of this name, and nothing tells which is meant
        ("/Order/Key/@unit", ""),
        ("/Elsewhere/@unit", ""),
        ("/Order/Note", ""),
        ("/Order/unit", ""),
    ],
)
def test_the_documentation_of_a_value_is_found_by_its_path(tmp_path: Path, path: str, meaning: str) -> None:
    (tmp_path / "order.xsd").write_text(SCHEMA)
    assert meanings(str(tmp_path / "order.xsd"), [path]).get(path, "") == meaning
