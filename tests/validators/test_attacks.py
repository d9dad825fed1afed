"""Hostile documents and schemas: nothing outside the allowed folders is read, and every limit ends in a diagnostic."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import LimitError, SchemaError
from mcp_servers.xml_troubleshooter.offload import offload

Write = Callable[[str, str], Path]

SECRET = "correct-horse"
PROMPT = 20  # seconds, of the processor where the work is done in this process; what is linear takes a fraction
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
RNG = 'xmlns="http://relaxng.org/ns/structure/1.0"'
SCH = 'xmlns="http://purl.oclc.org/dsdl/schematron"'
XSL = 'version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
SVRL = 'xmlns:svrl="http://purl.oclc.org/dsdl/svrl"'
TEXT_ROOT = f'<xs:schema {XS}><xs:element name="r" type="xs:string"/></xs:schema>'
SECRET_ENUM = (  # validates the document only if the secret is its value, so that a verdict could tell it
    f'<xs:schema {XS}><xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">'
    f'<xs:enumeration value="{SECRET}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
)


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that nothing may be read from, with a secret in every shape that could be asked for."""
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.xml").write_text(f"<s>{SECRET}</s>")
    (folder / "secret.dtd").write_text(f'<!ENTITY leak "{SECRET}"><!ELEMENT r ANY>')
    (folder / "secret.xsd").write_text(f'<xs:schema {XS}><xs:element name="{SECRET}"/><xs:simpleType name="t">'
                                       '<xs:restriction base="xs:string"/></xs:simpleType></xs:schema>')  # fmt: skip
    (folder / "secret.rng").write_text(f'<element {RNG} name="{SECRET}"><empty/></element>')
    (folder / "secret.rnc").write_text(f"start = element {SECRET} {{ empty }}")
    (folder / "secret.xsl").write_text(
        f'<xsl:stylesheet {XSL}><xsl:variable name="v">{SECRET}</xsl:variable></xsl:stylesheet>'
    )
    (folder / "secret.sch").write_text(f'<pattern {SCH}><rule context="{SECRET}"/></pattern>')
    return folder


DOCUMENTS = {
    "external entity": '<!DOCTYPE r [<!ENTITY e SYSTEM "file://{out}/secret.txt">]><r>&e;</r>',
    "external entity in markup": '<!DOCTYPE r [<!ENTITY e SYSTEM "file://{out}/secret.xml">]><r>&e;</r>',
    "parameter entity": '<!DOCTYPE r [<!ENTITY % p SYSTEM "file://{out}/secret.dtd"> %p;]><r>&leak;</r>',
    "external subset": '<!DOCTYPE r SYSTEM "file://{out}/secret.dtd"><r>&leak;</r>',
    "inclusion": '<r xmlns:xi="http://www.w3.org/2001/XInclude">'
    '<xi:include href="file://{out}/secret.txt" parse="text"/></r>',
    "schema location": '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="file://{out}/secret.xsd">x</r>',
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("schema", ["", TEXT_ROOT, SECRET_ENUM], ids=["no schema", "any text", "the secret"])
def test_no_document_reads_a_file(name: str, schema: str, outside: Path, write: Write) -> None:
    path = str(write("s.xsd", schema)) if schema else ""
    report = validate(Document.from_text(DOCUMENTS[name].format(out=outside)), path, (outside.parent / "elsewhere",))
    if schema == SECRET_ENUM:
        assert not report.valid
    else:
        assert SECRET not in repr(report)


SCHEMAS = {
    "include.xsd": f'<xs:schema {XS}><xs:include schemaLocation="file://{{out}}/secret.xsd"/>'
    '<xs:element name="r" type="t"/></xs:schema>',
    "include up.xsd": f'<xs:schema {XS}><xs:include schemaLocation="{{up}}/secret.xsd"/>'
    '<xs:element name="r" type="t"/></xs:schema>',
    "redefine.xsd": f'<xs:schema {XS}><xs:redefine schemaLocation="file://{{out}}/secret.xsd"/>'
    '<xs:element name="r" type="t"/></xs:schema>',
    "import.xsd": f'<xs:schema {XS} xmlns:u="urn:u"><xs:import namespace="urn:u" schemaLocation="{{out}}/secret.xsd"/>'
    '<xs:element name="r" type="u:t"/></xs:schema>',
    "network.xsd": f'<xs:schema {XS} xmlns:u="urn:u"><xs:import namespace="urn:u" '
    'schemaLocation="http://127.0.0.1:9/u.xsd"/>'
    '<xs:element name="r" type="u:t"/></xs:schema>',
    "include.rng": f'<grammar {RNG}><include href="file://{{out}}/secret.rng"/>'
    '<start><ref name="x"/></start></grammar>',
    "external.rng": f'<element {RNG} name="r"><externalRef href="{{out}}/secret.rng"/></element>',
    "network.rng": f'<element {RNG} name="r"><externalRef href="http://127.0.0.1:9/x.rng"/></element>',
    "include.rnc": 'include "{out}/secret.rnc"',
    "external.rnc": 'start = element r {{ external "{up}/secret.rnc" }}',
    "parameter entity.dtd": '<!ENTITY % p SYSTEM "file://{out}/secret.dtd"> %p; <!ELEMENT r ANY>',
    "hidden parameter entity.dtd": "<!ENTITY % p \"<!ENTITY &#37; q SYSTEM 'file://{out}/secret.dtd'>\"> %p; %q; "
    "<!ELEMENT r ANY>",
    "include.sch": f'<schema {SCH}><include href="{{out}}/secret.sch"/></schema>',
    "document.sch": f'<schema {SCH}><pattern><rule context="/*"><assert test="false()">'
    "<value-of select=\"document('file://{out}/secret.xml')\"/></assert></rule></pattern></schema>",
    "relative document.sch": f'<schema {SCH}><pattern><rule context="/*"><assert test="false()">'
    "<value-of select=\"document('{up}/secret.xml')\"/></assert></rule></pattern></schema>",
    "import.xsl": f'<xsl:stylesheet {XSL}><xsl:import href="file://{{out}}/secret.xsl"/></xsl:stylesheet>',
    "document.xsl": f'<xsl:stylesheet {XSL} {SVRL}><xsl:template match="/"><svrl:schematron-output><svrl:failed-assert '
    "test=\"1\" location=\"/*\"><svrl:text><xsl:value-of select=\"document('{out}/secret.xml')\"/></svrl:text>"
    "</svrl:failed-assert></svrl:schematron-output></xsl:template></xsl:stylesheet>",
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_schema_reads_a_file_outside_the_allowed_folders(
    name: str, outside: Path, tmp_path: Path, write: Write
) -> None:
    up = os.path.relpath(outside, tmp_path / "work")
    path = write(f"work/{name}", SCHEMAS[name].format(out=outside, up=up))
    with pytest.raises(SchemaError) as caught:
        validate(Document.from_text("<r/>"), str(path))
    assert SECRET not in str(caught.value)
    assert "outside the allowed folders" in str(caught.value)


def test_an_entity_of_a_schema_yields_nothing_from_outside(outside: Path, write: Write) -> None:
    doctype = f'<!DOCTYPE xs:schema [<!ENTITY e SYSTEM "file://{outside}/secret.txt">]>'
    path = write("s.xsd", doctype + SECRET_ENUM.replace(f'value="{SECRET}"/>', 'value="a"/>&e;'))
    with pytest.raises(SchemaError) as caught:
        validate(Document.from_text(f"<r>{SECRET}</r>"), str(path))
    assert SECRET not in str(caught.value)


def test_a_link_out_of_the_schema_folder_is_not_followed(outside: Path, write: Write) -> None:
    path = write("work/s.xsd", SCHEMAS["include.xsd"].format(out="").replace("file:///secret.xsd", "linked.xsd"))
    (path.parent / "linked.xsd").symlink_to(outside / "secret.xsd")
    with pytest.raises(SchemaError, match="outside the allowed folders"):
        validate(Document.from_text("<r/>"), str(path))


def test_a_catalog_leads_to_allowed_folders_only(outside: Path, write: Write) -> None:
    path = write("work/s.xsd", SCHEMAS["network.xsd"])
    write(
        "work/catalog.xml",
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        f'<uri name="http://127.0.0.1:9/u.xsd" uri="file://{outside}/secret.xsd"/></catalog>',
    )
    with pytest.raises(SchemaError, match="outside the allowed folders"):
        validate(Document.from_text("<r/>"), str(path))


def test_rules_may_neither_write_nor_run_anything(tmp_path: Path, write: Write) -> None:
    path = write(
        "s.xsl",
        f'<xsl:stylesheet {XSL} {SVRL} xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl">'
        f'<xsl:template match="/"><exsl:document href="{tmp_path}/written.txt">x</exsl:document>'
        "<svrl:schematron-output/></xsl:template></xsl:stylesheet>",
    )
    with pytest.raises(SchemaError):
        validate(Document.from_text("<r/>"), str(path))
    assert not (tmp_path / "written.txt").exists()


def _nested(levels: int) -> str:
    return "<a>" * levels + "<b>" + "</a>" * levels  # b is never closed


LIMITS = {
    "billion laughs": '<!DOCTYPE r [<!ENTITY e0 "ha">'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    + "]><r>&e11;</r>",
    "quadratic blow-up": f'<!DOCTYPE r [<!ENTITY e "{"x" * 100_000}">]><r>{"&e;" * 100_000}</r>',
    "an endless attribute": f'<r a="{"x" * 11_000_000}"/>',
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("schema", ["", TEXT_ROOT], ids=["no schema", "xsd"])
def test_a_limit_of_the_parser_ends_in_a_diagnostic_that_names_it(name: str, schema: str, write: Write) -> None:
    started = time.process_time()
    report = validate(Document.from_text(LIMITS[name]), str(write("s.xsd", schema)) if schema else "")
    assert time.process_time() - started < PROMPT
    assert not report.valid
    assert [item.code for item in report.diagnostics] == [Code.RESOURCE_LIMIT]
    assert "limit" in report.diagnostics[0].explanation


def test_a_document_too_deep_for_a_tree_is_diagnosed_nevertheless(write: Write) -> None:
    schema = (
        f'<xs:schema {XS}><xs:element name="a"><xs:complexType><xs:sequence>'
        '<xs:element ref="a" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    report = validate(Document.from_text("<a>" * 300 + "<z/>" + "</a>" * 300), str(write("s.xsd", schema)))
    assert [(item.code, item.name) for item in report.diagnostics] == [(Code.UNEXPECTED_ELEMENT, "z")]


MASSES = {
    "siblings": lambda: "<r>" + "<b/>" * 1_000_000 + "</r>",
    "attributes": lambda: "<r " + " ".join(f'a{number}="1"' for number in range(100_000)) + "/>",
}


@pytest.mark.parametrize("mass", MASSES)
@pytest.mark.parametrize("right", [True, False])
def test_masses_of_siblings_or_attributes_take_linear_time(mass: str, right: bool, write: Write) -> None:
    schema = (
        f'<xs:schema {XS}><xs:element name="r"><xs:complexType><xs:sequence>'
        f'<xs:element name="b" minOccurs="0" maxOccurs="unbounded" type="xs:{"string" if right else "int"}"/>'
        "</xs:sequence>"
        + ('<xs:anyAttribute processContents="skip"/>' if right else "")
        + "</xs:complexType></xs:element></xs:schema>"
    )
    document = Document.from_text(MASSES[mass]())
    started = time.process_time()
    report = validate(document, str(write("s.xsd", schema)))
    assert time.process_time() - started < PROMPT
    assert report.valid is right
    assert len(report.diagnostics) <= 500
    assert report.total > 500 or right


@pytest.mark.parametrize(
    "pattern", ["([a-z]{1,50}){1,50}x", "(a+)+b", "(a|aa)+b", "(a*)*b", "((a{0,99}){0,99}){0,99}b"]
)
@pytest.mark.anyio
async def test_a_pattern_that_backtracks_without_end_costs_one_call(pattern: str, write: Write) -> None:
    schema = SECRET_ENUM.replace(f'<xs:enumeration value="{SECRET}"/>', f'<xs:pattern value="{pattern}"/>')
    path = str(write("s.xsd", schema))
    started = time.monotonic()
    with suppress(LimitError, SchemaError):
        report = await offload(validate, Document.from_text(f"<r>{'a' * 200}</r>"), path, (), seconds=5)
        assert not report.valid
    assert time.monotonic() - started < PROMPT
    assert (await offload(validate, Document.from_text("<r/>"), "", (), seconds=60)).valid


@pytest.mark.anyio
async def test_a_native_library_that_does_not_come_back_ends_one_call_with_a_sentence(write: Write) -> None:
    rule = (
        f'<schema {SCH}><pattern><rule context="i"><assert test="count(//i[. = //i]) = 0">x</assert></rule></pattern>'
    )
    path = str(write("slow.sch", rule + "</schema>"))
    document = Document.from_text("<r>" + "".join(f"<i>{number}</i>" for number in range(5000)) + "</r>")
    started = time.monotonic()
    with pytest.raises(LimitError, match="did not end within 2 seconds"):
        await offload(validate, document, path, (), seconds=2)
    assert time.monotonic() - started < PROMPT
    assert (await offload(validate, Document.from_text("<r/>"), "", (), seconds=60)).valid
