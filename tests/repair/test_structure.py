"""One small schema for each cause of a wrong structure: what it determines is restored, all else kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Repair

ALIAS = (
    "<!ELEMENT aliases (alias)*><!ELEMENT alias (family)*><!ELEMENT family (#PCDATA)>"
    "<!ATTLIST alias binding (weak|same) 'weak'>"
)
PATH = "<!ELEMENT path (title|desc|set|use)*><!ATTLIST path d CDATA #REQUIRED><!ELEMENT title (#PCDATA)>"
SETTING = (
    "<!ELEMENT setting (summary|default|range)*><!ATTLIST setting name CDATA #IMPLIED>"
    "<!ELEMENT summary (#PCDATA)><!ELEMENT default (#PCDATA)><!ELEMENT range (#PCDATA)>"
)
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
OPEN = """<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start><element name="thing">
    <attribute name="kind"><choice><value>big</value><value>small</value></choice></attribute>
    <zeroOrMore><choice><ref name="resource"/><ref name="literal"/></choice></zeroOrMore>
  </element></start>
  <define name="resource"><element><anyName/><element name="other"><text/></element></element></define>
  <define name="literal"><element><anyName/><text/></element></define>
</grammar>"""
NOTE = (
    "<!ELEMENT note (number?, code?, day?, reason?)><!ELEMENT number (#PCDATA)><!ELEMENT code (#PCDATA)>"
    "<!ELEMENT day (#PCDATA)><!ELEMENT reason (#PCDATA)><!ATTLIST reason key CDATA #REQUIRED>"
)
SIGNALS = (
    "<!ELEMENT bus (signal|method)*><!ELEMENT signal (#PCDATA)><!ELEMENT method (#PCDATA)>"
    "<!ATTLIST signal name CDATA #REQUIRED><!ATTLIST method name CDATA #REQUIRED>"
)
TWO_NAMESPACES = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start>
  <element name="q" ns="urn:example:outer"><ref name="event"/></element>
</start><define name="event"><element name="event" ns="urn:example:inner"><text/></element></define></grammar>"""
RECORDS = "<!ELEMENT list (entry+)><!ELEMENT entry (id,name,note?)>" + "".join(
    f"<!ELEMENT {name} (#PCDATA)>" for name in ("id", "name", "note")
)
ENTRIES = (
    "<list>\n  <entry>\n    <id>1</id>\n    <name>a</name>\n  </entry>\n"
    "  <entry>\n    <id>2</id>\n    <name>b</name>\n    <note>x</note>\n  </entry>\n</list>"
)
KEYS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="part" maxOccurs="9"><xs:complexType><xs:attribute name="id"/></xs:complexType></xs:element>
  <xs:element name="uses" maxOccurs="9"><xs:complexType><xs:attribute name="part"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
  <xs:key name="parts"><xs:selector xpath="part"/><xs:field xpath="@id"/></xs:key>
  <xs:keyref name="use" refer="parts"><xs:selector xpath="uses"/><xs:field xpath="@part"/></xs:keyref>
</xs:element></xs:schema>"""
USES = '<order><part id="bolt"/><part id="panel"/><uses part="panel"/></order>'
LINKS = "<!ELEMENT net (node|link)*><!ELEMENT node EMPTY><!ELEMENT link EMPTY><!ATTLIST node id ID #REQUIRED>"
LINKS += "<!ATTLIST link to IDREFS #REQUIRED>"
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
NOTATIONS = "<!ELEMENT notations (articulations)*><!ELEMENT articulations (staccato)*><!ELEMENT staccato EMPTY>"

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "an attribute written as a child, though another child has a like name": (
        "aliases.dtd",
        ALIAS,
        '<aliases><alias binding="same"><family>A</family></alias></aliases>',
        "<aliases><alias><binding>same</binding><family>A</family></alias></aliases>",
    ),
    "an attribute written as a child that nothing else is near to": (
        "path.dtd",
        PATH,
        '<path d="m 1 2"><title>x</title></path>',
        "<path><d>m 1 2</d><title>x</title></path>",
    ),
    "a child written as an attribute goes beside what the schema names next to it": (
        "setting.dtd",
        SETTING,
        "<setting><summary>s</summary><default>1</default><range>2</range></setting>",
        '<setting default="1"><summary>s</summary><range>2</range></setting>',
    ),
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
    "an element that holds nothing, at a wrong place and before another on its line": (
        "note.dtd",
        NOTE,
        "<note>\n  <number>7</number>\n  <day>5</day>\n  <reason key='a'>x</reason>\n</note>",
        "<note>\n  <number>7</number>\n  <day>5</day>\n  <code/><reason key='a'>x</reason>\n</note>",
    ),
    "an element without the attribute that it must have, before another on its line": (
        "signals.dtd",
        SIGNALS,
        '<bus>\n  <signal name="a"/>\n  <method name="b"/>\n</bus>',
        '<bus>\n  <signal name="a"/>\n  <signal/><method name="b"/>\n</bus>',
    ),
    "an element that never holds anything is wrapped, not lost": (
        "notations.dtd",
        NOTATIONS,
        "<notations><articulations><staccato/></articulations></notations>",
        "<notations><staccato/></notations>",
    ),
    "a prefix that a schema without namespaces does not know": (
        "setting.dtd",
        SETTING,
        "<setting><summary>s</summary></setting>",
        "<setting><ns1:summary>s</ns1:summary></setting>",
    ),
    "a prefix in another case than its declaration": (
        "outer.rng",
        TWO_NAMESPACES,
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner"><in:event>1</in:event></q>',
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner"><IN:event>1</IN:event></q>',
    ),
    "a lost default namespace below an element that has a prefix": (
        "outer.rng",
        TWO_NAMESPACES,
        '<o:q xmlns="urn:example:inner" xmlns:o="urn:example:outer"><event>1</event></o:q>',
        '<o:q xmlns:o="urn:example:outer"><event>1</event></o:q>',
    ),
    "a prefix that is bound to another namespace than what is written with it": (
        "outer.rng",
        TWO_NAMESPACES,
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner" xmlns:p="urn:example:p"><in:event>1</in:event></q>',
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner" xmlns:p="urn:example:p"><p:event>1</p:event></q>',
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
    "a reference to a key with a slip in it": ("order.xsd", KEYS, USES, USES.replace('part="panel"', 'part="pannel"')),
    "a reference to a key with white space around it": (
        "order.xsd",
        KEYS,
        USES,
        USES.replace('part="panel"', 'part=" panel "'),
    ),
    "one of several references with a slip in it": (
        "net.dtd",
        LINKS,
        '<net><node id="north"/><node id="south"/><link to="north south"/></net>',
        '<net><node id="north"/><node id="south"/><link to="north sotuh"/></net>',
    ),
    "an element in a CDATA section": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "<![CDATA[<from>1</from>]]>"),
    ),
    "an element that was escaped": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "&lt;from&gt;1&lt;/from&gt;"),
    ),
    "an element that stands in a comment": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "<!-- <from>1</from> -->"),
    ),
    "an attribute on the first child": ("hits.dtd", HITS, HIT, HIT.replace(' unit="a"><from', '><from unit="a"')),
    "an attribute of a child on its parent": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace('unit="a"', 'unit="a" type="b"').replace('<gap type="b"', "<gap"),
    ),
    "text that is the value of the attribute that is missing": (
        "hits.dtd",
        HITS,
        HIT.replace('<gap type="b"/>', '<gap type="b"></gap>'),
        HIT.replace('<gap type="b"/>', "<gap>b</gap>"),
    ),
    "an attribute that is the text that is missing": (
        "counts.xsd",
        COUNT,
        COUNTS,
        COUNTS.replace("<count>2</count>", '<count value="2"></count>'),
    ),
    "white space in an element that must be empty": (
        "counts.xsd",
        COUNT,
        COUNTS,
        COUNTS.replace("<none></none>", "<none> </none>"),
    ),
    "a doubled tag with another fault inside": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<hit ", '<hit unit="a"><hit ').replace("</hit>", "</hit></hit>").replace("from", "form"),
    ),
    "an element that is missing here and stands at the end": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "").replace("</hits>", "<from>1</from></hits>"),
    ),
    "two elements written as attributes": (
        "list.dtd",
        RECORDS,
        "<list><entry><id>1</id><name>a</name></entry></list>",
        '<list><entry name="a" id="1"></entry></list>',
    ),
    "all elements written as attributes, one of them optional": (
        "list.dtd",
        RECORDS,
        "<list><entry><id>1</id><name>a</name><note>x</note></entry></list>",
        '<list><entry note="x" name="a" id="1"></entry></list>',
    ),
    "an element without content that was escaped": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace('<gap type="b"/>', '&lt;gap type="b"/&gt;'),
    ),
    "elements of any name are told apart by what they hold": (
        "thing.rng",
        OPEN,
        '<thing kind="big"><a>x</a><b><other>y</other></b></thing>',
        '<thing kind="Big"><a>x</a><b><other>y</other></b></thing>',
    ),
}


@pytest.mark.parametrize(("name", "schema", "right", "broken"), CASES.values(), ids=CASES)
def test_what_a_schema_determines_is_restored(
    name: str, schema: str, right: str, broken: str, tmp_path: Path, repair: Repair
) -> None:
    path = tmp_path / name
    path.write_text(schema)

    assert repair(broken, str(path), allow_unsafe=True)[0] == right


def test_another_version_of_the_vocabulary_is_not_taken_for_a_slip(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "payment.rng"
    schema.write_text(
        '<element name="payment" ns="urn:example:001.09" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>'
    )
    old = '<payment xmlns="urn:example:001.03">5</payment>'

    assert repair(old, str(schema))[0] == old
    assert repair(old, str(schema), allow_unsafe=True)[0] == old.replace("03", "09")


def test_one_element_that_is_missing_does_not_make_two_records_one(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "list.dtd"
    schema.write_text(RECORDS.replace("(id,name,note?)", "(id?,name?,note)"))
    broken = "<list><entry><id>1</id></entry><entry><note>x</note></entry></list>"

    fixed, _, questions = repair(broken, str(schema), allow_unsafe=True)
    assert (fixed, len(questions)) == (broken, 1)
