"""Names are the nearer, the likelier one is a slip for the other."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.conformance.name_distance import name_distance
from mcp_servers.xml_troubleshooter.prices import NAMES


@pytest.mark.parametrize(
    "ranked",
    [
        ("IssueDate", "issueDate", "issue_date", "IsueDate", "DateIssue", "IssDat", "Amount"),
        ("unitCode", "UnitCode", "unittCode", "codeUnit", "unCo", "scheme"),
    ],
)
def test_the_likelier_slip_is_nearer(ranked: tuple[str, ...]) -> None:
    meant, *slips = ranked
    costs = [name_distance(slip, meant) for slip in slips]
    assert costs == sorted(costs)
    assert len(set(costs)) == len(costs)
    assert name_distance(meant, meant) == 0
    assert costs[-1] == NAMES.unrelated


def test_another_number_makes_another_name() -> None:
    assert name_distance("Line1", "Line2") > name_distance("Lime1", "Line1")
    assert name_distance("Line1", "Line2") > 1.0


@pytest.mark.parametrize(("written", "meant"), [("abcxyz", "abcdef"), ("id", "ab")])
def test_names_with_little_in_common_are_unrelated(written: str, meant: str) -> None:
    assert name_distance(written, meant) == NAMES.unrelated


@pytest.mark.parametrize(
    ("written", "nearer", "farther"),
    [
        # judged by the words of the whole name
        ("MultiplyFactorNumber", "MultiplierFactorNumeric", "MultiplierNumber"),
        ("InvoiceTypeNr", "InvoiceTypeCode", "InvoicePeriodNote"),
        # one word of two letters less is another word
        ("ShipmentStateCode", "ShipmentStateCodes", "ShipmentStatusCode"),
    ],
)
def test_a_name_of_several_words_is_judged_by_its_words(written: str, nearer: str, farther: str) -> None:
    assert name_distance(written, nearer) < name_distance(written, farther)


def test_another_word_is_no_slip_of_the_pen() -> None:
    assert name_distance("ShipmentStatusCode", "ShipmentStateCode") > 1.0
    assert name_distance("PayableAmuont", "PayableAmount") < 1.0
