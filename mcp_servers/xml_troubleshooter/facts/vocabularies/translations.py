"""Files of translators: placeholders that a translation keeps, identifiers that are used once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.tree import Node, Tree
from ..attribute_facts import demanded, repeated
from ..children import ordered, required
from ..finding import Fact, Finding, children, local, native, of_element, of_value, value_of

_XLIFF_1 = "https://docs.oasis-open.org/xliff/xliff-core/xliff-core.html"
_XLIFF_2 = "https://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html"
_TS = "https://doc.qt.io/qt-6/linguist-ts-file-format.html"
_TMX = "https://www.gala-global.org/tmx-14b"
_MARKER = re.compile(r"%(?:L?\d{1,2}|n|L?n)")
_WRITTEN = re.compile(r"\{\d+\}|\{[A-Za-z_]\w*\}|%\d+\$[sd@]|%[sd@](?!\w)")
_CHOICE = re.compile(r",\s*(?:plural|select|selectordinal|choice)\s*,")
_INLINE = ("x", "g", "bx", "ex", "bpt", "ept", "ph", "it", "pc", "sc", "ec")


def _xliff_1(tree: Tree) -> Iterator[Finding]:
    for file in children(tree.root, "file"):
        yield from demanded(file, ("original", "source-language", "datatype"), "XLIFF 1.2")
        units = [node for node in file.iterate() if local(node) == "trans-unit"]
        yield from _once(tree, units, "XLIFF")
        for unit in units:
            yield from required(tree, unit, ("source",), "XLIFF 1.2")
            yield from ordered(unit, ("source", "seg-source", "target"), "XLIFF 1.2")


def _xliff_2(tree: Tree) -> Iterator[Finding]:
    yield from demanded(tree.root, ("srcLang",), "XLIFF 2")
    for file in children(tree.root, "file"):
        yield from _once(tree, [node for node in file.iterate() if local(node) == "unit"], "XLIFF")


def _once(tree: Tree, nodes: list[Node], who: str) -> Iterator[Finding]:
    """Identifiers that are missing, or that occur twice in a file."""
    for node in nodes:
        yield from demanded(node, ("id",), who)
    for node, item, value, line in repeated(tree, nodes, "id"):
        words = (
            f"The id \u201c{value}\u201d of <{node.written}> stands twice in this <file>, the first time in line "
            f"{line}; {who} takes it once."
        )
        yield of_value(tree, node, item, words, code=Code.DUPLICATE_KEY)


def _inline(tree: Tree) -> Iterator[Finding]:
    """Placeholders that a translation has lost, or that its source does not have."""
    for unit in native(tree):
        if local(unit) not in ("trans-unit", "segment"):
            continue
        source, target = (next(iter(children(unit, name)), None) for name in ("source", "target"))
        if source is None or target is None or target.close is None or not tree.text[slice(*target.content)].strip():
            continue
        before, after = _identities(tree, source), _identities(tree, target)
        if before != after:
            yield _differ(target, before, after)


def _identities(tree: Tree, node: Node) -> Counter[str]:
    """The inline elements of a text, and the placeholders that are written out in it."""
    elements = (each for each in node.iterate() if local(each) in _INLINE)
    inline = (f'<{local(each)} id="{value_of(tree, each, "id") or ""}">' for each in elements)
    text = "".join(tree.text[piece.start : piece.end] for piece in node.texts)
    written = () if _CHOICE.search(text) else _WRITTEN.findall(text)  # of a choice each language has its own forms
    return Counter((*inline, *written))


def _markers(tree: Tree) -> Iterator[Finding]:
    for message in tree.nodes:
        if local(message) != "message":
            continue
        source, target = (next(iter(children(message, name)), None) for name in ("source", "translation"))
        if source is None or target is None or value_of(tree, target, "type") in ("unfinished", "obsolete", "vanished"):
            continue
        before = Counter(_MARKER.findall(tree.value(source)))
        forms = children(target, "numerusform") or [target]
        for form in forms:
            text = tree.value(form)
            after = Counter(_MARKER.findall(text))
            if "%n" in before and len(forms) > 1:  # a form for one thing may spell the number out
                after["%n"] = before["%n"]
            if text.strip() and before != after:
                yield _differ(form, before, after)


def _differ(node: Node, before: Counter[str], after: Counter[str]) -> Finding:
    lost, more = list((before - after).elements()), list((after - before).elements())
    said = " and ".join(
        f"{what} {', '.join(names)}" for what, names in (("lacks", lost), ("has, against its source,", more)) if names
    )
    words = f"The translation in <{node.written}> {said}; what fills the placeholders in will be lost or put wrong."
    return of_element(
        node, words, code=Code.PLACEHOLDER_MISMATCH, severity=Severity.WARNING, expected=tuple(before.elements())
    )


def _tmx(tree: Tree) -> Iterator[Finding]:
    for node in native(tree):
        if local(node) == "tuv":
            if not node.attribute("{http://www.w3.org/XML/1998/namespace}lang") and not node.attribute("lang"):
                words = f"<{node.written}> lacks xml:lang: TMX demands the language of every variant."
                yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=("xml:lang",))
            yield from required(tree, node, ("seg",), "TMX")


FACTS = (
    Fact(id="xliff-1-content", source=_XLIFF_1, vocabularies=("xliff-1.2",), check=_xliff_1),
    Fact(id="xliff-2-content", source=_XLIFF_2, vocabularies=("xliff-2",), check=_xliff_2),
    Fact(id="xliff-inline", source=_XLIFF_1, vocabularies=("xliff-1.2", "xliff-2"), check=_inline, mark="<target"),
    Fact(id="ts-markers", source=_TS, vocabularies=("qt-ts",), check=_markers, mark="%"),
    Fact(id="tmx-content", source=_TMX, vocabularies=("tmx",), check=_tmx, structural=True),
)
