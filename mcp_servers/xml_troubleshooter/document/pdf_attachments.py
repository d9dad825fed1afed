"""The XML document that a PDF carries as an attachment, as Factur-X, ZUGFeRD, Order-X and XRechnung invoices do."""

from __future__ import annotations

import io
from importlib.util import find_spec

from ..errors import InputError, LimitError
from .containers import Unpacked

_MAGIC = b"%PDF-"
_HEAD = 1024  # bytes in which a PDF must say that it is one
_EMBEDS = b"/EmbeddedFile"
# what the attachment is called by the standards, the one that counts first
_STANDARD = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
_SHOWN = 8  # names of attachments


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a PDF."""
    return _MAGIC in head[:_HEAD] and not head.lstrip().startswith(b"<")


def attached(data: bytes, name: str, limit: int) -> Unpacked | None:
    """The document in a PDF; None for one that carries none.

    Raises InputError where there are several and none is called as the standards have it, where the PDF cannot be read
    or what reads it is not installed, and LimitError for one of more than `limit` bytes.
    """
    if find_spec("pypdf") is None:
        if _EMBEDS not in data:
            return None
        raise InputError(
            f"{name} is a PDF that carries other files, perhaps the XML document of an invoice: install "
            "xml-troubleshooter[einvoice] to have it read, or give the XML document itself."
        )
    from pypdf import PdfReader  # noqa: PLC0415 - an extra
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(data))
        found = {each.name: each for each in reader.attachment_list if each.name.lower().endswith(".xml")}
        chosen = next((each for known in _STANDARD for each in found if each.lower() == known), None)
        if chosen is None and len(found) > 1:
            names = ", ".join(list(found)[:_SHOWN]) + (" ..." if len(found) > _SHOWN else "")
            raise InputError(
                f"{name} is a PDF with {len(found)} XML documents inside: {names}. Save the one that is meant, and "
                "give that."
            )
        chosen = chosen or next(iter(found), None)
        if chosen is None:
            return None
        content = bytes(found[chosen].content)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        if _EMBEDS not in data:
            return None
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{name} is a PDF that cannot be read ({why}); save the XML document that it carries, and give that."
        ) from None
    if len(content) > limit:
        raise LimitError(
            f"What {name}, a PDF, carries as {chosen} is larger than {limit // 2**20} MB; save it yourself."
        )
    return Unpacked(content, f"a PDF, as {chosen}")
