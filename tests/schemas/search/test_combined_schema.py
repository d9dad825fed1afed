"""Documents of several namespaces are judged, explained and repaired by the schemas of all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.grammar import load as load_grammar
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.schemas.search.discovery import Discovery, discover
from mcp_servers.xml_troubleshooter.validators.schema import load

Write = Callable[[str, str], Path]

XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def _box(namespace: str, process: str) -> str:
    """A root that may hold anything of other namespaces, and an item of its own."""
    target = f'targetNamespace="{namespace}"' if namespace else ""
    return (
        f'<xs:schema {XS} {target}><xs:element name="box"><xs:complexType><xs:sequence>'
        f'<xs:any namespace="##other" processContents="{process}" minOccurs="0" maxOccurs="unbounded"/>'
        '</xs:sequence></xs:complexType></xs:element><xs:element name="item" type="xs:int"/></xs:schema>'
    )


def _leaf(name: str, namespace: str, imports: str = "") -> str:
    return (
        f'<xs:schema {XS} targetNamespace="{namespace}">{imports}<xs:element name="{name}"><xs:complexType>'
        '<xs:sequence><xs:element name="day" type="xs:date"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )


@pytest.fixture
def discovered(write: Write, search: Callable[[str], Discovery]) -> Callable[[str], Discovery]:
    write("schemas/box.xsd", _box("urn:box", "strict"))
    write("schemas/lax.xsd", _box("urn:lax", "lax"))
    write("schemas/plain.xsd", _box("", "strict").replace("##other", "##any"))
    write("schemas/deep/visit.xsd", _leaf("visit", "urn:visit"))
    write("schemas/types.xsd", f'<xs:schema {XS} targetNamespace="urn:visit"/>')
    imported = '<xs:import namespace="urn:visit" schemaLocation="http://localhost/deep/visit.xsd"/>'
    write("schemas/deep/trip.xsd", _leaf("trip", "urn:trip", imported))
    write("schemas/broken.xsd", _leaf("broken", "urn:broken").replace("xs:date", "xs:dat"))
    write("documents/beside.xsd", _leaf("beside", "urn:beside"))
    write("documents/hinted.xsd", _leaf("hinted", "urn:hinted"))
    write(
        "schemas/catalog.xml",
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:mapped" uri="mapped.txt.xsd"/>'
        "</catalog>",
    )
    write("schemas/mapped.txt.xsd", _leaf("mapped", "urn:mapped"))
    return search


def _faults(text: str, schema: str, folder: Path) -> list[tuple[str, str]]:
    report = validate(Document.from_text(text), plan([schema], (folder,)))
    assert report.well_formed
    return [(item.code.value, item.name) for item in report.diagnostics]


# what stands in the box, and what is wrong with it
CONTENTS = [
    ('<v:visit xmlns:v="urn:visit"><v:day>2026-01-31</v:day></v:visit>', []),
    ('<v:visit xmlns:v="urn:visit"><v:day>31.01.2026</v:day></v:visit>', [("invalid-value", "v:day")]),
    ('<visit xmlns="urn:visit"><dya>2026-01-31</dya></visit>', [("unexpected-element", "dya")]),
    ('<t:trip xmlns:t="urn:trip"/>', [("missing-element", "t:trip")]),
    (
        '<v:visit xmlns:v="urn:visit"/><t:trip xmlns:t="urn:trip"/>',
        [("missing-element", "v:visit"), ("missing-element", "t:trip")],
    ),
    ('<m:mapped xmlns:m="urn:mapped"/>', [("missing-element", "m:mapped")]),
    ('<beside xmlns="urn:beside"/>', [("missing-element", "beside")]),
    (f'<h:hinted xmlns:h="urn:hinted" {XSI} xsi:schemaLocation="urn:hinted hinted.xsd"/>',
     [("missing-element", "h:hinted")]),
]  # fmt: skip


@pytest.mark.parametrize("box", ["urn:box", "urn:lax", ""], ids=["strict", "lax", "without a namespace"])
@pytest.mark.parametrize(("content", "faults"), CONTENTS)
def test_each_namespace_is_judged_by_its_schema(
    content: str, faults: list[tuple[str, str]], box: str, tmp_path: Path, discovered: Callable[[str], Discovery]
) -> None:
    text = f'<b:box xmlns:b="{box}">{content}</b:box>' if box else f"<box>{content}</box>"

    found = discovered(text)

    assert _faults(text, found.schema, tmp_path) == faults
    assert "With it judges" in found.reason
    assert Path(found.schema).is_relative_to(tmp_path / "state")


def test_validator_and_grammar_read_the_same_files(tmp_path: Path, discovered: Callable[[str], Discovery]) -> None:
    found = discovered('<box xmlns="urn:box"><t:trip xmlns:t="urn:trip"/><v:visit xmlns:v="urn:visit"/></box>')

    read = {path.name for path in load(found.schema, (tmp_path,)).files}
    assert read == {path.name for path in load_grammar(found.schema, (tmp_path,)).files}
    assert read == {"box+trip.xsd", "box.xsd", "trip.xsd", "visit.xsd"}


def test_a_fault_in_a_payload_is_repaired(tmp_path: Path, discovered: Callable[[str], Discovery]) -> None:
    text = '<box xmlns="urn:box"><v:visit xmlns:v="urn:visit"><v:dya>2026-01-31</v:dya></v:visit></box>'
    document, schema = Document.from_text(text), discovered(text).schema
    fixes = propose(document, plan([schema], (tmp_path,)), False, {}, frozenset()).fixes  # noqa: FBT003

    assert apply(text, [edit for fix in fixes for edit in fix.edits]) == text.replace("dya>", "day>")


def test_content_is_not_taken_out_because_its_schema_is_not_at_hand(
    tmp_path: Path, discovered: Callable[[str], Discovery]
) -> None:
    text = '<box xmlns="urn:box"><x xmlns="urn:unknown">7</x></box>'
    document, schema = Document.from_text(text), discovered(text).schema
    found = validate(document, plan([schema], (tmp_path,))).diagnostics

    assert "no schema is at hand for its namespace urn:unknown" in found[0].explanation
    assert not propose(document, plan([schema], (tmp_path,)), True, {}, frozenset()).fixes  # noqa: FBT003


@pytest.mark.parametrize(
    ("text", "reason", "schema"),
    [
        ('<box xmlns="urn:box"><x xmlns="urn:unknown"/></box>', "No schema is at hand for urn:unknown.", "box.xsd"),
        ('<box xmlns="urn:box" xmlns:u="urn:unused" xmlns:v="urn:visit"/>', "declares", "box.xsd"),
        ('<trip xmlns="urn:trip"><v:visit xmlns:v="urn:visit"/></trip>', "declares", "trip.xsd"),
        ('<box xmlns="urn:box"><broken xmlns="urn:broken"/></box>', "cannot be used: The schema is the broken",
         "box.xsd"),
        ('<box xmlns="urn:box"><x xmlns="urn:unknown"/><visit xmlns="urn:visit"/></box>', "No schema is at hand for",
         "box+visit.xsd"),
        ('<box xmlns="urn:box"><visit xmlns="urn:visit"><day></box>', "With it judges", "box+visit.xsd"),
    ],
)  # fmt: skip
def test_the_reason_tells_which_namespaces_have_no_schema(
    text: str, reason: str, schema: str, discovered: Callable[[str], Discovery]
) -> None:
    found = discovered(text)

    assert reason in found.reason
    assert Path(found.schema).name == schema
    assert ("No schema is at hand" in found.reason) == ("urn:unknown" in text)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ('<e:env xmlns:e="urn:env"><e:body><v:visit xmlns:v="urn:visit"><v:day>soon</v:day></v:visit></e:body></e:env>',
         [("invalid-value", "v:day")]),
        ('<e:env xmlns:e="urn:env"><e:body><visit xmlns="urn:visit"><dya>2026-01-31</dya></visit></e:body></e:env>',
         [("unexpected-element", "dya")]),
        ('<env><visit xmlns="urn:visit"><day>2026-01-31</day></visit></env>', []),
    ],
)  # fmt: skip
def test_an_envelope_without_a_schema_does_not_hide_what_it_holds(
    text: str, faults: list[tuple[str, str]], tmp_path: Path, discovered: Callable[[str], Discovery]
) -> None:
    found = discovered(text)

    assert _faults(text, found.schema, tmp_path) == faults
    assert Path(found.schema).name == "visit (content alone).xsd"
    assert "No schema was found for the document element" in found.reason
    assert "What it holds is judged by" in found.reason


def test_drivers_are_not_taken_for_schemas(tmp_path: Path, discovered: Callable[[str], Discovery]) -> None:
    discovered('<env><visit xmlns="urn:visit"/></env>')

    found = discover(
        Document.from_text("<env/>"), base=None, schema_dirs=(tmp_path,), roots=(), state_dir=tmp_path / "state"
    )
    assert found.schema == ""


def test_a_root_in_a_mistaken_namespace_is_no_envelope(discovered: Callable[[str], Discovery]) -> None:
    found = discovered('<box xmlns="urn:Box"><visit xmlns="urn:visit"/></box>')

    assert found.schema == ""
    assert "the root namespace is urn:Box, but" in found.reason
