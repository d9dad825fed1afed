"""What a person wants of a document is told from what a system says of it."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.messages.wishes import touches, wishes

# a text, and for each wish in it the values that are to stay
SAID: list[tuple[str, list[tuple[str, ...]]]] = [
    ("the price must stay 1,00", [("1,00",)]),
    ("Do not change the number 'RE-2024-7', and keep the date 2024-05-01.", [("RE-2024-7", "2024-05-01")]),
    ("Der Preis muss 1,00 bleiben!", [("1,00",)]),
    ("It is rejected. Please leave my comments alone", [()]),
    ("Set the total to 5.", [()]),
    ("cvc-complex-type.4: Attribute 'unit' must appear on element 'qty'.", []),
    ("The value 'preserve' of xml:space is not allowed", []),
    ("Why is it rejected? The date must not be empty", []),
]


@pytest.mark.parametrize(("text", "kept"), SAID)
def test_a_wish_is_told_from_a_message(text: str, kept: list[tuple[str, ...]]) -> None:
    assert [wish.kept for wish in wishes(text)] == kept


@pytest.mark.parametrize(
    ("replaced", "touched"),
    [("1,00", True), ("<a>1,00</a>", True), ("1,005", False), ("21,00", False), ("1,00,5", False)],
)
def test_a_value_that_is_to_stay_counts_as_a_whole(replaced: str, touched: bool) -> None:
    assert touches(replaced, "1,00") is touched
