"""What must be unique names the other place; a key that is broken names its fields and values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s="urn:s" targetNamespace="urn:s"
 elementFormDefault="qualified">
<xs:element name="shop"><xs:complexType><xs:sequence>
 <xs:element name="group" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
  <xs:element name="part" maxOccurs="unbounded"><xs:complexType><xs:sequence>
   <xs:element name="label" type="xs:string" minOccurs="0"/></xs:sequence>
   <xs:attribute name="nr"/><xs:attribute name="of"/><xs:attribute name="name" type="xs:ID"/></xs:complexType>
  </xs:element></xs:sequence></xs:complexType></xs:element>
 <xs:element name="order" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:attribute name="nr"/>
  <xs:attribute name="of"/></xs:complexType></xs:element></xs:sequence></xs:complexType>
 <xs:key name="parts"><xs:selector xpath="s:group/s:part"/><xs:field xpath="@nr"/><xs:field xpath="@of"/></xs:key>
 <xs:unique name="labels"><xs:selector xpath=".//s:part | s:nothing"/><xs:field xpath="s:label"/></xs:unique>
 <xs:keyref name="ordered" refer="s:parts"><xs:selector xpath="s:order"/><xs:field xpath="@nr"/><xs:field xpath="@of"/>
 </xs:keyref>
</xs:element></xs:schema>"""

# what is in the shop, one element a line; the line at fault, what is told, and the line of the related place
CASES = [
    ('<group><part nr="1" of="a"/>\n</group><group>\n<part nr="1" of="a"/></group>', 3,
     "part has the @nr and @of “1”, “a”, and so has part in line 1.", 1),
    ('<group><part nr="1" of="a"><label>x</label></part>\n<part nr="2" of="a"><label>x</label></part></group>', 2,
     "part has the s:label “x”, and so has part in line 1.", 1),
    ('<group><part nr="1" of="a"/>\n<part nr="2"/></group>', 2,
     "part has no @of, by which the schema tells it from others.", 0),
    ('<group><part nr="1" of="a"/></group>\n<order nr="1" of="a"/>\n<order nr="1" of="b"/>', 3,
     "order refers with its @nr and @of to “1”, “b”, but no element has this @nr and @of.", 0),
    ('<group><part nr="1" of="a" name="n"/>\n<part nr="2" of="a" name="n"/></group>', 2,
     "The ID “n” of part is that of part in line 1.", 1),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line", "sentence", "other"), CASES)
def test_the_places_and_fields_are_named(
    content: str, line: int, sentence: str, other: int, write: Callable[[str, str], Path]
) -> None:
    document = Document.from_text(f'<shop xmlns="urn:s">{content}</shop>')

    (found,) = validate(document, plan([write("shop.xsd", SCHEMA)])).diagnostics

    assert found.code in (Code.IDENTITY_CONSTRAINT, Code.DUPLICATE_ID)
    assert found.line == document.position(found.start).line == line
    assert found.explanation.startswith(sentence)
    assert (document.position(found.related.start).line if found.related else 0) == other


def test_each_reference_that_leads_nowhere_is_told_at_its_place(write: Callable[[str, str], Path]) -> None:
    text = '<shop xmlns="urn:s">\n' + '<order nr="1" of="b"/>\n' * 3 + "</shop>"

    found = validate(Document.from_text(text), plan([write("shop.xsd", SCHEMA)])).diagnostics

    assert [item.line for item in found] == [2, 3, 4]
