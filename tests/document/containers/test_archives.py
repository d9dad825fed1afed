"""The one document inside a packed or signed file: taken out within bounds, or told of in a sentence."""

import base64
import gzip
import io
import zipfile

import pytest

from mcp_servers.xml_troubleshooter.document.containers.archives import is_container, unpack
from mcp_servers.xml_troubleshooter.errors import InputError, LimitError, TroubleshooterError

DOCUMENT = b'<?xml version="1.0"?>\n<note><to>Mill</to></note>\n'
LIMIT = 1 << 20
SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return target.getvalue()


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def endless(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def signed(content: bytes) -> bytes:
    data = element(
        0x30, b"\x02\x01\x01" + element(0x31, b"") + element(0x30, DATA + element(0xA0, element(4, content)))
    )
    return element(0x30, SIGNED + element(0xA0, data))


def signed_in_pieces(content: bytes) -> bytes:
    pieces = endless(0x24, b"".join(element(4, content[at : at + 10]) for at in range(0, len(content), 10)))
    data = endless(0x30, b"\x02\x01\x01" + element(0x31, b"") + endless(0x30, DATA + endless(0xA0, pieces)))
    return endless(0x30, SIGNED + endless(0xA0, data))


ONE_INSIDE = {
    "gzip": (gzip.compress(DOCUMENT), "a gzip file"),
    "two gzip streams": (gzip.compress(DOCUMENT[:20]) + gzip.compress(DOCUMENT[20:]), "a gzip file"),
    "ZIP": (zipped(note_xml=DOCUMENT), "a ZIP archive, as note.xml"),
    "ZIP with a picture": (zipped(logo_png=b"\x89PNG\r\n", invoice=DOCUMENT), "a ZIP archive, as invoice"),
    "signature": (signed(DOCUMENT), "a signature around it"),
    "signature of pieces": (signed_in_pieces(DOCUMENT), "a signature around it"),
    "signature as base64": (base64.encodebytes(signed(DOCUMENT)), "a signature around it"),
    "signature twice": (signed(signed(DOCUMENT)), "in a signature around it"),
    "signature in ZIP": (zipped(a_p7m=signed(DOCUMENT)), "a signature around it (.p7m) in a ZIP archive, as a.p7m"),
}


@pytest.mark.parametrize("case", ONE_INSIDE)
def test_the_one_document_is_taken_out(case: str) -> None:
    data, words = ONE_INSIDE[case]
    assert is_container(data)
    found = unpack(data, "x", LIMIT)
    assert found
    assert found.data == DOCUMENT
    assert words in found.container


def test_what_is_no_container_is_left_alone() -> None:
    for data in (DOCUMENT, b"", b"PK", b"0\x80", b"MI" + b"A" * 50, b"\x89PNG\r\n\x1a\n"):
        assert not is_container(data)
        assert unpack(data, "x", LIMIT) is None


NONE_TO_TAKE = {
    "several": (zipped(a_xml=DOCUMENT, b_xml=DOCUMENT), InputError, "2 XML documents inside: a.xml, b.xml"),
    "a text document": (
        zipped(word__document_xml=DOCUMENT, word__styles_xml=DOCUMENT), InputError, r"Word document \(.docx\), not an"
    ),
    "none": (zipped(a_txt=b"text"), InputError, "there is none inside: a.txt"),
    "an empty one": (zipped(), InputError, "there is none inside"),
    "a bomb of gzip": (gzip.compress(bytes(4 * LIMIT)), LimitError, "larger than 1 MB"),
    "a bomb of ZIP": (zipped(a_xml=b"<a>" + bytes(4 * LIMIT)), LimitError, "larger than 1 MB"),
    "gzip cut off": (gzip.compress(DOCUMENT)[:-12], InputError, "cut off"),
    "gzip damaged": (gzip.compress(DOCUMENT)[:-8] + bytes(8), InputError, "damaged"),
    "ZIP cut off": (zipped(a_xml=DOCUMENT)[:-30], InputError, "cannot be opened"),
    "signature cut off": (signed(DOCUMENT)[:60], InputError, "cut off"),
    "signature alone": (
        element(0x30, SIGNED + element(0xA0, element(0x30, b"\x02\x01\x01" + element(0x30, DATA)))),
        InputError,
        "without the document",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NONE_TO_TAKE)
def test_what_cannot_be_taken_out_is_told_in_a_sentence(case: str) -> None:
    data, kind, words = NONE_TO_TAKE[case]
    with pytest.raises(TroubleshooterError, match=words) as caught:
        unpack(data, "x", LIMIT)
    assert type(caught.value) is kind
