"""Wrong rule files are told of at their own lines, also where every compiler passes over what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.validators.schema import load
from mcp_servers.xml_troubleshooter.validators.schematron.rules import Rules

SCH = "http://purl.oclc.org/dsdl/schematron"
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
    (["<pattern>", '<rule context="a"><assert test="b">', "<valueof/></assert></rule></pattern>"], 4, "valueof"),
]  # fmt: skip


@pytest.mark.parametrize("binding", ["xslt", "xslt2"])
@pytest.mark.parametrize(("lines", "line", "words"), FAULTS)
def test_a_fault_is_told_at_its_line(lines: list[str], line: int, words: str, binding: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text("\n".join([f'<schema xmlns="{SCH}" queryBinding="{binding}">', *lines, "</schema>"]))
    with pytest.raises(SchemaError, match=rf"rules\.sch, line {line} are the broken side.*{words}"):
        load(path)


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
    ('<rule context="b"/>\n<rule context="a/@x/c"/>', "2: no node can match the context a/@x/c"),
    ('<rule context="b"/>\n<rule context="a[0]"/>', "2: no node can match the context a[0]"),
    ('<rule context="b"/>\n<rule context="a/text()/c"/>', "2: no node can match the context a/text()/c"),
]


@pytest.mark.parametrize(("rules", "told"), UNREACHED)
def test_rules_that_never_apply_are_warned_of(rules: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern>{rules}</pattern></schema>')
    assert _warnings(path)[0].startswith(told)


@pytest.mark.parametrize(
    "context", ["a[@x]/b", "a/@x", "a/@x[../b]", "a[text()]", "a[b = 0]", "a | @b", "a[@x/../c]", "a/text()"]
)
def test_contexts_that_can_match_are_not_warned_of(context: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(f'<schema xmlns="{SCH}"><pattern><rule context="{context}"/></pattern></schema>')
    assert _warnings(path) == []


def _warnings(path: Path) -> list[str]:
    rules = load(path).validator
    assert isinstance(rules, Rules)
    return [f"{fault.place.line}: {fault.text}" for fault in rules.warnings]
