"""What a person wants of a document is told from what a system says of it."""

from __future__ import annotations

import time

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.messages.wishes import changed, touches, wishes
from mcp_servers.xml_troubleshooter.document.edits import Edit

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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("apply only the first fix, leave the price alone", ("price",)),
        ("leave the price and the tax amount alone and apply only fix 2", ("price", "tax", "amount")),
        ("Keep PriceAmount, set the date to 2024-05-01", ("PriceAmount",)),
        ("cbc:PriceAmount nicht \u00e4ndern", ("cbc:PriceAmount",)),
        ("Bitte den Preis nicht \u00e4ndern", ("Preis",)),
        ("ne pas toucher le prix", ("prix",)),
        ("do not touch anything else", ()),
    ],
)
def test_what_is_to_stay_is_named_in_words(text: str, named: tuple[str, ...]) -> None:
    assert [wish.named for wish in wishes(text)] == [named]


@pytest.mark.parametrize(
    ("text", "chooses"), [("apply only the first fix", True), ("nur die erste Korrektur", True), ("Set it to 5", False)]
)
def test_a_choice_among_edits_is_told_from_other_wishes(text: str, chooses: bool) -> None:
    assert [wish.chooses for wish in wishes(text)] == [chooses]


# what an edit replaces and what by, and the value that is to stay which it changes
EDITS = [
    (",", ".", "1,00"),
    ("1,00", "", "1,00"),
    ("<cbc:PriceAmount>1,00</cbc:PriceAmount>", "", "1,00"),
    ('"x"', '"y"', "x"),
    ("Name", "Title", ""),
    ("<cbc:PriceAmount>1,00</cbc:PriceAmount>", "<a><cbc:PriceAmount>1,00</cbc:PriceAmount></a>", ""),
    ("Price n", "Price m", ""),
    ("3", "4", ""),
]


@pytest.mark.parametrize(("before", "after", "value"), EDITS)
def test_a_value_is_kept_by_the_name_of_its_element_or_attribute(before: str, after: str, value: str) -> None:
    text = '<Price n="2"><cbc:PriceAmount>1,00</cbc:PriceAmount><Name price="x">3</Name></Price>'
    at = text.index(before)
    assert changed([Edit(at, at + len(before), after)], text, wishes("leave the price alone")) == value


@pytest.mark.parametrize("text", ["<" + "a" * 50_000, "<a " * 50_000, " a=' " * 50_000, "<a>1</a>" * 20_000])
def test_a_long_document_is_searched_in_the_time_of_its_length(text: str) -> None:
    started = time.process_time()
    changed([Edit(0, 1, "x")], text, wishes("leave the price alone"))
    assert time.process_time() - started < 5
