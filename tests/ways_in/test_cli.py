"""The command line as a person or a script uses it."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfWriter

from mcp_servers.xml_troubleshooter.cli import run

SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots"
ESCAPE = "\x1b["
XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person stands in the folder of the documents; whether colours are on does not depend on who runs the tests."""
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


def test_fix_shows_faults_edits_diff_and_verdict_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["fix", "broken.xml"]) == 0
    shown = capsys.readouterr().out
    for part in (
        "FIXED: 2 edits made. The result is valid against order.xsd.",
        "6:22 bare-ampersand",
        "`&` -> `&amp;` [",
        "\n-  <line><article>Tea & biscuits",
        "\n+  <line><article>Tea &amp; biscuits",
        "Nothing was written",
        "An ampersand that should have been &amp; (kb search bare-ampersand)",
    ):
        assert part in shown
    assert ESCAPE not in shown
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_two_results_of_one_name_are_told_by_the_names_of_their_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two", "out"):
        (folder / name).mkdir()
        (folder / name / "same.xml").write_text("<a/>")
    assert run(["fix", "one/same.xml", "two/same.xml", "--output", "out"]) == 2
    assert f"{Path('one/same.xml')} and {Path('two/same.xml')} have the same name" in capsys.readouterr().err


def test_results_of_folders_keep_their_places_and_are_no_input_of_the_next_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one/deep", "two", "out", "results"):
        (folder / name).mkdir(parents=True)
    for name in ("one/same.xml", "one/deep/same.xml", "two/same.xml"):
        (folder / name).write_text("<a>&</a>")
    written = {
        ("one",): ["deep/same.xml", "same.xml"],
        ("one", "two"): ["one/deep/same.xml", "one/same.xml", "two/same.xml"],
        ("one/**/*.xml",): ["deep/same.xml", "same.xml"],
        ("two/same.xml",): ["same.xml"],
    }
    for names, places in written.items():
        assert run(["fix", *names, "--output", "out", "--quiet"]) == 0
        found = [path for path in (folder / "out").rglob("*.xml") if path.read_text() == "<a>&amp;</a>"]
        assert sorted(path.relative_to(folder / "out").as_posix() for path in found) == places
        shutil.rmtree(folder / "out")
        (folder / "out").mkdir()
    for _ in range(2):
        run(["fix", ".", "--output", "results", "--overwrite", "--summary"])
        told = capsys.readouterr().out
        assert "one/deep/same.xml: FIXED" in told
        assert not re.search(r"^results", told, re.MULTILINE)


def test_the_diff_for_a_program_is_a_patch_with_the_line_ends_of_the_document(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "windows.xml").write_bytes(b"<a>\r\n<b>x & y</b>\r\n</a>\r\n")
    assert run(["fix", "windows.xml", "--diff"]) == 0
    long = "x" * 900
    (folder / "long.xml").write_text(f"<a><b>{long} & y</b></a>\n")
    told = capsys.readouterr().out
    assert told == (
        "--- windows.xml\n+++ windows.xml\n@@ -1,3 +1,3 @@\n <a>\r\n-<b>x & y</b>\r\n+<b>x &amp; y</b>\r\n </a>\r\n"
    )
    assert run(["fix", "long.xml", "--diff"]) == 0
    assert f"\n+<a><b>{long} &amp; y</b></a>\n" in capsys.readouterr().out
    run(["fix", "windows.xml"])
    assert "\\x0D" not in capsys.readouterr().out


def test_restore_takes_back_what_was_written_and_once_more_the_undo(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = (folder / "broken.xml").read_bytes()
    assert run(["fix", "broken.xml", "--in-place", "--quiet"]) == 0
    fixed = (folder / "broken.xml").read_bytes()
    for holds, form in ((broken, []), (fixed, ["--json"])):
        assert run(["restore", "broken.xml", *form]) == 0
        assert "holds again what it held before" in capsys.readouterr().out
        assert (folder / "broken.xml").read_bytes() == holds
    (folder / "broken.xml").write_text("<mine/>")
    assert run(["restore", "valid.xml", "broken.xml"]) == 2
    told = capsys.readouterr()
    assert (told.out, "No backup of" in told.err, "has changed since" in told.err) == ("", True, True)
    assert (folder / "broken.xml").read_text() == "<mine/>"


@pytest.mark.parametrize(("name", "what"), [("broken.xml.gz", "a gzip file"), ("broken.pdf", "a PDF, as factur-x.xml")])
def test_a_document_in_a_container_is_repaired_into_another_file_and_never_in_place(
    name: str, what: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = (folder / "broken.xml").read_bytes()
    packed = _as_pdf(document) if name.endswith("pdf") else gzip.compress(document)
    (folder / name).write_bytes(packed)
    assert run(["fix", name, "--in-place"]) == 2
    assert f"{name} is not the XML document itself, which is in {what}" in capsys.readouterr().err
    assert run(["fix", name, "--output", "mended.xml"]) == 0
    assert f"{name} holds the document in {what}." in capsys.readouterr().out
    assert "Tea &amp; biscuits" in (folder / "mended.xml").read_text()
    assert (folder / name).read_bytes() == packed


def _as_pdf(document: bytes) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("factur-x.xml", document)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_colours_are_shown_where_they_are_wanted_and_never_against_no_color(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    run(["fix", "broken.xml"])
    assert f"{ESCAPE}32m+  <line><article>Tea &amp; biscuits" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    run(["fix", "broken.xml"])
    assert ESCAPE not in capsys.readouterr().out


def test_a_document_cannot_speak_to_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rude.xml").write_text("<a>\x1b[2J\x07 & </a>")
    run(["validate", "rude.xml"])
    run(["fix", "rude.xml"])
    shown = capsys.readouterr()
    assert "\\x1B[2J\\x07" in shown.out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown.out + shown.err)


def test_in_place_replaces_the_file_and_keeps_the_old_one(folder: Path) -> None:
    before = (folder / "broken.xml").read_bytes()
    assert run(["fix", "--in-place", "broken.xml"]) == 0
    assert (folder / "broken.xml").read_text() == (folder / "valid.xml").read_text()
    assert (folder / "broken.xml.bak").read_bytes() == before


def test_output_is_a_file_for_one_and_a_folder_for_many(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "broken.xml", "--output", "out.xml"]) == 0
    assert (folder / "out.xml").read_text() == (folder / "valid.xml").read_text()
    (folder / "done").mkdir()
    assert run(["fix", "broken.xml", "valid.xml", "-o", "done"]) == 0
    assert (folder / "done" / "valid.xml").read_bytes() == (folder / "valid.xml").read_bytes()
    assert (folder / "done" / "broken.xml").read_bytes() == (folder / "out.xml").read_bytes()
    capsys.readouterr()
    assert run(["fix", "broken.xml", "valid.xml", "-o", "nowhere"]) == 2
    assert "create it first" in capsys.readouterr().err


ENCODINGS = [
    ("UTF-8", "utf-8"),
    ("UTF-8", "utf-8-sig"),
    ("UTF-16", "utf-16"),
    ("UTF-16LE", "utf-16-le"),
    ("ISO-8859-1", "latin-1"),
    ("windows-1252", "cp1252"),
]


def test_an_edit_changes_its_own_bytes_and_no_others(folder: Path) -> None:
    expected: dict[str, bytes] = {}
    for declared, codec in ENCODINGS:
        for name, end in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")):
            head = f"<?xml version='1.0' encoding='{declared}' ?>"
            text = end.join([head, "<a  b='ü' c=\"&#xE9;\">", "", "é & ", "<!-- & --></a >"])
            file = f"{codec}-{name}.xml"
            (folder / file).write_bytes(text.encode(codec))
            expected[file] = text.replace("é & ", "é &amp; ").encode(codec)
    for target in ("once", "twice"):
        (folder / target).mkdir()
    assert run(["fix", *expected, "-o", "once"]) == 0
    assert run(["fix", *(f"once/{file}" for file in expected), "-o", "twice"]) == 0
    for target in ("once", "twice"):
        assert {file: (folder / target / file).read_bytes() for file in expected} == expected


def test_folders_and_patterns_are_opened_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sub").mkdir()
    (folder / "folder.xml").mkdir()
    shutil.copy(folder / "valid.xml", folder / "sub" / "deep.XML")
    shutil.copy(folder / "order.xsd", folder / "sub")
    assert run(["validate", ".", "--include", "*.xml", "--include", "*.XML"]) == 1
    assert "3 files: 1 invalid, 2 valid" in capsys.readouterr().out
    assert run(["validate", "**/*.XML", "v*.xml"]) == 0
    assert "2 files: 2 valid" in capsys.readouterr().out


def test_one_bad_file_never_stops_the_rest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "loop.xml").symlink_to(folder / "loop.xml")
    assert run(["validate", "absent.xml", "n" * 300, "loop.xml", "valid.xml", "broken.xml"]) == 2
    shown = capsys.readouterr()
    assert "absent.xml: There is no file" in shown.err
    assert "too long" in shown.err
    assert "loop.xml: " in shown.err
    assert "5 files: 3 error, 1 valid, 1 invalid" in shown.out


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "--json", "absent.xml", "broken.xml"]) == 2
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["file"], row["status"]) for row in rows] == [("absent.xml", "error"), ("broken.xml", "fixed")]
    assert rows[1]["document"].startswith("<?xml")
    assert rows[1]["edits_total"] == len(rows[1]["edits"])


def test_a_document_too_large_for_a_line_is_left_out_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "large.xml").write_text(f"<a>{'<b>words</b>' * 1_000_000}</a>")
    assert run(["fix", "--json", "large.xml"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["status"], row["document"]) == ("well_formed", "")


def test_files_outside_the_configured_folders_may_be_named_in_a_shell(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(folder / "valid.xml", tmp_path / "elsewhere")
    (folder / "link.xml").symlink_to(tmp_path / "elsewhere" / "valid.xml")
    assert run(["validate", "--schema", "order.xsd", str(tmp_path / "elsewhere" / "valid.xml"), "link.xml"]) == 0


def test_a_question_is_answered_by_its_id(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lacking.xml").write_text((folder / "valid.xml").read_text().replace("  <number>AB-1234</number>\n", ""))
    assert run(["fix", "lacking.xml"]) == 1
    shown = capsys.readouterr().out
    assert "--answer ID=VALUE" in shown
    (question,) = re.findall(r"^  (\S+): ", shown.partition("Needed from you")[2], re.MULTILINE)[:1]
    assert run(["fix", "lacking.xml", "--answer", f"{question}=CD-5678", "-o", "out.xml"]) == 0
    assert "<number>CD-5678</number>" in (folder / "out.xml").read_text()
    assert "Nothing asks" not in capsys.readouterr().out
    assert run(["fix", "lacking.xml", "--answer", "CD-5678"]) == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [("<a/>", 0), ("<a>&nosuch;</a>", 1), ("", 1), ("<!DOCTYPE html><html><br></html>", 2)],
    ids=["valid", "not to be repaired", "empty", "HTML"],
)
def test_the_exit_status_tells_how_it_went(
    folder: Path, content: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "it.xml").write_text(content)
    assert run(["fix", "it.xml"]) == status


def test_sentences_speak_of_the_options_of_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lines.xml").write_text((folder / "valid.xml").read_text().replace("<line>", "<note>5</note><line>", 1))
    (folder / "other.xml").write_text("<other/>")
    assert run(["fix", "lines.xml", "other.xml", "absent.xml", "-o", "."]) == 2
    shown = capsys.readouterr()
    assert "make them with --accept ID, all of them with --unsafe" in shown.out
    assert "or give --schema" in shown.out
    assert run(["fix", "--json", "other.xml", "-o", "nowhere/other.xml"]) == 2
    assert "another --output" in json.loads(capsys.readouterr().out)["error"]


def test_a_broken_schema_is_the_fault_of_nobody_but_the_schema(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bad.xsd").write_text(f"<xs:schema {XS}><xs:element/></xs:schema>")
    assert run(["validate", "--schema", "bad.xsd", "valid.xml"]) == 2
    assert "bad.xsd (The schema is the broken side" in capsys.readouterr().out


RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="/a">
<assert test="b">A b is needed.</assert></rule></pattern></schema>"""


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        ([], 0, "^WELL_FORMED"),
        (["--require-schema"], 1, "A schema is required: give one as --schema"),
        (["--schema", "needs.sch", "--schema", "other.sch"], 1, "not valid against needs.sch: 1 fault"),
        (["--schema", "other.sch"], 0, r"^WELL_FORMED: .*other\.sch \(no rule applies"),
        (["--schema", "other.sch", "--require-schema"], 1, "required; what was given did not judge this document"),
        (["--schema", "apart/a.xsd", "--schema", "other.sch"], 0, r"^WELL_FORMED: .*against a\.xsd\. .*other\.sch \("),
        (["--schema", "apart/a.xsd", "--require-schema"], 0, r"^VALID: "),
        (["--schema", "apart/a.xsd", "--schema", "absent.sch"], 2, r"^WELL_FORMED: .*There is no file absent\.sch"),
        (["--schema", "absent.xsd", "--require-schema"], 2, r"^WELL_FORMED: .*There is no file absent\.xsd"),
        (["--schema", "absent.xsd"], 2, r"because absent\.xsd could not be used, so that nothing but syntax was"),
        (["--schema", "needs.sch", "--schema", "bad.xsd"], 2, r"(?s)needs\.sch: failed.*^INVALID: .*bad\.xsd \("),
    ],
)
@pytest.mark.parametrize("command", ["validate", "fix"])
def test_every_schema_that_is_named_counts(
    folder: Path, capsys: pytest.CaptureFixture[str], command: str, options: list[str], status: int, said: str
) -> None:
    (folder / "a.xml").write_text("<a/>")
    (folder / "needs.sch").write_text(RULES)
    (folder / "other.sch").write_text(RULES.replace('"/a"', '"/z"'))
    (folder / "bad.xsd").write_text("<oops")
    (folder / "apart").mkdir()
    (folder / "apart/a.xsd").write_text(f'<xs:schema {XS}><xs:element name="a"/></xs:schema>')
    assert run([command, "a.xml", *options]) == status
    if command == "fix":
        said = said.replace("INVALID", "(UNCHANGED|NEEDS_INPUT)").replace("^WELL_FORMED", "^(WELL_FORMED|UNCHANGED)")
    assert re.search(said, capsys.readouterr().out, re.MULTILINE)


def test_a_schema_that_is_not_there_costs_no_repair(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fix", "broken.xml", "--schema", "absent.xsd", "-o", "out.xml"]) == 2
    assert re.search(r"^IMPROVED: 2 edits made\. .*There is no file absent\.xsd", capsys.readouterr().out, re.MULTILINE)
    assert (folder / "out.xml").read_text() == (folder / "valid.xml").read_text()


def test_knowledge_is_found_by_words_and_by_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kb", "search", "ampersand"]) == 0
    shown = capsys.readouterr().out
    assert shown.count("An ampersand that should have been &amp;") == 1
    assert run(["kb", "search", "--json", "--limit", "1", "bare-ampersand"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert "bare-ampersand" in row["codes"]
    assert run(["kb", "search", "xyzzy"]) == 1
    assert "No article speaks of 'xyzzy'" in capsys.readouterr().err


def test_health_and_usage_tell_a_script_the_same_as_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    run(["fix", "broken.xml"])
    capsys.readouterr()
    assert run(["health"]) == 0
    assert "knowledge base" in capsys.readouterr().out
    assert run(["health", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "ok"
    assert run(["usage", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lifetime"]["runs"] == {"fixed": 1}
    assert run(["usage"]) == 0
    assert "fixed 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variable", "value", "check", "status", "said"),
    [
        ("ALLOWED_ROOTS", "absent", "folders", "failed", "There is no folder .*absent"),
        ("SCHEMA_DIRS", ".", "schema index", "ok", "1 schema in"),
        ("SCHEMA_DIRS", "empty", "schema index", "warning", "0 schemas in"),
        ("STATE_DIR", "valid.xml/state", "state folder", "warning", "cannot be written"),
        ("KB_DIRS", "absent", "knowledge base", "warning", "absent"),
        ("LOG_LEVEL", "ERROR", "schema languages", "ok", "All of them"),
        ("OPEN_ARENA_TOKEN", "your-token-here", "settings", "ok", "No model is configured"),
        ("OPEN_ARENA_TOKEN", "a1b2c3", "settings", "warning", "OPEN_ARENA_WORKFLOW_ID is not set"),
    ],
)
def test_health_names_the_setting_that_is_wrong(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    variable: str,
    value: str,
    check: str,
    status: str,
    said: str,
) -> None:
    (folder / "empty").mkdir()
    monkeypatch.setenv(variable, value)
    assert run(["health", "--json"]) == (1 if status == "failed" else 0)
    answer = json.loads(capsys.readouterr().out)
    (row,) = [row for row in answer["checks"] if row["check"] == check]
    assert row["status"] == status
    assert re.search(said, row["meaning"])
    assert row["action"] or status == "ok"
    assert answer["status"] == status


@pytest.mark.parametrize("command", ["", "fix", "validate", "restore", "health", "usage", "schemas", "kb", "kb search"])
def test_the_help_is_what_was_agreed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Changed on purpose? Delete the file under tests/snapshots and run again."""
    with pytest.raises(SystemExit) as left:
        run([*command.split(), "--help"])
    assert left.value.code == 0
    # versions of Python lay it out differently
    shown = re.sub(r"(-\w) [A-Z=]+, --", r"\1, --", " ".join(capsys.readouterr().out.split())) + "\n"
    snapshot = SNAPSHOTS / f"help{'-' * bool(command)}{command.replace(' ', '-')}.txt"
    if not snapshot.exists():
        snapshot.write_text(shown)
        pytest.fail("there was no snapshot; look at the new one and commit it")
    assert shown == snapshot.read_text()


def test_a_setting_that_cannot_be_used_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TIMEOUT", "soon")
    assert run(["validate", "valid.xml"]) == 2
    assert "AGENT_TIMEOUT" in capsys.readouterr().err


def test_many_files_are_worked_on_together_and_told_in_their_order(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "many").mkdir()
    for number in range(12):
        text = "<a>" + "<b/>" * (2000 if number % 3 == 0 else 1) + ("</a>" if number != 5 else "")
        (folder / "many" / f"{number:02}.xml").write_text(text)
    assert run(["validate", "many", "--json"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(row["file"]).name for row in rows] == [f"{number:02}.xml" for number in range(12)]
    assert [row["status"] for row in rows].index("invalid") == 5


def test_which_layers_would_judge_is_told_of_what_an_envelope_carries(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    namespace = "urn:oasis:names:specification:ubl:schema:xsd:"
    profile = (
        f'<c:CustomizationID xmlns:c="{namespace}CommonBasicComponents-2">urn:cen.eu:en16931:2017</c:CustomizationID>'
    )
    (folder / "post.xml").write_text(f'<post><Invoice xmlns="{namespace}Invoice-2">{profile}</Invoice></post>')
    assert run(["schemas", "which", "post.xml"]) == 0
    shown = capsys.readouterr().out
    assert "post.xml: EN 16931 invoice (UBL), inside /post" in shown
    assert "EN 16931 1.3.16" in shown


@pytest.mark.parametrize("name", [".", "*.xml"])
def test_a_link_that_is_found_opens_no_folder_outside(
    name: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "note.dtd").write_text("<!ELEMENT note (z)><!ELEMENT z EMPTY>")
    (tmp_path / "elsewhere" / "note.xml").write_text("<x>hello</x>")
    for each in folder.glob("*.xml"):
        each.unlink()
    (folder / "link.xml").symlink_to(tmp_path / "elsewhere" / "note.xml")
    (folder / "note.xml").write_text('<!DOCTYPE note SYSTEM "../elsewhere/note.dtd"><note><i/></note>')
    assert run(["validate", name]) == 2
    shown = capsys.readouterr()
    assert "link.xml: link.xml lies outside the allowed folders" in shown.err
    assert "note.dtd: not run: that lies outside the allowed folders" in shown.out
    # who names the link itself has seen it
    assert run(["validate", "link.xml"]) == 0
