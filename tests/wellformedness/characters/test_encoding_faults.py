"""Bytes outside the declared encoding, and declarations that name the wrong encoding."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.syntax_verdict import faults
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.syntax import proposals

from ..conftest import Found, Mended, finding, mending

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE

# a document, and its faults: code and the text at fault
FOUND: Found = [
    ("<?xml version='1.0' encoding='none'?><a/>", [("unknown-encoding", "none")]),
    ("<a>\udce9</a>", [("encoding-mismatch", "\udce9")]),
]
# a document, what it becomes, and how sure that is
MENDED: Mended = [
    ("<a>M\udcfcller \udc805</a>", "<a>M\u00fcller \u20ac5</a>", SAFE),
    (
        "<a>\udca1Ol\udce9! \udcabCaf\udce9\udcbb S\udce3o</a>",
        "<a>\u00a1Ol\u00e9! \u00abCaf\u00e9\u00bb S\u00e3o</a>",
        SAFE,
    ),
    ("<a>\udca3ukasz</a>", "<a>\u0141ukasz</a>", UNSAFE),
    ("<a>M\udc81ller</a>", "<a>M\u00fcller</a>", UNSAFE),
    ("<a>word\udce2\udc80 x</a>", "<a>word\u00e2\u20ac x</a>", UNSAFE),
    ("<a>\udc93quoted\udc94</a>", "<a>\u201cquoted\u201d</a>", SAFE),
    ("<?xml version='1.0' encoding='UTF-16'?><a/>", "<?xml version='1.0' encoding='UTF-8'?><a/>", SAFE),
    ("<?xml version='1.0' encoding='utf_8'?><a/>", "<?xml version='1.0' encoding='UTF-8'?><a/>", SAFE),
    (
        "<a>" + "\udccf\udcf0\udce8\udce2\udce5\udcf2 " * 3 + "</a>",
        "<a>" + "\u041f\u0440\u0438\u0432\u0435\u0442 " * 3 + "</a>",
        UNSAFE,
    ),
]

test_a_fault_is_found_at_its_place = finding(FOUND)

test_a_fault_is_mended = mending(MENDED)


@pytest.mark.parametrize(("text", "safety"), [("one", SAFE), ("one [1]", UNSAFE)])
def test_ebcdic_without_its_code_page_is_written_as_utf_8_for_sure_where_all_pages_agree(
    text: str, safety: Safety
) -> None:
    document = Document.from_bytes(f"<?xml version='1.0'?>\n<a>{text}</a>".encode("cp037"))
    [fix] = proposals(document, faults(document))[0]
    assert fix.safety is safety
    mended = document.with_text(apply(document.text, fix.edits)).to_bytes()
    assert mended == f"<?xml version='1.0' encoding=\"UTF-8\"?>\n<a>{text}</a>".encode()


@pytest.mark.parametrize(
    ("declared", "encoding", "true"),
    [
        ("UTF-8", "utf-16", "UTF-16"),
        ("ISO-8859-1", "utf-16", "UTF-16"),
        ("UTF-16BE", "utf-16", "UTF-16"),
        ("UTF-16", "utf-8", "UTF-8"),
        ("UTF-16LE", "utf-16", ""),
        ("UTF-16", "utf-16", ""),
    ],
)
def test_a_declaration_that_the_bytes_deny_is_a_fault_though_the_parser_overlooks_it(
    declared: str, encoding: str, true: str
) -> None:
    text = "<?xml version='1.0' encoding='{}'?>\n<a>\u00fc</a>"
    document = Document.from_bytes(text.format(declared).encode(encoding))
    assert validate(document).well_formed is not bool(true)
    edits = [edit for fix in proposals(document, faults(document))[0] for edit in fix.edits]
    assert document.with_text(apply(document.text, edits)).to_bytes() == text.format(true or declared).encode(encoding)


def test_utf_32_is_warned_of() -> None:
    report = validate(Document.from_bytes("<a/>".encode("utf-32")))
    assert (report.well_formed, [each.message for each in report.diagnostics]) == (True, ["Written in UTF-32"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_nothing_tells_gets_a_declaration(encoding: str) -> None:
    document = Document.from_bytes("<a>b &amp; c</a>".encode(encoding))
    [fix] = proposals(document, faults(document))[0]
    assert fix.safety is SAFE
    mended = Document.from_bytes(document.with_text(apply(document.text, fix.edits)).to_bytes())
    assert validate(mended).well_formed
    assert mended.text == '<?xml version="1.0" encoding="UTF-16"?>\n<a>b &amp; c</a>'


@pytest.mark.parametrize(
    ("declared", "encoding", "true"),
    [
        ("charmap", "utf-8", "UTF-8"),
        ("raw_unicode_escape", "utf-8", "UTF-8"),
        ("unicode_escape", "utf-8", "UTF-8"),
        ("idna", "utf-8", "UTF-8"),
        ("punycode", "utf-8", "UTF-8"),
        ("palmos", "utf-8", "UTF-8"),
        ("utf-8-sig", "utf-8", "UTF-8"),
        ("rot13", "utf-8", "UTF-8"),
        ("base64", "utf-8", "UTF-8"),
        ("undefined", "utf-8", "UTF-8"),
        ("mbcs", "utf-8", "UTF-8"),
        ("latin-1", "latin-1", "ISO-8859-1"),
    ],
)
def test_what_only_programs_call_an_encoding_is_none_of_xml(declared: str, encoding: str, true: str) -> None:
    text = "<?xml version='1.0' encoding='{}'?>\n<a>\u00fc\\u0041</a>"
    for document in (
        Document.from_bytes(text.format(declared).encode(encoding)),
        Document.from_text(text.format(declared)),
    ):
        [told] = validate(document).diagnostics
        assert f'no encoding called "{declared}"; the bytes read as {true}' in told.explanation
        edits = [edit for fix in proposals(document, faults(document))[0] for edit in fix.edits]
        assert document.with_text(apply(document.text, edits)).to_bytes() == text.format(true).encode(encoding)


@pytest.mark.parametrize(
    ("codec", "letter", "true", "written"),
    [
        ("mac_roman", "\u00fc", "macintosh", "mac_roman"),
        ("mac_cyrillic", "\u0436", "UTF-8", "utf-8"),
        ("cp437", "\u00fc", "UTF-8", "utf-8"),
    ],
)
def test_text_under_a_name_that_the_parser_cannot_read_is_named_as_it_can_or_written_in_utf_8(
    codec: str, letter: str, true: str, written: str
) -> None:
    text = f"<?xml version='1.0' encoding='{{}}'?>\n<a>{letter}</a>"
    document = Document.from_bytes(text.format(codec).encode(codec))
    edits = [edit for fix in proposals(document, faults(document))[0] for edit in fix.edits]
    mended = document.with_text(apply(document.text, edits)).to_bytes()
    assert mended == text.format(true).encode(written)
    assert validate(Document.from_bytes(mended)).well_formed
