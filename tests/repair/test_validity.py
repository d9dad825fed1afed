"""What a schema rejects and the document determines is restored, the same way for every schema language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.schemas.plan import plan

from .conftest import Repair

NUMBER = "  <number>A-17</number>\n"
DATE = "  <date>2026-03-05</date>\n"
BUYER = "  <buyer>\n    <name>Blum</name>\n    <city>Graz</city>\n  </buyer>\n"
LANGUAGES = ("xsd", "rng", "dtd")

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ("<date>2026-03-05</date>", "<daet>2026-03-05</daet>", "rule:element-name", True),
    ("<city>Graz</city>", "<City>Graz</City>", "rule:element-name", True),
    ("<quantity>10</quantity>", "<qty-x>10</qty-x>", "rule:element-name", False),
    ('position="1"', 'positon="1"', "rule:attribute-name", True),
    ('unit="metre"', 'unit="Metre"', "rule:value", True),
    (
        "    <name>Blum</name>\n    <city>Graz</city>\n",
        "    <city>Graz</city>\n    <name>Blum</name>\n",
        "rule:misplaced-element",
        True,
    ),
    ("<note>black</note>", "<note>black</note><note>black</note>", "rule:surplus-element", False),
    ("<name>Blum</name>", "<name>Blum</name><vip/>", "rule:surplus-element", False),
    ("<buyer>", '<buyer vip="1">', "rule:surplus-attribute", False),
    ("<lines>", "<lines>;", "rule:stray-text", False),
    (
        "    <name>Blum</name>\n    <city>Graz</city>\n  </buyer>",
        "    <name>Blum</name>\n  </buyer>\n    <city>Graz</city>",
        "rule:misplaced-end",
        False,
    ),
    (
        '<line unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>',
        '<line unit="metre" quantity="10">\n      <article>Cable</article>',
        "rule:attribute-to-element",
        True,
    ),
    (
        '<line unit="metre">',
        "<line><unit>metre</unit>",
        "rule:element-to-attribute",
        True,
    ),
    ("<quantity>10</quantity>", "<quantity>10<b/></quantity>", "rule:surplus-element", False),
    ("<article>Cable</article>", "<article><b>Cable</b></article>", "rule:surplus-wrapper", False),
    ("<number>A-17</number>", "<orderNumber>A-17</orderNumber>", "rule:element-name", True),
    ("<quantity>10</quantity>", "<quantityOrdered>10</quantityOrdered>", "rule:element-name", False),
    (
        '<line unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>\n'
        "      <note>black</note>\n    </line>",
        '<item unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>\n'
        "      <note>black</note>\n    </item>",
        "rule:element-name",
        False,
    ),
    ("<note>black</note>", "<note>black</note><note/>", "rule:surplus-element", False),
    ('<line unit="metre">', '<line/><line unit="metre">', "rule:hollow-element", False),
    (
        NUMBER + DATE + BUYER,
        BUYER + DATE + NUMBER,
        "rule:misplaced-element",
        True,
    ),
    (
        "</article>\n      <quantity>10</quantity>",
        "\n      <quantity>10</quantity></article>",
        "rule:misplaced-end",
        False,
    ),
    ("<name>Blum</name>\n", "<who><name>Blum</name></who>\n", "rule:surplus-wrapper", False),
    ("  <lines>\n", "", "rule:missing-wrapper", True),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("right", "wrong", "rule", "safe"), DETERMINED)
def test_what_is_determined_is_restored(
    right: str, wrong: str, rule: str, safe: bool, language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(right, wrong, 1)
    if rule == "rule:missing-wrapper":
        broken = broken.replace("  </lines>\n", "")
    assert broken != order

    fixed, fixes, questions = repair(broken, schemas[language], allow_unsafe=True)

    assert "".join(fixed.split()) == "".join(order.split())
    assert not questions
    assert {fix.source for fix in fixes} == {rule}
    assert {fix.safety is Safety.SAFE for fix in fixes} == {safe}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("right", "wrong", "rule", "safe"), [case for case in DETERMINED if not case[3]])
def test_an_unsafe_fix_is_not_applied_unasked(
    right: str, wrong: str, rule: str, safe: bool, language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(right, wrong, 1)

    fixed, fixes, _ = repair(broken, schemas[language])

    assert fixed == broken
    assert not fixes


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_faults_are_found_and_repaired_together(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = (
        order.replace("<article>Lamp</article>", "<artikle>Lamp</artikle>")
        .replace('position="1"', 'postion="1"')
        .replace("<number>", "<nummber>")
        .replace("</number>", "</nummber>")
        .replace('unit="metre"', 'unit="METRE"')
    )
    report = validate(Document.from_text(broken), plan([schemas[language]]))

    assert {broken[item.start : item.end].lstrip("<") for item in report.diagnostics} == {
        "artikle", "postion", "nummber", "METRE",
    }  # fmt: skip
    assert repair(broken, schemas[language])[0] == order


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_in_capitals_is_put_right_at_once(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    shouted = re.sub(r"(?<=<)/?[a-z]+", lambda match: match.group().upper(), order)

    fixed, fixes, _ = repair(shouted, schemas[language])

    assert fixed == order
    assert {fix.source for fix in fixes} == {"rule:element-name"}


@pytest.mark.parametrize(("elsewhere", "safe"), [("", False), ("EUR", True)])
def test_a_currency_goes_safely_only_where_the_document_names_it_elsewhere(
    elsewhere: str, safe: bool, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(">2.5<", ">2.5 EUR<").replace("black", f"black {elsewhere}")

    fixed, _, _ = repair(broken, schemas["xsd"])

    assert (">2.5<" in fixed) is safe


def test_a_missing_value_is_asked_for_and_the_answer_goes_in_its_place(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("  <number>A-17</number>\n", "")

    fixed, fixes, questions = repair(broken, schemas["xsd"], allow_unsafe=True)

    assert fixed == broken
    assert not fixes
    [question] = questions
    assert question.path == "/order/number"
    assert question.type == "xs:string"

    fixed, fixes, questions = repair(broken, schemas["xsd"], answers={question.id: "B<1>"})

    assert fixed == order.replace("A-17", "B&lt;1>".replace(">", "&gt;"))
    assert fixes[0].provenance == f"user: answer to {question.id}"
    assert not questions


def test_an_answer_may_be_written_as_people_write_where_it_means_one_value(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("<date>2026-03-05</date>", "<date/>")
    assert broken != order
    [question] = repair(broken, schemas["xsd"])[2]

    assert repair(broken, schemas["xsd"], answers={question.id: "31.3.2026"})[0] == order.replace("03-05", "03-31")
    assert repair(broken, schemas["xsd"], answers={question.id: "1/3/2026"})[0] == broken


@pytest.mark.parametrize("answer", ["", "dozen"])
def test_an_answer_that_the_type_rejects_is_asked_for_again(
    answer: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(' unit="metre"', "")
    [question] = repair(broken, schemas["xsd"])[2]

    fixed, _, questions = repair(broken, schemas["xsd"], answers={question.id: answer})

    assert fixed == broken
    assert [item.id for item in questions] == [question.id]
    assert question.allowed == ("piece", "metre")


def test_a_question_suggests_what_the_document_says_everywhere_else(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    line = order[order.index('    <line unit="metre">') : order.index("  </lines>")]
    more = order.replace(line, line * 3).replace(' unit="piece"', "")

    [question] = repair(more, schemas["xsd"], allow_unsafe=True)[2]

    assert (question.suggestion, question.suggestion_reason) == ("metre", "all 3 others of the document say so")


@pytest.mark.parametrize("language", ["xsd", "rng"])
def test_what_only_the_schema_decides_is_filled_in(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    fixed, fixes, _ = repair(order.replace(' version="2"', ""), schemas[language])

    assert fixed == order
    assert fixes[0].provenance.startswith("schema:")


def test_a_skeleton_keeps_the_order_of_the_schema(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    start, end = order.index("    <line unit"), order.index("  </lines>")
    broken = order[:start] + order[end:]

    questions = repair(broken, schemas["xsd"])[2]

    assert [question.path.rpartition("line/")[2] for question in questions] == ["@unit", "article", "quantity"]
    values = {question.id: value for question, value in zip(questions, ("piece", "Lamp", "2"), strict=True)}
    fixed, _, rest = repair(broken, schemas["xsd"], answers=values)
    assert not rest
    assert "".join(fixed[start:].split()).startswith(
        '<lineunit="piece"><article>Lamp</article><quantity>2</quantity></line>'
    )


def test_an_element_that_speaks_in_attributes_is_asked_for_and_not_put_in_empty(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "figure.dtd"
    schema.write_text(
        "<!ELEMENT figure (image)>\n<!ELEMENT image EMPTY>\n<!ATTLIST image file CDATA #IMPLIED width CDATA #IMPLIED>\n"
    )

    fixed, _, [question] = repair("<figure></figure>", str(schema), allow_unsafe=True)

    assert fixed == "<figure></figure>"
    answered = repair("<figure></figure>", str(schema), answers={question.id: '<image file="a.png"/>'})[0]
    assert answered == '<figure><image file="a.png"/></figure>'


def test_an_element_of_another_vocabulary_gets_one_sentence(schemas: Mapping[str, str], repair: Repair) -> None:
    text = "<recipe><title>Soup</title></recipe>"

    report = validate(Document.from_text(text), plan([schemas["xsd"]]))

    assert [item.code for item in report.diagnostics] == ["undeclared-root"]
    assert "order" in report.diagnostics[0].expected
    assert repair(text, schemas["xsd"], allow_unsafe=True)[0] == text


OPEN = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://example.org/service/"
    elementFormDefault="qualified">
  <xs:element name="service"><xs:complexType><xs:sequence>
    <xs:element name="port"><xs:complexType><xs:sequence>
      <xs:element name="text" type="xs:string" minOccurs="0"/>
      <xs:any namespace="##other" processContents="lax" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="binding" type="xs:string"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""
EXTENDED = """<s:service xmlns:s="http://example.org/service/" xmlns:soap="http://example.org/service/soap/">
  <s:port><soap:binding style="document"/></s:port>
  <s:binding>b</s:binding>
</s:service>
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("s:binding>", "s:bindingg>"), ('"http://example.org/service/"', '"http://example.org/service"')],
)
def test_an_extension_whose_namespace_resembles_the_schema_s_is_left_alone(
    right: str, wrong: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "service.xsd"
    schema.write_text(OPEN)

    assert repair(EXTENDED.replace(right, wrong), str(schema), allow_unsafe=True)[0] == EXTENDED


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
    schema.write_text(OPEN)
    head, _, rest = EXTENDED.partition(' xmlns:s="http://example.org/service/"')
    wrapped = f'<e xmlns:s="http://example.org/service/" xmlns:unused="urn:u">\n{head}{rest}</e>\n'

    assert repair(wrapped, str(schema), allow_unsafe=True)[0] == EXTENDED


def test_an_envelope_that_says_something_itself_is_kept(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    _, _, body = order.partition("?>\n")
    wrapped = f"<envelope><sender>Blum</sender>\n{body}</envelope>"

    assert repair(wrapped, schemas["xsd"], allow_unsafe=True)[0] == wrapped


@pytest.fixture
def dependent(tmp_path: Path) -> str:
    """A schema in which the attribute "kind" decides what else an element has."""
    path = tmp_path / "settings.rng"
    path.write_text(
        """<grammar xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <element name="settings"><oneOrMore><element name="set"><ref name="content"/></element></oneOrMore></element>
  </start>
  <define name="content">
    <choice>
      <group><attribute name="kind"><value>number</value></attribute><data type="int"/></group>
      <group><attribute name="kind"><value>text</value></attribute><attribute name="language"/><text/></group>
    </choice>
  </define>
</grammar>"""
    )
    return str(path)


def test_what_an_attribute_decides_is_held_against_the_rest_of_its_element(dependent: str, repair: Repair) -> None:
    right = '<settings><set kind="number">8</set><set kind="text" language="de">8 Stück</set></settings>'

    assert repair(right.replace(">8<", ">8;<"), dependent)[0] == right
    fixed, _, [question] = repair(right.replace(' language="de"', ""), dependent)
    assert question.path.endswith("/@language")
    assert repair(fixed, dependent, answers={question.id: "de"})[0] == right


def test_one_too_many_of_a_kind_is_not_wrapped_unasked(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "page.dtd"
    schema.write_text("<!ELEMENT page (desc, revision*)><!ELEMENT revision (desc)><!ELEMENT desc (#PCDATA)>")
    broken = "<page><desc>a</desc><desc>b</desc></page>"

    assert repair(broken, str(schema))[0] == broken


def test_a_type_that_the_schema_does_not_have_is_not_named(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    right = order.replace("<order ", f"<order {xsi} ")

    assert (
        repair(right.replace("<name>", '<name xsi:type="xsd:string">', 1), schemas["xsd"], allow_unsafe=True)[0]
        == right
    )


def test_a_reference_written_out_in_an_attribute_is_no_entity(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace('unit="metre"', 'unit="metre&amp;nbsp;"')

    assert repair(broken, schemas["xsd"])[0] == order


def test_a_namespace_declaration_that_a_dtd_does_not_know_goes(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("<lines>", '<lines xmlns="">')

    assert repair(broken, schemas["dtd"])[0] == broken
    assert repair(broken, schemas["dtd"], allow_unsafe=True)[0] == order


def test_an_element_that_may_not_be_nil_is_not(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    right = order.replace("<order ", '<order xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ')
    broken = right.replace("<date>", '<date xsi:nil="false">')

    assert repair(broken, schemas["xsd"], allow_unsafe=True)[0] == right


def test_a_name_with_another_number_is_not_taken_for_a_slip(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "rule.dtd"
    schema.write_text("<!ELEMENT rule (ipv4?, ipv6?)><!ELEMENT ipv4 EMPTY><!ELEMENT ipv6 EMPTY>")

    assert repair("<rule><ipv5/></rule>", str(schema))[0] == "<rule><ipv5/></rule>"


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


@pytest.mark.parametrize("right", [True, False])
def test_an_element_with_its_xml_id_that_stands_twice_is_taken_out(right: bool, tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a+)><!ELEMENT a (#PCDATA)><!ATTLIST a xml:id ID #REQUIRED>")
    text = "<r>\n <a xml:id='x'>1</a>\n</r>"
    twice = text.replace("</a>", f"</a><a xml:id='x'>{'1' if right else '2'}</a>")

    fixed = repair(twice, str(schema), allow_unsafe=True)[0]

    assert fixed == (text if right else twice.replace("'x'>2", "'x-2'>2"))


NESTED_INTERLEAVES = """<element name="trip" xmlns="http://relaxng.org/ns/structure/1.0"><interleave>
 <interleave><element name="from"><text/></element><element name="to"><text/></element></interleave>
 <interleave><element name="day"><text/></element><element name="hour"><text/></element></interleave>
 <zeroOrMore><element name="guest"><text/></element></zeroOrMore>
</interleave></element>"""


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


OPEN_PAGE = {
    "xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:s" xmlns="urn:s"
 elementFormDefault="qualified">
 <xs:element name="page"><xs:complexType><xs:sequence>
  <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
 <xs:element name="price" type="xs:decimal"/>
 <xs:element name="box"><xs:complexType><xs:sequence><xs:element name="width" type="xs:int"/>
  <xs:element name="height" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>""",
    "rng": """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="urn:s"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
 <start><element name="page"><zeroOrMore><ref name="any"/></zeroOrMore></element></start>
 <define name="any"><choice><element name="price"><data type="decimal"/></element>
  <element name="box"><element name="width"><data type="int"/></element>
   <element name="height"><data type="int"/></element></element>
  <element><anyName><except><nsName/></except></anyName><zeroOrMore><ref name="any"/></zeroOrMore></element>
 </choice></define></grammar>""",
}


@pytest.mark.parametrize("language", OPEN_PAGE)
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("<s:price>1.5</s:price>", "<s:price>1,5</s:price>"),
        ("<s:width>3</s:width><s:height>4</s:height>", "<s:height>4</s:height><s:width>3</s:width>"),
        ("<s:width>3</s:width>", "<s:widht>3</s:widht>"),
    ],
)
def test_what_the_schema_knows_below_what_it_does_not_know_is_repaired(
    right: str, wrong: str, language: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / f"page.{language}"
    schema.write_text(OPEN_PAGE[language])
    inner = "<s:price>1.5</s:price><s:box><s:width>3</s:width><s:height>4</s:height></s:box>"
    page = f'<s:page xmlns:s="urn:s" xmlns="urn:other"><row><cell>{inner}</cell></row></s:page>'
    assert right in page

    assert repair(page.replace(right, wrong), str(schema))[0] == page
