"""Faults of names: attributes written twice, prefixes that no declaration binds."""

from __future__ import annotations

from .edits import Edit
from .faults import Fault, FaultKind, fault
from .scanner import Scan
from .tokens import Attribute, Kind, Token


def name_faults(scan: Scan) -> list[Fault]:
    """Duplicate attributes, and for each prefix that is bound nowhere around it the first place that uses it."""
    found: list[Fault] = []
    open_scopes: list[tuple[str, tuple[str, ...]]] = []  # element name, prefixes declared on it
    bound: dict[str, int] = {"xml": 1, "xmlns": 1}
    reported: set[str] = set()
    for token in scan.tokens:
        if token.kind is Kind.END:
            if any(name == token.name for name, _ in open_scopes[-8:]):
                while open_scopes:
                    name, prefixes = open_scopes.pop()
                    for prefix in prefixes:
                        bound[prefix] -= 1
                    if name == token.name:
                        break
            continue
        if token.kind is not Kind.START and token.kind is not Kind.EMPTY:
            continue
        attributes = token.attributes
        prefixes = tuple(item.name[6:] for item in attributes if item.name.startswith("xmlns:"))
        for prefix in prefixes:
            bound[prefix] = bound.get(prefix, 0) + 1
        if len(attributes) > 1:
            found += _duplicates(token, attributes)
        for name, start in ((token.name, token.name_start), *((item.name, item.name_start) for item in attributes)):
            prefix, colon, _ = name.partition(":")
            if colon and prefix and not bound.get(prefix) and prefix not in reported:
                reported.add(prefix)
                found.append(
                    Fault(
                        kind=FaultKind.UNBOUND_PREFIX,
                        start=start,
                        end=start + len(prefix),
                        name=name,
                        value=prefix,
                    )
                )
        if token.kind is Kind.START:
            open_scopes.append((token.name, prefixes))
        else:
            for prefix in prefixes:
                bound[prefix] -= 1
    return found


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
                FaultKind.DUPLICATE_ATTRIBUTE,
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
