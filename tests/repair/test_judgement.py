"""How certain the rules are of their repairs, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults as faults_of
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.repair.judgement import judgement, shares
from mcp_servers.xml_troubleshooter.repair.syntax import candidates
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan


def test_what_needs_consent_waits_until_nothing_safe_is_left() -> None:
    document = Document.from_text("<a>b & c<d e='x' e='y'/></a>")
    first = propose(document, Plan(), True, {})  # noqa: FBT003
    assert [fix.safety for fix in first.fixes] == [Safety.SAFE]
    second = propose(document.with_text("<a>b &amp; c<d e='x' e='y'/></a>"), Plan(), True, {})  # noqa: FBT003
    assert [fix.safety for fix in second.fixes] == [Safety.UNSAFE]


@pytest.mark.parametrize("attributes", ["id='x' id='y'", "e='12.50' e='1250'", "payDate='a' payDate='b'"])
def test_no_consent_chooses_between_two_amounts_identifiers_or_dates(attributes: str) -> None:
    proposal = propose(Document.from_text(f"<a><b {attributes}/></a>"), Plan(), True, {})  # noqa: FBT003
    assert proposal.fixes == ()
    (question,) = proposal.questions
    assert len(question.options) == len(attributes.split())
    answered = propose(Document.from_text(f"<a><b {attributes}/></a>"), Plan(), False, {question.id: "b"}).fixes  # noqa: FBT003
    assert [edit.start for fix in answered for edit in fix.edits] == [len("<a><b")]


CUT_OFF = [
    "<a><b>x</b><c>te",
    "<a><b>x</b><c ",
    "<a><b>x</b><c d='",
    "<a>\n <b>x</b>\n <c>12",
    "<a><b>x</b>words and\n",
]


@pytest.mark.parametrize("text", CUT_OFF)
def test_what_breaks_off_midway_is_never_ended_without_consent(text: str) -> None:
    assert propose(Document.from_text(text), Plan(), False, {}).fixes == ()  # noqa: FBT003
    assert propose(Document.from_text(text), Plan(), True, {}).fixes  # noqa: FBT003


def test_a_document_that_lacks_its_last_end_tags_alone_is_ended() -> None:
    fixes = propose(Document.from_text("<a>\n  <b>x</b>\n"), Plan(), False, {}).fixes  # noqa: FBT003
    assert [edit.after.strip() for fix in fixes for edit in fix.edits] == ["</a>"]


def test_readings_that_are_equally_good_are_equally_likely() -> None:
    text = "<a><b c='x' c='y'/></a>"
    ((first, second),) = map(list, candidates(Document(text), faults_of(Document(text))))
    assert first.confidence == pytest.approx(second.confidence, abs=0.05)


@pytest.mark.parametrize(("more", "less"), [(2.0, 1.0), (1.0, 0.4), (0.4, 0.0)])
def test_the_further_the_next_reading_the_surer_the_first(more: float, less: float) -> None:
    by = judgement()
    kind = {"code missing-end-tag": 1.0, "cost": 1.0}
    assert by.confidence({**kind, "margin": more}) > by.confidence({**kind, "margin": less})


def test_readings_share_one_probability() -> None:
    for text in ("<a><b>x</a>", "<a>\n <b>1\n <c>2</c>\n</a>", "<a>x<b>y</c>z</a>"):
        for ways in map(list, candidates(Document(text), faults_of(Document(text)))):
            assert sum(way.confidence for way in ways) <= 1.0
            assert all(ways[0].confidence >= way.confidence for way in ways)
    assert shares(0.5, [0.0, 1.0])[0] > shares(0.5, [0.0, 1.0])[1] > 0
    assert sum(shares(0.5, [0.0, 0.0, 0.0])) < 0.5


DOUBTFUL = [
    # what follows is an attribute, whose name and sign stand there
    '<a><b c="d" e=?f?\n  <c/></b></a>',
    # all others hold a text
    "<a><b>1</b><b>2</b><b>/b></a>",
    # the other element, which stands behind all others of the name, is missing here
    "<r><n>1</n><text>2</text><n>3</n><text>4</text><n>5</text><n>6</n><text>7</text></r>",
]


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_the_rest_of_the_document_speaks_against_needs_consent(text: str) -> None:
    fixes = propose(Document.from_text(text), Plan(), False, {}).fixes  # noqa: FBT003
    assert fixes == ()


SLIPS = [
    ("<note>\n  <to>x</to>\n  <body>y</bdy>\n</note>", "</body>"),
    ("<l><item>a</item><item>b</itme></l>", "</item></l>"),
    ("<links>\n  <link to='a/<base>/b' name='c'/>\n</links>", "a/&lt;base>/b"),
    ("<a>\n  <field id=?f? name=?g h?/>\n</a>", 'id="f" name="g h"'),
]


@pytest.mark.parametrize(("broken", "meant"), SLIPS)
def test_a_plain_slip_needs_no_consent(broken: str, meant: str) -> None:
    fixes = propose(Document.from_text(broken), Plan(), False, {}).fixes  # noqa: FBT003
    assert meant in apply(broken, [edit for fix in fixes for edit in fix.edits])


# a text speaks of a tag; what a tag is taken out of would hold nothing
SPOKEN_OF = [
    "<a>\n<p>It holds no HTML <base> element.</p>\n<p>x</p>\n</a>",
    "<a>\n<d><b>1</b></d>\n<p>x</p>\n<p> <d></p>\n</a>",
]


@pytest.mark.parametrize("broken", ["<a><tirr>x</tirl></a>", "<a b='x <i>y</i>'/>", "<a>&#03)</a>", *SPOKEN_OF])
def test_what_may_be_meant_otherwise_needs_it(broken: str) -> None:
    assert propose(Document.from_text(broken), Plan(), False, {}).fixes == ()  # noqa: FBT003


def test_close_readings_are_one_question_whose_answer_decides() -> None:
    broken = "<a>\n  <tirr>x</tirl>\n</a>"
    (asked,) = propose(Document.from_text(broken), Plan(), False, {}).questions  # noqa: FBT003
    assert [option.after for option in asked.options] == ["<tirr>x</tirr>", "<tirl>x</tirl>"]
    for option in asked.options:
        for answer in (option.id, option.value):
            (fix,) = propose(Document.from_text(broken), Plan(), False, {asked.id: answer}).fixes  # noqa: FBT003
            assert fix.safety is Safety.SAFE
            assert option.after in apply(broken, fix.edits)


def test_the_question_about_a_place_stays_the_same_when_others_are_repaired() -> None:
    ids = [
        question.id
        for text in ("<a>\n  b & c\n  <tirr>x</tirl>\n</a>", "<a>\n  b &amp; c\n  <tirr>x</tirl>\n</a>")
        for question in propose(Document.from_text(text), Plan(), True, {}).questions  # noqa: FBT003
    ]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.parametrize(("type_", "written"), [("date", "03/04/2024"), ("decimal", "1,234")])
def test_no_consent_chooses_among_amounts_or_days(tmp_path: Path, type_: str, written: str) -> None:
    schema = tmp_path / "a.xsd"
    schema.write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:{type_}"/></xs:schema>'
    )
    document, judged_by = Document.from_text(f"<a>{written}</a>"), plan([str(schema)])
    proposal = propose(document, judged_by, True, {})  # noqa: FBT003
    assert proposal.fixes == ()
    (asked,) = proposal.questions
    for option in asked.options:
        for answer in (option.id, option.value):
            (fix,) = propose(document, judged_by, False, {asked.id: answer}).fixes  # noqa: FBT003
            assert fix.edits[0].after == option.value
