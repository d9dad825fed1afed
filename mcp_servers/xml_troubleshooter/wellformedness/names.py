"""Faults of names: attributes written twice, prefixes that no declaration binds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..codes import Code
from ..document.edits import Edit
from ..document.tokens import EMPTY, END, NAME, START, Attribute, Token
from .faults import Fault, fault
from .scanner import Scan

_SPACE = re.compile(r"\s+")
_NOT_URI = re.compile(r"[^!#$%&'()*+,\-./:;=?@\[\]_~A-Za-z0-9]")
SHORTEST_ATTRIBUTE = 4  # characters that a tag with an attribute has behind its name
_RESERVED = ("xml", "xmlns")  # bound without a declaration
_QUALIFIED = re.compile(r"[^:]+:[^:]+")
_NCNAME = re.compile(f"(?!.*:){NAME}")


def name_faults(scan: Scan, *, balanced: bool = True) -> list[Fault]:
    """Duplicate attributes and IDs, impossible qualified names, and of each unbound prefix the first use.

    Where the tags are not `balanced`, scopes are in doubt, and a prefix declared anywhere counts as bound.
    """
    ids: dict[str, int] = {}
    used: set[str] = set()
    declared: set[str] = set(_RESERVED)
    on_root: frozenset[str] | None = None
    found: list[Fault] = []
    tags = [token for token in scan.tokens if token.kind is START or token.kind is END or token.kind is EMPTY]
    for token in tags:
        name = token.name
        if ":" in name:
            used.add(name)
        if token.kind is not END and token.end - token.name_start - len(name) >= SHORTEST_ATTRIBUTE:
            attributes = token.attributes
            special = False
            for item in attributes:
                if ":" in item.name:
                    used.add(item.name)
                special = special or item.name.startswith(("xmlns", "xml:id"))
            if len(attributes) > 1:
                found += _duplicates(token, attributes)
            if special:
                found += _values(token, ids)
                declared.update(_declared(token))
        if on_root is None:
            on_root = frozenset(declared)  # the first tag is the root element's: these are bound everywhere
    found += _misnamed(tags, {name for name in used if not _QUALIFIED.fullmatch(name)})
    if not {name.partition(":")[0] for name in used} <= (on_root or declared):
        # only where a prefix may be unbound is it worth following the scopes
        found += _unbound(tags, _Scopes() if balanced else _Scopes(declared))
    return found


def _declared(token: Token) -> list[str]:
    """The prefixes that a tag declares."""
    return [
        item.name[6:]
        for item in token.attributes
        if item.name.startswith("xmlns:") and item.value_end > item.value_start
    ]


def _misnamed(tags: list[Token], names: set[str]) -> list[Fault]:
    """A fault wherever one of these impossible names stands."""
    if not names:
        return []
    return [
        fault
        for token in tags
        for name, start in (
            (token.name, token.name_start),
            *((item.name, item.name_start) for item in token.attributes),
        )
        if name in names
        for fault in _qualified(name, start)
    ]


def _unbound(tags: list[Token], scopes: _Scopes) -> list[Fault]:
    """Of each prefix that no declaration binds the first use, and the root element, where it could be declared."""
    found: list[Fault] = []
    root = next((token for token in tags if token.kind is not END), None)
    for token in tags:
        if token.kind is not END:
            scopes.enter(token)
            found += scopes.unbound(token)
        if token.kind is not START:
            scopes.leave(token)
    if root is None:
        return found
    note = f'"{root.name}" is the root element: its start tag is the place for a declaration'
    return [replace(fault, other=root.start, other_note=note) for fault in found]


def _places(token: Token) -> list[tuple[str, int]]:
    """The names in a tag and where they stand."""
    return [(token.name, token.name_start), *((item.name, item.name_start) for item in token.attributes)]


class _Scopes:
    """The prefixes bound at a place, while the tokens go by; forgiving where tags do not pair."""

    def __init__(self, everywhere: Iterable[str] = _RESERVED) -> None:
        self._open: list[tuple[str, list[str]]] = []  # element name, prefixes declared on it
        self._bound: dict[str, int] = dict.fromkeys(everywhere, 1)
        self._reported: set[str] = set()

    def enter(self, token: Token) -> None:
        prefixes = _declared(token)
        for prefix in prefixes:
            self._bound[prefix] = self._bound.get(prefix, 0) + 1
        self._open.append((token.name, prefixes))

    def leave(self, token: Token) -> None:
        if not any(name == token.name for name, _ in self._open[-8:]):
            return
        while self._open:
            name, prefixes = self._open.pop()
            for prefix in prefixes:
                self._bound[prefix] -= 1
            if name == token.name:
                return

    def unbound(self, token: Token) -> list[Fault]:
        found: list[Fault] = []
        for name, start in _places(token):
            prefix, colon, rest = name.partition(":")
            proper = colon and prefix and rest and ":" not in rest
            if proper and not self._bound.get(prefix) and prefix not in self._reported:
                self._reported.add(prefix)
                found.append(
                    Fault(code=Code.UNBOUND_PREFIX, start=start, end=start + len(prefix), name=name, value=prefix)
                )
        return found


def _qualified(name: str, start: int) -> list[Fault]:
    """A name with a colon too many, or with nothing on one side of it."""
    prefix, _, rest = name.strip(":").partition(":")
    good = f"{prefix}:{rest.replace(':', '_')}" if rest else prefix
    if not good:
        return []
    end = start + len(name)
    note = f'"{name}" cannot be a name: one colon may stand between prefix and name; it becomes "{good}".'
    return [fault(Code.INVALID_NAME, start, end, (Edit(start, end, good),), note, name=name)]


def _values(token: Token, ids: dict[str, int]) -> list[Fault]:
    """Namespaces with white space in them or empty, and values of xml:id that occur twice or are no names."""
    found: list[Fault] = []
    for item in token.attributes:
        value = token.source[item.value_start : item.value_end]
        if item.name == "xml:id":
            found += _identifier(item, value, ids)
        elif item.name.startswith("xmlns:") and not value:
            note = f'The declaration of the prefix "{item.name[6:]}" names no namespace; it is removed.'
            edits = (Edit(item.start, item.end, ""),)
            found.append(fault(Code.WRONG_NAMESPACE, item.name_start, item.end, edits, note, name=item.name))
        elif item.name.partition(":")[0] == "xmlns" and _SPACE.search(value):
            note = f'The white space in the namespace "{value.strip()}" is removed.'
            edits = (Edit(item.value_start, item.value_end, _SPACE.sub("", value)),)
            place = (item.value_start, item.value_end)
            found.append(fault(Code.WRONG_NAMESPACE, *place, edits, note, name=item.name, value=value))
        elif item.name.partition(":")[0] == "xmlns" and _NOT_URI.search(value):
            place = (item.value_start, item.value_end)
            found.append(Fault(code=Code.WRONG_NAMESPACE, start=place[0], end=place[1], name=item.name, value=value))
    return found


def _identifier(item: Attribute, value: str, ids: dict[str, int]) -> list[Fault]:
    name = " ".join(value.split())
    place = (item.value_start, item.value_end)
    if not _NCNAME.fullmatch(name):
        return [Fault(code=Code.INVALID_NAME, start=place[0], end=place[1], name=value)]
    first = ids.setdefault(name, item.value_start)
    if first == item.value_start:
        return []
    return [
        Fault(
            code=Code.DUPLICATE_ID,
            start=place[0],
            end=place[1],
            name=item.name,
            value=name,
            other=first,
            other_note=f'the first "{name}"',
        )
    ]


def _duplicates(token: Token, attributes: tuple[Attribute, ...]) -> list[Fault]:
    seen: dict[str, Attribute] = {}
    found: list[Fault] = []
    for attribute in attributes:
        first = seen.setdefault(attribute.name, attribute)
        if first is attribute:
            continue
        value = token.source[attribute.value_start : attribute.value_end]
        kept = token.source[first.value_start : first.value_end]
        same = value.split() == kept.split()
        note = (
            f'The second "{attribute.name}" of "{token.name}" is removed; it says the same as the first.'
            if same
            else f'The second "{attribute.name}" of "{token.name}" is removed, and with it its value "{value}"; '
            f'"{kept}" stays.'
        )
        found.append(
            fault(
                Code.DUPLICATE_ATTRIBUTE,
                attribute.name_start,
                attribute.end,
                (Edit(attribute.start, attribute.end, ""),),
                note,
                name=attribute.name,
                value=value,
                other=first.name_start,
                other_note=f'the first "{attribute.name}"',
                drops=not same,
            )
        )
    return found
