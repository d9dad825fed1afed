"""Rules in XPath 2 and later, run by Saxon."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic, Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import SchemaError
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.validators.schema import load, prepare

SCH = "http://purl.oclc.org/dsdl/schematron"
SVRL = "http://purl.oclc.org/dsdl/svrl"
XSL = "http://www.w3.org/1999/XSL/Transform"
ORDER = '<o:order xmlns:o="urn:o"><o:line n="7">1.10</o:line><o:line n="8">2.20</o:line><o:sum>{}</o:sum></o:order>'

RULES = f"""<schema xmlns="{SCH}" queryBinding="xslt2">
<ns prefix="o" uri="urn:o"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/><ns prefix="f" uri="urn:f"/>
<xsl:function xmlns:xsl="{XSL}" xmlns:xs="http://www.w3.org/2001/XMLSchema" name="f:odd" as="xs:boolean">
<xsl:param name="n"/><xsl:sequence select="xs:integer($n) mod 2 = 1"/></xsl:function>
<let name="total" value="sum(for $line in //o:line return xs:decimal($line))"/>
<pattern><rule context="o:sum"><assert id="R-1" test="xs:decimal(.) = $total">The sum is of the lines.</assert></rule>
</pattern>
<pattern abstract="true" id="odd"><rule context="$what"><assert test="f:odd(.)" flag="warning">[R-2] It is odd.</assert>
</rule></pattern>
<pattern is-a="odd"><param name="what" value="o:line/@n"/></pattern></schema>"""


def stylesheet(body: str, head: str = "") -> str:
    """Rules that someone compiled."""
    return (
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}" xmlns:svrl="{SVRL}">{head}<xsl:template match="/">'
        f"<svrl:schematron-output>{body}</svrl:schematron-output></xsl:template></xsl:stylesheet>"
    )


def failing(location: str, test: str = "false()") -> str:
    """Compiled rules with an assertion that fails at a place."""
    return stylesheet(
        f'<svrl:failed-assert test="{test}" location="{location}"><svrl:text>No.</svrl:text></svrl:failed-assert>'
    )


def found(rules: str, document: str, folder: Path, suffix: str = "sch") -> list[Diagnostic]:
    path = folder / f"rules.{suffix}"
    path.write_text(rules)
    report = validate(Document.from_text(document), plan([path]))
    if report.not_run:
        raise SchemaError(report.not_run[0].reason)
    return list(report.diagnostics)


def test_rules_with_functions_variables_and_abstract_patterns(tmp_path: Path) -> None:
    assert found(RULES, ORDER.format("3.30").replace("8", "9"), tmp_path) == []
    of_line, of_sum = found(RULES, ORDER.format("3.31"), tmp_path)
    assert of_sum.path == "/o:order/o:sum"
    assert "[R-1] The sum is of the lines." in of_sum.message
    assert of_line.path == "/o:order/o:line[2]/@n"
    assert of_line.explanation.count("R-2") == 1


def test_texts_are_compared_as_texts(tmp_path: Path) -> None:
    rules = (
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="a">'
        '<assert test="@from &lt; @to">No.</assert></rule></pattern></schema>'
    )
    assert found(rules, '<a from="alpha" to="beta"/>', tmp_path) == []
    (fault,) = found(rules, '<a from="beta" to="alpha"/>', tmp_path)
    assert "@from beta ≥ alpha (@to)" in fault.explanation


def test_the_types_of_xml_schema_need_no_declaration(tmp_path: Path) -> None:
    rules = RULES.replace('<ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>', "")
    assert len(found(rules, ORDER.format("3.31"), tmp_path)) == 2


@pytest.mark.parametrize("binding", ["xslt2", "XSLT2", "xpath2", "xslt3", "xpath31"])
def test_every_binding_beyond_xpath_1_is_run(tmp_path: Path, binding: str) -> None:
    rules = RULES.replace("xslt2", binding)
    assert len(found(rules, ORDER.format("3.31"), tmp_path)) == 2


@pytest.mark.parametrize(
    "location",
    [
        "/*:order[namespace-uri()='urn:o'][1]/*:sum[namespace-uri()='urn:o'][1]",
        "/Q{{urn:o}}order[1]/Q{{urn:o}}sum[1]",
        "/*[local-name()='order']/*[3]",
    ],
)
def test_places_are_found_however_a_compiler_writes_them(tmp_path: Path, location: str) -> None:
    (fault,) = found(failing(location), ORDER.format("1"), tmp_path, "xsl")
    assert fault.path == "/o:order/o:sum"


@pytest.mark.parametrize(
    "reach",
    [
        "doc('{file}')",
        "document('{file}')",
        "unparsed-text('{file}')",
        "collection('{folder}?select=*.xml')",
        "doc('http://127.0.0.1:9/x')",
    ],
)
def test_rules_reach_nothing_outside_their_folder(tmp_path: Path, reach: str) -> None:
    secret, folder = tmp_path / "secret.xml", tmp_path / "rules"
    secret.write_text("<secret/>")
    folder.mkdir()
    select = reach.format(file=secret.as_uri(), folder=tmp_path.as_uri())
    with pytest.raises(SchemaError, match=r"The rules in .*rules\.xsl break off"):
        found(stylesheet(f'<xsl:copy-of select="{select}"/>'), "<a/>", folder, "xsl")


@pytest.mark.parametrize(
    "read",
    ["document('codes.xml')", "doc('codes.xml')", "document('sub/more.xml')/document('../codes.xml', .)"],
)
@pytest.mark.parametrize("version", ["1.0", "2.0", "3.0"])
def test_stylesheets_read_the_files_beside_them(read: str, version: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "codes.xml").write_text("<codes><code>EUR</code></codes>")
    (tmp_path / "sub" / "more.xml").write_text("<more/>")
    body = f'<xsl:if test="not(/a = {read}//code)"><svrl:failed-assert id="C" test="x" location="/a"/></xsl:if>'
    rules = stylesheet(body).replace('version="2.0"', f'version="{version}"')
    assert found(rules, "<a>EUR</a>", tmp_path, "xsl") == []
    (fault,) = found(rules, "<a>eur</a>", tmp_path, "xsl")
    assert (fault.rule, fault.path) == ("C", "/a")


def test_a_stylesheet_is_made_of_those_that_it_includes_and_imports(tmp_path: Path) -> None:
    variable = (
        f'<xsl:stylesheet version="2.0" xmlns:xsl="{XSL}"><xsl:variable name="{{}}" select="{{}}"/></xsl:stylesheet>'
    )
    (tmp_path / "one.xsl").write_text(variable.format("one", "1"))
    (tmp_path / "two.xsl").write_text(variable.format("two", "'overridden'"))
    head = '<xsl:import href="two.xsl"/><xsl:include href="one.xsl"/><xsl:variable name="two" select="2"/>'
    body = '<svrl:failed-assert test="x" location="/a"><svrl:text><xsl:value-of select="$one + $two"/></svrl:text>'
    (fault,) = found(stylesheet(body + "</svrl:failed-assert>", head), "<a/>", tmp_path, "xsl")
    assert fault.message == "3"


@pytest.mark.skipif(sys.platform != "linux", reason="tells of the processes of a process in /proc")
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    endless = "every $a in 1 to 100000, $b in 1 to 100000, $c in 1 to 100000 satisfies $a + $b + $c ne string-length(.)"
    path.write_text(
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="a"><assert test="{endless}">m</assert>'
        "</rule></pattern></schema>"
    )
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from mcp_servers.xml_troubleshooter.document.parsing import parse\n"
        "from mcp_servers.xml_troubleshooter.validators.schema import load\n"
        "rules = load(Path(sys.argv[1])).validator.engine\n"
        "print('ready', flush=True)\n"
        "rules.run(parse(b'<a/>'))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (child,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{child}").exists()


def test_texts_of_any_alphabet_pass(tmp_path: Path) -> None:
    rules = (
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="ä"><assert test=". = \'Müller €\'">Größe '
        "<value-of select='upper-case(.)'/></assert></rule></pattern></schema>"
    )
    assert found(rules, "<ä>Müller €</ä>", tmp_path) == []
    (fault,) = found(rules, "<ä>straße</ä>", tmp_path)
    assert "Größe STRASSE" in fault.explanation


def test_rules_learn_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPEN_ARENA_TOKEN", "a secret")
    test = "{environment-variable('OPEN_ARENA_TOKEN')}"
    (fault,) = found(failing("/*", test), "<a/>", tmp_path, "xsl")
    assert "a secret" not in str(fault)
    assert os.environ["OPEN_ARENA_TOKEN"] == "a secret"


def test_rules_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "written.xml"
    with pytest.raises(SchemaError, match="they write files"):
        found(stylesheet(f'<xsl:result-document href="{target.as_uri()}"/>'), "<a/>", tmp_path, "xsl")
    assert not target.exists()


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (RULES.replace("xs:decimal(.)", "xs:decimal(("), r"line 6 are the broken side.*Unexpected token"),
        (RULES.replace("xslt2", "xquery"), "their query binding is xquery, which is not known here"),
    ],
)
def test_broken_rules_are_blamed(tmp_path: Path, rules: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        found(rules, ORDER.format("1"), tmp_path)


def test_a_document_after_one_that_the_rules_choke_on_is_judged(tmp_path: Path) -> None:
    of_line, of_sum = found(RULES, ORDER.format("three"), tmp_path)
    assert (of_line.code, of_line.rule) == (Code.ASSERTION_FAILED, "")
    assert (of_sum.code, of_sum.rule, of_sum.severity) == (Code.RULE_NOT_EVALUATED, "R-1", Severity.ERROR)
    assert 'Cannot convert string "three"' in of_sum.explanation
    assert len(found(RULES, ORDER.format("3.30"), tmp_path)) == 1


def test_a_variable_that_cannot_be_evaluated_costs_the_rules_that_name_it(tmp_path: Path) -> None:
    rules = RULES.replace("<let ", '<let name="bad" value="xs:date(/*)"/><let ').replace('name="f:odd"', 'name="f:odd"')
    rules = rules.replace('<assert id="R-1"', '<assert id="R-0" test="$bad">Never known.</assert><assert id="R-1"')
    assert [item.rule for item in found(rules, ORDER.format("3.31"), tmp_path)] == ["", "R-1", "R-0"]


def test_with_libxslt_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    rules = (
        f'<schema xmlns="{SCH}"><pattern><rule context="a"><assert id="1" test="nothing:of(.)" xmlns:nothing="urn:n"/>'
        '<assert id="2" test=". = 2">Two.</assert></rule></pattern></schema>'
    ).replace("<pattern>", '<ns prefix="nothing" uri="urn:n"/><pattern>')
    assert [(item.code, item.rule) for item in found(rules, "<a>1</a>", tmp_path)] == [
        (Code.ASSERTION_FAILED, "2"),
        (Code.RULE_NOT_EVALUATED, "1"),
    ]


def test_without_saxon_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    path = tmp_path / "rules.sch"
    path.write_text(RULES)
    with pytest.raises(SchemaError, match=r"install xml-troubleshooter\[xslt2\]"):
        load(path)


def test_rules_that_were_prepared_are_the_ones_that_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(RULES)
    prepared = prepare(path)
    assert load(path) is prepared


def test_prepared_rules_that_do_not_compile_are_refused_when_they_are_loaded(tmp_path: Path) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(RULES.replace("f:odd(.)", "f:even(.)"))
    prepared = prepare(path)
    for _ in range(2):
        with pytest.raises(SchemaError, match="f:even"):
            load(path)
    assert prepare(path) is not prepared  # another try may succeed, where the process had ended
