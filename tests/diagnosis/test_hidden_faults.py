"""Faults that a schema finds are told although the markup is broken, at their places in the broken text."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.hidden_faults import hidden
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan


@pytest.mark.parametrize("language", ["xsd", "rng"])
def test_what_the_schema_would_say_is_told(language: str, schemas: Mapping[str, str], order: str) -> None:
    text = order.replace("<name>Blum</name>", "<name>Blum & Co</nme>").replace("2026-03-05", "5 March")
    text = text.replace("<quantity>2.5", "<quantity>two")
    document = Document.from_text(text)
    report = validate(document, plan([schemas[language]]))

    found = hidden(document, report, plan([schemas[language]]))

    assert {item.code for item in report.diagnostics} == {"bare-ampersand", "tag-mismatch"}
    assert [text[item.start : item.end] for item in found] == ["5 March", "two"]
    assert [document.position(item.start) for item in found] == [(item.line, item.column) for item in found]
    assert all(item.masked for item in found)


def test_what_is_wrong_in_an_element_that_is_moved_is_told_once_where_it_stands(
    schemas: Mapping[str, str], order: str
) -> None:
    date = "<date>2026-03-05</date>"
    late = date.replace("2026-03-05", "5 March")
    text = order.replace(date, "", 1).replace("</lines>", "</lines>" + late, 1)
    document = Document.from_text(text.replace("</name>", "</nmae>", 1))

    found = hidden(document, validate(document, plan([schemas["xsd"]])), plan([schemas["xsd"]]))

    values = [item for item in found if item.code is Code.INVALID_VALUE]
    assert [document.text[item.start : item.end] for item in values] == ["5 March"]


def test_a_well_formed_document_hides_nothing(schemas: Mapping[str, str], order: str) -> None:
    document = Document.from_text(order.replace("2026-03-05", "soon"))

    assert hidden(document, validate(document, plan([schemas["xsd"]])), plan([schemas["xsd"]])) == ()


def test_without_a_schema_there_is_nothing_to_foresee(order: str) -> None:
    document = Document.from_text(order.replace("</name>", "", 1))

    assert hidden(document, validate(document), Plan()) == ()


def test_what_cannot_be_repaired_foretells_nothing(schemas: Mapping[str, str]) -> None:
    document = Document.from_text("no markup at all")

    assert hidden(document, validate(document), plan([schemas["xsd"]])) == ()
