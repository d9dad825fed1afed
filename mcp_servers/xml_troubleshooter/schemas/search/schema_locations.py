"""Doubtful schema locations of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from ...codes import Code
from ...diagnostics import Diagnostic, Severity
from ...document.document import Document
from .document_head import Location, locations, namespace_of, root_tag

_FILE = re.compile(r"\.(?:xsd|xml|rng|dtd)$", re.IGNORECASE)


def doubts(document: Document, roots: Sequence[Path], *, judged: bool) -> Iterator[Diagnostic]:
    """Warnings about schema locations on the document element that another validator may reject.

    Missing files matter only where no schema has `judged`; files outside of `roots` and the document's own folder are
    not mentioned.
    """
    root = root_tag(document.text)
    if root is None or "chemaLocation" not in root["rest"]:
        return
    found = list(locations(root.group()))
    namespace = namespace_of(root)
    pairs = [(location, *pair) for location in found for pair in location.pairs]
    for location in found:
        if location.name.endswith(":schemaLocation") and len(location.words) % 2:
            yield _warning(document, root, location, " ".join(location.words), _odd(location))
    if not any(uri == namespace for _, uri, _ in pairs):
        for location, uri, _ in pairs:
            if not uri or not _is_declared(uri, document.text):
                meant = f"the namespace {namespace}" if namespace else "no namespace"
                named = f"the namespace {uri}, which nothing in the document has;" if uri else "no namespace, but"
                words = f"{location.name} names a schema for {named} the document element {root['root']} is in {meant}."
                yield _warning(document, root, location, uri, f"{words} Correct one of the two.")
                break
    for location, _, address in pairs if not judged else ():
        if _is_gone(address, document, roots):
            words = f"{location.name} names {address}, but there is no such file. Correct the address, or put it there."
            yield _warning(document, root, location, address, words)


def _is_declared(uri: str, text: str) -> bool:
    return re.search(rf"xmlns(?::[^\s=:\"'<>]++)?\s*+=\s*+[\"']\s*+{re.escape(uri)}\s*[\"']", text) is not None


def _odd(location: Location) -> str:
    if len(location.words) == 1 and _FILE.search(location.words[0]):
        fix = f"the namespace before {location.words[0]} is missing; without a namespace it is "
        fix += f"{location.name.partition(':')[0]}:noNamespaceSchemaLocation"
    else:
        lone = next((word for word in location.words[::2] if _FILE.search(word)), location.words[-1])
        fix = f"{lone} has no partner"
    return f"{location.name} holds pairs of a namespace and the address of its schema, but {fix}."


def _is_gone(address: str, document: Document, roots: Sequence[Path]) -> bool:
    """Whether an address leads into an allowed folder and to no file there."""
    from ...schema_files.catalog import local_path  # noqa: PLC0415 - many documents name no schema

    path = local_path(address)
    if path is None or not document.source:
        return False
    folder = Path(document.source).resolve().parent
    path = (folder / path).resolve()
    return any(path.is_relative_to(place) for place in (folder, *roots)) and not path.is_file()


def _warning(document: Document, root: re.Match[str], location: Location, value: str, words: str) -> Diagnostic:
    start, end = root.start() + location.start, root.start() + location.end
    line, column = document.position(start)
    return Diagnostic(
        code=Code.SCHEMA_LOCATION, start=start, end=end, line=line, column=column, name=location.name, value=value,
        path=f"/{root['root']}/@{location.name}", message=words, explanation=words, severity=Severity.WARNING,
    )  # fmt: skip
