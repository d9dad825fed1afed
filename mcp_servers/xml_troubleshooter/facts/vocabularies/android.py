"""Android resources and manifests: the faults that aapt refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tree import Node, Text, Tree
from ..attribute_facts import new_attribute
from ..finding import Ask, Fact, Finding, Reading, children, local, of_element, of_value, quoted, value_of
from ..misspelt_names import misnamed, only_near

_STRINGS = "https://developer.android.com/guide/topics/resources/string-resource"
_MANIFEST = "https://developer.android.com/guide/topics/manifest/activity-element#exported"
_NAMESPACE = "{http://schemas.android.com/apk/res/android}"
_COMPONENTS = ("activity", "activity-alias", "service", "receiver")
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_QUANTITIES = ("zero", "one", "two", "few", "many", "other")
_KINDS = (
    "string", "string-array", "integer-array", "array", "plurals", "color", "dimen", "bool", "integer", "item", "style",
    "declare-styleable", "attr", "drawable", "id", "fraction", "public", "public-group", "eat-comment", "skip",
    "overlayable", "add-resource", "java-symbol", "macro", "layout", "menu", "anim", "raw", "xml", "font", "mipmap",
    "transition", "animator", "interpolator", "navigation", "staging-public-group",
)  # fmt: skip
_PIECE = re.compile(r"\\(?s:.)|&(?:apos|quot|#39|#34|#x27|#x22);|['\"]")
_ESCAPE = re.compile(r"\\\\|\\u(?![0-9a-fA-F]{4})")
_FORMAT = re.compile(r"%(?:%|n|(\d++\$)?[-#+ 0,(<]*+\d*+(?:\.\d+)?(?:[tT][a-zA-Z]|[bBhHsScCdoxXeEfgGaA]))")
_RESOURCE = re.compile(r"@(?:null|empty)|[@?][+*]?(?:[\w.]+:)?\w+/[\w.]+")  # a reference to another resource
_REFERENCES = {"&apos;": "'", "&#39;": "'", "&#x27;": "'", "&quot;": '"', "&#34;": '"', "&#x22;": '"'}


def _texts(tree: Tree) -> Iterator[Node]:
    """The elements whose text aapt reads: strings, and the items of arrays and plurals."""
    for node in children(tree.root):
        match local(node):
            case "string":
                yield node
            case "string-array" | "plurals":
                yield from children(node, "item")
            case "item" if value_of(tree, node, "type") == "string":
                yield node
            case _:
                pass


def _escapes(tree: Tree) -> Iterator[Finding]:
    for node in _texts(tree):
        pieces = [piece for each in node.iterate() for piece in each.texts]
        pieces.sort(key=lambda piece: piece.start)
        yield from _apostrophes(tree, node, pieces)
        yield from _quotes(tree, node, pieces)
        for piece in pieces:
            for match in _ESCAPE.finditer(tree.text, piece.start, piece.end):
                if match.group() != "\\\\":
                    words = (
                        "\\u must be followed by the four hexadecimal digits of a character; a lone backslash is "
                        "written \\\\."
                    )
                    yield Finding(
                        code=Code.UNESCAPED_TEXT, node=node, start=match.start(), end=match.end(), words=words,
                        name=node.written, value=match.group(),
                    )  # fmt: skip


def _apostrophes(tree: Tree, node: Node, pieces: list[Text]) -> Iterator[Finding]:
    """Apostrophes that are neither between double quotes nor escaped by a backslash."""
    inside, bare = False, list[int]()
    for piece in pieces:
        for match in _PIECE.finditer(tree.text, piece.start, piece.end):
            character = _REFERENCES.get(match.group(), match.group()) if not piece.cdata else match.group()
            if character == '"':
                inside = not inside
            elif character == "'" and not inside:
                bare.append(match.start())
    if not bare:
        return
    name = value_of(tree, node, "name") or ""
    words = (
        f"The apostrophe in the string{quoted(name)} needs a backslash in front of it: Android reads "
        "\\' as an apostrophe and refuses a bare one. Write \\' or put the whole text into double quotes."
    )
    edits = tuple(Edit(at, at, "\\") for at in bare)
    reading = Reading(confidence=0.97, safe=True, rewrites=True, edits=edits)
    yield _unescaped(tree, node, bare[0], words, reading)


def _quotes(tree: Tree, node: Node, pieces: list[Text]) -> Iterator[Finding]:
    """Double quotes in the middle of a text, which Android takes for its own and does not show."""
    text = "".join(tree.text[piece.start : piece.end] for piece in pieces).strip()
    bare = [
        match.start()
        for piece in pieces
        for match in _PIECE.finditer(tree.text, piece.start, piece.end)
        if match.group() == '"'
    ]
    if not bare or (text.startswith('"') and text.endswith('"')):
        return
    name = value_of(tree, node, "name") or ""
    words = (
        f"The double quotes in the string{quoted(name)} are not shown: Android reads them as marks around white space "
        'that is kept. Write \\" for a quote that is to be seen.'
    )
    reading = Reading(confidence=0.8, edits=tuple(Edit(at, at, "\\") for at in bare))
    yield _unescaped(tree, node, bare[0], words, reading, Severity.WARNING)


def _reference(tree: Tree) -> Iterator[Finding]:
    """Texts that begin like references to other resources, and are none."""
    for node in _texts(tree):
        piece = node.texts[0] if node.texts else None
        text = tree.text[piece.start : piece.end].lstrip() if piece is not None and not piece.cdata else ""
        if piece is None or not text.startswith(("?", "@")) or _RESOURCE.fullmatch(text.strip()):
            continue
        at = piece.end - len(text)
        words = (
            f"The string{quoted(value_of(tree, node, 'name') or '')} begins with {text[0]}, by which Android knows a "
            f"reference to another resource. Write \\{text[0]} where it is to be seen."
        )
        reading = Reading(confidence=0.9, rewrites=True, edits=(Edit(at, at, "\\"),))
        yield _unescaped(tree, node, at, words, reading, Severity.WARNING)


def _unescaped(
    tree: Tree, node: Node, at: int, words: str, reading: Reading, severity: Severity = Severity.ERROR
) -> Finding:
    """A character of a text that must be escaped; the edits of the reading put a backslash in front."""
    return Finding(
        code=Code.UNESCAPED_TEXT, node=node, start=at, end=at + 1, words=words, name=node.written,
        value=tree.value(node), severity=severity, reading=reading,
    )  # fmt: skip


def _formats(tree: Tree) -> Iterator[Finding]:
    for node in _texts(tree):
        holder = node if local(node) == "string" else node.parent or node
        if value_of(tree, holder, "formatted") == "false" or value_of(tree, holder, "translatable") == "false":
            continue
        found = [match for match in _FORMAT.finditer(tree.text, *node.content) if match.group() not in ("%%", "%n")]
        if len(found) < 2 or all(match[1] for match in found):  # noqa: PLR2004
            continue
        name = value_of(tree, node, "name") or ""
        words = (
            f"The string{quoted(name)} has several placeholders without positions "
            f"({', '.join(match.group() for match in found)}); "
            'aapt wants %1$s, %2$s and so on, or formatted="false".'
        )
        edits = tuple(Edit(match.start() + 1, match.start() + 1, f"{number}$") for number, match in enumerate(found, 1))
        numbered = Reading(confidence=0.93, edits=edits)
        plain = not any(match[1] for match in found)
        yield Finding(
            code=Code.PLACEHOLDER_MISMATCH, node=node, start=found[0].start(), end=found[0].end(), words=words,
            name=node.written, value=found[0].group(), reading=numbered if plain else None,
        )  # fmt: skip


def _names(tree: Tree) -> Iterator[Finding]:
    seen: dict[tuple[str, str, str], Node] = {}
    for node in children(tree.root):
        item = node.attribute("name")
        kind = local(node)
        yield from _kind_slip(node)
        if item is None:
            if kind not in ("eat-comment", "skip", "public-group", "overlayable", "macro", "staging-public-group"):
                words = f"<{node.written}> has no name; a resource is used by its name."
                yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=("name",))
            continue
        name = tree.attribute_value(item)
        kind = (value_of(tree, node, "type") or kind) if kind == "item" else kind
        group = "array" if kind in ("string-array", "integer-array") else kind
        key = (group, name, value_of(tree, node, "product") or "")
        if key in seen:
            line = tree.document.position(seen[key].start).line
            words = (
                f"The {kind} \u201c{name}\u201d stands twice in this file, the first time in line {line}; aapt takes "
                "a name once."
            )
            yield of_value(tree, node, item, words, code=Code.DUPLICATE_KEY)
        seen.setdefault(key, node)
        if kind in ("string", "string-array", "plurals") and not _NAME.fullmatch(name):
            words = (
                f"\u201c{name}\u201d is no name for a resource: letters, digits, _ and . are allowed, and no digit "
                "comes first."
            )
            yield of_value(tree, node, item, words)
        if kind == "plurals":
            yield from _quantities(tree, node)


def _kind_slip(node: Node) -> Iterator[Finding]:
    """A misspelt kind of resource, which Android does not have."""
    kind = local(node)
    if kind not in _KINDS and (near := only_near(kind, _KINDS)):
        words = f"<{node.written}> is no kind of resource; <{near}> is meant."
        is_case = kind.lower() == near.lower()
        yield misnamed(node, near, words, confidence=0.97 if is_case else 0.9, safe=is_case)


def _quantities(tree: Tree, node: Node) -> Iterator[Finding]:
    if children(node, "item") and not any(value_of(tree, each, "quantity") == "other" for each in children(node)):
        words = (
            f"<{node.written}>{quoted(value_of(tree, node, 'name') or '')} has no text for the quantity other, which "
            "every language has: an app that asks for it stops."
        )
        yield of_element(node, words, code=Code.MISSING_ELEMENT, severity=Severity.WARNING, expected=("other",))
    for child in children(node, "item"):
        item = child.attribute("quantity")
        if item is None:
            words = f"<{child.written}> lacks its quantity: {', '.join(_QUANTITIES)}."
            yield of_element(child, words, code=Code.MISSING_ATTRIBUTE, expected=("quantity",))
        elif tree.attribute_value(item) not in _QUANTITIES:
            words = f"\u201c{tree.attribute_value(item)}\u201d is no quantity; these are {', '.join(_QUANTITIES)}."
            yield of_value(tree, child, item, words, expected=_QUANTITIES)


def _exported(tree: Tree) -> Iterator[Finding]:
    for application in children(tree.root, "application"):
        for node in children(application):
            if (
                local(node) in _COMPONENTS
                and children(node, "intent-filter")
                and not node.attribute(f"{_NAMESPACE}exported")
            ):
                prefix = next((prefix for prefix, uri in node.scope.items() if uri == _NAMESPACE[1:-1]), "")
                name = value_of(tree, node, f"{_NAMESPACE}name") or ""
                words = (
                    f"<{node.written}> {name} has an intent filter and does not say whether other apps may start it; "
                    f'from Android 12 on it must: {prefix}:exported="true" or "false".'
                )
                choices = tuple(
                    (word, (new_attribute(node, f'{prefix}:exported="{word}"'),)) for word in ("true", "false")
                )
                ask = Ask(needed=f"May other apps start <{node.written}> {name}?", why=words, choices=choices)
                yield of_element(
                    node, words, code=Code.MISSING_ATTRIBUTE, severity=Severity.WARNING,
                    expected=(f"{prefix}:exported",), ask=ask,
                )  # fmt: skip


FACTS = (
    Fact(id="android-escapes", source=_STRINGS, vocabularies=("android-resources",), check=_escapes),
    Fact(id="android-references", source=_STRINGS, vocabularies=("android-resources",), check=_reference),
    Fact(id="android-formats", source=_STRINGS, vocabularies=("android-resources",), check=_formats, mark="%"),
    Fact(id="android-names", source=_STRINGS, vocabularies=("android-resources",), check=_names),
    Fact(
        id="android-exported",
        source=_MANIFEST,
        vocabularies=("android-manifest",),
        check=_exported,
        mark="intent-filter",
    ),
)
