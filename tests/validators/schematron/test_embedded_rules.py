"""Rules that a grammar holds in its annotations judge beside it, as a layer of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState, Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCH = "http://purl.oclc.org/dsdl/schematron"
ORDER = '<o xmlns="urn:o"><from>3</from><to>2</to></o>'
RULE = '<sch:rule context="o:o"><sch:assert id="R" test="o:from &lt; o:to">from before to</sch:assert></sch:rule>'
PREFIX = '<sch:ns prefix="o" uri="urn:o"/>'


def rng(inside: str, namespace: str = SCH) -> str:
    """A grammar with this in its only element."""
    return (
        f'<grammar xmlns="http://relaxng.org/ns/structure/1.0" xmlns:sch="{namespace}">\n{PREFIX}<start>'
        f'<element name="o" ns="urn:o">\n{inside}<element name="from" ns="urn:o"><text/></element>'
        '<element name="to" ns="urn:o"><text/></element></element></start></grammar>'
    )


def xsd(inside: str) -> str:
    """An XML Schema with this as information for applications."""
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:sch="{SCH}" targetNamespace="urn:o" '
        'elementFormDefault="qualified"><xs:element name="o"><xs:annotation><xs:appinfo>'
        f"{PREFIX}{inside}</xs:appinfo></xs:annotation><xs:complexType><xs:sequence>"
        '<xs:element name="from" type="xs:integer"/><xs:element name="to" type="xs:integer"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>"
    )


def judged(folder: Path, name: str, text: str) -> Report:
    """What a schema of this name says."""
    (folder / name).write_text(text)
    return validate(Document.from_text(ORDER), plan([folder / name]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("o.rng", rng(f"<sch:pattern>{RULE}</sch:pattern>")),
        ("o.rng", rng(RULE)),
        ("o.rng", rng(RULE, "http://www.ascc.net/xml/schematron")),
        ("o.xsd", xsd(f"<sch:pattern>{RULE}</sch:pattern>")),
        ("o.xsd", xsd(f'<sch:schema queryBinding="xslt2"><sch:pattern>{RULE}</sch:pattern></sch:schema>')),
    ],
)
def test_rules_in_a_grammar_judge_beside_it(name: str, text: str, tmp_path: Path) -> None:
    report = judged(tmp_path, name, text)
    assert [item.rule for item in report.diagnostics] == ["R"]
    assert [(layer.name, layer.state) for layer in report.layers[1:]] == [
        (name, LayerState.PASSED),
        (f"{name}, its rules", LayerState.FAILED),
    ]


def test_a_file_that_a_grammar_includes_may_hold_rules(tmp_path: Path) -> None:
    (tmp_path / "inner.rng").write_text(rng(RULE))
    outer = '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="inner.rng"/></grammar>'
    assert [item.rule for item in judged(tmp_path, "outer.rng", outer).diagnostics] == ["R"]


def test_wrong_rules_are_told_of_at_their_line_and_not_passed_over(tmp_path: Path) -> None:
    report = judged(tmp_path, "o.rng", rng(RULE.replace("o:to", "o:to[")))
    assert report.layers[2].state is LayerState.NOT_RUN
    assert "o.rng, line 3 are the broken side" in report.layers[2].reason


def test_an_assertion_for_no_context_is_not_passed_over(tmp_path: Path) -> None:
    report = judged(tmp_path, "o.rng", rng('<sch:assert test="o:to">m</sch:assert>'))
    assert report.layers[2].state is LayerState.NOT_APPLICABLE
    assert "line 3: assert has no meaning in schema" in report.layers[2].reason


def test_a_grammar_that_mentions_schematron_has_no_layer_for_it(tmp_path: Path) -> None:
    assert len(judged(tmp_path, "o.rng", rng("")).layers) == 2
