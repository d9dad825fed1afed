"""The configuration of a project: what it says of which documents, that it is only stricter, and good errors."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from mcp import Client

from mcp_servers.xml_troubleshooter.cli import run
from mcp_servers.xml_troubleshooter.configuration.constants import NAME, SHARED
from mcp_servers.xml_troubleshooter.configuration.file import KEYS
from mcp_servers.xml_troubleshooter.configuration.lookup import Configurations, above, at
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.server import create_server

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType>
<xs:sequence><xs:element name="number" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="order">
<assert test="number &lt; 5" id="R-1" role="warning">The number is small.</assert></rule></pattern></schema>"""
RULED = 'schemas = { "*.xml" = "schemas/rules.sch" }'
ORDER = "<order><number>{}</number></order>"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with schemas and orders, whose working folder lies in it."""
    for name, text in {
        "schemas/order.xsd": SCHEMA,
        "schemas/rules.sch": RULES,
        "orders/new/good.xml": ORDER.format(1),
        "orders/new/large.xml": ORDER.format(9),
        "orders/bad.xml": ORDER.format("x"),
        "other.xml": ORDER.format("x"),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path / "orders")
    for name in ("ALLOWED_ROOTS", "SCHEMA_DIRS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize("file", [NAME, SHARED])
@pytest.mark.parametrize(
    ("said", "arguments", "status", "shown"),
    [
        ('schemas = { "orders/**/*.xml" = "schemas/order.xsd" }', ["bad.xml"], 1, "not valid against order.xsd"),
        ('schemas = { "orders/**/*.xml" = "schemas/order.xsd" }', ["new/good.xml"], 0, "names it."),
        ('schemas = { "orders/**/*.xml" = "schemas/order.xsd" }', ["../other.xml"], 0, "WELL_FORMED"),
        ('schemas = { "*.xml" = ["schemas/absent.xsd"] }', ["bad.xml"], 2, ""),
        ('layers = [{ root = "order", schema = "schemas/order.xsd" }]', ["bad.xml"], 1, "not valid against order.xsd"),
        ("require-schema = true", ["bad.xml"], 1, "A schema is required"),
        (RULED, ["new/large.xml"], 0, "with 1 warning"),
        (f'{RULED}\nfail-on = "warning"', ["new/large.xml"], 1, "with 1 warning"),
        (f'{RULED}\nfail-on = "warning"', ["new/large.xml", "--fail-on", "error"], 0, ""),
        (f'{RULED}\nseverities.R-1 = "error"', ["new/large.xml"], 1, "INVALID"),
        (f'{RULED}\nignore = ["R-1"]', ["new/large.xml"], 0, "Nothing has to be done"),
        ('schemas = { "*.xml" = "schemas/order.xsd" }\nignore = ["invalid-value"]', ["bad.xml"], 1, "invalid-value"),
        ('format = "github"\nschemas = { "*.xml" = "schemas/order.xsd" }', ["bad.xml"], 1, "::error file=bad.xml"),
        ('exclude = ["new"]', ["."], 0, "bad.xml"),
    ],
)  # fmt: skip
def test_it_says_what_judges_and_what_counts(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    said: str,
    arguments: list[str],
    status: int,
    shown: str,
) -> None:
    (project / file).write_text(f"[tool.xml-troubleshooter]\n{said}" if file == SHARED else said)
    assert run(["validate", *arguments]) == status
    told = capsys.readouterr().out
    assert shown in told
    assert "new/good.xml" not in told or "new" not in said


@pytest.mark.parametrize(
    "said",
    [
        'schemas = { "*.xml" = "UPWARDS/order.xsd" }',
        'schemas = { "*.xml" = "OUTSIDE/order.xsd" }',
        'schemas = { "*.xml" = "schemas/link.xsd" }',
        'schemas = { "*.xml" = ["schemas/order.xsd", "link/order.xsd"] }',
        'layers = [{ root = "order", schema = "UPWARDS/order.xsd" }]',
        'layers = [{ root = "order", schema = "schemas/link.xsd" }]',
    ],
)
def test_it_opens_no_folder_that_nobody_allowed(
    project: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said: str,
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "order.xsd").write_text(SCHEMA.replace('"number"', '"canary"'))
    (project / "schemas/link.xsd").symlink_to(outside / "order.xsd")
    (project / "link").symlink_to(outside)
    upwards = os.path.relpath(outside, project)
    (project / NAME).write_text(said.replace("OUTSIDE", str(outside)).replace("UPWARDS", upwards))
    assert run(["validate", "bad.xml"]) == 2
    told = capsys.readouterr().out
    assert "outside the allowed folders" in told
    assert "canary" not in told
    monkeypatch.setenv("ALLOWED_ROOTS", str(outside))
    assert run(["validate", "bad.xml"]) == 1
    assert "canary" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("format = 'xml'", "format must be one of text, json"),
        ("fail-on = 'never'", "only makes stricter"),
        ("severities = { R-1 = 'warning' }", "only makes stricter"),
        ("ignored = ['x']", "ignored is not known; ignore may be meant. Known are format,"),
        ("[tool.xml-troubleshooter]", "here the keys stand by themselves"),
        ("allow_unsafe = true", "allow_unsafe is not known"),
        ("schemas = 'order.xsd'", "a table of patterns"),
        ("include = 'x'", "a list of texts"),
        ("[[layers]]\nroot = 'order'", "schema is missing"),
        ("layers = [{ schema = 'schemas/rules.sch', severities = { R-1 = 'warning' } }]", "only makes stricter"),
        ("format = ", "no TOML that can be read"),
        (f"format = {'[' * 3000}", "too many levels deep"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_place(
    project: Path, capsys: pytest.CaptureFixture[str], said: str, sentence: str
) -> None:
    (project / NAME).write_text(said)
    assert run(["validate", "bad.xml"]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert str(project / NAME) in error


def test_a_code_that_is_misspelt_is_told_and_a_rule_is_not(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / NAME).write_text(
        'ignore = ["layout-trase", "R-1", "layout-trace"]\n[severities]\n"unchekced" = "error"\n'
    )
    assert run(["validate", "new/good.xml", "--quiet"]) == 0
    said = capsys.readouterr().err
    assert said == f"{project / NAME}: ignore names layout-trase, which is no code; layout-trace may be meant.\n"
    run(["config", "show"])
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(("file", "remedy"), [(NAME, "Shorten it"), (SHARED, f"in {NAME} beside it")])
def test_one_that_is_too_large_is_told_and_not_ignored(
    project: Path, capsys: pytest.CaptureFixture[str], file: str, remedy: str
) -> None:
    (project / file).write_text("[tool.xml-troubleshooter]\nrequire-schema = true\n#" + "x" * 1_000_000)
    assert run(["validate", "bad.xml"]) == 2
    error = capsys.readouterr().err
    assert f"{project / file} is larger than 1 MB" in error
    assert remedy in error
    with pytest.raises(InputError, match="larger than 1 MB"):
        Configurations((project,)).of(project / "other.xml")
    if file == SHARED:
        (project / NAME).write_text("require-schema = false")
        assert run(["validate", "new/good.xml"]) == 0


def test_it_is_looked_for_around_the_working_folder_or_at_the_top_of_a_root_and_not_beside_a_document(
    project: Path,
) -> None:
    document = project / "orders" / "new" / "good.xml"
    (document.parent / NAME).write_text('fail-on = "warning"')
    assert above(Path.cwd()).of(document) is None
    assert Configurations((project,)).of(document) is None
    (project / NAME).write_text('format = "json"')
    for found in (above(Path.cwd()), Configurations((project,))):
        said = found.of(document)
        assert said is not None
        assert (said.path, said.format, said.fail_on) == (project / NAME, "json", "")
    assert Configurations((project / "schemas",)).of(document) is None
    if hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform != "win32":
        os.chown(project / NAME, 12345, -1)  # another user's
        assert at(project) is None


def test_every_value_is_shown_with_where_it_comes_from(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = "\n".join(f"{key.name} = {key.example}" for key in KEYS)
    (project / NAME).write_text(examples)  # the examples of the documentation are right
    monkeypatch.setenv("OPEN_ARENA_TOKEN", "hush-hush")
    Path(".env").write_text("AGENT_TIMEOUT=33\n")
    assert run(["config", "show", "--json"]) == 0
    shown = capsys.readouterr().out
    rows = {row["name"]: (row["value"], row["from"]) for row in json.loads(shown)}
    assert "hush" not in shown
    assert rows["OPEN_ARENA_TOKEN"] == ("set, and not shown", "environment")
    assert rows["AGENT_TIMEOUT"] == ("33.0", ".env")
    assert rows["AGENT_DEADLINE"] == ("50", "default")
    assert rows["fail-on"] == ("warning", str(project / NAME))
    assert {key.name for key in KEYS} <= rows.keys()
    (project / NAME).unlink()
    assert run(["config", "show", "--json"]) == 0
    assert {"name": "format", "value": "text", "from": "default"} in json.loads(capsys.readouterr().out)
    assert run(["config", "show"]) == 0
    assert f"(from {NAME})" not in capsys.readouterr().out


@pytest.mark.anyio
async def test_the_server_heeds_the_one_at_the_top_of_an_allowed_root_as_it_is_now(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ROOTS", str(project))
    monkeypatch.chdir(project / "schemas")
    said = [
        ("", "well_formed"),
        ('schemas = { "orders/*.xml" = "schemas/order.xsd" }', "invalid"),
        ('schemas = { "bills/*.xml" = "schemas/order.xsd" }', "well_formed"),
    ]
    async with Client(create_server()) as client:
        for text, status in said:
            (project / NAME).write_text(text)
            answer = await client.call_tool("validate_xml", {"path": str(project / "orders" / "bad.xml")})
            assert answer.structured_content is not None
            assert answer.structured_content["status"] == status
        (project / NAME).write_text("formats = 1")
        answer = await client.call_tool("validate_xml", {"path": str(project / "orders" / "bad.xml")})
        assert answer.is_error
        assert "formats is not known" in str(answer.content)
