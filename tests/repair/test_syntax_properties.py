"""What holds for every repair of markup: it stays inside its edits, comes to rest, and leaves sound documents alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import tell
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.repair.syntax import candidates, proposals

SOUND = """<?xml version="1.0" encoding="UTF-8"?>
<!-- an order -->
<order xmlns="urn:order" xmlns:p="urn:party" number="17">
  <buyer p:name="Smith &amp; Sons">
    <p:city>Riga</p:city>
  </buyer>
  <lines>
    <line unit="piece"><article>Nails</article><count>12</count></line>
    <line unit="metre"><article>Rope</article><count>3</count></line>
  </lines>
  <note>Call <b>before</b> noon.</note>
</order>
"""
JUNK = (
    "<",
    ">",
    "/",
    '"',
    "'",
    "&",
    "=",
    "--",
    "]]>",
    "<b>",
    "</b>",
    "</line>",
    "<line>",
    " ",
    "\n",
    "\x01",
    "\udce9",
    "&x;",
)
MAX_ROUNDS = 12


@st.composite
def broken(draw: st.DrawFn) -> str:
    text = SOUND
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 12))
        text = text[:at] + draw(st.sampled_from(("", *JUNK))) + text[at + cut :]
    return text


@given(broken())
def test_repair_touches_only_its_spans_and_comes_to_rest(text: str) -> None:
    document = Document(text)
    for _ in range(MAX_ROUNDS):
        found = proposals(document, faults_of(document))[0]
        if not found:
            break
        edits = [edit for fix in found for edit in fix.edits]
        assert all(0 <= edit.start <= edit.end <= len(document.text) for edit in edits)
        mended = apply(document.text, edits)  # raises where two of them overlap
        assert mended != document.text
        document = document.with_text(mended)
    else:
        pytest.fail(f"no rest: {text!r}")
    # what is left has no rule; a document that the parser accepts gets no fix
    assert proposals(document, faults_of(document))[0] == []


@given(broken())
def test_the_best_way_comes_first_and_only_it_is_ever_safe(text: str) -> None:
    document = Document(text)
    for ways in map(list, candidates(document, faults_of(document))):
        assert [way.confidence for way in ways[:1]] == [way.confidence for way in sorted(ways, key=_rank)[:1]]
        assert all(way.safety.value == "unsafe" for way in ways[1:] if way.source == "rule:end-tag")


def _rank(way: object) -> float:
    return -getattr(way, "confidence", 0.0)


def test_a_sound_document_gets_no_fix() -> None:
    document = Document(SOUND)
    assert tell(document, faults_of(document)) == ()
    assert proposals(document, faults_of(document))[0] == []


def test_two_faults_at_one_place_are_mended_one_after_the_other() -> None:
    document = Document("<a><b c=d e='f'g='h>x & y</c></a>")
    for _ in range(MAX_ROUNDS):
        found = proposals(document, faults_of(document))[0]
        if not found:
            break
        document = document.with_text(apply(document.text, [edit for fix in found for edit in fix.edits]))
    assert document.text == "<a><b c=\"d\" e='f' g='h'>x &amp; y</b></a>"
