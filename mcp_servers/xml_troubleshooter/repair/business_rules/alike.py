"""What is missing and stands elsewhere in the same document: its currency, the tax of its lines.

Of codes alone: what names, identifies or counts something says nothing about another thing of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ...document.tree import Node
from ...grammar.model import local_name
from .candidates import Candidate
from .slots import Slot, Slots

_CURRENCY = re.compile(r"CurrencyCode$")
_TAX = re.compile(r"(?:Tax(?:Category|Scheme)|TradeTax)$")  # of UBL and CII
_TAX_PARTS = {"ID", "Percent", "TaxScheme", "TypeCode", "CategoryCode", "RateApplicablePercent"}
_ALONE, _ONE_OF = 0.75, 0.5  # how likely what all others have is, and what some have
_MOST = 5


def alike(slots: Slots, slot: Slot) -> Iterator[Candidate]:
    """What a missing slot, or the group around it, may hold as its like elsewhere do, the commonest first."""
    names = [local_name(name) for name in slot.missing]
    if not names or slot.is_attribute:
        return
    if _CURRENCY.search(names[-1]):
        yield from _of_values(slots, slot, _currencies(slots, names[-1]), "of the amounts")
        return
    group = next((number for number, name in enumerate(names) if _TAX.search(name)), None)
    if group is not None:
        kind = _kind(names[group])
        like = [node for node in slots.tree.nodes if _kind(local_name(node.name)) == kind]
        inner = Counter(xml for node in like if (xml := _parts(slots, node)))
        target = replace(slot, missing=slot.missing[: group + 1])
        for xml, _ in inner.most_common(_MOST):
            shown = " ".join(re.sub(r"<[^>]*>", " ", xml).split())
            yield Candidate(
                slots.put_xml(target, xml), slots.start(target), slots.path(target),
                f"Others of the document say: {shown}.", _ALONE if len(inner) == 1 else _ONE_OF, after=shown,
                provenance="document: its like",
            )  # fmt: skip
    elif len(names) == 1 and _TAX.search(local_name(slots.node(slot.place).name)):
        kind = _kind(local_name(slots.node(slot.place).name))
        values = Counter(
            slots.tree.value(node).strip()
            for node in slots.tree.nodes
            if local_name(node.name) == names[0]
            and node.parent is not None
            and _kind(local_name(node.parent.name)) == kind
            and not node.children
        )
        yield from _of_values(slots, slot, values, "of its like")


def _of_values(slots: Slots, slot: Slot, values: Counter[str], source: str) -> Iterator[Candidate]:
    values.pop("", None)
    for value, _ in values.most_common(_MOST):
        yield Candidate(
            slots.put(slot, value), slots.start(slot), slots.path(slot), f'"{value}" is that {source}.',
            _ALONE if len(values) == 1 else _ONE_OF, after=value, provenance="document: its like", slot=slot,
        )  # fmt: skip


def _currencies(slots: Slots, name: str) -> Counter[str]:
    """The currencies of amounts; for another than that of the document those that this is not."""
    found = Counter(
        slots.tree.attribute_value(item) for node in slots.tree.nodes if (item := node.attribute("currencyID"))
    )
    if name not in ("DocumentCurrencyCode", "InvoiceCurrencyCode"):
        for node in slots.tree.root.children:
            if local_name(node.name) == "DocumentCurrencyCode":
                found.pop(slots.tree.value(node).strip(), None)
    return found


def _kind(name: str) -> str:
    found = _TAX.search(name)
    return found[0] if found else ""


def _parts(slots: Slots, node: Node) -> str:
    """What a tax says of itself, without amounts and reasons, in one line."""
    parts = [child for child in node.children if local_name(child.name) in _TAX_PARTS]
    return re.sub(r">\s+<", "><", "".join(slots.context.text[child.start : child.end] for child in parts))
