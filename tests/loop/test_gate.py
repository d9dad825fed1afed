"""The gate: which fixes stand, which do not, why, and what finding out costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.loop.gate import Verdict, judge, judge_by
from mcp_servers.xml_troubleshooter.loop.proposal import BUSINESS_RULE, QUICK_FIX, Fix, Safety
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="sources">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="place" type="xs:string"/>
        <xs:element name="book" type="book" minOccurs="0" maxOccurs="unbounded"/>
        <xs:element name="note" type="xs:string" minOccurs="0"/>
        <xs:element name="remark" type="xs:string" minOccurs="0"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
  <xs:complexType name="book">
    <xs:sequence>
      <xs:element name="title" type="xs:string"/>
      <xs:element name="year" type="xs:gYear"/>
      <xs:element name="pages" type="xs:positiveInteger" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="id" type="xs:ID" use="required"/>
    <xs:attribute name="lent" type="xs:boolean"/>
  </xs:complexType>
</xs:schema>
"""
BOOK = "<book id='{0}'><title>T{0}</title><year>1999</year></book>"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("guard") / "sources.xsd"
    path.write_text(SCHEMA)
    return str(path)


def fix(text: str, at: str, *changes: tuple[str, str], source: str = "rule:test") -> Fix:
    """A fix that aims at the first occurrence of `at`; each change replaces the one occurrence of a text."""
    edits = []
    for old, new in changes:
        assert text.count(old) == 1, old
        start = text.index(old)
        edits.append(Edit(start, start + len(old), new))
    return Fix(edits=tuple(edits), source=source, reason="", safety=Safety.SAFE, confidence=1.0, at=text.index(at))


def judged(text: str, schema: str, *fixes: Fix) -> Verdict:
    document = Document.from_text(text)
    return judge(document, validate(document, plan([schema])), fixes, plan([schema]))


# document, the place aimed at, the changes, the reason for a rejection ("" where the fix must stand)
CASES = {
    "the document becomes valid": (
        "<sources><place>A</place><book id='x'><title>T</title><yaer>1999</yaer></book></sources>",
        "<yaer", [("<yaer>", "<year>"), ("</yaer>", "</year>")], "",
    ),
    "a right rename that uncovers more faults than it removes": (
        "<sources><place>A</place><bok><titel>T</titel><pages>0</pages></bok></sources>",
        "<bok", [("<bok>", "<book>"), ("</bok>", "</book>")], "",
    ),
    "a right fix behind a fault that stays": (
        "<sources><place>A</place><book><title>T</title><year>1999</year><pages>none</pages></book></sources>",
        "none", [("none", "9")], "",
    ),
    "another wrong name": (
        "<sources><place>A</place><bok id='x'/></sources>",
        "<bok", [("<bok ", "<boook ")], "still there",
    ),
    "another wrong value": (
        "<sources><place>A</place><book id='x'><title>T</title><year>soon</year></book></sources>",
        "soon", [("soon", "later")], "still there",
    ),
    "a tag that is lost": (
        "<sources><place>A</place><book id='x'><title>T</title><year>soon</year></book></sources>",
        "soon", [("soon</year>", "1999")], "no longer be well-formed",
    ),
    "a fault put in front of the one that goes": (
        "<sources><place>A</place><book id='x'><title>T</title><year>soon</year></book></sources>",
        "soon", [("soon", "1999"), ("<title>T</title>", "<author>T</author>")], "in front of it",
    ),
    "an attribute under a wrong name": (
        "<sources><place>A</place><book><title>T</title><year>1999</year></book></sources>",
        "<book", [("<book>", "<book idd='x'>")], "itself at fault",
    ),
    "an element that still lacks an attribute": (
        "<sources><place>A</place><title>T</title><year>1999</year></sources>",
        "<title", [("<title>", "<book><title>"), ("</year>", "</year></book>")], "",
    ),
    "well-formed at last, whatever the schema says then": (
        "<sources><book><title>T</book><bok/></sources>",
        "</book>", [("T</book>", "T</title></book>")], "",
    ),
    "one tag of two closed": (
        "<sources><place>A<book id='x'><title>T</book></sources>",
        "<title", [("T</book>", "T</title></book>")], "",
    ),
    "one fault of markup mended and two others made": (
        "<sources><place a=1>A</place><note>n</note><remark>r</remark></sources>",
        "1>", [("a=1", "a='1'"), ("</note>", ""), ("</remark>", "")], "nothing in sum",
    ),
    "a tag closed, and then it shows that a prefix in front of it is bound elsewhere only": (
        "<sources><x:place>A</x:place><note xmlns:x='urn:x'>n<remark>r</remark></sources>",
        "<note", [("n<remark>", "n</note><remark>")], "",
    ),
    "an unquoted value with two hyphens": (
        "<sources><place>A</place><book id=x--1><title>T</title><year>1999</year></book></sources>",
        "x--1", [("x--1", "'x--1'")], "",
    ),
    "a place at which nothing is wrong": (
        "<sources><place>A</place><book id='x'><title>T</title><year>soon</year></book></sources>",
        "<place", [("<place>A", "<place>B")], "no fault is reported",
    ),
    "the body put into a comment": (
        "<sources><place>A</place><book id='x'><title>T</title><year>soon</year></book></sources>",
        "<book", [("<book", "<!--<book"), ("</book>", "</book>-->")], "hides content",
    ),
    "the body put into a CDATA section": (
        "<sources><place>A</place><note><b>x</b> y <i>z</i></note></sources>",
        "<b", [("<note>", "<note><![CDATA["), ("</note>", "]]></note>")], "hides content",
    ),
    "the body put into a processing instruction": (
        "<sources><place>A</place><note>n</note><note>m</note></sources>",
        "<note>m", [("<note>m", "<?x <note>m"), ("</sources>", "?></sources>")], "hides content",
    ),
    "a comment closed that its author had meant to close": (
        "<sources><place>A</place><!-- old <book id='y'/> -- ></sources>",
        "<!--", [("-- >", "-->")], "",
    ),
    "a comment of words closed where its author forgot": (
        "<sources><place>A</place><!-- to do <book id='x'><title>T</title><year>1999</year></book></sources>",
        "<!--", [("to do ", "to do -->")], "",
    ),
    "a comment closed behind what its author did not mean": (
        "<sources><place>A</place><!-- to do <book id='x'><title>T</title><year>1999</year></book></sources>",
        "<!--", [("</book></sources>", "</book>--></sources>")], "hides content",
    ),
    "every tag taken away": (
        "<sources><place>",
        "<sources", [("<sources>", ""), ("<place>", "")], "nothing would be left",
    ),
    "an element moved to its place": (
        "<sources><book id='x'><title>T</title><year>soon</year></book><place>A</place></sources>",
        "<place", [("<sources>", "<sources><place>A</place>"), ("<place>A</place>", "")], "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fix_stands_only_where_it_is_progress(name: str, schema: str) -> None:
    text, at, changes, reason = CASES[name]
    verdict = judged(text, schema, fix(text, at, *changes))
    if reason:
        assert [why for _, why in verdict.rejected if reason in why], verdict.rejected
        assert (verdict.accepted, verdict.document.text) == ((), text)
    else:
        assert verdict.rejected == ()
        assert verdict.document.text != text
        assert verdict.report == validate(verdict.document, plan([schema]))


RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="place">
  <assert test=". = 'B' or not(../book/year)">Books with a year are at B.</assert></rule></pattern></schema>"""


@pytest.mark.parametrize(
    ("text", "at", "changes", "reason"),
    [
        # the rule had nothing to say of a year that was none
        (
            "<sources><place>A</place><book id='x'><title>T</title><yaer>1999</yaer></book></sources>",
            "<yaer", [("<yaer>", "<year>"), ("</yaer>", "</year>")], "",
        ),
        # what the schema accepted is behind the place of the rule
        (
            "<sources><place>A</place><book id='x'><title>T</title><year>1999</year></book></sources>",
            "A</place", [("<year>1999</year>", "")], "accepted",
        ),
    ],
)  # fmt: skip
def test_what_breaks_is_told_by_layers_and_not_by_places(
    text: str, at: str, changes: list[tuple[str, str]], reason: str, schema: str, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.sch"
    rules.write_text(RULES)
    document, judged_by = Document.from_text(text), plan([schema, rules])

    verdict = judge(document, validate(document, judged_by), [fix(text, at, *changes)], judged_by)

    assert [reason in why for _, why in verdict.rejected] == ([True] if reason else []), verdict.rejected


def test_a_fault_inside_of_what_is_moved_is_no_new_one(schema: str) -> None:
    book = "<book id='x'><title>T</title><year>soon</year></book>"
    text = f"<sources>{book}<place>A</place></sources>"
    start, end, place = text.index(book), text.index("<place>"), text.index("</sources>")
    moved = replace(fix(text, "<book"), edits=(Edit(start, end, ""), Edit(place, place, f"\n{book}")))
    copied = replace(fix(text, "<book"), edits=(Edit(start, end, f"<place>B</place>{book}"),))
    assert judged(text, schema, moved).accepted == (moved,)
    assert "itself at fault" in judged(text, schema, copied).rejected[0][1]


def test_a_valid_document_takes_no_fix(schema: str) -> None:
    text = f"<sources><place>A</place>{BOOK.format('x')}</sources>"
    verdict = judged(text, schema, fix(text, "1999", ("1999", "2000")), fix(text, "<place", ("A<", "B<")))
    assert verdict.document.text == text
    assert verdict.accepted == ()


def shelf_of(years: list[str]) -> str:
    books = "".join(f"<book id='b{n}'><title>T</title><year>{year}</year></book>\n" for n, year in enumerate(years))
    return f"<sources><place>A</place>\n{books}</sources>"


def test_a_few_bad_fixes_among_many_are_found_in_few_validations(schema: str) -> None:
    text = shelf_of([f"y{n}y" for n in range(200)])
    bad = {17, 140}
    fixes = [fix(text, f"y{n}y", (f"y{n}y", "never" if n in bad else "1999")) for n in range(200)]
    document = Document.from_text(text)
    calls = 0

    def check(candidate: Document) -> Report:
        nonlocal calls
        calls += 1
        return validate(candidate, plan([schema]))

    verdict = judge_by(check, document, validate(document, plan([schema])), fixes)
    assert [fix for fix, _ in verdict.rejected] == [fixes[17], fixes[140]]
    assert len(verdict.accepted) == 198
    assert verdict.report.total == 2
    assert calls < 40


def test_a_batch_that_fails_throughout_ends_in_time(schema: str) -> None:
    text = shelf_of([f"y{n}y" for n in range(120)])
    fixes = [fix(text, f"y{n}y", (f"y{n}y", "never")) for n in range(120)]
    document = Document.from_text(text)
    calls = 0

    def check(candidate: Document) -> Report:
        nonlocal calls
        calls += 1
        return validate(candidate, plan([schema]))

    verdict = judge_by(check, document, validate(document, plan([schema])), fixes)
    assert verdict.accepted == ()
    assert len(verdict.rejected) == 120
    assert calls <= 60
    assert "too many" in verdict.rejected[-1][1]


def test_of_overlapping_fixes_the_one_that_comes_first_stands(schema: str) -> None:
    text = shelf_of(["soon"])
    first, second = fix(text, "soon", ("soon", "1999")), fix(text, "soon", ("<year>soon", "<year>2000"))
    verdict = judged(text, schema, first, second)
    assert verdict.accepted == (first,)
    assert "overlaps" in verdict.rejected[0][1]
    assert "<year>1999</year>" in verdict.document.text


@pytest.mark.parametrize("edit", [Edit(5, 3, ""), Edit(-2, 1, ""), Edit(10, 10_000, "")])
def test_an_edit_outside_of_the_text_is_turned_down(edit: Edit, schema: str) -> None:
    text = shelf_of(["soon"])
    stray = Fix(edits=(edit,), source="model", reason="", safety=Safety.SAFE, confidence=1.0, at=0)
    verdict = judged(text, schema, stray)
    assert verdict.document.text == text
    assert "outside" in verdict.rejected[0][1]


def test_what_the_validator_does_not_need_is_left_out_of_a_model_s_fix(schema: str) -> None:
    text = "<sources><place>A</place><book id='x' lent='true'><title>T</title><year>soon</year></book></sources>"
    needless = ("<place>A<", "<place>B<"), ("'true'", "'false'"), ("T</title>", "U</title>")
    verdict = judged(text, schema, fix(text, "soon", *needless, ("soon", "1999"), source="model"))
    assert verdict.document.text == text.replace("soon", "1999")
    assert [len(fix.edits) for fix in verdict.accepted] == [1]


def test_a_model_s_fix_that_rides_along_is_left_out(schema: str) -> None:
    text = "<sources><place>A</place><book id='x' lent='true'><title>T</title><year>soon</year></book></sources>"
    rider = fix(text, "soon", ("<place>A<", "<place>B<"), source="model")
    verdict = judged(text, schema, fix(text, "soon", ("soon", "1999"), source="model"), rider)
    assert verdict.document.text == text.replace("soon", "1999")
    assert [fix for fix, _ in verdict.rejected] == [rider]


def test_a_move_of_what_may_be_absent_is_not_turned_into_a_deletion(schema: str) -> None:
    text = "<sources><place>A</place><remark>R</remark><note>N</note></sources>"
    moved = fix(text, "<note", ("<note>N</note>", ""), ("<remark>", "<note>N</note><remark>"), source="model")
    verdict = judged(text, schema, moved)
    assert verdict.document.text == "<sources><place>A</place><note>N</note><remark>R</remark></sources>"


def test_a_move_is_not_turned_into_a_copy(schema: str) -> None:
    text = "<sources><book id='x'><title>T</title><year>1999</year></book><note>attic</note></sources>"
    moved = fix(text, "<book", ("<sources>", "<sources><place>attic</place>"), ("attic", ""), source="model")
    verdict = judged(text, schema, moved)
    assert verdict.document.text.count("attic") == 1


@pytest.mark.parametrize(("padding", "most"), [(0, 60), (200_000, 20)])
def test_fixes_that_all_fail_are_not_tried_without_end(schema: str, padding: int, most: int) -> None:
    text = f"<sources>{'<x/>' * 200}<place>{'A' * padding}</place></sources>"
    document = Document.from_text(text)
    report = validate(document, plan([schema]))
    tried: list[str] = []

    def check(candidate: Document) -> Report:
        tried.append(candidate.text)
        return report

    at = range(7, 7 + 4 * 200, 4)
    fixes = [
        Fix(edits=(Edit(i, i + 4, "<y/>"),), source="rule:test", reason="", safety=Safety.SAFE, confidence=1.0, at=i)
        for i in at
    ]
    verdict = judge_by(check, document, report, fixes)
    assert len(verdict.rejected) == len(fixes)
    assert 0 < len(tried) <= most


def test_what_rules_want_gone_may_be_all_that_they_speak_of(tmp_path: Path) -> None:
    pytest.importorskip("saxonche")
    rules = tmp_path / "rules.sch"
    rules.write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><pattern><rule context="note">'
        '<assert test="false()">No notes.</assert></rule></pattern></schema>'
    )
    document = Document.from_text("<a><note>b</note></a>")
    layers = plan([rules])
    report = validate(document, layers)
    gone = fix(document.text, "note", ("<note>b</note>", ""), source=BUSINESS_RULE)
    renamed = fix(document.text, "note", ("<note>b</note>", "<word>b</word>"), source=BUSINESS_RULE)
    assert judge(document, report, [gone], layers).document.text == "<a></a>"
    offered = replace(renamed, provenance=f"{QUICK_FIX}other of R-1")
    assert judge(document, report, [offered], layers).document.text == "<a><word>b</word></a>"
    for other in (renamed, replace(gone, source="model")):
        [(_, reason)] = judge(document, report, [other], layers).rejected
        assert "no longer judge" in reason
