"""The fit of the schemas at hand to a document element: the fitting ones, the near misses, and both in words."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from .document_head import DocumentHead
from .schema_index import Entry

_ALIKE = 0.6  # how alike two namespaces are that may be mistaken for each other
_SHOWN = 3


def matching(head: DocumentHead, entries: list[Entry]) -> list[Entry]:
    """The schemas that declare the document element, the best first; else one whose namespace is the root's alone."""
    related = [entry for entry in entries if head.suits(entry)]
    matches = [entry for entry in related if head.root in entry.elements]
    if not matches and head.namespace:
        # a misspelt document element
        matches = [entry for entry in related if difflib.get_close_matches(head.root, entry.elements, 1)]
    return sorted(
        matches,
        key=lambda entry: (
            not _version_fits(head.version, entry),
            entry.path.suffix.lower() == ".rnc",  # the other syntax is read faster
            len(entry.path.parts),
            str(entry.path),
        ),
    )


def _version_fits(version: str, entry: Entry) -> bool:
    if not version:
        return False
    return (
        entry.version == version or re.search(rf"(?<![\d.]){re.escape(version)}(?![\d])", entry.path.stem) is not None
    )


def why_matching(head: DocumentHead, where: str, found: list[Entry]) -> str:
    """Why the first of these schemas, which lie in `where`, was taken."""
    best = found[0]
    if head.root in best.elements:
        text = f"In {where}, {best.path} declares the document element {head.named}."
    else:
        meant = difflib.get_close_matches(head.root, best.elements, 1)[0]
        text = (
            f"In {where}, {best.path} is for the root namespace {head.namespace}; it declares {meant}, not {head.root}."
        )
    if _version_fits(head.version, best):
        text += f" Its version is the document's, {head.version}."
    if len(found) > 1:
        others = ", ".join(str(entry.path) for entry in found[1 : 1 + _SHOWN])
        text += f" So do {others}; give schema_path to choose another."
    return text


def why_none(head: DocumentHead, schema_dirs: tuple[Path, ...], misses: list[str]) -> str:
    """The message that no schema was found, with advice and the near misses."""
    text = f"No schema was found for the document element {head.named}"
    if head.declares:
        text += " beside the declarations in its own DOCTYPE"
    elif schema_dirs:
        text += "; give schema_path, or put the schema into a folder of SCHEMA_DIRS"
    else:
        text += "; set SCHEMA_DIRS to the folder of your schemas, or give schema_path"
    return f"{text}. Near misses: {'; '.join(misses[:_SHOWN])}." if misses else f"{text}."


def near_misses(head: DocumentHead, entries: list[Entry]) -> list[str]:
    """The schemas that nearly fit, each with its difference from the document, in words."""
    likely = sorted(
        ((_likeness(head, entry), entry) for entry in entries), key=lambda pair: (-pair[0], str(pair[1].path))
    )
    return [_miss(head, entry) for likeness, entry in likely[:_SHOWN] if likeness >= _ALIKE]


def _miss(head: DocumentHead, entry: Entry) -> str:
    own = f"the root namespace is {head.namespace}" if head.namespace else "the root has no namespace"
    if head.suits(entry):
        return f"{own}, as in {entry.path}, but that declares no element {head.root}"
    return f"{own}, but {entry.path} is for {entry.namespace or 'no namespace'}"


def _likeness(head: DocumentHead, entry: Entry) -> float:
    if entry.is_dtd or not entry.elements:
        return 0.0
    if head.suits(entry):
        return 1.0 if head.namespace else 0.0
    if not head.namespace or not entry.namespace:
        return 0.9 if head.root in entry.elements else 0.0
    alike = difflib.SequenceMatcher(None, head.namespace, entry.namespace).ratio()
    return alike + 1 if head.root in entry.elements and alike >= _ALIKE else alike
