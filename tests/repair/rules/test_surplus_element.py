"""Elements that the schema has no room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import LANGUAGES, Repair
from .conftest import Check, Determined, OwnSchema, Restore

NOTE = (
    "<!ELEMENT note (number?, code?, day?, reason?)><!ELEMENT number (#PCDATA)><!ELEMENT code (#PCDATA)>"
    "<!ELEMENT day (#PCDATA)><!ELEMENT reason (#PCDATA)><!ATTLIST reason key CDATA #REQUIRED>"
)
SIGNALS = (
    "<!ELEMENT bus (signal|method)*><!ELEMENT signal (#PCDATA)><!ELEMENT method (#PCDATA)>"
    "<!ATTLIST signal name CDATA #REQUIRED><!ATTLIST method name CDATA #REQUIRED>"
)

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ("<note>black</note>", "<note>black</note><note>black</note>", "rule:surplus-element", True),
    ("<name>Blum</name>", "<name>Blum</name><vip/>", "rule:surplus-element", False),
    ("<quantity>10</quantity>", "<quantity>10<b/></quantity>", "rule:surplus-element", False),
    ("<note>black</note>", "<note>black</note><note/>", "rule:surplus-element", False),
    ('<line unit="metre">', '<line/><line unit="metre">', "rule:hollow-element", False),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "an element that holds nothing, at a wrong place and before another on its line": (
        "note.dtd",
        NOTE,
        "<note>\n  <number>7</number>\n  <day>5</day>\n  <reason key='a'>x</reason>\n</note>",
        "<note>\n  <number>7</number>\n  <day>5</day>\n  <code/><reason key='a'>x</reason>\n</note>",
    ),
    "an element without the attribute that it must have, before another on its line": (
        "signals.dtd",
        SIGNALS,
        '<bus>\n  <signal name="a"/>\n  <method name="b"/>\n</bus>',
        '<bus>\n  <signal name="a"/>\n  <signal/><method name="b"/>\n</bus>',
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


def test_an_element_that_says_the_same_as_one_further_in_front_is_taken_out(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (shade, grade?, tone?, trade?)>" + "".join(
        f"<!ELEMENT {name} (#PCDATA)>" for name in ("shade", "grade", "tone", "trade")
    ))  # fmt: skip
    text = "<r>\n <shade>1</shade>\n <tone>2</tone>\n</r>"
    twice = text.replace("</tone>", "</tone>\n <shade>1</shade>")

    assert repair(twice, str(schema), allow_unsafe=True)[0] == text
    assert repair(twice, str(schema))[0] == twice


@pytest.mark.parametrize("right", [True, False])
def test_an_element_with_its_xml_id_that_stands_twice_is_taken_out(right: bool, tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a+)><!ELEMENT a (#PCDATA)><!ATTLIST a xml:id ID #REQUIRED>")
    text = "<r>\n <a xml:id='x'>1</a>\n</r>"
    twice = text.replace("</a>", f"</a><a xml:id='x'>{'1' if right else '2'}</a>")

    fixed = repair(twice, str(schema), allow_unsafe=True)[0]

    assert fixed == (text if right else twice.replace("'x'>2", "'x-2'>2"))


def test_of_two_values_where_there_is_room_for_one_the_user_chooses(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text(
        "<!ELEMENT r (id, profile_id?, a)><!ELEMENT id (#PCDATA)><!ELEMENT profile_id (#PCDATA)><!ELEMENT a EMPTY>"
    )
    text = "<r>\n <id>1</id>\n <id>2</id>\n <a/>\n</r>"

    unchanged, fixes, (question,) = repair(text, str(schema), allow_unsafe=True)

    assert (unchanged, fixes) == (text, [])
    assert [option.value for option in question.options] == ["1", "2"]
    for answer in ("b", "2"):
        chosen, (fix,), _ = repair(text, str(schema), answers={question.id: answer})
        assert chosen == "<r>\n <id>2</id>\n <a/>\n</r>"
        assert fix.safety is Safety.SAFE


def test_an_answer_that_is_none_of_two_values_leaves_the_question(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (id)><!ELEMENT id (#PCDATA)>")
    text = "<r><id>1</id><id>2</id></r>"
    question = repair(text, str(schema))[2][0]

    assert repair(text, str(schema), answers={question.id: "3"}) == (text, [], [question])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("(a, a, a, b)", "<r><a>0</a><a>0</a><a>7</a><a>0</a><b/></r>"),  # which of four is too much?
        ("((a, b)+)", "<r><a>1</a><a>1</a><b/><a>5</a><b/></r>"),  # the b of the first may be missing
        ("(a+)", '<r><a i="s1">x</a><a i="s1">x</a><a i="s3">x</a></r>'),  # the second may be s2
        ("(a+)", '<r><a i="s1">x</a><a i="s2">x</a><a i="s2">x</a></r>'),  # the last may be s3
        ("(#PCDATA|a)*", '<r>very <a i="x">very</a> <a i="x">very</a> good</r>'),
    ],
)
def test_what_may_not_be_a_copy_is_taken_out_with_consent_only(
    content: str, text: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text(f"<!ELEMENT r {content}><!ELEMENT a (#PCDATA)><!ATTLIST a i ID #IMPLIED><!ELEMENT b EMPTY>")

    assert repair(text, str(schema))[:2] == (text, [])


def test_a_numbered_copy_goes_where_its_neighbours_are_there(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a+)><!ELEMENT a (#PCDATA)><!ATTLIST a i ID #IMPLIED>")
    text = '<r><a i="s1">x</a><a i="s2">x</a><a i="s3">x</a></r>'

    assert repair(text.replace('<a i="s2">x</a>', '<a i="s2">x</a>' * 2), str(schema))[0] == text
