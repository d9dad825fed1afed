"""The intake of a document: as text, from a file or from standard input, and out of its container."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..document.containers.archives import Unpacked, is_container, unpack
from ..document.containers.pdf_attachments import attached, is_pdf
from ..document.document import Document
from ..errors import InputError, LimitError
from ..files.reading import DOCUMENT_LIMIT, INLINE_LIMIT, STREAMED, Workspace, head, read, size
from ..request import Request
from ..workers.dispatch import in_thread, offload


@dataclass(frozen=True, slots=True)
class Taken:
    """A document, its file, and the sentence about a `container` around it.

    Of a `large` file only the beginning is in the document.
    """

    document: Document
    path: Path | None = None
    container: str = ""
    large: Path | None = None


@dataclass(frozen=True, slots=True)
class _Source:
    """The source of the bytes of a document; `head` are the first of them, all where they came over standard input."""

    name: str
    path: Path | None
    head: bytes

    def read(self) -> bytes:
        return self.head if self.path is None else read(self.path)


async def take_in(request: Request, workspace: Workspace, seconds: float, *, whole: bool) -> Taken:
    """The document that a request gives; of a large file the beginning, unless the `whole` is needed.

    A PDF's document is taken out in a worker, where that does no harm, within `seconds`. Raises TroubleshooterError.
    """
    if request.data is None and bool(request.xml) == bool(request.path):
        what = "both xml and path were given" if request.xml else "there is none"
        raise InputError(f"Give the document once, as xml (its text) or as path (its file): {what}.")
    if request.data is None and not request.path:
        return await in_thread(_inline, request.xml)
    source = await in_thread(_source, request, workspace)
    found = None
    if is_pdf(source.head):
        data = await in_thread(source.read)
        found = await offload(attached, data, source.name, DOCUMENT_LIMIT, seconds=seconds)
    elif is_container(source.head):
        found = await in_thread(lambda: unpack(source.read(), source.name, DOCUMENT_LIMIT))
    if found is not None:
        return await in_thread(_unpacked, request, workspace, source, found)
    return await in_thread(lambda: _plain(source, whole=whole))


def _inline(text: str) -> Taken:
    if len(text) > INLINE_LIMIT:
        raise LimitError(
            f"The text is longer than {INLINE_LIMIT // 2**20} MB, the most that is taken inline; save it to a file and "
            "give its path."
        )
    if "<" not in text and text.strip().lower().endswith((".xml", ".ubl", ".pom")):
        raise InputError(f"{text.strip()[:200]} looks like the name of a file; give it as path, not as xml.")
    return Taken(Document.from_text(text))


def _source(request: Request, workspace: Workspace) -> _Source:
    if request.data is not None:
        return _Source("Standard input", None, request.data)
    path = workspace.document(request.path)
    return _Source(path.name, path, head(path))


def _plain(source: _Source, *, whole: bool) -> Taken:
    if source.path is None:
        return Taken(Document.from_bytes(source.head))
    large = source.path if not whole and size(source.path) > STREAMED else None
    return Taken(
        Document.from_bytes(source.head if large else source.read(), str(source.path)), source.path, large=large
    )


def _unpacked(request: Request, workspace: Workspace, source: _Source, found: Unpacked) -> Taken:
    """The document in a container; the container is never replaced by it."""
    if source.path and request.output_path and workspace.target(request.output_path) == source.path:
        raise InputError(
            f"{source.name} is not the XML document itself, which is in {found.container}, and is never rewritten: "
            "give output_path another name, and the repaired document is written there as XML."
        )
    document = Document.from_bytes(found.data, str(source.path or ""))
    return Taken(document, source.path, f"{source.name} holds the document in {found.container}.")
