"""Fixtures and settings for every test, and one small vocabulary in three schema languages."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# machines are noisy: a slow example is no failure, and the suite stays bounded by the number of examples; these are the
# same everywhere, and `--hypothesis-profile=default` looks for new ones
settings.register_profile("suite", deadline=None, max_examples=100, derandomize=True)
settings.load_profile("suite")


XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="number" type="xs:string"/>
        <xs:element name="date" type="xs:date"/>
        <xs:element name="buyer" type="party"/>
        <xs:element name="seller" type="party" minOccurs="0"/>
        <xs:element name="lines">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="line" maxOccurs="unbounded">
                <xs:complexType>
                  <xs:sequence>
                    <xs:element name="article" type="xs:string"/>
                    <xs:element name="quantity" type="xs:decimal"/>
                    <xs:element name="note" type="xs:string" minOccurs="0"/>
                  </xs:sequence>
                  <xs:attribute name="unit" use="required">
                    <xs:simpleType>
                      <xs:restriction base="xs:string">
                        <xs:enumeration value="piece"/>
                        <xs:enumeration value="metre"/>
                      </xs:restriction>
                    </xs:simpleType>
                  </xs:attribute>
                  <xs:attribute name="position" type="xs:integer"/>
                </xs:complexType>
              </xs:element>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
        <xs:element name="paid" type="xs:boolean" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="version" use="required" fixed="2"/>
    </xs:complexType>
  </xs:element>
  <xs:complexType name="party">
    <xs:sequence>
      <xs:element name="name" type="xs:string"/>
      <xs:element name="city" type="xs:string" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
</xs:schema>
"""

RNG = """<element name="order" xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <attribute name="version"><value>2</value></attribute>
  <element name="number"><text/></element>
  <element name="date"><data type="date"/></element>
  <element name="buyer"><element name="name"><text/></element>
    <optional><element name="city"><text/></element></optional></element>
  <optional><element name="seller"><element name="name"><text/></element>
    <optional><element name="city"><text/></element></optional></element></optional>
  <element name="lines">
    <oneOrMore>
      <element name="line">
        <attribute name="unit"><choice><value>piece</value><value>metre</value></choice></attribute>
        <optional><attribute name="position"><data type="integer"/></attribute></optional>
        <element name="article"><text/></element>
        <element name="quantity"><data type="decimal"/></element>
        <optional><element name="note"><text/></element></optional>
      </element>
    </oneOrMore>
  </element>
  <optional><element name="paid"><data type="boolean"/></element></optional>
</element>
"""

DTD = """<!ELEMENT order (number, date, buyer, seller?, lines, paid?)>
<!ATTLIST order version CDATA #FIXED "2">
<!ELEMENT number (#PCDATA)>
<!ELEMENT date (#PCDATA)>
<!ELEMENT buyer (name, city?)>
<!ELEMENT seller (name, city?)>
<!ELEMENT name (#PCDATA)>
<!ELEMENT city (#PCDATA)>
<!ELEMENT lines (line+)>
<!ELEMENT line (article, quantity, note?)>
<!ATTLIST line unit (piece|metre) #REQUIRED position NMTOKEN #IMPLIED>
<!ELEMENT article (#PCDATA)>
<!ELEMENT quantity (#PCDATA)>
<!ELEMENT note (#PCDATA)>
<!ELEMENT paid (#PCDATA)>
"""

ORDER = """<?xml version="1.0"?>
<order version="2">
  <number>A-17</number>
  <date>2026-03-05</date>
  <buyer>
    <name>Blum</name>
    <city>Graz</city>
  </buyer>
  <lines>
    <line unit="piece" position="1">
      <article>Lamp</article>
      <quantity>2.5</quantity>
    </line>
    <line unit="metre">
      <article>Cable</article>
      <quantity>10</quantity>
      <note>black</note>
    </line>
  </lines>
  <paid>true</paid>
</order>
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a text to a file below the test's own folder and returns its path."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The schema files of the order vocabulary by language."""
    folder = tmp_path_factory.mktemp("schemas")
    found = {}
    for language, text in (("xsd", XSD), ("rng", RNG), ("dtd", DTD)):
        path = folder / f"order.{language}"
        path.write_text(text)
        found[language] = str(path)
    return found


@pytest.fixture(scope="session")
def order() -> str:
    """A valid order."""
    return ORDER
