"""Missing values that occur elsewhere in the document: its currency, the tax of its lines, the numbers of a row.

Of codes alone: a name, an identifier or a count says nothing about another thing of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ...document.names import local_name
from ...document.tree import Node
from ..values.rewrite import unsure
from .candidates import Candidate, of_value
from .slots import Slot, Slots

_FLAG = re.compile(r"(.*?)(?:true|false)(.*)", re.DOTALL)
_CURRENCY = re.compile(r"CurrencyCode$")
# of UBL and CII; the element for the tax number of a party is none of them
_TAX = re.compile(r"^(?:Classified)?(?P<ubl>TaxCategory)$|^(?P<scheme>TaxScheme)$|(?P<cii>TradeTax)$")
_TAX_PARTS = {"ID", "Percent", "TaxScheme", "TypeCode", "CategoryCode", "RateApplicablePercent"}
_ALONE, _ONE_OF = 0.75, 0.5  # the confidence of a value that all others have, or some
_MOST = 5
_ROW = 2  # numbers that tell how a row goes on


def values_elsewhere(slots: Slots, slot: Slot) -> Iterator[Candidate]:
    """The values for a missing slot, or the group around it, that others of its kind have, the commonest first."""
    names = [local_name(name) for name in slot.missing]
    if not names or slot.is_attribute:
        return
    if names[-1].endswith("Indicator"):
        yield from flags(slots, slot)
        return
    if _CURRENCY.search(names[-1]):
        yield from _of_values(slots, slot, _currencies(slots, names[-1]), "of the amounts")
        return
    if (number := _number(slots, slot)) and re.search("ID$", names[-1]):
        values = Counter([number])
        yield from _of_values(slots, slot, values, "between those before and behind it")
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
    elif len(names) == 1 and names[0] in _TAX_PARTS and _TAX.search(local_name(slots.node(slot.place).name)):
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


def flags(slots: Slots, slot: Slot) -> Iterator[Candidate]:
    """A mark that is missing, as true and as false."""
    other = next((node for node in slots.tree.nodes if node.name == slot.missing[-1]), None)
    flag = _FLAG.fullmatch(_inner(slots, other)) if other is not None else None
    for value in ("true", "false") if flag is not None or other is None else ():
        xml = f"{flag[1]}{value}{flag[2]}" if flag is not None else value
        yield Candidate(
            slots.put_xml(slot, xml), slots.start(slot), slots.path(slot), f"It can be {value}.", _ONE_OF,
            after=value, provenance="schema: true or false",
        )  # fmt: skip


def _of_values(slots: Slots, slot: Slot, values: Counter[str], source: str) -> Iterator[Candidate]:
    values.pop("", None)
    for value, _ in values.most_common(_MOST):
        found = unsure(value, f'"{value}" is that {source}.', _ALONE if len(values) == 1 else _ONE_OF)
        yield of_value(slots, slot, found, "document: its like")


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


def _number(slots: Slots, slot: Slot) -> str:
    """The number that a thing lacks in a row of others, which are numbered in even steps; "" for any other."""
    node = slots.node(slot.place)
    row = [
        other for other in slots.tree.nodes if other.name == node.name and other.path.count("/") == node.path.count("/")
    ]
    values: dict[int, str] = {}
    for index, other in enumerate(row):
        leaf: Node | None = other
        for name in slot.missing:
            leaf = next((child for child in leaf.children if child.name == name), None) if leaf is not None else None
        if leaf is not None:
            values[index] = slots.tree.value(leaf).strip()
        elif other is not node:
            return ""
    if len(values) == 1 and all(value == str(index + 1) for index, value in values.items()):
        return str(row.index(node) + 1)
    if len(values) < _ROW or not all(value.isdigit() for value in values.values()):
        return ""
    (first, one), (last, other_one) = min(values.items()), max(values.items())
    step, rest = divmod(int(other_one) - int(one), last - first)
    if rest or step <= 0 or any(int(value) != int(one) + step * (index - first) for index, value in values.items()):
        return ""
    return str(int(one) + step * (row.index(node) - first)).zfill(len(one) if one.startswith("0") else 1)


def _inner(slots: Slots, node: Node) -> str:
    start, end = node.content
    return slots.context.text[start:end].strip()


def _kind(name: str) -> str:
    found = _TAX.search(name)
    return str(found.lastgroup) if found else ""


def _parts(slots: Slots, node: Node) -> str:
    """The parts of a tax without amounts and reasons, as XML in one line."""
    parts = [child for child in node.children if local_name(child.name) in _TAX_PARTS]
    return re.sub(r">\s+<", "><", "".join(slots.context.text[child.start : child.end] for child in parts))
