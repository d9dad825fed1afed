"""The schemas that several kinds of faults are tried with, and what is expected of every repair that is determined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Repair

Determined = tuple[str, str, str, bool]  # what is right and wrong in the order, the rule, and whether it is safe
OwnSchema = tuple[str, str, str, str]  # the name and text of a schema, what is right and wrong by it
Check = Callable[[Determined, str], None]
Restore = Callable[[OwnSchema], None]

SETTING = (
    "<!ELEMENT setting (summary|default|range)*><!ATTLIST setting name CDATA #IMPLIED>"
    "<!ELEMENT summary (#PCDATA)><!ELEMENT default (#PCDATA)><!ELEMENT range (#PCDATA)>"
)
RECORDS = "<!ELEMENT list (entry+)><!ELEMENT entry (id,name,note?)>" + "".join(
    f"<!ELEMENT {name} (#PCDATA)>" for name in ("id", "name", "note")
)
KEYS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="part" maxOccurs="9"><xs:complexType><xs:attribute name="id"/></xs:complexType></xs:element>
  <xs:element name="uses" maxOccurs="9"><xs:complexType><xs:attribute name="part"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
  <xs:key name="parts"><xs:selector xpath="part"/><xs:field xpath="@id"/></xs:key>
  <xs:keyref name="use" refer="parts"><xs:selector xpath="uses"/><xs:field xpath="@part"/></xs:keyref>
</xs:element></xs:schema>"""
USES = '<order><part id="bolt"/><part id="panel"/><uses part="panel"/></order>'
HITS = (
    "<!ELEMENT hits (hit+)><!ELEMENT hit (from, to?, gap?)><!ATTLIST hit unit CDATA #REQUIRED>"
    "<!ELEMENT from (#PCDATA)><!ELEMENT to (#PCDATA)><!ELEMENT gap EMPTY><!ATTLIST gap type CDATA #REQUIRED>"
)
HIT = '<hits><hit unit="a"><from>1</from><to>2</to><gap type="b"/></hit></hits>'
COUNT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="counts"><xs:complexType><xs:sequence>
  <xs:element name="count" type="xs:int" maxOccurs="9"/><xs:element name="none"><xs:complexType/></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
COUNTS = "<counts><count>1</count><count>2</count><none></none></counts>"
EXTENDED = """<s:service xmlns:s="http://example.org/service/" xmlns:soap="http://example.org/service/soap/">
  <s:port><soap:binding style="document"/></s:port>
  <s:binding>b</s:binding>
</s:service>
"""
OPEN_SERVICE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://example.org/service/"
    elementFormDefault="qualified">
  <xs:element name="service"><xs:complexType><xs:sequence>
    <xs:element name="port"><xs:complexType><xs:sequence>
      <xs:element name="text" type="xs:string" minOccurs="0"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="binding" type="xs:string"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


@pytest.fixture
def determined(schemas: Mapping[str, str], order: str, repair: Repair) -> Check:
    """Whether the order is restored by one rule, and unasked only where that is safe."""

    def check(case: Determined, language: str) -> None:
        right, wrong, rule, safe = case
        broken = order.replace(right, wrong, 1)
        if rule == "rule:missing-wrapper":
            broken = broken.replace("  </lines>\n", "")
        assert broken != order

        fixed, fixes, questions = repair(broken, schemas[language], allow_unsafe=True)

        assert "".join(fixed.split()) == "".join(order.split())
        assert not questions
        assert {fix.source for fix in fixes} == {rule}
        assert {fix.safety is Safety.SAFE for fix in fixes} == {safe}
        if not safe:
            assert repair(broken, schemas[language])[:2] == (broken, [])

    return check


@pytest.fixture
def restored(tmp_path: Path, repair: Repair) -> Restore:
    """Whether a document is restored by a schema of its own."""

    def check(case: OwnSchema) -> None:
        name, schema, right, broken = case
        path = tmp_path / name
        path.write_text(schema)
        assert repair(broken, str(path), allow_unsafe=True)[0] == right

    return check
