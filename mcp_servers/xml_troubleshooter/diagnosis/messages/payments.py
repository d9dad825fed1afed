"""Claims of a bank about a payment file that can be calculated: check digits, the number of transactions, their sum.

It is looked at only where a bank says so: a file whose sums do not fit is valid, and test files have made-up accounts.
Sources: ISO 13616 (check digits of an IBAN), ISO 20022 (NbOfTxs, CtrlSum).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ...codes import Code
from ...document.tree import Node, Tree
from ...facts.finding import Finding, local, of_text

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_TRANSACTIONS = ("CdtTrfTxInf", "DrctDbtTxInf")


def check(said: str, tree: Tree) -> Iterator[Finding]:
    """The places that break the rule of a reason code, or of the name of an element."""
    return _CHECKS[said](tree) if said in _CHECKS else iter(())


def is_iban(text: str) -> bool:
    """Whether a text has the form of an IBAN, whatever its check digits are."""
    return _IBAN.fullmatch(text) is not None


def digits_hold(iban: str) -> bool:
    """Whether the check digits of an IBAN hold (ISO 13616: the number modulo 97 is 1)."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def _ibans(tree: Tree) -> Iterator[Finding]:
    for node in tree.nodes:
        text = tree.value(node).strip() if local(node) == "IBAN" and not len(node.children) else ""
        if is_iban(text) and not digits_hold(text):
            words = f"The check digits of the IBAN {text} do not hold: at least one of its signs is wrong. Look it up."
            yield of_text(tree, node, words)


def _counted(tree: Tree) -> Iterator[Finding]:
    for node, transactions in _told(tree, "NbOfTxs"):
        said = tree.value(node).strip()
        if said.isdecimal() and int(said) != len(transactions):
            words = (
                f"<{node.written}> says {said} transactions, and there are {len(transactions)}: either the number is "
                "wrong, or transactions are missing."
            )
            yield of_text(tree, node, words, expected=(str(len(transactions)),))


def _summed(tree: Tree) -> Iterator[Finding]:
    for node, transactions in _told(tree, "CtrlSum"):
        try:
            said = _amount(tree.value(node))
            held = [each for each in tree.nodes if local(each) in ("InstdAmt", "EqvtAmt")]
            amounts = [
                _amount(tree.value(each))
                for each in held
                if any(one.start <= each.start < one.end for one in transactions) and not len(each.children)
            ]
        except InvalidOperation:
            continue
        if said != sum(amounts):
            words = (
                f"<{node.written}> says {said}, and the amounts of the transactions are {sum(amounts)} together: "
                "either the sum is wrong, or an amount."
            )
            yield of_text(tree, node, words, expected=(str(sum(amounts)),), code=Code.INVALID_VALUE)


def _amount(text: str) -> Decimal:
    """An amount, also with a comma for its decimal point: that is another fault."""
    return Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip())


def _told(tree: Tree, name: str) -> Iterator[tuple[Node, list[Node]]]:
    """The elements of a name in headers and payment blocks, each with the transactions that it counts."""
    for node in tree.nodes:
        holder = node.parent
        if local(node) != name or holder is None:
            continue
        scope = holder if local(holder) == "PmtInf" else holder.parent
        if scope is not None:
            inside = (each for each in tree.nodes if scope.start <= each.start < scope.end)
            yield node, [each for each in inside if local(each) in _TRANSACTIONS]


_CHECKS = {
    **dict.fromkeys(("AC01", "AC02", "AC03", "AC13", "IBAN"), _ibans),
    **dict.fromkeys(("AM18", "NbOfTxs"), _counted),
    **dict.fromkeys(("AM10", "CtrlSum"), _summed),
}
