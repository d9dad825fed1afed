"""Apple property lists: keys and values in turn, and the forms of values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.layout import break_before
from ...document.tree import Node, Tree
from ..finding import Ask, Fact, Finding, Reading, children, local, of_element, of_text, quoted
from ..misspelt_names import only_near, renamed

_SOURCE = "http://www.apple.com/DTDs/PropertyList-1.0.dtd"
_VALUES = ("array", "data", "date", "dict", "real", "integer", "string", "true", "false")
_FORMS = {
    "integer": (re.compile(r"[+-]?(?:\d+|0[xX][0-9a-fA-F]+)"), "a whole number"),
    "real": (
        re.compile(r"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE),
        "a number",
    ),
    "date": (
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        "a moment in universal time, such as 2024-05-06T09:30:00Z",
    ),
    "data": (re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*"), "base64"),
}
_OTHER_NAMES = {
    "int": "integer", "number": "integer", "float": "real", "double": "real", "str": "string", "text": "string",
    "dictionary": "dict", "list": "array",
}  # fmt: skip
_TRUTH = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def _pairs(tree: Tree) -> Iterator[Finding]:
    for node in tree.nodes:
        if local(node) == "dict":
            yield from _of_dict(tree, node)


def _of_dict(tree: Tree, node: Node) -> Iterator[Finding]:
    key: Node | None = None
    seen: dict[str, Node] = {}
    for child in children(node):
        if local(child) != "key":
            if key is None:
                yield _keyless(tree, child)
            key = None
            continue
        if key is not None:
            yield _valueless(tree, key)
        key, name = child, tree.value(child)
        if name in seen:
            line = tree.document.position(seen[name].start).line
            words = (
                f"The key \u201c{name}\u201d stands twice in this dictionary, the first time in line {line}; one of "
                "the two is not read."
            )
            yield of_text(tree, child, words, code=Code.DUPLICATE_KEY, severity=Severity.WARNING)
        seen.setdefault(name, child)
    if key is not None:
        yield _valueless(tree, key)


def _valueless(tree: Tree, key: Node) -> Finding:
    name = tree.value(key)
    words = (
        f"The key \u201c{name}\u201d has no value: in a property list every key is followed by one. Put it in, or "
        "take the key out."
    )
    ask = Ask(
        needed=f"What is the value of the key \u201c{name}\u201d?", why=words, type="text", at=key.end,
        skeleton=f"{break_before(tree.text, key.start)}<string>{{}}</string>",
    )  # fmt: skip
    return of_element(key, words, code=Code.MISSING_ELEMENT, value=name, expected=_VALUES, ask=ask)


def _keyless(tree: Tree, value: Node) -> Finding:
    shown = tree.value(value).strip()[:60]
    which = f"<{value.written}>{quoted(shown)}"
    words = (
        f"{which} has no key in front of it: in a dictionary of a property list keys "
        "and values alternate. Put its key in front of it, or take it out."
    )
    ask = Ask(
        needed=f"What is the key of {which}?", why=words, type="text", at=value.start, skeleton="<key>{}</key>",
    )  # fmt: skip
    return of_element(value, words, value=shown, expected=("key",), ask=ask)


def _values(tree: Tree) -> Iterator[Finding]:
    tops = children(tree.root)
    if len(tops) != 1:
        words = f"A property list holds one value, mostly a <dict>; here are {len(tops)}."
        yield of_element(
            tops[1] if tops else tree.root, words, code=Code.UNEXPECTED_ELEMENT if tops else Code.MISSING_ELEMENT
        )
    for node in tree.nodes:
        name = local(node)
        if name == "key" and node.parent is not None and local(node.parent) == "array":
            words = (
                f"<{node.written}> stands in an <array>, which holds values without keys; a <dict> around keys and "
                "values is missing, or <dict> is meant."
            )
            yield of_element(node, words)
        if name in _FORMS:
            pattern, form = _FORMS[name]
            value = tree.value(node).strip()
            if not pattern.fullmatch(value):
                yield of_text(tree, node, f"\u201c{value[:60]}\u201d in <{node.written}> must be {form}.")
        elif name in ("true", "false") and tree.value(node).strip():
            yield of_text(
                tree, node, f"<{node.written}/> is itself the value and holds no text.", code=Code.TEXT_NOT_ALLOWED
            )
        elif name not in ("plist", "key", *_VALUES):
            yield _unknown(tree, node)


def _unknown(tree: Tree, node: Node) -> Finding:
    name, value = local(node), tree.value(node).strip().lower()
    words = f"<{node.written}> is no element of a property list, which has {', '.join(_VALUES)} and key."
    reading: Reading | None = None
    if name.lower() in ("bool", "boolean") and value in _TRUTH:
        edit = Edit(node.start, node.end, f"<{_TRUTH[value]}/>")
        reading = Reading(reason="Truth values are elements of their own in a property list.", confidence=0.95,
                          edits=(edit,), rewrites=True)  # fmt: skip
    elif meant := only_near(name, _VALUES) or _OTHER_NAMES.get(name.lower(), ""):
        safe = name.lower() == meant
        reading = Reading(reason=f"<{meant}> is meant.", confidence=0.97 if safe else 0.85, safe=safe,
                          edits=renamed(node, meant))  # fmt: skip
    return of_element(node, words, expected=_VALUES, reading=reading)


FACTS = (
    Fact(id="plist-pairs", source=_SOURCE, vocabularies=("plist",), check=_pairs),
    Fact(id="plist-values", source=_SOURCE, vocabularies=("plist",), check=_values),
)
