"""Documents: bytes and text convert into each other without loss; places are told in lines and columns."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.xml_troubleshooter.document.document import Document

# what a declaration may name: encodings, and Python's codecs that decode to text but are none or lose something
DECLARED = ["utf-8", "latin-1", "cp1252", "cp1253", "shift_jis", "iso-2022-jp", "hz", "gb18030", "cp037"]
DECLARED += ["utf-7", "utf-8-sig", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "undefined", "rot13"]


@given(st.binary())
def test_bytes_survive_the_way_through_text(data: bytes) -> None:
    assert Document.from_bytes(data).to_bytes() == data


@given(st.sampled_from(DECLARED), st.binary() | st.sampled_from([b"\\u0041\\n", b"+AGE-", b'\x1b$B$"\x1b(B']))
def test_bytes_survive_whatever_encoding_is_declared(declared: str, data: bytes) -> None:
    data = b'<?xml version="1.0" encoding="' + declared.encode() + b'"?><a>' + data + b"</a>"
    assert Document.from_bytes(data).to_bytes() == data


ENCODED = [
    ("<a>\u00e9</a>".encode(), "utf-8", "<a>\u00e9</a>"),
    (codecs.BOM_UTF8 + "<a>\u00e9</a>".encode(), "utf-8", "<a>\u00e9</a>"),
    (codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le"), "utf-16-le", "<a/>"),
    (codecs.BOM_UTF16_BE + "<a/>".encode("utf-16-be"), "utf-16-be", "<a/>"),
    ("<?xml version='1.0'?><a/>".encode("utf-16-be"), "utf-16-be", "<?xml version='1.0'?><a/>"),
    (codecs.BOM_UTF32_LE + "<a/>".encode("utf-32-le"), "utf-32-le", "<a/>"),
    (b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "iso8859-1", None),
    (b"<?xml version='1.0' encoding='windows-1252'?><a>\x80</a>", "cp1252", None),
    (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "utf-8", None),
    (b"<?xml version='1.0' encoding='no-such'?><a/>", "utf-8", None),
    (codecs.BOM_UTF16_LE + "<a>".encode("utf-16-le") + b"x", "utf-16-le", "<a>\udc78"),
    (codecs.BOM_UTF32_LE + b"<\0\0\0\xff\xff\xff\xff", "utf-8", None),
]


@pytest.mark.parametrize(("data", "encoding", "text"), ENCODED)
def test_the_encoding_is_told_by_mark_shape_and_declaration(data: bytes, encoding: str, text: str | None) -> None:
    document = Document.from_bytes(data)
    assert document.encoding == encoding
    assert text is None or document.text == text
    assert document.to_bytes() == data


def test_a_byte_that_cannot_be_decoded_is_a_character_of_its_own() -> None:
    document = Document.from_bytes(b"<a>\xe9</a>")
    assert document.text == "<a>\udce9</a>"
    assert document.with_text(document.text.replace("\udce9", "\u00e9")).to_bytes() == "<a>\u00e9</a>".encode()


def test_a_character_that_the_encoding_lacks_becomes_a_reference() -> None:
    document = Document.from_bytes(b"<?xml version='1.0' encoding='ISO-8859-1'?><a/>")
    assert document.with_text("<a>\u20ac</a>").to_bytes() == b"<a>&#8364;</a>"


@given(st.text(st.sampled_from("ab\r\n")), st.integers(0, 30))
def test_positions_and_offsets_are_each_others_inverse(text: str, offset: int) -> None:
    document = Document.from_text(text)
    offset = min(offset, len(text))
    position = document.position(offset)
    assert document.offset(position.line, position.column) == offset


def test_lines_end_at_any_line_ending() -> None:
    document = Document.from_text("a\nb\r\nc\rd")
    assert [document.position(at) for at in (0, 2, 5, 7)] == [(1, 1), (2, 1), (3, 1), (4, 1)]
