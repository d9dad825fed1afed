"""The XML document that a PDF carries."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from pypdf import PdfWriter

from benchmarks.trust.hostile_pdfs import TRICKS
from benchmarks.trust.hostile_pdfs import XML as TRICK
from mcp_servers.xml_troubleshooter.document.containers.pdf_attachments import attached, is_pdf
from mcp_servers.xml_troubleshooter.errors import InputError, LimitError, TroubleshooterError

LIMIT = 1000
XML = b"<?xml version='1.0'?>\n<a>1</a>"


def pdf(**attachments: bytes) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments.items():
        writer.add_attachment(name.replace("__", "-").replace("_", "."), content)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


CARRIED = {
    "a Factur-X invoice": (pdf(factur__x_xml=XML), "factur-x.xml"),
    "beside others": (pdf(a_xml=b"<b/>", notes_txt=b"x", ZUGFeRD__invoice_xml=XML), "ZUGFeRD-invoice.xml"),
    "by another name": (pdf(bill_xml=XML, notes_txt=b"x"), "bill.xml"),
}


@pytest.mark.parametrize("case", CARRIED)
def test_the_document_is_taken_out_with_its_name(case: str) -> None:
    data, name = CARRIED[case]
    assert is_pdf(data)
    found = attached(data, "x.pdf", LIMIT)
    assert found is not None
    assert found.data == XML
    assert found.container == f"a PDF, as {name}"


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (pdf(a_xml=XML, b_xml=XML), InputError, "2 XML documents inside: a.xml, b.xml"),
        (pdf(a_xml=XML)[:-40], InputError, "cannot be read"),
        (pdf(a_xml=b" " * 2000), LimitError, "as a.xml is larger"),
    ],
)
def test_what_cannot_be_taken_out_is_told(data: bytes, kind: type[TroubleshooterError], words: str) -> None:
    with pytest.raises(kind, match=words):
        attached(data, "x.pdf", LIMIT)


@pytest.mark.parametrize("trick", TRICKS)
def test_a_hostile_pdf_is_read_or_told_of_within_bounds(trick: str) -> None:
    told, found = "", None
    try:
        found = attached(TRICKS[trick](), "x.pdf", LIMIT)
    except (InputError, LimitError) as error:
        told = str(error)
    assert not told or (told.endswith(".") and len(told) < 400)
    assert found is None or (found.data.strip() == TRICK and len(found.container) < 150)


def test_an_attachment_packed_in_an_unusual_way_is_not_unpacked() -> None:
    data = TRICKS["characters without end"]()
    tracemalloc.start()
    with pytest.raises(InputError, match=r"factur-x\.xml is packed in a way that is not read here: /ASCII85Decode"):
        attached(data, "x.pdf", LIMIT)
    assert tracemalloc.get_traced_memory()[1] < 10 * len(data)
    tracemalloc.stop()


def test_a_password_is_told_as_such() -> None:
    with pytest.raises(InputError, match="protected by a password"):
        attached(TRICKS["encrypted"](), "x.pdf", LIMIT)


def test_without_an_xml_document_nothing_is_taken_out() -> None:
    assert attached(pdf(notes_txt=b"x"), "x.pdf", LIMIT) is None
    assert attached(b"%PDF-1.7\n1 0 obj", "x.pdf", LIMIT) is None
    assert not is_pdf(b"<a>%PDF-</a>")
    assert not is_pdf(XML)
