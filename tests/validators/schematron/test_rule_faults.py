"""Wrong rule files are told of at their own lines, also where every compiler passes over what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.validators.schema import load
from mcp_servers.xml_troubleshooter.validators.schematron.rules import Rules
from mcp_servers.xml_troubleshooter.validators.subject import Subject
from mcp_servers.xml_troubleshooter.validators.validator import Judgement

SCH = "http://purl.oclc.org/dsdl/schematron"
LAST = '<rule context="last"><assert test="b">m</assert></rule>'  # rules without any assertion are refused
RULE = '<rule context="a"><assert test="b">m</assert></rule>'

# what stands in the schema, each piece on a line of its own from the second on; the line at fault, and words
FAULTS = [
    (["<pattern>", '<rule context="a">', '<asert test="b">m</asert>', "</rule></pattern>"], 4, "asert.*assert may be"),
    (["<pattern>", '<rul context="a"/>', "</pattern>"], 3, "rul.*rule may be meant"),
    (["<pattern>", '<rule><assert test="b">m</assert></rule>', "</pattern>"], 3, "rule needs the attribute context"),
    (["<pattern>", '<rule context="a">', "<assert>m</assert></rule></pattern>"], 4, "assert needs the attribute test"),
    (["<pattern>", '<rule context="a"><extends rule="z"/></rule>', "</pattern>"], 3, "abstract rule z is not there"),
    (["", '<pattern is-a="z"/>'], 3, "abstract pattern z is not there"),
    (["", '<phase id="p">', '<active pattern="z"/></phase>'], 4, "names the pattern z, which is not there"),
    (["<pattern>", '<rule context="a"><assert test="b[">m</assert></rule>', "</pattern>"], 3, ""),
    (["<pattern>", '<rule context="a["><assert test="b">m</assert></rule>', "</pattern>"], 3, ""),
    (["<pattern>", '<rule context="a"><assert test="$z">m</assert></rule>', "</pattern>"], 3, "z"),
    (["<pattern>", '<rule context="z:a"><assert test="b">m</assert></rule>', "</pattern>"], 3, "z"),
    (["<pattern>", '<rule context="a"><let name="z" value="(("/>', "</rule></pattern>"], 3, ""),
    (["<pattern>", '<assert test="b" xmlns="">m</assert>', RULE, "</pattern>"], 3, "not in Schematron's namespace"),
    (["", '<include href="z.sch"/>'], 3, "include z.sch, which is not there"),
    (["", '<include href="other.xml"/>'], 3, "other.xml, whose root o is no element of Schematron"),
    (["<pattern>", '<rule context="a"><assert test="nosuch(b)">m</assert></rule>', "</pattern>"], 3, "nosuch"),
    (["<pattern>", '<rule context="a"><assert test="contains(b)">m</assert></rule>', "</pattern>"], 3, "contains"),
    (['<let name="z" value="1"/>', '<let name="z" value="2"/>'], 3, "variable z is declared in line 2 already"),
    (['<ns prefix="z" uri="urn:1"/>', '<ns prefix="z" uri="urn:2"/>'], 3, "another namespace in line 2"),
    (["", '<pattern><rule context="a" visit-each="b"/></pattern>'], 3, "visit-each of rule is not followed"),
    (["<pattern>", '<rule context="a"><assert test="b">', "<valueof/></assert></rule></pattern>"], 4, "valueof"),
]  # fmt: skip


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize(("lines", "line", "words"), FAULTS)
def test_a_fault_is_told_at_its_line(lines: list[str], line: int, words: str, binding: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    (tmp_path / "other.xml").write_text("<o/>")
    path.write_text("\n".join([f'<schema xmlns="{SCH}" queryBinding="{binding}">', *lines, "</schema>"]))
    with pytest.raises(SchemaError, match=rf"rules\.sch, line {line} are the broken side.*{words}"):
        _run(path)


def test_a_default_phase_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" defaultPhase="fulll"><phase id="full"/><pattern>{RULE}</pattern></schema>')
    with pytest.raises(SchemaError, match=r"line 1 are .* the default phase fulll is not there; full may be meant"):
        load(path)


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(
        f'<schema xmlns="{SCH}"><pattern>\n<rule context="a"><asert/></rule>\n<rle context="b"/></pattern></schema>'
    )
    with pytest.raises(SchemaError, match=r"line 2 are .*asert.*; line 3: rle is no element"):
        load(path)


# rules of one pattern, the line of the second of which never applies, and words
UNREACHED = [
    (
        '<rule context="a"/>\n<rule context="b"/>\n<rule context="a "/>',
        "3: the rule for a never applies: the one of line 1",
    ),
    ('<rule context="*"/>\n<rule context="b"/>', "2: the rule for b never applies: the one of line 1"),
    ('<rule context="b | a"/>\n<rule context="c/a[@x]"/>', "2: the rule for c/a[@x] never applies: the one of line 1"),
    ('<rule context="b"/>\n<rule context="a"><assert test="\'c\'">m</assert></rule>', "2: the test 'c' is a constant"),
    ('<rule context="b"/>\n<rule context="a/@x/c"/>', "2: no node can match the context a/@x/c"),
    ('<rule context="b"/>\n<rule context="a[0]"/>', "2: no node can match the context a[0]"),
    ('<rule context="b"/>\n<rule context="a/text()/c"/>', "2: no node can match the context a/text()/c"),
]


@pytest.mark.parametrize(("rules", "told"), UNREACHED)
def test_rules_that_never_apply_are_warned_of(rules: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern>{rules}{LAST}</pattern></schema>')
    assert _warnings(path)[0].startswith(told)


@pytest.mark.parametrize(
    "context", ["a[@x]/b", "a/@x", "a/@x[../b]", "a[text()]", "a[b = 0]", "a | @b", "a[@x/../c]", "a/text()"]
)
def test_contexts_that_can_match_are_not_warned_of(context: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}"><pattern><rule context="{context}"/>{LAST}</pattern></schema>')
    assert _warnings(path) == []


@pytest.mark.parametrize("contexts", [("a[@x]", "a"), ("a", "@a"), ("a/b", "b"), ("a", "a/text()"), ("b", "x:b")])
def test_rules_that_still_apply_are_not_warned_of(contexts: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    rules = "".join(f'<rule context="{each}"/>' for each in contexts)
    path.write_text(f'<schema xmlns="{SCH}"><ns prefix="x" uri="urn:x"/><pattern>{rules}{LAST}</pattern></schema>')
    assert _warnings(path) == []


# what stands in the schema from the second line on, and what is odd in it, though it can be used
ODD = [
    ('<pattern><rule context="a"><assert tes="1" test="b">m</assert></rule></pattern>', "2: assert has no .* tes"),
    ('<pattern><rule context="a"><assert test="b" flagg="x">m</assert></rule></pattern>', "2: .* flagg; flag may be"),
    ('<pattern><rule context="a"><assert test="b" properties="z">m</assert></rule></pattern>', "2: the property z"),
    (f'<pattern id="p">{RULE}</pattern>\n<pattern id="p">{RULE}</pattern>', "3: the id p is that of another pattern"),
    (
        f'<pattern abstract="true" id="p">{RULE}</pattern><pattern is-a="p">\n<param name="z" value="1"/></pattern>',
        r"3: the abstract pattern p has no \$z",
    ),
    (f'<pattern>{RULE}<rule context="z">\n<x:assert xmlns:x="urn:x"/></rule></pattern>', "3: assert is in the n"),
    (f"<pattern/><pattern>{RULE}</pattern>", "2: the pattern has no rule"),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "told"), ODD)
def test_what_compilers_pass_over_is_warned_of(inside: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" queryBinding="xslt2">\n{inside}</schema>')
    (only,) = _warnings(path)
    assert re.match(told, only)


@pytest.mark.parametrize("phase", ["", "defaultPhase='p'"])
def test_rules_without_assertions_check_nothing_and_say_so(phase: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(
        f'<schema xmlns="{SCH}" {phase}><phase id="p"><active pattern="q"/></phase><pattern id="q">'
        f'<rule context="a"/></pattern>{f"<pattern>{RULE}</pattern>" if phase else ""}</schema>'
    )
    judgement = _run(path)
    assert not judgement.applied
    assert "neither assert nor report, so that nothing is checked" in judgement.reason


def _run(path: Path) -> Judgement:
    """Load the rules, and run them: an unknown function of XPath 1 is seen only then."""
    rules = load(path).validator
    assert isinstance(rules, Rules)
    return rules.judge(Subject(Document.from_text("<a><b/></a>")))


def _warnings(path: Path) -> list[str]:
    rules = load(path).validator
    assert isinstance(rules, Rules)
    return [f"{fault.place.line}: {fault.text}" for fault in rules.engine.warnings]
