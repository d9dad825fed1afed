"""`fix -p` goes through what waits for a person, and makes of the document what was decided."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.cli import run
from tests.signatures.test_evidence import ENVELOPED, canonical, signature
from tests.ways_in.terminal import terminal

ROOT = Path(__file__).resolve().parents[2]

BROKEN = """<order xmlns="urn:example:order">
  <date>2025-03-01</date>
  <note>5</note><line><article>Tea & biscuits</article><quantity>2</quantity></line>
  <line><article>Cups</article></line>
</order>
"""
TRANSCRIPT = """\
lines.xml:3:3 unexpected-element, PERCENT likely [rule:surplus-element]
order does not allow note here. Its content goes with it.
@@ -1,5 +1,5 @@
 <order xmlns="urn:example:order">
   <date>2025-03-01</date>
-  <note>5</note><line><article>Tea & biscuits</article><quantity>2</quantity></line>
+  <line><article>Tea & biscuits</article><quantity>2</quantity></line>
   <line><article>Cups</article></line>
 </order>
(1/3) Make this edit [y,n,q,?]? maybe
y - make this edit, or take the suggestion
n - leave it as it is
1, 2, 3 ... - choose this one
a value - answer with it; after "=" any text is a value, y and n too
q - leave this and all the rest as it is
? - these words
(1/3) Make this edit [y,n,q,?]? y
lines.xml:1:34 /order/number
The value of number in order.
  order lacks the element number here. The schema says of it: “The number that the buyer gave.”
  Type: xs:string, matching [A-Z]{2}-[0-9]{4}
@@ -1,4 +1,4 @@
-<order xmlns="urn:example:order">
+<order xmlns="urn:example:order"><number>…</number>
   <date>2025-03-01</date>
   <note>5</note><line><article>Tea &amp; biscuits</article><quantity>2</quantity></line>
   <line><article>Cups</article></line>
(2/3) Which value [n,q,?, or a value]? CD-5678
lines.xml:4:32 /order/line[2]/quantity
The value of quantity in line.
  line lacks the element quantity here.
  Type: xs:positiveInteger
@@ -1,5 +1,5 @@
 <order xmlns="urn:example:order">
   <date>2025-03-01</date>
   <note>5</note><line><article>Tea &amp; biscuits</article><quantity>2</quantity></line>
-  <line><article>Cups</article></line>
+  <line><article>Cups</article><quantity>…</quantity></line>
 </order>
(3/3) Which value [n,q,?, or a value]? many
lines.xml:4:32 /order/line[2]/quantity
The answer “many” does not fit: it must be xs:positiveInteger.
The value of quantity in line.
  line lacks the element quantity here.
  Type: xs:positiveInteger
@@ -2,5 +2,5 @@
   <number>CD-5678</number>
   <date>2025-03-01</date>
   <line><article>Tea &amp; biscuits</article><quantity>2</quantity></line>
-  <line><article>Cups</article></line>
+  <line><article>Cups</article><quantity>…</quantity></line>
 </order>
(1/1) Which value [n,q,?, or a value]? 6
lines.xml: FIXED: 4 edits made."""


@pytest.fixture(autouse=True)
def in_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "lines.xml").write_text(BROKEN)


def asked(arguments: list[str], typed: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return run(["fix", "-p", "--engine", "offline", "--schema", "order.xsd", "--summary", *arguments])


def test_each_thing_that_waits_is_shown_with_its_lines_and_done_as_decided(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(["lines.xml", "--in-place"], "maybe\ny\nCD-5678\nmany\n6\n", monkeypatch) == 0
    shown = capsys.readouterr().out
    percent = shown.split(", ", 1)[1].split(" ", 1)[0]
    assert shown.startswith(TRANSCRIPT.replace("PERCENT", percent))
    result = (folder / "lines.xml").read_text()
    assert "<number>CD-5678</number>" in result
    assert "<line><article>Cups</article><quantity>6</quantity></line>" in result
    assert "note" not in result


@pytest.mark.parametrize(
    ("typed", "within", "without"),
    [
        ("n\nCD-5678\nn\n", ["<note>", "CD-5678"], ["<article>Cups</article><quantity>"]),
        ("y\nq\n", [], ["<note>", "<number>"]),  # what was decided before the rest is left stands
        ("", ["<note>"], ["<number>"]),  # the end of the input leaves all as it is
        ("q\n", ["<note>"], ["<number>"]),
    ],
)
def test_what_is_left_stays_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, typed: str, within: list[str], without: list[str]
) -> None:
    assert asked(["lines.xml", "-o", "out.xml"], typed, monkeypatch) == 1
    result = (folder / "out.xml").read_text()
    assert "Tea &amp; biscuits" in result
    assert [part for part in within if part not in result] == []
    assert [part for part in without if part in result] == []


def test_one_of_several_is_chosen_by_its_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "order.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:complexType>'
        '<xs:attribute name="unit" use="required"><xs:simpleType><xs:restriction base="xs:token">'
        '<xs:enumeration value="kg"/><xs:enumeration value="lb"/></xs:restriction></xs:simpleType></xs:attribute>'
        "</xs:complexType></xs:element></xs:schema>"
    )
    (folder / "it.xml").write_text("<a/>")
    assert asked(["it.xml", "-o", "out.xml"], "2\n", monkeypatch) == 0
    assert "  2  lb\n" in capsys.readouterr().out
    assert (folder / "out.xml").read_text() == '<a unit="lb"/>'


def test_what_moves_to_one_place_is_shown_in_the_order_in_which_it_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "order.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:complexType><xs:sequence>'
        '<xs:element name="b"/><xs:element name="c"/><xs:element name="d"/>'
        '<xs:any namespace="##other" processContents="skip"/></xs:sequence></xs:complexType></xs:element></xs:schema>'
    )
    moved = "<a><d>3</d><c>2</c><b>1</b>{}</a>"
    held = signature(canonical(moved.format("")), "", ENVELOPED)  # so that a person is asked
    (folder / "it.xml").write_text(moved.format(held))
    assert asked(["it.xml", "-o", "out.xml"], "y\n", monkeypatch) == 0
    assert "\n+<a><b>1</b><c>2</c><d>3</d>" in capsys.readouterr().out
    assert (folder / "out.xml").read_text() == f"<a><b>1</b><c>2</c><d>3</d>{held}</a>"


def test_a_document_on_standard_input_leaves_none_for_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(["-"], "", monkeypatch) == 2
    assert "give the document as a file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is another thing there")
def test_an_interrupt_ends_the_wait_for_an_answer() -> None:
    command = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", "fix", "-p", "--engine", "offline", "lines.xml"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        shown = b""
        while not shown.endswith(b"]? "):
            piece = process.stdout.read(1)
            assert piece, shown
            shown += piece
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_what_was_decided_can_be_given_again_where_nothing_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(["lines.xml", "--in-place"], "y\nCD-5678\nn\n", monkeypatch) == 1
    assert (folder / "lines.xml").read_text() == BROKEN
    again = capsys.readouterr().out.split("to give it again: ")[1].splitlines()[0]
    assert re.fullmatch(r"--accept \w+ --answer [\w-]+=CD-5678", again)
    arguments = ["fix", "lines.xml", "--engine", "offline", "--schema", "order.xsd", *again.split()]
    assert run([*arguments, "--json"]) == 1
    assert "<number>CD-5678</number>" in json.loads(capsys.readouterr().out)["document"]


def test_a_person_in_a_terminal_is_shown_colours_and_asked_again_where_yes_answers_nothing(folder: Path) -> None:
    options = ["lines.xml", "--schema", "order.xsd", "--engine", "offline"]
    command = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", "fix", "-p", *options]
    environment = {"PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": ""}
    with terminal(["sh", "-c", f"cd {folder}; exec {shlex.join(command)}"], environment) as screen:
        assert "\x1b[1mlines.xml:3:3" in screen.until("Make this edit [y,n,q,?]? ")
        screen.type("y\n")
        screen.until("Which value [n,q,?, or a value]? ")
        screen.type("y\n")  # nothing is suggested
        assert "any text is a value, y and n too" in screen.until("Which value [n,q,?, or a value]? ")
        screen.type("CD-5678\n")
        screen.until("Which value [n,q,?, or a value]? ")
        screen.type("2\n")
        screen.until("FIXED: ")
