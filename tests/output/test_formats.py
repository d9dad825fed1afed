"""What other programs read of the results: the structure that each form requires."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.document.document import Document

BROKEN = "<a>\r\n <b>\U0001f600 x & y</b>\r\n <c d=e/>\r\n <entry>1</entyr>\r\n</a>\r\n"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "microsoft-edge")
FEED = """<?xml version="1.0"?>
<rss>
  <channel>
    <title>News & more</title>
    <link>https://example.org/</link>
    <item>
      <title>First</title>
      <guid>abc</guid>
    </item>
  </channel>
</rss>
"""
NASTY = "<a>\r\n<b:c,d;]%>&</b:c,d;]%>\x01</a>"


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file that is sound, one that can be repaired and one whose names need escapes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.xml").write_text("<a/>")
    (tmp_path / "a b.xml").write_bytes(BROKEN.encode())
    (tmp_path / "nasty,%.xml").write_bytes(NASTY.encode())
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], form: str, *arguments: str) -> str:
    run([*arguments, "--format", form])
    return capsys.readouterr().out


def test_sarif_has_rules_with_help_and_fixes_that_repair_when_applied_as_they_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = json.loads(shown(capsys, "sarif", "fix", "a b.xml", "sound.xml", "absent.xml"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    only = log["runs"][0]
    rules = only["tool"]["driver"]["rules"]
    assert only["tool"]["driver"]["name"]
    assert only["columnKind"] == "unicodeCodePoints"
    assert len({rule["id"] for rule in rules}) == len(rules) >= 2
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    (invocation,) = only["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "absent.xml" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    document, replaced = Document.from_bytes(BROKEN.encode()), []
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "note"  # as it is mended in the result
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "a%20b.xml"
        assert begins(place["region"]) <= ends(place["region"])
        for fix in result["fixes"][:1]:
            (change,) = fix["artifactChanges"]
            assert change["artifactLocation"]["uri"] == "a%20b.xml"
            replaced += change["replacements"]
    text = document.text
    for piece in sorted(replaced, key=lambda each: begins(each["deletedRegion"]), reverse=True):
        start, end = document.offset(*begins(piece["deletedRegion"])), document.offset(*ends(piece["deletedRegion"]))
        text = text[:start] + piece["insertedContent"]["text"] + text[end:]
    assert ET.fromstring(text) is not None
    assert "x &amp; y" in text


def begins(region: dict[str, int]) -> tuple[int, int]:
    return region["startLine"], region["startColumn"]


def ends(region: dict[str, int]) -> tuple[int, int]:
    return region["endLine"], region["endColumn"]


def test_junit_has_a_case_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    suites = ET.fromstring(shown(capsys, "junit", "validate", ".", "absent.xml").encode())
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "1")
    assert {case.get("name"): [part.tag for part in case] for case in suite} == {
        "a b.xml": ["failure"],
        "nasty,%.xml": ["failure"],
        "sound.xml": [],
        "absent.xml": ["error"],
    }


JUNIT = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="testsuites"><xs:complexType><xs:sequence>
<xs:element ref="testsuite" maxOccurs="unbounded"/></xs:sequence>
<xs:attributeGroup ref="counts"/></xs:complexType></xs:element>
<xs:element name="testsuite"><xs:complexType><xs:sequence>
<xs:element ref="testcase" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="name" use="required"/><xs:attributeGroup ref="counts"/></xs:complexType></xs:element>
<xs:element name="testcase"><xs:complexType><xs:choice minOccurs="0"><xs:element name="failure" type="told"/>
<xs:element name="error" type="told"/><xs:element name="system-out" type="xs:string"/></xs:choice>
<xs:attribute name="classname" use="required"/><xs:attribute name="name" use="required"/></xs:complexType></xs:element>
<xs:complexType name="told"><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="type" use="required"/>
<xs:attribute name="message" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:attributeGroup name="counts"><xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
<xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
<xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/></xs:attributeGroup></xs:schema>"""


@pytest.mark.parametrize("command", ["fix", "validate"])
def test_junit_is_as_its_readers_want_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, "junit", command, ".", "absent.xml")
    etree.XMLSchema(etree.fromstring(JUNIT)).assertValid(etree.fromstring(page.encode()))


def test_files_are_named_from_the_working_folder_as_code_hosts_know_them(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {row["location"]["path"] for row in json.loads(shown(capsys, "gitlab", "validate", str(documents)))} == {
        "a b.xml",
        "nasty,%.xml",
    }
    assert "::error file=a b.xml,line=" in shown(capsys, "github", "validate", str(documents / "a b.xml"))


@pytest.mark.parametrize("command", ["fix", "validate"])
def test_code_quality_rows_have_what_gitlab_reads(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    rows = json.loads(shown(capsys, "gitlab", command, ".", "absent.xml"))
    row = {
        "description!": str,
        "check_name!": str,
        "fingerprint!": str,
        "severity!": ("info", "minor", "major", "critical", "blocker"),
        "location!": {"path!": str, "lines!": {"begin!": int}},
    }
    assert [error.message for error in jsonschema.Draft7Validator(described([row])).iter_errors(rows)] == []
    assert len({row["fingerprint"] for row in rows}) == len(rows) > 2


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (
            "github",
            r"::(error|warning) file=nasty%2C%25\.xml,line=\d+,endLine=\d+,col=\d+(,endColumn=\d+)?,title=[\w-]+::.+",
        ),
        (
            "azure",
            r"##vso\[task\.logissue type=(error|warning);sourcepath=nasty,%AZP25\.xml;linenumber=\d+;columnnumber=\d+"
            r";code=[\w-]+\].+",
        ),
    ],
)
def test_annotations_are_one_line_each_whatever_the_document_says(
    form: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(capsys, form, "validate", "nasty,%.xml").splitlines()
    assert lines
    assert all(re.fullmatch(line, each) for each in lines)
    assert shown(capsys, form, "validate", "sound.xml") == ""


def test_code_quality_rows_have_fingerprints_that_survive_lines_above(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(shown(capsys, "gitlab", "validate", "a b.xml"))
        return found

    before = rows()
    (documents / "a b.xml").write_bytes(b"\r\n\r\n" + BROKEN.encode())
    after = rows()
    assert len({row["fingerprint"] for row in before}) == len(before)
    assert {row["fingerprint"] for row in before} == {row["fingerprint"] for row in after}
    assert [row["location"]["lines"]["begin"] + 2 for row in before] == [
        row["location"]["lines"]["begin"] for row in after
    ]
    assert all(row["severity"] in ("info", "minor", "major", "critical", "blocker") for row in before)


def test_the_page_needs_nothing_from_elsewhere_and_shows_what_was_changed_side_by_side(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = shown(capsys, "html", "fix", "a b.xml", "nasty,%.xml")
    assert not re.search(r"<script|<link|<img|src=|href=|@import|url\(|https?:", page)
    assert re.search(
        r'<td class="out"> ?&lt;b&gt;.*x &amp; y.*</td><td class="in"> ?&lt;b&gt;.*x &amp;amp; y',
        page.replace("\r", ""),
    )
    assert "\x01" not in page


LEFT = r"lacks <description>, which RSS"
MENDED = r"Mended in the result"


@pytest.mark.parametrize(
    ("form", "shown_as"),
    [
        ("sarif", [r'"level": "note"', rf'"level": "error",\s*"message": {{\s*"text": "[^\n]*{LEFT}', "--accept e"]),
        ("github", [r"::notice .*title=bare-ampersand::.*Mended", rf"::error .*line=3,.*{LEFT}"]),
        ("gitlab", [rf"{MENDED}.*(\n.*){{0,4}}info", rf"{LEFT}.*(\n.*){{0,3}}major"]),
        ("azure", [rf"\A##vso\[task.logissue type=error;sourcepath=feed.rss;linenumber=2.*\n.*{LEFT}"]),
        ("junit", [r'failures="1"', r'failure type="rss-content"', LEFT, MENDED]),
        (
            "html",
            [
                "<small>mended</small>",
                LEFT,
                r"<td>e[0-9a-f]{6}</td>.*isPermaLink",
                r"<td>channel-[0-9a-f]+</td>.*description",
            ],
        ),
    ],
)
def test_what_a_repair_leaves_is_told_beside_what_it_mends(
    form: str, shown_as: list[str], documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (documents / "feed.rss").write_text(FEED)
    page = shown(capsys, form, "fix", "feed.rss", "--engine", "offline")
    page = html.unescape(page) if form in ("junit", "html") else page
    assert [each for each in shown_as if not re.search(each, page)] == []


@pytest.mark.parametrize(
    ("content", "options", "status"),
    [
        ("<a>&</a>", [], 1),
        ("<a>&</a>", ["--fail-on", "never"], 0),
        ("<a/>", ["--fail-on", "warning"], 0),
    ],
)
def test_what_makes_the_status_a_failure_is_chosen(
    documents: Path, content: str, options: list[str], status: int
) -> None:
    (documents / "it.xml").write_text(content)
    assert run(["validate", "it.xml", "--quiet", *options]) == status
    assert run(["validate", "absent.xml", *options]) == 2


def test_json_is_one_array(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(shown(capsys, "json", "validate", "sound.xml", "absent.xml"))
    assert [(row["file"], row["status"]) for row in rows] == [("sound.xml", "well_formed"), ("absent.xml", "error")]


def described(value: object) -> object:
    """A schema by what is allowed and, where a name ends with "!", demanded: a list of one kind, a table, or a type."""
    if isinstance(value, list):
        return {"type": "array", "items": described(value[0])}
    if isinstance(value, dict):
        return {
            "type": "object",
            "properties": {name.rstrip("!"): described(each) for name, each in value.items()},
            "required": [name[:-1] for name in value if name.endswith("!")],
            "additionalProperties": False,
        }
    if isinstance(value, tuple):
        return {"enum": list(value)}
    kinds = {
        int: {"type": "integer", "minimum": 1},
        float: {"type": "integer", "minimum": 0},
        bool: {"type": "boolean"},
    }
    return kinds.get(value, {"type": "string"})  # type: ignore[call-overload]


SAID = {"text!": str}
ARTIFACT = {"uri!": str}
REGION = {"startLine!": int, "startColumn!": int, "endLine!": int, "endColumn!": int}
LEVEL = ("error", "warning", "note")
PLACE = {
    "physicalLocation!": {"artifactLocation!": ARTIFACT, "region": REGION},
    "logicalLocations": [{"fullyQualifiedName!": str, "kind!": ("element",)}],
}
RULE = {
    "id!": str,
    "shortDescription!": SAID,
    "fullDescription": SAID,
    "help": {"text!": str, "markdown!": str},
    "defaultConfiguration!": {"level!": LEVEL},
}
REPLACED = {"deletedRegion!": REGION, "insertedContent!": SAID}
RESULT = {
    "ruleId!": str,
    "ruleIndex!": float,
    "level!": LEVEL,
    "message!": SAID,
    "locations!": [PLACE],
    "fixes": [
        {"description!": SAID, "artifactChanges!": [{"artifactLocation!": ARTIFACT, "replacements!": [REPLACED]}]}
    ],
}
NOTE = {"level!": LEVEL, "message!": SAID, "locations!": [PLACE]}
DRIVER = {"name!": str, "version!": str, "semanticVersion!": str, "rules!": [RULE]}
LOG = {
    "$schema!": str,
    "version!": ("2.1.0",),
    "runs!": [
        {
            "tool!": {"driver!": DRIVER},
            "columnKind!": ("unicodeCodePoints",),
            "invocations!": [{"executionSuccessful!": bool, "toolExecutionNotifications!": [NOTE]}],
            "results!": [RESULT],
        }
    ],
}  # what of SARIF 2.1.0 is written, in its own names; the published schema allows more


@pytest.mark.parametrize("command", ["fix", "validate"])
def test_sarif_holds_what_its_schema_allows(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    log = json.loads(shown(capsys, "sarif", command, "a b.xml", "nasty,%.xml", "sound.xml", "absent.xml"))
    assert [error.message for error in jsonschema.Draft7Validator(described(LOG)).iter_errors(log)] == []
    assert log["runs"][0]["results"]


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="there is no browser")
def test_a_browser_shows_the_report_with_its_faults_and_both_sides_of_the_diff(
    documents: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (documents / "report.html").write_text(shown(capsys, "html", "fix", "a b.xml", "sound.xml"))
    browser = next(filter(None, map(shutil.which, BROWSERS)))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    address = (documents / "report.html").as_uri()
    done = subprocess.run([browser, *options, address], capture_output=True, text=True, timeout=60, check=True)
    page = ET.fromstring(re.sub(r"<(meta|br)([^>]*)>", r"<\1\2/>", done.stdout.removeprefix("<!DOCTYPE html>")))
    rows = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert any("bare-ampersand mended" in row for row in rows)
    assert any("x & y" in row[0] and "x &amp; y" in row[1] for row in rows if len(row) == 2)
