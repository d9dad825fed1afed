"""Hostile documents and schemas: nothing outside the allowed folders is read, and every limit ends in a diagnostic."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import LimitError
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan
from mcp_servers.xml_troubleshooter.schemas.search.discovery import discover
from mcp_servers.xml_troubleshooter.validators.schema import load
from mcp_servers.xml_troubleshooter.workers.offload import offload
from tests.files.watched_folder import WatchedFolder

Write = Callable[[str, str], Path]

SECRET = "correct-horse"
PROMPT = 20  # seconds, of the processor where the work is done in this process; what is linear takes a fraction
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'
RNG = 'xmlns="http://relaxng.org/ns/structure/1.0"'
SCH = 'xmlns="http://purl.oclc.org/dsdl/schematron"'
CATALOG = 'xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"'
XSL = 'version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
SVRL = 'xmlns:svrl="http://purl.oclc.org/dsdl/svrl"'
TEXT_ROOT = f'<xs:schema {XS}><xs:element name="r" type="xs:string"/></xs:schema>'
SECRET_ENUM = (  # validates the document only if the secret is its value, so that a verdict could tell it
    f'<xs:schema {XS}><xs:element name="r"><xs:simpleType><xs:restriction base="xs:string">'
    f'<xs:enumeration value="{SECRET}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
)


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that nothing may be opened in, with a secret in every shape that could be asked for."""
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
    (folder / "catalog.xml").write_text(
        f'<catalog {CATALOG}><uri name="urn:u" uri="secret.xsd"/>'
        '<public publicId="-//U//U" uri="secret.dtd"/></catalog>'
    )
    watched = WatchedFolder(folder)
    yield folder
    touched = watched.touched()
    watched.close()
    assert touched == []


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
    document = Document.from_text(DOCUMENTS[name].format(out=outside))
    report = validate(document, plan([path], (outside.parent / "elsewhere",)))
    if schema == SECRET_ENUM:
        assert not report.valid
    else:
        assert SECRET not in repr(report)


NOTED = TEXT_ROOT.replace("<xs:e", "<xs:annotation><xs:appinfo>&e;</xs:appinfo></xs:annotation><xs:e")
XS11 = f'{XS} xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning" vc:minVersion="1.1"'
XSL3 = XSL.replace("1.0", "3.0", 1)


def _xsd(part: str) -> str:
    return f'<xs:schema {XS} xmlns:u="urn:u">{part}<xs:element name="r" type="t"/></xs:schema>'


def _sch(value: str, binding: str = "xslt") -> str:
    return (
        f'<schema {SCH} queryBinding="{binding}"><pattern><rule context="/*"><assert test="false()">'
        f'<value-of select="{value}"/></assert></rule></pattern></schema>'
    )


def _xsl(value: str, head: str = "", version: str = XSL) -> str:
    return (
        f'<xsl:stylesheet {version} {SVRL}>{head}<xsl:template match="/"><svrl:schematron-output><svrl:failed-assert '
        f'test="1" location="/*"><svrl:text><xsl:value-of select="{value}"/></svrl:text></svrl:failed-assert>'
        "</svrl:schematron-output></xsl:template></xsl:stylesheet>"
    )


def _entity(root: str, text: str, name: str = "secret.txt") -> str:
    return f'<!DOCTYPE {root} [<!ENTITY e SYSTEM "file://{{out}}/{name}">]>{text}'


PARAMETER = '<!DOCTYPE {root} [<!ENTITY % p SYSTEM "file://{{out}}/secret.dtd"> %p;]>'
# what a schema needs of a folder outside, in its own language: it cannot be used
SCHEMAS = {
    "include.xsd": _xsd('<xs:include schemaLocation="file://{out}/secret.xsd"/>'),
    "include up.xsd": _xsd('<xs:include schemaLocation="{up}/secret.xsd"/>'),
    "redefine.xsd": _xsd('<xs:redefine schemaLocation="file://{out}/secret.xsd"/>'),
    "import.xsd": _xsd('<xs:import namespace="urn:u" schemaLocation="{out}/secret.xsd"/>').replace('"t"', '"u:t"'),
    "entity import.xsd": '<!DOCTYPE a [<!ENTITY a "{out}">]>'
    + _xsd('<xs:import namespace="urn:u" schemaLocation="&a;/secret.xsd"/>').replace('"t"', '"u:t"'),
    "network.xsd": _xsd('<xs:import namespace="urn:u" schemaLocation="http://127.0.0.1:9/u.xsd"/>').replace(
        '"t"', '"u:t"'
    ),
    "include 1.1.xsd": _xsd('<xs:include schemaLocation="file://{out}/secret.xsd"/>').replace(XS, XS11),
    "override 1.1.xsd": _xsd('<xs:override schemaLocation="file://{out}/secret.xsd"/>').replace(XS, XS11),
    "redefine 1.1.xsd": _xsd('<xs:redefine schemaLocation="{up}/secret.xsd"/>').replace(XS, XS11),
    "import 1.1.xsd": _xsd('<xs:import namespace="urn:u" schemaLocation="{out}/secret.xsd"/>')
    .replace(XS, XS11)
    .replace('"t"', '"u:t"'),
    "entity.xsd": _entity("a", NOTED),
    "entity 1.1.xsd": _entity("a", NOTED).replace(XS, XS11),
    "parameter entity.xsd": PARAMETER.format(root="a") + TEXT_ROOT,
    "include.rng": f'<grammar {RNG}><include href="file://{{out}}/secret.rng"/>'
    '<start><ref name="x"/></start></grammar>',
    "external.rng": f'<element {RNG} name="r"><externalRef href="{{out}}/secret.rng"/></element>',
    "network.rng": f'<element {RNG} name="r"><externalRef href="http://127.0.0.1:9/x.rng"/></element>',
    "entity.rng": _entity("a", f'<element {RNG} name="r"><value>&e;</value></element>'),
    "parameter entity.rng": PARAMETER.format(root="a") + f'<element {RNG} name="r"><text/></element>',
    "include.rnc": 'include "{out}/secret.rnc"',
    "external.rnc": 'start = element r {{ external "{up}/secret.rnc" }}',
    "parameter entity.dtd": '<!ENTITY % p SYSTEM "file://{out}/secret.dtd"> %p; <!ELEMENT r ANY>',
    "hidden parameter entity.dtd": "<!ENTITY % p \"<!ENTITY &#37; q SYSTEM 'file://{out}/secret.dtd'>\"> %p; %q; "
    "<!ELEMENT r ANY>",
    "include.sch": f'<schema {SCH}><include href="{{out}}/secret.sch"/></schema>',
    "extends.sch": f'<schema {SCH}><extends href="{{up}}/secret.sch"/></schema>',
    "entity.sch": _entity("a", _sch("1").replace("<value-of", "&e;<value-of")),
    "document.sch": _sch("document('file://{out}/secret.xml')"),
    "relative document.sch": _sch("document('{up}/secret.xml')"),
    "import.xsl": _xsl("$v", '<xsl:import href="file://{out}/secret.xsl"/>'),
    "include.xsl": _xsl("$v", '<xsl:include href="{up}/secret.xsl"/>'),
    "entity.xsl": _entity("a", _xsl("1").replace("<xsl:value", "&e;<xsl:value")),
    "document.xsl": _xsl("document('{out}/secret.xml')"),
}  # fmt: skip
# what only Saxon does, in a process of its own
BY_SAXON = {
    "doc.sch": _sch("doc('file://{out}/secret.xml')", "xslt2"),
    "document.sch": _sch("document('file://{out}/secret.xml')", "xslt2"),
    "unparsed text.sch": _sch("unparsed-text('file://{out}/secret.txt')", "xslt2"),
    "text lines.sch": _sch("unparsed-text-lines('file://{out}/secret.txt')", "xslt3"),
    "collection.sch": _sch("collection('file://{out}/?select=*.xml')", "xslt2"),
    "names of files.sch": _sch("uri-collection('file://{out}/')", "xslt3"),
    "import.xsl": _xsl("$v", '<xsl:import href="file://{out}/secret.xsl"/>', XSL3),
    "include.xsl": _xsl("$v", '<xsl:include href="{up}/secret.xsl"/>', XSL3),
    "text.xsl": _xsl("unparsed-text('file://{out}/secret.txt')", "", XSL3),
    "transform.xsl": _xsl(
        "transform(map{{'stylesheet-location':'file://{out}/secret.xsl','source-node':.}})?output", "", XSL3
    ),
    "parsed entity.xsl": _xsl(
        "parse-xml('&lt;!DOCTYPE r [&lt;!ENTITY e SYSTEM &quot;file://{out}/secret.txt&quot;>]>&lt;r>&amp;e;&lt;/r>')",
        "", XSL3,
    ),
    "entity.xsl": _entity("a", _xsl("1", "", XSL3).replace("<xsl:value", "&e;<xsl:value")),
    "result document.xsl": _xsl("1", "", XSL3).replace(
        "<svrl:schematron-output>", '<xsl:result-document href="file://{out}/written.txt"/><svrl:schematron-output>'
    ),
    "result of another.xsl": _xsl(
        "transform(map{{'stylesheet-node':parse-xml('&lt;xsl:stylesheet version=&quot;3.0&quot; "
        "xmlns:xsl=&quot;http://www.w3.org/1999/XSL/Transform&quot;>&lt;xsl:template match=&quot;/&quot;>"
        "&lt;xsl:result-document href=&quot;file://{out}/written.txt&quot;>x&lt;/xsl:result-document>"
        "&lt;/xsl:template>&lt;/xsl:stylesheet>'),'source-node':.}})?output", "", XSL3,
    ),
}  # fmt: skip


def refusal(text: str, schema: Path) -> str:
    """Why a schema does not judge a text."""
    (layer,) = validate(Document.from_text(text), plan([schema])).not_run
    return layer.reason


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_schema_reads_a_file_outside_the_allowed_folders(
    name: str, outside: Path, tmp_path: Path, write: Write
) -> None:
    up = os.path.relpath(outside, tmp_path / "work")
    path = write(f"work/{name}", SCHEMAS[name].format(out=outside, up=up))
    reason = refusal("<r/>", path)
    assert SECRET not in reason
    assert "outside the allowed folders" in reason


@pytest.mark.parametrize("name", BY_SAXON)
def test_no_rules_in_later_xpath_read_or_write_a_file(name: str, outside: Path, tmp_path: Path, write: Write) -> None:
    pytest.importorskip("saxonche")
    up = os.path.relpath(outside, tmp_path / "work")
    path = write(f"work/{name}", BY_SAXON[name].format(out=outside, up=up))
    report = validate(Document.from_text("<r/>"), plan([path]))
    assert report.not_run or {item.code for item in report.diagnostics} == {Code.RULE_NOT_EVALUATED}
    assert SECRET not in str(report)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("address", ["file://{out}/secret.xsd", "{up}/secret.xsd", "linked.xsd", "pipe.xsd"])
def test_what_an_import_that_may_not_be_read_would_declare_is_not_checked_and_said(
    address: str, version: str, outside: Path, tmp_path: Path, write: Write
) -> None:
    up = os.path.relpath(outside, tmp_path / "work")
    given = address.format(out=outside, up=up)
    text = (
        f'<xs:schema {XS if version == "1.0" else XS11} targetNamespace="urn:own">'
        f'<xs:import namespace="urn:u" schemaLocation="{given}"/>'
        '<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="n" type="xs:int"/>'
        '<xs:any namespace="##other"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    path = write("work/s.xsd", text)
    (path.parent / "linked.xsd").symlink_to(outside / "secret.xsd")
    os.mkfifo(path.parent / "pipe.xsd")
    (refused,) = load(path).refused
    assert (refused.namespace, "urn:u" in refused.sentence, refused.address.endswith(given)) == ("urn:u", True, True)
    document = '<o:r xmlns:o="urn:own" xmlns:u="urn:u"><n>{}</n><u:whatever/></o:r>'
    assert validate(Document.from_text(document.format("1")), plan([path])).valid
    assert [item.code for item in validate(Document.from_text(document.format("x")), plan([path])).diagnostics] == [
        Code.INVALID_VALUE
    ]


def test_an_entity_of_a_schema_yields_nothing_from_outside(outside: Path, write: Write) -> None:
    doctype = f'<!DOCTYPE xs:schema [<!ENTITY e SYSTEM "file://{outside}/secret.txt">]>'
    path = write("s.xsd", doctype + SECRET_ENUM.replace(f'value="{SECRET}"/>', 'value="a"/>&e;'))
    assert SECRET not in refusal(f"<r>{SECRET}</r>", path)


def test_a_schema_whose_own_doctype_is_not_at_hand_is_used_without(outside: Path, write: Write) -> None:
    path = write("s.xsd", f'<!DOCTYPE xs:schema PUBLIC "-//X" "file://{outside}/secret.dtd">{TEXT_ROOT}')
    assert validate(Document.from_text("<r>x</r>"), plan([path])).valid


@pytest.mark.parametrize("kind", ["include", "redefine"])
def test_a_link_out_of_the_schema_folder_is_not_followed(kind: str, outside: Path, write: Write) -> None:
    path = write("work/s.xsd", SCHEMAS[f"{kind}.xsd"].format(out="").replace("file:///secret.xsd", "linked.xsd"))
    (path.parent / "linked.xsd").symlink_to(outside / "secret.xsd")
    assert "outside the allowed folders" in refusal("<r/>", path)


CATALOGS = {
    "a target": '<uri name="http://127.0.0.1:9/u.xsd" uri="file://{out}/secret.xsd"/>',
    "a rewritten start": '<rewriteURI uriStartString="http://127.0.0.1:9/u" rewritePrefix="file://{out}/secret"/>',
    "another catalog": '<nextCatalog catalog="file://{out}/catalog.xml"/>',
    "a delegate": '<delegateURI uriStartString="http:" catalog="file://{out}/catalog.xml"/>'
    '<delegateSystem systemIdStartString="http:" catalog="{up}/catalog.xml"/>',
}


@pytest.mark.parametrize("kind", CATALOGS)
def test_a_catalog_leads_to_allowed_folders_only(kind: str, outside: Path, tmp_path: Path, write: Write) -> None:
    path = write("work/s.xsd", SCHEMAS["network.xsd"])
    up = os.path.relpath(outside, tmp_path / "work")
    write("work/catalog.xml", f"<catalog {CATALOG}>{CATALOGS[kind].format(out=outside, up=up)}</catalog>")
    assert "outside the allowed folders" in refusal("<r/>", path)


def test_a_catalog_that_is_a_link_out_is_none(outside: Path, write: Write) -> None:
    path = write("work/s.xsd", SCHEMAS["network.xsd"])
    (path.parent / "catalog.xml").symlink_to(outside / "catalog.xml")
    assert "outside the allowed folders" in refusal("<r/>", path)


NAMED = {
    "xml-model": '<?xml-model href="file://{out}/secret.rng"?><r xmlns="urn:u"/>',
    "schema location": '<r xmlns="urn:u" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="urn:u file://{out}/secret.xsd urn:v {up}/secret.xsd"/>',
    "doctype": '<!DOCTYPE r PUBLIC "-//U//U" "{up}/secret.dtd"><r/>',
    "link": '<?xml-model href="linked.rng"?><r xmlns="urn:u"/>',
    "namespace": '<r xmlns="urn:u"/>',
}


@pytest.mark.parametrize("how", NAMED)
def test_no_document_leads_to_a_schema_outside(how: str, outside: Path, tmp_path: Path, write: Write) -> None:
    up = os.path.relpath(outside, tmp_path / "work")
    path = write("work/d.xml", NAMED[how].format(out=outside, up=up))
    for ending in ("rng", "xsd", "dtd", "rnc"):
        (path.parent / f"linked.{ending}").symlink_to(outside / f"secret.{ending}")
    write("work/catalog.xml", f'<catalog {CATALOG}><nextCatalog catalog="{up}/catalog.xml"/></catalog>')
    document = Document.from_bytes(path.read_bytes(), str(path))
    found = discover(document, base=path.parent, schema_dirs=(path.parent,), roots=(path.parent,), state_dir=None)
    assert found.schema == ""
    assert SECRET not in found.reason


def test_rules_may_neither_write_nor_run_anything(tmp_path: Path, write: Write) -> None:
    path = write(
        "s.xsl",
        f'<xsl:stylesheet {XSL} {SVRL} xmlns:exsl="http://exslt.org/common" extension-element-prefixes="exsl">'
        f'<xsl:template match="/"><exsl:document href="{tmp_path}/written.txt">x</exsl:document>'
        "<svrl:schematron-output/></xsl:template></xsl:stylesheet>",
    )
    assert refusal("<r/>", path)
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
    report = validate(Document.from_text(LIMITS[name]), plan([str(write("s.xsd", schema)) if schema else ""]))
    assert time.process_time() - started < PROMPT
    assert not report.valid
    assert [item.code for item in report.diagnostics] == [Code.RESOURCE_LIMIT]
    assert "limit" in report.diagnostics[0].explanation


def test_a_document_too_deep_for_a_tree_is_diagnosed_nevertheless(write: Write) -> None:
    schema = (
        f'<xs:schema {XS}><xs:element name="a"><xs:complexType><xs:sequence>'
        '<xs:element ref="a" minOccurs="0"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    report = validate(Document.from_text("<a>" * 300 + "<z/>" + "</a>" * 300), plan([write("s.xsd", schema)]))
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
    report = validate(document, plan([write("s.xsd", schema)]))
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
    with suppress(LimitError):
        report = await offload(validate, Document.from_text(f"<r>{'a' * 200}</r>"), plan([path]), seconds=5)
        assert not report.valid
    assert time.monotonic() - started < PROMPT
    assert (await offload(validate, Document.from_text("<r/>"), Plan(), seconds=60)).valid


@pytest.mark.anyio
async def test_a_native_library_that_does_not_come_back_ends_one_call_with_a_sentence(write: Write) -> None:
    rule = (
        f'<schema {SCH}><pattern><rule context="i"><assert test="count(//i[. = //i]) = 0">x</assert></rule></pattern>'
    )
    path = str(write("slow.sch", rule + "</schema>"))
    document = Document.from_text("<r>" + "".join(f"<i>{number}</i>" for number in range(5000)) + "</r>")
    started = time.monotonic()
    with pytest.raises(LimitError, match="did not end within 2 seconds"):
        await offload(validate, document, plan([path]), seconds=2)
    assert time.monotonic() - started < PROMPT
    assert (await offload(validate, Document.from_text("<r/>"), Plan(), seconds=60)).valid


_NUMBERS = range(3000)
_DEEP = {
    "groups in a chain.xsd": f'<xs:schema {XS}><xs:element name="r"><xs:complexType><xs:group ref="g0"/>'
    "</xs:complexType></xs:element>"
    + "".join(
        f'<xs:group name="g{n}"><xs:sequence><xs:group ref="g{n + 1}"/></xs:sequence></xs:group>' for n in _NUMBERS
    )
    + f'<xs:group name="g{len(_NUMBERS)}"><xs:sequence><xs:element name="a"/></xs:sequence></xs:group></xs:schema>',
    "types in a chain.xsd": f'<xs:schema {XS}><xs:element name="r" type="t0"/>'
    + "".join(f'<xs:simpleType name="t{n}"><xs:restriction base="t{n + 1}"/></xs:simpleType>' for n in _NUMBERS)
    + f'<xs:simpleType name="t{len(_NUMBERS)}"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>',
    "parentheses of an assertion.xsd": f'<xs:schema {XS11}><xs:element name="r"><xs:complexType><xs:assert test="'
    f'{"(" * 3000}1{")" * 3000}"/></xs:complexType></xs:element></xs:schema>',
}


@pytest.mark.parametrize("name", _DEEP)
def test_what_nests_too_deeply_for_us_is_judged_by_the_engine_alone_or_said(name: str, write: Write) -> None:
    path = write(name, _DEEP[name])
    layer = validate(Document.from_text("<r/>"), plan([path])).layers[-1]
    assert layer.errors or "too many levels deep" in layer.reason
