"""The plan of a verdict, and the result of each of its layers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerResult, LayerState, Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan, split

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="bill"><xs:complexType><xs:sequence>
<xs:element name="part" type="xs:int" maxOccurs="9"/><xs:element name="sum" type="xs:int"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
SCH = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="/bill">
<assert test="sum = sum(part)">The sum is wrong.</assert></rule></pattern></schema>"""
ANY = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><ref name="any"/></start><define name="any">
<choice><element name="order"><text/></element><element><anyName><except><name>order</name></except></anyName>
<zeroOrMore><choice><text/><ref name="any"/></choice></zeroOrMore></element></choice></define></grammar>"""
OTHER = SCH.replace("/bill", "/order")
RIGHT = "<bill><part>1</part><part>2</part><sum>3</sum></bill>"
PASSED, FAILED = LayerState.PASSED, LayerState.FAILED
OUT, NOT_RUN = LayerState.NOT_APPLICABLE, LayerState.NOT_RUN

# the document, what is named, the states behind syntax in their order, and whether all that should judge accepts it
VERDICTS = {
    "nothing named": (RIGHT, [], [], False),
    "both accept it": (RIGHT, ["a.sch", "a.xsd"], [("a.xsd", PASSED), ("a.sch", PASSED)], True),
    "the rules do not": (
        RIGHT.replace(">3<", ">4<"), ["a.xsd", "a.sch"], [("a.xsd", PASSED), ("a.sch", FAILED)], False,
    ),
    "the schema does not, and the rules run all the same": (
        RIGHT.replace("<sum>", "<x/><sum>"), ["a.xsd", "a.sch"], [("a.xsd", FAILED), ("a.sch", PASSED)], False,
    ),
    "rules about other documents": (RIGHT, ["b.sch"], [("b.sch", OUT)], False),
    "such rules beside a schema": (RIGHT, ["a.xsd", "b.sch"], [("a.xsd", PASSED), ("b.sch", OUT)], False),
    "a grammar that takes anything": (RIGHT, ["a.rng"], [("a.rng", OUT)], False),
    "the same, which names one of the elements": (
        RIGHT.replace("part", "order"), ["a.rng"], [("a.rng", PASSED)], True,
    ),
    "a schema that does not compile": (RIGHT, ["bad.xsd", "a.sch"], [("bad.xsd", NOT_RUN), ("a.sch", PASSED)], False),
    "the same twice": (RIGHT, ["a.xsd", "a.xsd"], [("a.xsd", PASSED)], True),
    "not well-formed": (RIGHT[:-4], ["a.xsd", "a.sch"], [("a.xsd", NOT_RUN), ("a.sch", NOT_RUN)], False),
}  # fmt: skip

Judge = Callable[[str, list[str]], Report]


@pytest.fixture
def judged(tmp_path: Path) -> Judge:
    for name, text in {"a.xsd": XSD, "a.sch": SCH, "b.sch": OTHER, "a.rng": ANY, "bad.xsd": XSD[:-9]}.items():
        (tmp_path / name).write_text(text)
    return lambda text, names: validate(Document.from_text(text), plan([tmp_path / name for name in names]))


@pytest.mark.parametrize("name", VERDICTS)
def test_every_layer_has_its_own_result(name: str, judged: Judge) -> None:
    text, named, states, accepted = VERDICTS[name]
    report = judged(text, named)
    assert [(layer.name, layer.state) for layer in report.layers[1:]] == states
    assert report.accepted is accepted
    for layer in report.layers:
        errors = [item for item in report.diagnostics if item.layer == layer.name]
        assert len(errors) == layer.errors
        assert layer.reason or layer.state in (PASSED, FAILED)


def test_only_a_schema_that_is_itself_unusable_is_lacking(judged: Judge) -> None:
    assert judged(RIGHT, ["bad.xsd", "a.sch"]).lacking
    assert judged(RIGHT[:-4], ["bad.xsd"]).lacking
    assert not judged(RIGHT[:-4], ["a.xsd"]).lacking
    assert not judged(RIGHT, ["b.sch"]).lacking


def test_a_document_s_own_declarations_judge_beside_rules_and_schemas_but_not_beside_a_dtd(judged: Judge) -> None:
    own = "<!DOCTYPE bill [<!ELEMENT bill ANY><!ELEMENT part ANY><!ELEMENT sum EMPTY>]>"
    beside_rules: tuple[LayerResult, ...] = judged(own + RIGHT, ["a.sch"]).layers
    assert [(layer.name, layer.state) for layer in beside_rules[1:]] == [("DOCTYPE", FAILED), ("a.sch", PASSED)]
    assert [layer.name for layer in judged(own + RIGHT, ["a.xsd"]).layers] == ["syntax", "DOCTYPE", "a.xsd"]
    assert [layer.name for layer in judged(own + RIGHT, ["a.dtd"]).layers] == ["syntax", "a.dtd"]


def test_files_of_one_name_are_told_apart() -> None:
    assert [layer.name for layer in plan(["/x/one/a.xsd", "/x/two/a.xsd"]).layers] == ["one/a.xsd", "two/a.xsd"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.xsd", ["a.xsd"]),
        ("a.xsd;b.sch", ["a.xsd", "b.sch"]),
        ("a.xsd; b.sch ;", ["a.xsd", "b.sch"]),
        ("odd;name.xsd", ["odd;name.xsd"]),
        ("a.xsd;odd;name.xsd;b.sch", ["a.xsd", "odd;name.xsd", "b.sch"]),
        ("gone;name.xsd", ["gone", "name.xsd"]),
    ],
)
def test_semicolons_part_schemas_and_no_name_of_a_file(text: str, names: list[str]) -> None:
    assert list(split(text, {"odd;name.xsd", "a.xsd", "b.sch"}.__contains__)) == names


def test_thousands_of_names_are_looked_for_a_few_times_each() -> None:
    asked: list[str] = []

    def exists(name: str) -> bool:
        asked.append(name)
        return False

    assert len([*split("a.xsd;" * 2000, exists)]) == 2000
    assert len(asked) < 30_000


def test_what_is_odd_in_rules_stands_in_the_reason_of_their_layer(tmp_path: Path) -> None:
    (tmp_path / "a.sch").write_text(SCH.replace("</rule>", '</rule><rule context="/bill"/>'))
    result = validate(Document.from_text(RIGHT), plan([tmp_path / "a.sch"])).layers[1]
    assert result.state is PASSED
    assert "a.sch, line 2: the rule for /bill never applies" in result.reason


def test_findings_are_marked_with_the_short_name_of_an_official_rule_set(tmp_path: Path) -> None:
    (tmp_path / "EN16931-UBL-validation.sch").write_text(SCH.replace("<assert ", "<assert id='BR-1' "))
    wrong = Document.from_text(RIGHT.replace(">3<", ">4<"))
    found = validate(wrong, plan([tmp_path / "EN16931-UBL-validation.sch"])).diagnostics
    assert [each.explanation.partition(":")[0] for each in found] == ["BR-1 (EN 16931)"]
