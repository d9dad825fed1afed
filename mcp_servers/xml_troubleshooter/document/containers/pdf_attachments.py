"""The XML document that a PDF carries as an attachment, as Factur-X, ZUGFeRD, Order-X and XRechnung invoices do."""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ...errors import InputError, LimitError
from .archives import Unpacked

_MAGIC = b"%PDF-"
_HEAD = 1024  # bytes in which a PDF must say that it is one
_EMBEDS = b"/EmbeddedFile"
# the names of the attachment by the standards, the one that counts first
_STANDARD = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
_SHOWN = 8  # names of attachments
_LONGEST = 80  # characters of a name that are shown
# how an attachment may be packed; all other ways take, of a hostile file, time and memory without bounds
_PACKED = ("/FlateDecode",)
# errors of reading a damaged PDF beside those of the library
_DAMAGED = (ValueError, LookupError, TypeError, AttributeError, RecursionError, NotImplementedError, OSError)


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a PDF."""
    return _MAGIC in head[:_HEAD] and not head.lstrip().startswith(b"<")


def attached(data: bytes, name: str, limit: int) -> Unpacked | None:
    """The document in a PDF; None for one that carries none.

    Raises InputError where there are several and none has a name of the standards, where the PDF cannot be read, has a
    password, or its reader is not installed, and LimitError for a document of more than `limit` bytes.
    """
    if find_spec("pypdf") is None:
        if _EMBEDS not in data:
            return None
        raise InputError(
            f"{name} is a PDF that carries other files, perhaps the XML document of an invoice: install "
            "xml-troubleshooter[einvoice] to have it read, or give the XML document itself."
        )
    from pypdf import PdfReader  # noqa: PLC0415 - an extra
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(data))
        found = {each.name: each for each in reader.attachment_list if each.name.lower().endswith(".xml")}
        chosen = next((each for known in _STANDARD for each in found if each.lower() == known), None)
        if chosen is None and len(found) > 1:
            names = ", ".join(map(_short, list(found)[:_SHOWN])) + (" ..." if len(found) > _SHOWN else "")
            raise InputError(
                f"{name} is a PDF with {len(found)} XML documents inside: {names}. Save the one that is meant, and "
                "give that."
            )
        chosen = chosen or next(iter(found), None)
        if chosen is None:
            return None
        _check_packing(found[chosen]._embedded_file, chosen)  # noqa: SLF001 - `content` unpacks whatever it is
        content = bytes(found[chosen].content)
    except FileNotDecryptedError:
        raise InputError(
            f"{name} is a PDF that is protected by a password; open it with the password, save the XML document that "
            "it carries, and give that."
        ) from None
    except (PyPdfError, DependencyError, *_DAMAGED) as error:
        if _EMBEDS not in data:
            return None
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"{name} is a PDF that cannot be read ({why}); save the XML document that it carries, and give that."
        ) from None
    if len(content) > limit:
        raise LimitError(
            f"What {name}, a PDF, carries as {_short(chosen)} is larger than {limit // 2**20} MB; save it yourself."
        )
    return Unpacked(content, f"a PDF, as {_short(chosen)}")


def _check_packing(stream: Mapping[Any, Any], name: str) -> None:
    """Raises ValueError where an attachment is packed in a way that is not read."""
    given = stream.get("/Filter")
    filters = [] if given is None else list(given) if isinstance(given, list) else [given]
    if len(filters) > 1 or any(each not in _PACKED for each in filters) or "/DecodeParms" in stream:
        how = " ".join(str(each) for each in filters[:_SHOWN])
        raise ValueError(f"{_short(name)} is packed in a way that is not read here: {_short(how)}")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
