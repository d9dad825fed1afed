"""Schematron files beside a document: which judge it, which are only told of, and which are none of its business."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.search.discovery import Discovery, discover
from mcp_servers.xml_troubleshooter.schemas.search.rules_beside import _LARGEST

Write = Callable[[str, str], Path]
Find = Callable[[str], Discovery]


def _sch(context: str = "a", namespace: str = "") -> str:
    bound = f'<ns prefix="p" uri="{namespace}"/>' if namespace else ""
    return (
        f'<schema xmlns="http://purl.oclc.org/dsdl/schematron">{bound}<pattern><rule context="{context}">'
        '<assert test="@b">b is there</assert></rule></pattern></schema>'
    )


@pytest.fixture
def find(tmp_path: Path, write: Write) -> Find:
    """Discovers what judges a text that stands in `in/order.xml`, beside a schema for <a>, `in/shop.xsd`."""
    write("in/shop.xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"/></xs:schema>')

    def found(text: str) -> Discovery:
        place = write("in/order.xml", text)
        return discover(Document.from_text(text), base=place, schema_dirs=(), roots=(tmp_path / "in",), state_dir=None)

    return found


@pytest.mark.parametrize(("name", "whose"), [("order", "the document"), ("shop", "its schema")])
def test_rules_with_the_name_of_the_document_or_its_schema_judge(
    name: str, whose: str, write: Write, find: Find
) -> None:
    rules = write(f"in/{name}.sch", _sch())
    found = find("<a/>")
    assert (Path(found.schema).name, found.rules) == ("shop.xsd", (str(rules),))
    assert f"{rules}, beside the document, has the name of {whose}" in found.reason


def test_rules_judge_alone_where_there_is_no_schema(write: Write, find: Find) -> None:
    rules = write("in/order.sch", _sch("z"))
    found = find("<z/>")
    assert (found.schema, found.rules) == ("", (str(rules),))
    assert "No schema was found" not in found.reason


@pytest.mark.parametrize(
    ("rules", "text"),
    [(_sch("p:a", "urn:a"), '<a xmlns="urn:a"/>'), (_sch("c/a[@x]"), "<a/>")],
)
def test_other_rules_for_the_root_are_told_of_with_the_way_to_apply_them(
    rules: str, text: str, write: Write, find: Find
) -> None:
    path = write("in/other.sch", rules)
    found = find(text)
    assert found.rules == ()
    assert "not applied: other.sch has rules for " in found.reason
    assert f'schema_path "{";".join(filter(None, (found.schema, str(path))))}"' in found.reason


@pytest.mark.parametrize(
    "rules", [_sch("p:a", "urn:b"), _sch("data"), _sch("p:a"), "<eagle/>", "EESchema Schematic File Version 4"]
)
def test_rules_for_other_documents_are_not_told_of(rules: str, write: Write, find: Find) -> None:
    write("in/other.sch", rules)
    write("in/below/order.sch", _sch())
    found = find("<a/>")
    assert (found.rules, ".sch" in found.reason) == ((), False)


def test_rules_for_namespaces_that_the_document_lacks_are_told_of(write: Write, find: Find) -> None:
    write("in/order.sch", _sch("p:a", "urn:b"))
    lacking = find('<a xmlns="urn:a"/>')
    assert lacking.rules == ()
    assert "its rules are for urn:b" in lacking.reason
    assert find('<a xmlns="urn:a"><b xmlns="urn:b"/></a>').rules


def test_a_drawing_with_the_name_of_the_document_is_no_rule_set(write: Write, find: Find) -> None:
    write("in/order.sch", "EESchema Schematic File Version 4")
    assert find("<a/>").rules == ()


def test_broken_rules_with_the_name_of_the_document_are_a_layer_that_tells_of_it(write: Write, find: Find) -> None:
    rules = write("in/order.sch", _sch().removesuffix("</schema>"))
    assert find("<a/>").rules == (str(rules),)


def test_rules_that_the_document_names_judge_once(write: Write, find: Find) -> None:
    rules = write("in/order.sch", _sch())
    assert find('<?xml-model href="order.sch"?><a/>').rules == (str(rules),)


def test_rules_are_opened_only_where_schemas_are(tmp_path: Path, write: Write, find: Find) -> None:
    outside = write("secret/rules.sch", _sch())
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "in/order.sch").symlink_to(outside)
    (tmp_path / "in/shop.sch").mkdir()
    found = find("<a/>")
    assert (found.rules, ".sch" in found.reason) == ((), False)


def test_rules_beyond_the_bounds_are_left_alone(write: Write, find: Find) -> None:
    for number in range(60):
        write(f"in/a{number}.sch", _sch())
    write("in/order.sch", _sch().ljust(_LARGEST + 1))
    shop = write("in/shop.sch", _sch())
    found = find("<a/>")
    assert found.rules == (str(shop),)
    assert "order.sch is larger than 5 MB" in found.reason
    assert "and 46 more" in found.reason
