"""The judge: verdicts of every schema language, and the place of every fault that it tells."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report, Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

Write = Callable[[str, str], Path]

SCHEMAS = {
    "order.xsd": """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o" xmlns="urn:o"
 elementFormDefault="qualified"><xs:element name="order"><xs:complexType><xs:sequence>
  <xs:element name="date" type="xs:date"/>
  <xs:element name="line" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="sku"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}\\d{3}"/>
    </xs:restriction></xs:simpleType></xs:element>
    <xs:element name="count" type="xs:positiveInteger" minOccurs="0"/></xs:sequence>
    <xs:attribute name="unit" use="required"><xs:simpleType><xs:restriction base="xs:string">
     <xs:enumeration value="pc"/><xs:enumeration value="kg"/></xs:restriction></xs:simpleType></xs:attribute>
  </xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>""",
    "order.dtd": """<!ELEMENT order (date, line+)><!ELEMENT date (#PCDATA)><!ELEMENT line (sku, count?)>
<!ELEMENT sku (#PCDATA)><!ELEMENT count (#PCDATA)>
<!ATTLIST line unit (pc|kg) #REQUIRED id ID #IMPLIED ref IDREF #IMPLIED>
<!ENTITY shop "the shop">""",
    "order.rng": """<element name="order" xmlns="http://relaxng.org/ns/structure/1.0"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><element name="date"><data type="date"/></element>
 <oneOrMore><element name="line"><attribute name="unit"><choice><value>pc</value><value>kg</value></choice></attribute>
 <element name="sku"><text/></element><optional><element name="count"><data type="integer"/></element></optional>
 </element></oneOrMore></element>""",
    "order.rnc": 'start = element order { element date { xsd:date }, element line { attribute unit { "pc" | "kg" },'
    " element sku { text }, element count { xsd:integer }? }+ }",
}
VALID = '<order{ns}><date>2026-03-14</date>\n <line unit="pc"><sku>AB123</sku></line>\n</order>'


@pytest.fixture
def judge(write: Write) -> Callable[[str, str], Report]:
    """Judges a text by one of the schemas above."""

    def judged(text: str, schema: str) -> Report:
        return validate(Document.from_text(text), plan([write(schema, SCHEMAS[schema])]))

    return judged


def _order(schema: str, *changes: tuple[str, str]) -> str:
    text = VALID.format(ns=' xmlns="urn:o"' if schema.endswith(".xsd") else "")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("wrapping", ["{}", '<?xml version="1.0"?>\n{}', "\n<!-- < & -->{}\n<?end?>\n"])
def test_a_valid_document_is_valid_in_every_language(
    schema: str, wrapping: str, judge: Callable[[str, str], Report]
) -> None:
    report = judge(wrapping.format(_order(schema)), schema)
    assert report.well_formed
    assert report.valid
    assert report.diagnostics == ()
    assert [layer.name for layer in report.judged] == [schema]


# what is changed in the valid document, the code, and the characters that the diagnostic points at
FAULTS = [
    ("2026-03-14", "14.03.2026", Code.INVALID_VALUE, "14.03.2026", "/order/date"),
    ("<date>2026-03-14</date>", "", Code.MISSING_ELEMENT, None, "/order"),
    ('unit="pc"', 'unit="pcs"', Code.NOT_IN_ENUMERATION, "pcs", "/order/line"),
    (' unit="pc"', "", Code.MISSING_ATTRIBUTE, None, "/order/line"),
    ('unit="pc"', 'unit="pc" colour="red"', Code.UNEXPECTED_ATTRIBUTE, 'colour="red"', "/order/line"),
    ("<line", "stray<line", Code.TEXT_NOT_ALLOWED, "stray", "/order"),
    ("</sku>", "</sku><colour/>", Code.UNEXPECTED_ELEMENT, None, "/order/line/colour"),
]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_where_it_is(
    schema: str, fault: tuple[str, str, Code, str | None, str], judge: Callable[[str, str], Report]
) -> None:
    before, after, code, span, path = fault
    if schema == "order.dtd" and code is Code.INVALID_VALUE:
        pytest.skip("a DTD knows no dates")
    text = _order(schema, (before, after))
    report = judge(text, schema)
    assert report.well_formed
    assert not report.valid
    first = report.diagnostics[0]
    assert first.code is code
    assert first.path.split("/@")[0] == path
    if span is not None:
        assert text[first.start :].lstrip().startswith(span)
    assert text[: first.start].count("\n") + 1 == first.line
    assert first.explanation
    assert first.message


def test_the_braces_of_a_pattern_are_no_namespace(judge: Callable[[str, str], Report]) -> None:
    report = judge(_order("order.xsd", ("AB123", "AB12")), "order.xsd")
    assert [item.expected for item in report.diagnostics] == [(r"[A-Z]{2}\d{3}",)]


def test_lines_and_spans_stay_right_beyond_the_line_limit_of_libxml2(judge: Callable[[str, str], Report]) -> None:
    lines = '<line unit="pc">\n<sku>AB123</sku>\n</line>\n' * 30_000
    text = _order("order.xsd", ("</order>", lines + '<line unit="kg"><sku>wrong</sku></line></order>'))
    report = judge(text, "order.xsd")
    found = next(item for item in report.diagnostics if item.value == "wrong")
    assert text[found.start : found.end] == "wrong"
    assert found.line == text[: found.start].count("\n") + 1 > 90_000


def test_a_key_of_the_schema_is_told_at_the_element_that_breaks_it(write: Write) -> None:
    key = '<xs:key name="k" xmlns:o="urn:o"><xs:selector xpath="o:line"/><xs:field xpath="o:sku"/></xs:key>'
    keyed = key + "</xs:element></xs:schema>"
    schema = write("order.xsd", SCHEMAS["order.xsd"].replace("</xs:element></xs:schema>", keyed))
    again = '<line unit="kg"><sku>AB123</sku></line></order>'
    report = validate(Document.from_text(_order("order.xsd", ("</order>", again))), plan([schema]))
    assert [item.code for item in report.diagnostics] == [Code.IDENTITY_CONSTRAINT]
    assert report.diagnostics[0].path == "/order/line[2]"


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ('<!DOCTYPE order [<!ENTITY d "2026-03-14">]>' + VALID, True),
        ('<!DOCTYPE order SYSTEM "nowhere.dtd">' + VALID, True),
        ('<!DOCTYPE order SYSTEM "nowhere.dtd">' + VALID.replace("AB123", "&nbsp;"), False),  # who knows what it is
        ('<!DOCTYPE order [<!ENTITY d "soon">]>' + VALID, False),
    ],
)
def test_entities_stand_for_their_values_before_a_schema_judges(
    document: str,
    valid: bool,
    judge: Callable[[str, str], Report],
) -> None:
    document = document.format(ns="")
    if "ENTITY d" in document:
        document = document.replace("<date>2026-03-14<", "<date>&d;<")
    report = judge(document, "order.rng")
    assert report.well_formed
    assert report.valid is valid


def test_a_dtd_that_was_asked_for_declares_the_entities_of_the_document(judge: Callable[[str, str], Report]) -> None:
    text = '<!DOCTYPE order PUBLIC "-//o" "http://localhost/order.dtd">' + _order("x", ("AB123", "&shop;"))
    assert judge(text, "order.dtd").valid
    report = judge(text.replace("&shop;", "&shed;"), "order.dtd")
    assert report.well_formed
    assert [item.code for item in report.diagnostics] == [Code.UNDEFINED_ENTITY]


def test_declarations_of_the_document_add_to_the_dtd(judge: Callable[[str, str], Report]) -> None:
    doctype = '<!DOCTYPE order SYSTEM "order.dtd" [<!ATTLIST date zone CDATA #IMPLIED>]>'
    text = doctype + _order("order.dtd", ("<date>", '<date zone="UTC">'))
    assert judge(text, "order.dtd").valid
    report = judge(text.replace("zone=", "time="), "order.dtd")
    assert [item.code for item in report.diagnostics] == [Code.UNEXPECTED_ATTRIBUTE]


def test_without_a_schema_the_documents_own_declarations_judge() -> None:
    text = "<!DOCTYPE a [<!ELEMENT a (b)><!ELEMENT b EMPTY>]><a><b/></a>"
    assert validate(Document.from_text(text)).valid
    report = validate(Document.from_text(text.replace("<b/></a>", "<b/><b/></a>")))
    assert report.well_formed
    assert not report.valid
    assert validate(Document.from_text("<!DOCTYPE a [<!ENTITY e '1'>]><a>&e;<b/></a>")).valid


@pytest.mark.parametrize(
    ("doctype", "root", "valid"),
    [
        ("s [<!ELEMENT r EMPTY>]", "r", False),
        ("s [<!ELEMENT r EMPTY><!ELEMENT s EMPTY>]", "r", False),
        ("s [<!ELEMENT s EMPTY>]", "r", False),
        ("HTML [<!ELEMENT html EMPTY>]", "html", False),
        ("r [<!ELEMENT p:r EMPTY><!ATTLIST p:r xmlns:p CDATA #FIXED 'p'>]", "p:r xmlns:p='p'", False),
        ("p:r [<!ELEMENT p:r EMPTY><!ATTLIST p:r xmlns:p CDATA #FIXED 'p'>]", "p:r xmlns:p='p'", True),
        ("s [<!ENTITY e '1'>]", "r", True),  # it is no DTD to be valid by
        ("s", "r", True),
    ],
)
def test_the_document_element_is_the_one_that_the_doctype_names(doctype: str, root: str, valid: bool) -> None:
    assert validate(Document.from_text(f"<!DOCTYPE {doctype}><{root}/>")).valid is valid


HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType>'
REST = '<xs:attribute name="b" type="xs:int"/></xs:complexType></xs:element></xs:schema>'
REQUIRED = f'{HEAD}<xs:attribute name="a" use="required"/>{REST}'
NEEDS_A = {
    "a.xsd": REQUIRED,
    "a11.xsd": REQUIRED.replace("</xs:complexType>", '<xs:assert test="true()"/></xs:complexType>'),
    "a.rng": '<element name="r" xmlns="http://relaxng.org/ns/structure/1.0"'
    ' datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><attribute name="a"/>'
    '<optional><attribute name="b"><data type="int"/></attribute></optional></element>',
}


@pytest.mark.parametrize("schema", NEEDS_A)
def test_a_schema_sees_the_attributes_that_the_doctype_gives_a_value_to(schema: str, write: Write) -> None:
    layers = plan([write(schema, NEEDS_A[schema])])
    doctype = "<!DOCTYPE r [<!ATTLIST r a CDATA 'x'>]>"

    def codes(text: str) -> list[Code]:
        return [item.code for item in validate(Document.from_text(text), layers).diagnostics]

    assert codes("<r/>") == [Code.MISSING_ATTRIBUTE]
    assert codes(f"{doctype}<r/>") == []
    assert codes(doctype.replace("[", "[<!ELEMENT r EMPTY>") + "<r/>") == []
    assert codes(f"{doctype}<r b='one'/>") == [Code.INVALID_VALUE]
    assert codes("<!DOCTYPE r [<!ATTLIST r a CDATA 'x' c CDATA 'y'>]><r/>") == [Code.UNEXPECTED_ATTRIBUTE]


def test_what_is_wrong_with_a_default_attribute_is_told_beside_what_the_tag_lacks(write: Write) -> None:
    layers = plan([write("a.xsd", NEEDS_A["a.xsd"])])
    text = "<!DOCTYPE r [<!ATTLIST r b CDATA 'y'>]><r/>"
    missing, wrong = validate(Document.from_text(text), layers).diagnostics
    assert (missing.code, wrong.code) == (Code.MISSING_ATTRIBUTE, Code.INVALID_VALUE)
    assert "'b'" not in missing.message
    assert (wrong.value, wrong.path) == ("y", "/r/@b")
    assert "a DTD supplies it" in wrong.explanation


@pytest.mark.parametrize(
    ("doctype", "valid"),
    [
        ("", True),
        ("<!DOCTYPE r SYSTEM 's.dtd'>", True),
        ("<!DOCTYPE q SYSTEM 's.dtd'>", False),
        ("<!DOCTYPE q SYSTEM 's.dtd' [<!ATTLIST r a CDATA #IMPLIED>]>", False),
        ("<!DOCTYPE q [<!ENTITY e '1'>]>", True),
    ],
)
def test_a_dtd_in_a_file_is_for_the_document_element_that_the_doctype_names(
    doctype: str, valid: bool, write: Write
) -> None:
    schema = write("s.dtd", "<!ELEMENT q (r)><!ELEMENT r EMPTY>")
    report = validate(Document.from_text(f"{doctype}<r/>"), plan([schema]))
    assert report.valid is valid
    assert [item.code for item in report.diagnostics] == ([] if valid else [Code.UNDECLARED_ROOT])


def test_an_id_that_stands_twice_by_the_documents_own_declarations_is_no_fault_of_its_syntax() -> None:
    doctype = "<!DOCTYPE a [<!ELEMENT a (b*)><!ELEMENT b EMPTY><!ATTLIST b i ID #IMPLIED>]>"
    report = validate(Document.from_text(f"{doctype}<a><b i='x'/><b i='y'/><b i='x'/></a>"))
    assert report.well_formed
    assert [(item.code, item.value) for item in report.diagnostics] == [(Code.DUPLICATE_ID, "x")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.EMPTY_DOCUMENT),
        (" \n", Code.EMPTY_DOCUMENT),
        ('{"a": 1}', Code.NOT_XML),
        ("PK\x03\x04\x00\x00", Code.NOT_XML),
        ("<a><b></a>", Code.MISSING_END_TAG),
        ("<a><x:b/></a>", Code.UNBOUND_PREFIX),
        ("<a>&b;</a>", Code.UNDEFINED_ENTITY),
    ],
)
@pytest.mark.parametrize("schema", ["", "order.xsd", "order.rng"])
def test_what_is_not_well_formed_is_told_whatever_the_schema(text: str, code: Code, schema: str, write: Write) -> None:
    path = str(write(schema, SCHEMAS[schema])) if schema else ""
    report = validate(Document.from_text(text), plan([path]))
    assert not report.well_formed
    assert not report.valid
    assert report.diagnostics[0].code is code


def test_the_errors_of_one_document_never_show_up_in_anothers(judge: Callable[[str, str], Report]) -> None:
    wrong = judge(_order("order.rng", ("2026-03-14", "never")), "order.rng")
    broken = judge("<order>&nonsense;", "order.rng")
    other = judge(_order("order.rng", ('"pc"', '"t"')), "order.rng")
    assert "never" in repr(wrong.diagnostics)
    assert "nonsense" in repr(broken.diagnostics)
    assert "never" not in repr(other) + repr(broken)
    assert "nonsense" not in repr(other)
    assert judge(_order("order.rng"), "order.rng").diagnostics == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_places_are_characters_of_the_text_in_every_encoding(encoding: str, write: Write) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + _order("order.xsd", ("AB123", "Größe"))
    document = Document.from_bytes(text.encode(encoding))
    report = validate(document, plan([write("order.xsd", SCHEMAS["order.xsd"])]))
    assert [document.text[item.start : item.end] for item in report.diagnostics] == ["Größe"]


def test_namespaces_must_be_declared_where_the_schema_takes_anything(write: Write) -> None:
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:element name="a"><xs:complexType><xs:sequence>
    <xs:any processContents="skip"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
    path = str(write("any.xsd", schema))
    assert validate(Document.from_text('<a><x:b xmlns:x="u"/></a>'), plan([path])).valid
    report = validate(Document.from_text("<a><x:b/></a>"), plan([path]))
    assert not report.well_formed
    assert [item.code for item in report.diagnostics] == [Code.UNBOUND_PREFIX]


def test_masses_of_errors_are_capped_and_the_total_is_told(judge: Callable[[str, str], Report]) -> None:
    wrong = '<line unit="pc"><sku>?</sku></line>' * 1000
    report = judge(_order("order.xsd", ("</order>", wrong + "</order>")), "order.xsd")
    assert len(report.diagnostics) == 500
    assert report.total == 1000


@pytest.mark.parametrize("wrong", ["", "urn:O", "urn:order"])
def test_what_a_wrong_namespace_hides_is_told_as_masked(wrong: str, judge: Callable[[str, str], Report]) -> None:
    text = _order("order.xsd", (' xmlns="urn:o"', f' xmlns="{wrong}"' if wrong else ""), ("2026-03-14", "14.03.2026"))
    report = judge(text.replace("AB123", "1"), "order.xsd")
    assert [(item.code, item.masked) for item in report.diagnostics] == [
        (Code.WRONG_NAMESPACE, False),
        (Code.INVALID_VALUE, True),
        (Code.PATTERN_MISMATCH, True),
    ]


@pytest.mark.parametrize("schema", ["xsd", "rng", "dtd"])
def test_the_first_of_many_faults_are_explained_like_a_few(schema: str, judge: Callable[[str, str], Report]) -> None:
    wrong = '<line unit="pc"><skx>AB123</skx></line>\n'
    few = judge(_order(f"order.{schema}", ("</order>", wrong + "</order>")), f"order.{schema}")
    many = judge(_order(f"order.{schema}", ("</order>", wrong * 1000 + "</order>")), f"order.{schema}")
    assert few.diagnostics[0].explanation == many.diagnostics[0].explanation
    assert {item.explanation for item in many.diagnostics} == {few.diagnostics[0].explanation}
    assert many.total == 1000


@pytest.mark.parametrize("schema", ["xsd", "rng", "dtd"])
def test_of_masses_of_faults_those_in_the_beginning_are_told(schema: str, judge: Callable[[str, str], Report]) -> None:
    wrong = '<line unit="pc"><skx>AB123</skx></line>\n'
    text = _order(f"order.{schema}", ("</order>", wrong * 4000 + "</order>"))
    report = judge(text, f"order.{schema}")
    places = [match.start() for match in re.finditer("<skx>", text)]
    assert [item.start for item in report.diagnostics] == places[:500]
    assert 2000 <= report.total <= 4000


RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="o" uri="urn:o"/><pattern>
<rule context="o:order"><assert test="o:total = sum(o:line/o:amount)">The total is not the sum.</assert></rule>
<rule context="o:line/@vat"><assert test=". &lt; 100" role="warning">A high rate.</assert></rule>
</pattern></schema>"""


def test_a_rule_that_fails_tells_its_test_and_the_values_it_looked_at(write: Write) -> None:
    text = (
        '<o:order xmlns:o="urn:o"><o:line vat="7"><o:amount>3</o:amount></o:line>'
        '<o:line vat="119"><o:amount>4</o:amount></o:line><o:total>8</o:total></o:order>'
    )
    report = validate(Document.from_text(text), plan([write("o.sch", RULES)]))
    vat, total = report.diagnostics
    assert (total.code, total.path, total.severity) == (Code.ASSERTION_FAILED, "/o:order/o:total", Severity.ERROR)
    assert total.test == "o:total = sum(o:line/o:amount)"
    assert total.message == "The total is not the sum."
    assert [(item.path, item.value, text[item.start : item.end]) for item in total.operands] == [
        ("/o:order/o:total", "8", "8"),
        ("/o:order/o:line[1]/o:amount", "3", "3"),
        ("/o:order/o:line[2]/o:amount", "4", "4"),
    ]
    assert (vat.path, vat.severity, text[vat.start : vat.end]) == ("/o:order/o:line[2]/@vat", Severity.WARNING, "119")
    assert not report.valid
    mild = validate(Document.from_text(text.replace(">8<", ">7<")), plan([write("o.sch", RULES)]))
    assert mild.valid  # a warning is no error


def test_assertions_of_xsd_1_1_are_judged(write: Write) -> None:
    schema = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="span"><xs:complexType>
    <xs:attribute name="from" type="xs:int"/><xs:attribute name="to" type="xs:int"/><xs:assert test="@from le @to"/>
    </xs:complexType></xs:element></xs:schema>"""
    path = str(write("span.xsd", schema))
    assert validate(Document.from_text('<span from="1" to="2"/>'), plan([path])).valid
    report = validate(Document.from_text('<span from="3" to="2"/>'), plan([path]))
    assert [item.code for item in report.diagnostics] == [Code.ASSERTION_FAILED]
    assert "@from le @to" in report.diagnostics[0].message
    report = validate(Document.from_text('<span from="x" too="2"/>'), plan([path]))
    assert {Code.INVALID_VALUE, Code.UNEXPECTED_ATTRIBUTE} <= {item.code for item in report.diagnostics}


@pytest.mark.parametrize(
    ("before", "after", "code", "fault"),
    [
        ("<sku>AB123", "<sku>&kept;AB123", "external-entity", "&kept;"),
        (
            "<date>",
            '<date xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">',
            "not-valid",
            "xsi:nil",
        ),
    ],
)
def test_what_a_schema_cannot_judge_or_allows_nowhere_is_told(
    judge: Callable[[str, str], Report], before: str, after: str, code: str, fault: str
) -> None:
    doctype = '<!DOCTYPE order [<!ENTITY kept SYSTEM "kept.txt">]>\n'
    text = doctype + _order("order.xsd", (before, after))
    told = [(str(item.code), item.start) for item in judge(text, "order.xsd").diagnostics]
    assert (code, text.index(fault, len(doctype))) in told
