"""What the gate promises whatever is proposed: tried with documents and edits that nobody would think of."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit, apply
from mcp_servers.xml_troubleshooter.loop.consent import grade
from mcp_servers.xml_troubleshooter.loop.gate import edits_of, judge
from mcp_servers.xml_troubleshooter.loop.losses import lost_values
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="r"><xs:complexType><xs:sequence>
    <xs:element name="n" type="xs:int" maxOccurs="3"/>
    <xs:element name="t" type="xs:string" minOccurs="0"/>
  </xs:sequence><xs:attribute name="d" type="xs:date"/></xs:complexType></xs:element>
</xs:schema>"""

SNIPPETS = [
    "<n>1</n>", "<n>one</n>", "<n/>", "<t>some words</t>", "<t>", "</t>", "<x/>", "&", "&amp;", "<!--", "-->",
    "<![CDATA[", "]]>", "<?p", "?>", " d='2024-01-01'", " d='soon'", "'", "<", ">", "\r\n", " ", "é",
    "</r>", "<r>", "7",
]  # fmt: skip
documents = st.lists(st.sampled_from(SNIPPETS), max_size=8).map(lambda parts: f"<r>{''.join(parts)}</r>")
valid_documents = st.builds(
    lambda numbers, words, comment: (
        "<r>" + "".join(f"<n>{n}</n>" for n in numbers) + comment + (f"<t>{words}</t>" if words else "") + "</r>\r\n"
    ),
    st.lists(st.integers(0, 99), min_size=1, max_size=3),
    st.sampled_from(["", "a b", "<![CDATA[<x>]]>"]),
    st.sampled_from(["", "<!-- c -->", "\n  "]),
)


@st.composite
def proposals(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> tuple[str, tuple[Fix, ...]]:
    text = draw(texts)
    fixes = []
    for _ in range(draw(st.integers(1, 4))):
        edits = []
        for _ in range(draw(st.integers(1, 3))):
            start = draw(st.integers(0, len(text)))
            end = min(start + draw(st.integers(0, 12)), len(text))
            edits.append(Edit(start, end, draw(st.sampled_from(["", *SNIPPETS]))))
        fixes.append(
            Fix(
                edits=tuple(edits),
                source=draw(st.sampled_from(["rule:x", "model"])),
                reason="",
                safety=Safety.SAFE,
                confidence=1,
                at=draw(st.integers(0, len(text))),
            )
        )
    return text, tuple(fixes)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("properties") / "r.xsd"
    path.write_text(SCHEMA)
    return str(path)


def rank(report: Report) -> tuple[bool, bool]:
    return (report.valid, report.well_formed)


relaxed = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(proposals(documents))
def test_the_result_is_the_accepted_edits_and_nothing_else_and_never_validates_worse(
    schema: str, proposal: tuple[str, tuple[Fix, ...]]
) -> None:
    text, fixes = proposal
    document = Document.from_text(text)
    report = validate(document, plan([schema]))
    verdict = judge(document, report, fixes, plan([schema]))
    edits = edits_of(verdict.accepted)
    assert verdict.document.text == apply(text, edits)
    assert {edit for fix in fixes for edit in fix.edits} >= set(edits)
    assert verdict.report == validate(verdict.document, plan([schema]))
    assert rank(verdict.report) >= rank(report)
    assert len(verdict.accepted) + len(verdict.rejected) == len(fixes)


@relaxed
@given(proposals(valid_documents))
def test_a_valid_document_comes_back_as_it_was(schema: str, proposal: tuple[str, tuple[Fix, ...]]) -> None:
    text, fixes = proposal
    document = Document.from_text(text)
    verdict = judge(document, validate(document, plan([schema])), fixes, plan([schema]))
    assert verdict.document.text == text


def content(text: str) -> Counter[str]:
    """Elements and words as the XML parser reads them; a judge of its own, apart from the gate's reading."""
    root = etree.fromstring(text.encode())
    found: Counter[str] = Counter()
    for element in root.iter(etree.Element):
        found[f"<{element.tag!s}"] += 1
        for value in (element.text, element.tail, *element.attrib.values()):
            found.update((value or "").split())
    return found


@relaxed
@given(proposals(documents))
def test_what_disappears_was_in_an_edit_that_says_so(schema: str, proposal: tuple[str, tuple[Fix, ...]]) -> None:
    text, fixes = proposal
    document = Document.from_text(text)
    report = validate(document, plan([schema]))
    if not report.well_formed:
        return  # what a text holds that no parser reads, nobody can say
    verdict = judge(document, report, fixes, plan([schema]))
    edits = [edit for fix in verdict.accepted for edit in fix.edits]
    vanished = content(text) - content(verdict.document.text)
    replaced = " ".join(text[max(edit.start - 12, 0) : edit.end + 12] for edit in edits)
    assert [word for word in vanished if word.lstrip("<") not in replaced] == []


@relaxed
@given(proposals(documents))
def test_a_safe_fix_keeps_every_word(schema: str, proposal: tuple[str, tuple[Fix, ...]]) -> None:
    text, fixes = proposal
    for fix in grade(text, fixes):
        if fix.safety is Safety.SAFE:
            assert lost_values(text, fix.edits) == []
