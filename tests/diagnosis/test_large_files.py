"""Files too large to hold: the same verdicts and places as for small ones, in a memory that does not grow."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis import ill_formed, large_files
from mcp_servers.xml_troubleshooter.diagnosis.large_files import validate_file
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import LayerState, Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import LimitError
from mcp_servers.xml_troubleshooter.schemas.plan import plan

Write = Callable[[str, str], Path]

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:b"
 elementFormDefault="qualified">
<xs:element name="batch"><xs:complexType><xs:sequence><xs:element name="item" maxOccurs="unbounded"><xs:complexType>
<xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="count" type="xs:int"/></xs:sequence>
<xs:attribute name="id" use="required" type="xs:NCName"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
ITEM = '  <b:item id="i">\n    <b:name>Müller &amp; Söhne > 1</b:name>\n    <b:count>1</b:count>\n  </b:item>\n'
COUNT = 100_000  # items; more than 65,535 lines

LARGER = 200_000_000  # bytes

# what stands in one item in place of what, and what is told of it
FAULTS = [
    ("<b:count>1<", "<b:count>one<", Code.INVALID_VALUE, "one", "/b:count[1]"),
    ("    <b:count>1</b:count>\n", "", Code.MISSING_ELEMENT, '<b:item id="i">', ""),
    (' id="i"', ' id="i" no="1"', Code.UNEXPECTED_ATTRIBUTE, 'no="1"', "/@no"),
    (' id="i"', "", Code.MISSING_ATTRIBUTE, "<b:item>", ""),
    ("<b:count>1", "<!-- <b:count> --><b:count>x", Code.INVALID_VALUE, "x", "/b:count[1]"),
    ("    <b:count>", "stray <b:count>", Code.TEXT_NOT_ALLOWED, "stray", ""),
    ("  </b:item>", "<b:no><![CDATA[</b:item>]]></b:no></b:item>", Code.UNEXPECTED_ELEMENT, "<b:no>", "/b:no[1]"),
]


@pytest.fixture
def schema(write: Write) -> str:
    return str(write("batch.xsd", SCHEMA))


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of these tests counts as too large for a tree."""
    monkeypatch.setattr(large_files, "WHOLE", 1000)
    monkeypatch.setattr(large_files, "TREE", 1000)


def _batch(*items: str) -> str:
    return f'<?xml version="1.0"?>\n<b:batch xmlns:b="urn:b">\n{"".join(items)}</b:batch>\n'


def _texts(report: Report, text: str) -> Iterator[str]:
    for item in report.diagnostics:
        assert item.line == text.count("\n", 0, item.start) + 1
        assert item.column == item.start - text.rfind("\n", 0, item.start)
        yield text[item.start : item.end]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("at", [0, COUNT // 2, COUNT - 1])
def test_a_fault_is_told_where_it_is(
    fault: tuple[str, str, Code, str, str], at: int, schema: str, write: Write
) -> None:
    before, after, code, span, path = fault
    assert before in ITEM
    text = _batch(ITEM * at, ITEM.replace(before, after), ITEM * (COUNT - at - 1))
    report = validate_file(write("batch.xml", text), plan([schema]))
    assert report.well_formed
    assert not report.valid
    assert report.diagnostics[0].code is code
    assert next(_texts(report, text)) == span
    assert report.diagnostics[0].path == f"/b:batch/b:item[{at + 1}]{path}"


def test_a_valid_file_is_valid_and_the_same_as_a_document(schema: str, write: Write) -> None:
    text = _batch(ITEM * 1000)
    path = write("batch.xml", text)
    assert validate_file(path, plan([schema])) == validate(Document.from_text(text), plan([schema]))
    assert validate_file(path).valid
    assert not validate_file(path).judged


def test_a_large_file_tells_what_the_validator_tells_of_a_document(schema: str, write: Write) -> None:
    text = _batch(*(ITEM.replace(before, after) for before, after, *_ in FAULTS), ITEM * 100)
    streamed = validate_file(write("batch.xml", text), plan([schema]))
    whole = validate(Document.from_text(text), plan([schema]))
    assert {item.code for item in whole.diagnostics} == {item.code for item in streamed.diagnostics}
    assert len(list(_texts(streamed, text))) == streamed.total == len(FAULTS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "utf-8-sig"])
def test_places_are_characters_in_every_encoding(encoding: str, schema: str, tmp_path: Path) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = _batch(ITEM * 5000, ITEM.replace(">1<", ">ö<")).replace('"1.0"', f'"1.0" encoding="{declared}"')
    path = tmp_path / "batch.xml"
    path.write_bytes(text.encode(encoding))
    assert list(_texts(validate_file(path, plan([schema])), text)) == ["ö"]


# where an item breaks off, and what is told of it
NOT_WELL_FORMED = [
    ("</b:count>", "</b:cuont>", Code.TAG_MISMATCH),
    (">1<", ">&nothing;<", Code.UNDEFINED_ENTITY),
    (">1<", ">\x02<", Code.INVALID_CHARACTER),
    ("<b:count>", "<c:count>", Code.UNBOUND_PREFIX),
]


@pytest.mark.parametrize(("before", "after", "code"), NOT_WELL_FORMED)
def test_what_is_not_well_formed_is_told_with_its_line(
    before: str, after: str, code: Code, schema: str, write: Write
) -> None:
    text = _batch(ITEM * COUNT, ITEM.replace(before, after), ITEM * 10)
    for report in (validate_file(write("batch.xml", text), plan([schema])), validate_file(write("batch.xml", text))):
        assert not report.well_formed
        assert [item.code for item in report.diagnostics] == [code]
        assert report.diagnostics[0].line == text.count("\n", 0, text.index(after)) + 1
        list(_texts(report, text))


@pytest.mark.parametrize(("before", "after"), [fault[:2] for fault in (*FAULTS, *NOT_WELL_FORMED)])
def test_a_large_file_of_which_a_tree_can_be_built_is_told_of_in_the_words_for_a_small_one(
    before: str, after: str, schema: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_files, "TREE", LARGER)
    text = _batch(ITEM * 1000, ITEM.replace(before, after), ITEM * 10)
    large, small = (
        validate_file(write("batch.xml", each), plan([schema]))
        for each in (text, _batch(ITEM, ITEM.replace(before, after)))
    )
    assert [(item.code, item.message, item.expected) for item in large.diagnostics] == [
        (item.code, item.message, item.expected) for item in small.diagnostics
    ]
    numbers = re.compile(r"\d+")
    assert [numbers.sub("", item.explanation) for item in large.diagnostics] == [
        numbers.sub("", item.explanation) for item in small.diagnostics
    ]


def test_masses_of_errors_are_capped_and_the_total_is_told(schema: str, write: Write) -> None:
    text = _batch(ITEM.replace(">1<", ">x<") * 1500)
    report = validate_file(write("batch.xml", text), plan([schema]))
    assert len(report.diagnostics) == 500
    assert report.total == 1500


def test_what_needs_a_tree_is_refused_where_it_is_too_large_for_one(
    schema: str, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("batch.xml", "<!DOCTYPE a [<!ENTITY e '1'>]>" + "<a>" + "<b/>" * 1000 + "&e;</a>")
    monkeypatch.setattr(large_files, "TREE", LARGER)
    assert validate_file(path).valid
    monkeypatch.setattr(large_files, "TREE", 1000)
    with pytest.raises(LimitError, match="with a DOCTYPE at most"):
        validate_file(path)
    rng = write("a.rng", '<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>')
    report = validate_file(write("batch.xml", _batch(ITEM * 100)), plan([rng, schema]))
    assert [(layer.name, layer.state) for layer in report.layers[1:]] == [
        (Path(schema).name, LayerState.PASSED),
        ("a.rng", LayerState.NOT_RUN),
    ]
    assert "the most that is judged by rng" in report.layers[2].reason


def test_memory_does_not_grow_with_the_file(schema: str, write: Write) -> None:
    program = """
import resource, sys
from pathlib import Path
from mcp_servers.xml_troubleshooter.diagnosis import large_files
from mcp_servers.xml_troubleshooter.schemas.plan import plan
large_files.WHOLE = large_files.TREE = 1000
report = large_files.validate_file(Path(sys.argv[1]), plan([sys.argv[2]]))
print(len(report.diagnostics), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

    def used(count: int) -> int:
        path = write("batch.xml", _batch(ITEM * count, ITEM.replace(">1<", ">x<")))
        done = subprocess.run(
            [sys.executable, "-c", program, path, schema], capture_output=True, text=True, check=True, cwd=Path.cwd()
        )
        faults, kilobytes = map(int, done.stdout.split())
        assert faults == 1
        return kilobytes

    assert used(COUNT * 3) < used(100) + 20_000  # 25 MB of text


def test_of_a_large_document_that_is_broken_all_over_the_beginning_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ill_formed, "LARGE", 50_000)
    monkeypatch.setattr(ill_formed, "BEGINNING", 40_000)
    text = "<list>\n" + "<item>a & b</item>\n" * 4000 + "</list>"

    report = validate(Document.from_text(text))

    assert {item.code for item in report.diagnostics} == {Code.BARE_AMPERSAND}
    assert (report.diagnostics[-1].line, report.total) == (501, 2104)
    assert "nothing behind line 2106 was looked at" in report.diagnostics[0].explanation
    assert validate(Document.from_text(text.replace("a & b", "a &amp; b", 3900))).total == 100
