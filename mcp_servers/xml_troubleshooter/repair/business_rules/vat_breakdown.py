"""The VAT breakdown of an invoice, computed from its lines, allowances and charges (EN 16931, BG-23).

The findings of rules about a missing breakdown name a dozen faults; its content follows from the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from ...document.names import local_name
from ...document.tree import Node
from .allowed_values.value_formats import decimal
from .candidates import Candidate
from .slots import Slot, Slots

_CENT = Decimal("0.01")
_RULE = "EN 16931: by category and rate, the sum of the lines and charges less the allowances, and the tax on it"


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The paths of a vocabulary to the parts of the breakdown, as local names with slashes between."""

    lines: tuple[str, ...]
    net: str
    tax: str  # of a line, from it
    allowance: str
    indicator: str
    amount: str
    allowance_tax: str
    category: str  # of all that have a tax
    rate: str
    reason: str
    holder: str  # of the breakdown
    group: str
    group_tax: str  # in a group, the element of its category
    group_amount: str  # in a group, its tax
    whole: str  # the tax of all groups
    form: str
    total: str  # made as well if the holder is missing too; "" if that cannot be


_UBL = _Vocabulary(
    lines=("InvoiceLine", "CreditNoteLine"), net="LineExtensionAmount", tax="Item/ClassifiedTaxCategory",
    allowance="AllowanceCharge", indicator="ChargeIndicator", amount="Amount", allowance_tax="TaxCategory",
    category="ID", rate="Percent", reason="TaxExemptionReasonCode",
    holder="TaxTotal", group="TaxSubtotal", group_tax="TaxCategory", group_amount="TaxAmount",
    whole="TaxTotal/TaxAmount",
    form="<{b}TaxableAmount{currency}>{base}</{b}TaxableAmount><{b}TaxAmount{currency}>{tax}</{b}TaxAmount>"
    "<{a}TaxCategory><{b}ID>{category}</{b}ID>{rate}{reason}"
    "<{a}TaxScheme><{b}ID>VAT</{b}ID></{a}TaxScheme></{a}TaxCategory>",
    total="<{b}TaxAmount{currency}>{total}</{b}TaxAmount>",
)  # fmt: skip
_CII = _Vocabulary(
    lines=("SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem",),
    net="SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
    tax="SpecifiedLineTradeSettlement/ApplicableTradeTax",
    allowance="SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/SpecifiedTradeAllowanceCharge",
    indicator="ChargeIndicator/Indicator", amount="ActualAmount", allowance_tax="CategoryTradeTax",
    category="CategoryCode", rate="RateApplicablePercent", reason="ExemptionReasonCode",
    holder="SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement", group="ApplicableTradeTax", group_tax="",
    group_amount="CalculatedAmount",
    whole="SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/SpecifiedTradeSettlementHeaderMonetarySummation"
    "/TaxTotalAmount",
    form="<{b}CalculatedAmount>{tax}</{b}CalculatedAmount><{b}TypeCode>VAT</{b}TypeCode>"
    "<{b}BasisAmount>{base}</{b}BasisAmount><{b}CategoryCode>{category}</{b}CategoryCode>{reason}{rate}",
    total="",
)  # fmt: skip
# the reason of an exemption that the category itself is, by its code in the list of EN 16931
REASONS = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
_OF_ROOT = {"Invoice": _UBL, "CreditNote": _UBL, "CrossIndustryInvoice": _CII}


def breakdown(slots: Slots) -> Iterator[Candidate]:
    """The groups that a breakdown lacks, without the codes of exemptions and with them.

    Nothing for other documents, or if no group is missing.
    """
    root = slots.tree.root
    vocabulary = _OF_ROOT.get(local_name(root.name))
    line = next((node for path in vocabulary.lines for node in _at(root, path)), None) if vocabulary else None
    if vocabulary is None or line is None or not (bases := _bases(slots, vocabulary)):
        return
    holder = next(_at(root, vocabulary.holder), None)
    there = {
        _taxed(slots, tax, vocabulary)
        for group in (_at(holder, vocabulary.group) if holder is not None else ())
        for tax in (_at(group, vocabulary.group_tax) if vocabulary.group_tax else (group,))
    }
    missing = [key for key in bases if key not in there]
    if not missing or (holder is None and not vocabulary.total):
        return
    marks, space = _marks(slots, vocabulary, line), line.name.removesuffix(local_name(line.name))
    group = f"{marks['a']}{vocabulary.group}"
    taxes = _taxes(slots, vocabulary, {key: bases[key] for key in missing}, holder)
    rated = any(True for tax in _at(line, vocabulary.tax) for _ in _at(tax, vocabulary.rate))
    told = ", ".join(f"{category} {rate}%" for category, rate in missing)
    for reasons in ({}, REASONS) if any(category in REASONS for category, _ in missing) else ({},):
        groups = [
            vocabulary.form.format(
                **marks, base=f"{bases[category, rate].quantize(_CENT, ROUND_HALF_UP):f}",
                tax=f"{taxes[category, rate]:f}", category=category,
                rate=_leaf(marks, vocabulary.rate, f"{rate:f}") if rated or category != "O" else "",
                reason=_leaf(marks, vocabulary.reason, reasons[category]) if category in reasons else "",
            )
            for category, rate in missing
        ]  # fmt: skip
        if holder is not None:
            slot, xml = Slot(slots.place(holder), (f"{space}{vocabulary.group}",)), f"</{group}><{group}>".join(groups)
        else:
            slot = Slot(slots.place(root), (f"{space}{vocabulary.holder}",))
            xml = vocabulary.total.format(**marks, total=f"{sum(taxes.values()):f}")
            xml += "".join(f"<{group}>{each}</{group}>" for each in groups)
        yield Candidate(
            slots.put_xml(slot, xml), slots.start(slot), slots.path(slot),
            f"The breakdown of {told} follows from the lines.", 0.85 if reasons else 0.9, after=xml[:200],
            provenance=f"computed: by {_RULE}",
        )  # fmt: skip


def _bases(slots: Slots, vocabulary: _Vocabulary) -> dict[tuple[str, Decimal], Decimal]:
    """The taxable amount of each category and rate; {} where a figure cannot be read."""
    root, bases = slots.tree.root, dict[tuple[str, Decimal], Decimal]()
    charged: list[tuple[Node, str, str, int]] = [
        (node, vocabulary.tax, vocabulary.net, 1) for path in vocabulary.lines for node in _at(root, path)
    ]
    for node in _at(root, vocabulary.allowance):
        charge = any(slots.tree.value(flag).strip() in ("true", "1") for flag in _at(node, vocabulary.indicator))
        charged.append((node, vocabulary.allowance_tax, vocabulary.amount, 1 if charge else -1))
    for node, tax_path, amount_path, sign in charged:
        tax, amount = next(_at(node, tax_path), None), next(_at(node, amount_path), None)
        key = _taxed(slots, tax, vocabulary) if tax is not None else None
        figure = decimal(slots.tree.value(amount)) if amount is not None else None
        if key is None or figure is None:
            return {}
        bases[key] = bases.get(key, Decimal(0)) + sign * figure
    return bases


def _taxed(slots: Slots, tax: Node, vocabulary: _Vocabulary) -> tuple[str, Decimal] | None:
    """The category and rate of a tax; None where there is no category, or the rate is no number."""
    category, rate = next(_at(tax, vocabulary.category), None), next(_at(tax, vocabulary.rate), None)
    percent = decimal(slots.tree.value(rate)) if rate is not None else Decimal(0)
    if category is None or percent is None:
        return None
    return slots.tree.value(category).strip(), percent.normalize() + 0


def _taxes(
    slots: Slots, vocabulary: _Vocabulary, bases: Mapping[tuple[str, Decimal], Decimal], holder: Node | None
) -> dict[tuple[str, Decimal], Decimal]:
    """The tax of each base; of a single one the rest of the total, if it differs from the tax by rounding alone."""
    taxes = {key: (base * key[1] / 100).quantize(_CENT, ROUND_HALF_UP) for key, base in bases.items()}
    whole = next(_at(slots.tree.root, vocabulary.whole), None)
    if len(taxes) == 1 and whole is not None and holder is not None:
        key, tax = next(iter(taxes.items()))
        others = [each for group in _at(holder, vocabulary.group) for each in _at(group, vocabulary.group_amount)]
        with suppress(InvalidOperation):
            rest = Decimal(slots.tree.value(whole).strip()) - sum(
                Decimal(slots.tree.value(each).strip()) for each in others
            )
            taxes[key] = rest if abs(rest - tax) < 1 else tax
    return taxes


def _leaf(marks: Mapping[str, str], name: str, value: str) -> str:
    return f"<{marks['b']}{name}>{value}</{marks['b']}{name}>"


def _marks(slots: Slots, vocabulary: _Vocabulary, line: Node) -> dict[str, str]:
    """The prefixes of aggregates and of values, and the currency, as a line has them."""
    net = next(_at(line, vocabulary.net))
    currency = net.attribute("currencyID")
    aggregate, basic = (f"{prefix}:" if (prefix := node.written.rpartition(":")[0]) else "" for node in (line, net))
    told = f' currencyID="{slots.tree.attribute_value(currency)}"' if currency is not None else ""
    return {"a": aggregate, "b": basic, "currency": told}


def _at(node: Node, path: str) -> Iterator[Node]:
    """The elements that a path of local names leads to."""
    name, _, rest = path.partition("/")
    for child in node.children:
        if local_name(child.name) == name:
            yield from _at(child, rest) if rest else (child,)
