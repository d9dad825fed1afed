"""References to entities for which a validator reports nothing, or too little."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ..codes import Code
from ..diagnostics import Diagnostic
from ..document.document import Document
from ..document.parsing import REFERENCE

_APART = re.compile(r"<!--(?s:.*?)-->|<!\[CDATA\[(?s:.*?)\]\]>|<\?(?s:.*?)\?>|<!DOCTYPE[^\[>]*(?:\[(?s:.*?)\]\s*)?>")
_INTERNAL = re.compile(r"<!ENTITY\s+([^\s%]\S*)\s+[\"']")
_NAME = re.compile(r"<!ENTITY\s+([^\s%]\S*)\s")
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")


def unread(document: Document, at_hand: Mapping[str, str | None]) -> Iterator[Diagnostic]:
    """The first reference to an entity whose content is in a file that is not read: nothing in it can be judged.

    The entities `at_hand` are declared outside the document, with their content, None for one in yet another file. A
    DTD leaves such references unexpanded, and judges only the content that it sees.
    """
    read = [name for name, content in at_hand.items() if content is not None]
    for reference in _references(document, [*_INTERNAL.findall(document.text), *read]):
        words = (
            f'The entity "{reference[1]}" is declared in another file, which is not read: what it stands for was '
            "not checked. Put the content in its place, or check the document where that file is at hand."
        )
        start = reference.start()
        line, column = document.position(start)
        yield Diagnostic(
            code=Code.EXTERNAL_ENTITY, start=start, end=start, line=line, column=column,
            message="The entity is not read.", explanation=words,
        )  # fmt: skip
        return


def undeclared(document: Document, declared: Collection[str], dtd: str) -> Iterator[Diagnostic]:
    """References to entities that neither the DTD nor the document declares (XML 1.0, validity constraint)."""
    for reference in _references(document, (*_NAME.findall(document.text), *declared)):
        name = reference[1]
        line, column = document.position(reference.start())
        yield Diagnostic(
            code=Code.UNDEFINED_ENTITY, start=reference.start(), end=reference.end(), line=line, column=column,
            name=name, message=f"Entity '{name}' not defined",
            explanation=f'The entity "{name}" is not declared in {dtd}; write the character that it stands for.',
        )  # fmt: skip


def _references(document: Document, known: Collection[str]) -> Iterator[re.Match[str]]:
    """The references to entities with none of the known names."""
    known = {*_PREDEFINED, *known}
    visible = _APART.sub(lambda match: " " * len(match.group()), document.text)
    return (found for found in REFERENCE.finditer(visible) if found[1] not in known)
