"""Discovery: which schema a document is meant for, why, and what came near."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.search.discovery import Discovery, discover

Write = Callable[[str, str], Path]

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


def _xsd(element: str, namespace: str = "", version: str = "") -> str:
    target = f'targetNamespace="{namespace}"' if namespace else ""
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {target} version="{version}">'
        f'<xs:element name="{element}"><xs:complexType><xs:sequence><xs:element name="local"/></xs:sequence>'
        "</xs:complexType></xs:element></xs:schema>"
    )


@pytest.fixture
def found(write: Write, search: Callable[[str], Discovery]) -> Callable[[str], Discovery]:
    """Discovers the schema of a text that stands in `documents`, beside a folder of schemas."""
    write("documents/beside.xsd", _xsd("beside"))
    write("documents/beside.rng", "<grammar/>")
    write("documents/rules.sch", '<schema xmlns="http://purl.oclc.org/dsdl/schematron"/>')
    write("schemas/short.rnc", 'default namespace = "urn:compact"\nstart = element short { text }')
    write("schemas/order.xsd", _xsd("order", "urn:order:2"))
    write("schemas/v1/bill-1.0.xsd", _xsd("bill", "urn:bill"))
    write("schemas/v2/bill-2.1.xsd", _xsd("bill", "urn:bill", "2.1"))
    write("schemas/plain.xsd", _xsd("plain"))
    write(
        "schemas/note.rng",
        '<element name="note" ns="urn:note" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>',
    )
    write("schemas/book.dtd", "<!ELEMENT book (#PCDATA)>")
    write(
        "schemas/catalog.xml",
        CATALOG.format('<public publicId="-//B//Book" uri="book.dtd"/><uri name="urn:mapped" uri="plain.xsd"/>'),
    )
    write("secret/hidden.xsd", _xsd("hidden"))
    write("documents/document.xml", "<x/>")
    return search


# the document, the schema it gets, and a piece of the reason
FOUND = [
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="beside.xsd"/>', "documents/beside.xsd", "noNamespaceSchemaLocation"),
    (f'<a xmlns="urn:a" {XSI} xsi:schemaLocation="urn:b b.xsd urn:a beside.xsd"/>', "documents/beside.xsd", "Location"),
    (f'<a xmlns="urn:a" {XSI} xsi:schemaLocation="urn:a http://localhost/order.xsd"/>', "schemas/order.xsd", "local"),
    # an address on another machine, a name without its namespace, a path that is right elsewhere
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="C:\\x\\beside.xsd"/>', "documents/beside.xsd", "names C:"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="file:///D:/x/beside.xsd"/>', "documents/beside.xsd", "names file"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="file:///home/x/beside.xsd"/>', "documents/beside.xsd", "names file"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation=".\\beside.xsd"/>', "documents/beside.xsd", "names ."),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="../../xsd/beside.xsd"/>', "documents/beside.xsd", "names .."),
    (f'<a xmlns="urn:a" {XSI} xsi:schemaLocation="beside.xsd"/>', "documents/beside.xsd", "schemaLocation"),
    ('<?xml-model href="http://localhost/beside.rng?v=1"?><a/>', "documents/beside.rng", "xml-model"),
    ('<?xml-model href="rules.sch"?><?xml-model href="beside.rng"?><a/>', "documents/beside.rng", "xml-model"),
    ('<!doctype book system "../schemas/book.dtd"><book/>', "schemas/book.dtd", "DOCTYPE"),
    ('<short xmlns="urn:compact"/>', "schemas/short.rnc", "declares"),
    ('<order xmlns="urn:order:2 version="1"/>', "schemas/order.xsd", "declares"),
    ('<?xml-model href="beside.rng"?>\n<!-- <b> --><a/>', "documents/beside.rng", "xml-model"),
    ('<!DOCTYPE book PUBLIC "-//B//Book" "http://localhost/b.dtd"><book/>', "schemas/book.dtd", "DOCTYPE"),
    ('<!DOCTYPE book SYSTEM "../schemas/book.dtd" [<!ENTITY e "<b>">]><book/>', "schemas/book.dtd", "DOCTYPE"),
    ('<x xmlns="urn:mapped"/>', "schemas/plain.xsd", "catalog"),
    ('<o:order xmlns:o="urn:order:2"/>', "schemas/order.xsd", "declares the document element {urn:order:2}order"),
    ('<note xmlns="urn:note"/>', "schemas/note.rng", "declares"),
    ("<plain/>", "schemas/plain.xsd", "without a namespace"),
    ("<beside/>", "documents/beside.xsd", "the document's folder"),
    ('<bill xmlns="urn:bill" version="2.1"/>', "schemas/v2/bill-2.1.xsd", "2.1"),
    ('<bill xmlns="urn:bill" version="1.0"/>', "schemas/v1/bill-1.0.xsd", "1.0"),
    ('<bill xmlns="urn:bill"/>', "schemas/v1/bill-1.0.xsd", "give schema_path to choose another"),
    # broken documents
    ('<order xmlns="urn:order:2"><item></order>', "schemas/order.xsd", "declares"),
    ('text before <order xmlns="urn:order:2"', "schemas/order.xsd", "declares"),
    ('<ordr xmlns="urn:order:2"/>', "schemas/order.xsd", "it declares order, not ordr"),
]  # fmt: skip


def test_rules_that_a_document_names_come_beside_its_schema(tmp_path: Path, found: Callable[[str], Discovery]) -> None:
    rules = (str(tmp_path / "documents/rules.sch"),)
    alone = found('<?xml-model href="rules.sch"?><a/>')
    assert (alone.schema, alone.rules) == ("", rules)
    beside = found('<?xml-model href="rules.sch"?><beside/>')
    assert (beside.schema, beside.rules) == (str(tmp_path / "documents/beside.xsd"), rules)
    assert "xml-model instruction names rules.sch" in beside.reason
    assert "No schema was found" not in alone.reason


@pytest.mark.parametrize(("text", "schema", "reason"), FOUND)
def test_a_document_gets_its_schema_and_the_reason(
    text: str, schema: str, reason: str, tmp_path: Path, found: Callable[[str], Discovery]
) -> None:
    discovery = found(text)
    assert discovery.schema == str(tmp_path / schema)
    assert reason in discovery.reason


# the document, and a piece of the reason or of a near miss
NOT_FOUND = [
    (
        "<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
        "beside the declarations in its own DOCTYPE",
    ),
    ('<order xmlns="urn:order:1"/>', "the root namespace is urn:order:1, but"),
    ('<zzz xmlns="urn:order:2"/>', "declares no element zzz"),
    ("<order/>", "the root has no namespace, but"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="gone.xsd"/>', "there is no such file"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="http://localhost/gone.xsd"/>', "the network is never asked"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="../secret/hidden.xsd"/>', "outside the allowed folders"),
    (f'<a {XSI} xsi:noNamespaceSchemaLocation="../secret/gone.xsd"/>', "outside the allowed folders"),
    ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "outside the allowed folders"),
    ('{"a": 1}', "no start tag"),
    ("", "no start tag"),
    ("<book/>", "No schema was found"),  # only a DOCTYPE asks for a DTD
]


@pytest.mark.parametrize(("text", "reason"), NOT_FOUND)
def test_where_nothing_fits_the_reason_and_the_near_misses_say_why(
    text: str, reason: str, found: Callable[[str], Discovery]
) -> None:
    discovery = found(text)
    assert discovery.schema == ""
    assert reason in discovery.reason


def test_without_schema_folders_the_reason_names_the_setting() -> None:
    discovery = discover(Document.from_text("<a/>"), base=None, schema_dirs=(), roots=(), state_dir=None)
    assert "SCHEMA_DIRS" in discovery.reason


def test_inline_text_takes_no_relative_location() -> None:
    text = f'<a {XSI} xsi:noNamespaceSchemaLocation="a.xsd"/>'
    discovery = discover(Document.from_text(text), base=None, schema_dirs=(), roots=(Path.cwd(),), state_dir=None)
    assert "inline text has no folder" in discovery.reason


def test_the_index_follows_the_files(tmp_path: Path, write: Write, found: Callable[[str], Discovery]) -> None:
    assert found('<new xmlns="urn:new"/>').schema == ""
    path = write("schemas/new.xsd", _xsd("new", "urn:new"))
    assert found('<new xmlns="urn:new"/>').schema == str(path)
    write("schemas/new.xsd", _xsd("newer", "urn:newer"))
    os.utime(path, ns=(1, 1))
    assert found('<newer xmlns="urn:newer"/>').schema == str(path)
    path.unlink()
    assert found('<newer xmlns="urn:newer"/>').schema == ""


@pytest.mark.parametrize("content", [b"", b"\x00", b'{"format": 1}', b'{"format": 0, "files": {"a": 1}}', b"[1]"])
def test_a_spoilt_index_is_made_again(content: bytes, tmp_path: Path, found: Callable[[str], Discovery]) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "schema-index.json").write_bytes(content)
    assert found("<plain/>").schema.endswith("plain.xsd")
    assert (state / "schema-index.json").read_bytes() != content


def test_schemas_are_not_read_again_while_they_stay_the_same(
    tmp_path: Path, write: Write, found: Callable[[str], Discovery]
) -> None:
    assert found("<plain/>").schema
    path = tmp_path / "schemas/plain.xsd"
    stat = path.stat()
    path.write_text(_xsd("other").ljust(stat.st_size)[: stat.st_size])
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert found("<plain/>").schema == str(path)  # the index remembers it by size and time
