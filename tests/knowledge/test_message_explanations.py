"""What a message means, without a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.catalogue.catalogue_store import SchemaStore
from mcp_servers.xml_troubleshooter.errors import InputError
from mcp_servers.xml_troubleshooter.knowledge.article_store import Store, default_folder
from mcp_servers.xml_troubleshooter.knowledge.message_explanations import Explanation, explain

# a message, the codes that its first thing stands for, and words of what is told about it
MESSAGES = [
    ("Content is not allowed in prolog.", ["content-before-root"], "byte order mark"),
    ("lxml.etree.XMLSyntaxError: xmlParseEntityRef: no name, line 3, column 9", ["bare-ampersand"], "line 3"),
    ("cvc-complex-type.2.4.a", ["unexpected-element", "missing-element", "wrong-namespace"], "wrong order"),
    ("not well-formed (invalid token): line 1, column 5", ["not-well-formed"], "tags that do not pair"),
    ("cvc-complex-type.4: Attribute 'unit' must appear on element 'qty'.", ["missing-attribute"], "attribute unit"),
    ("missing-element", ["missing-element"], "left the element out"),
    ("kb://article/bare-ampersand", ["bare-ampersand"], "&amp;"),
    ("BR-CO-15", ["assertion-failed"], "EN 16931"),
    ("[PEPPOL-EN16931-R010]-Buyer electronic address", ["assertion-failed"], "Peppol"),
    ("pain.002: AC04", [], "the account is closed"),
    ("00404", [], "sent before"),
]


def explained(message: str, folder: Path) -> Explanation:
    return explain(message, Store([default_folder()]), SchemaStore(folder))


@pytest.mark.parametrize(("message", "codes", "words"), MESSAGES)
def test_any_systems_message_is_explained_with_its_causes_and_what_to_send(
    message: str, codes: list[str], words: str, tmp_path: Path
) -> None:
    explanation = explained(message, tmp_path)
    item = explanation.items[0]
    assert [code.value for code in item.codes] == codes
    assert words in " ".join((item.tool, item.meaning, *item.causes))
    assert item.send
    assert all(set(codes).intersection(article.codes) for article in explanation.articles)


def test_several_messages_are_explained_one_by_one(tmp_path: Path) -> None:
    items = explained("BR-CO-10 and BR-CO-15 fail\nunbound prefix: line 3, column 2", tmp_path).items
    assert [item.about.split(":")[0] for item in items] == ["BR-CO-10 and BR-CO-15 fail"] * 2 + ["unbound prefix"]


@pytest.mark.parametrize(("rule", "sums"), [("BR-CO-15", True), ("BR-DE-15", False), ("PEPPOL-EN16931-R010", False)])
def test_sums_are_a_cause_of_rules_that_calculate(rule: str, sums: bool, tmp_path: Path) -> None:
    assert any("sums" in cause for cause in explained(rule, tmp_path).items[0].causes) is sums


def test_a_rule_that_its_rule_set_does_not_have_is_called_unknown(tmp_path: Path) -> None:
    unheard, known = "and not this one", ["BR-CO-15", "BR-DE-15"]
    assert unheard in explained("BR-CO-99999", tmp_path).items[0].meaning
    assert not any(unheard in explained(rule, tmp_path).items[0].meaning for rule in known)
    assert explained("AC01", tmp_path).items[0].about == "AC01"


def test_a_rule_whose_rule_set_is_not_here_is_told_with_the_way_to_get_it(tmp_path: Path) -> None:
    meaning = explained("PEPPOL-EN16931-R001", tmp_path).items[0].meaning
    assert "schemas install peppol-bis3-ubl peppol-bis3-cii" in meaning
    assert "spelling" not in meaning


def test_what_is_no_message_is_not_explained_away(tmp_path: Path) -> None:
    assert explained("it does not work", tmp_path) == Explanation((), ())
    with pytest.raises(InputError, match="Give the message"):
        explained(" \n", tmp_path)


def test_a_rule_speaks_for_itself_where_its_rule_set_is_at_hand(tmp_path: Path) -> None:
    rules = tmp_path / "PEPPOL-EN16931-UBL.sch"
    rules.write_text('<schema><assert id="PEPPOL-EN16931-R999" test="a">Say who pays.</assert></schema>')
    store = SchemaStore(tmp_path / "schemas")
    store.add("peppol-bis3-ubl", rules)
    (item,) = explain("PEPPOL-EN16931-R999", Store([default_folder()]), store).items
    assert "“Say who pays.”" in item.meaning
