"""Repairs that follow from the test of a rule, whatever the rule is called."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Question, Safety
from mcp_servers.xml_troubleshooter.repair.business_rules.repairs import repairs
from mcp_servers.xml_troubleshooter.schemas.plan import plan

ORDER = """<order><kind>order:2</kind><due>2024-05-16</due><note>by rail</note><money>EUR</money>\
<line unit="KGM"><net>10.00</net></line><line unit="KGM"><net>5.50</net></line>\
<sum cur="EUR">15.50</sum><tax cur="EUR">3.10</tax><all cur="EUR">18.60</all></order>"""

Made = tuple[tuple[Fix, ...], tuple[Question, ...]]


def ask(folder: Path, rules: str, old: str, new: str, answers: dict[str, str] | None = None, extra: str = "") -> Made:
    """What is made of an order in which something was changed."""
    pytest.importorskip("saxonche")
    (folder / "rules.sch").write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2" '
        'xmlns:sqf="http://www.schematron-quickfix.com/validator/process">'
        f'<ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/><pattern>{rules}</pattern>{extra}</schema>',
        encoding="utf-8",
    )
    assert old in ORDER
    return repairs(Document.from_text(ORDER.replace(old, new, 1)), plan([folder / "rules.sch"]), answers or {})


def rule(context: str, *tests: str) -> str:
    """A rule with these tests."""
    asserts = (
        f'<assert id="R-{number}" test="{test}">It does not hold.</assert>' for number, test in enumerate(tests, 1)
    )
    return f'<rule context="{context}">{"".join(asserts)}</rule>'


SUMS = rule("order", "number(sum) = sum(line/number(net))", "number(all) = number(sum) + number(tax)")

# what the rule says, what was broken and how, and whether that is put right without consent
REPAIRED = [
    (rule("kind", ". = 'order:2'"), "order:2", "order:1", False),
    (rule("kind", ". = 'order:2'"), "order:2", "Order:2", True),
    (rule("kind", "starts-with(normalize-space(.), 'order:2')"), "order:2", "ORDER:2", True),
    (rule("kind", "matches(., '^order:[0-9]$')"), "order:2", "order: 2", True),
    (rule("money", "some $c in tokenize('EUR USD', ' ') satisfies $c = ."), "EUR</money>", "eur</money>", True),
    (rule("money", "contains(' EUR USD ', concat(' ', ., ' '))"), "EUR</money>", "Euro</money>", False),
    (rule("line", "@unit = ('KGM', 'MTR')"), 'unit="KGM"', 'unit="kg"', False),
    (rule("line", "@unit = ('KGM')"), ' unit="KGM"', "", False),
    (rule("sum | tax | all", "@cur = /order/money"), 'cur="EUR">3.10', 'cur="USD">3.10', False),
    (rule("sum", "@cur = ../tax/@cur"), 'cur="EUR">3.10', 'cur="USD">3.10', False),
    (rule("due", "string(.) castable as xs:date"), "2024-05-16", "16.05.2024", False),
    (rule("sum", "xs:decimal(.) > 0"), "15.50", "15,50", False),
    (rule("due", "string(.) castable as xs:date and string-length(.) = 10"), "2024-05-16", "2024-05-16Z", False),
    (rule("net", "string-length(substring-after(., '.')) le 2 and string-length(substring-after(., '.')) &lt;= 2"),
     "10.00", "10.004", False),
    (rule("order", "count(note) &lt;= 1"), "<note>", "<note>by rail</note><note>", False),
    (rule("*[not(*) and not(normalize-space())]", "false()"), "<note>", "<note> </note><note>", False),
    (rule("order", "not(note) or count(note) = 1"), "<note>", "<note>by rail</note><note>", False),
    (rule("order", "count(line[@unit = 'KGM']/net) &lt;= 2"), '<line unit="KGM"><net>5.50',
     '<line unit="KGM"><net>10.00</net></line><line unit="KGM"><net>5.50', False),
    (rule("order", "count(note) &lt;= 1"), "<note>", "<note> </note><note>", False),
    (rule("kind", "starts-with(., 'order:')"), "order:2", "ORDER:2", True),
    (rule("kind", "substring-before(., ':') = 'order'"), "order:2", "Order:2", True),
    (rule("note", "not(. = ../money)"), "<note>", "<note>EUR</note><note>", False),
    (rule("kind", "starts-with(., 'order:')"), "order:2", "odrer:2", False),
    (rule("kind", "ends-with(., ':2')"), "order:2", "order 2", False),
    (rule("money", "not(matches(., '\\s'))"), "EUR</money>", " EUR</money>", True),
    (rule("kind", "not(starts-with(., ' ')) and . = 'order:2'"), "order:2", " order:2 ", True),
    (rule("order", "normalize-space(line[2][@unit = 'KGM']/net) != ''"), ' unit="KGM"><net>5.50', "><net>5.50", False),
    (rule("net", "number(.) = round(number(.) * 100) div 100"), "10.00", "10.004", False),
    (rule("order", "exists(line[2][@unit = 'KGM']/net)"), ' unit="KGM"><net>5.50', "><net>5.50", False),
    (rule("kind", "starts-with(., 'order:2')"), "order:2", "order :2", True),
    (rule("order", "some $n in note satisfies starts-with($n, 'by')"), "by rail", "By rail", True),
    (rule("order", "kind = 'order:2' and tax/@cur = ('EUR', 'USD') and note = 'by rail'"), 'cur="EUR">3.10',
     'cur="eur">3.10', True),
    (rule("order", "empty(money[not(. = ('EUR', 'USD'))])"), "EUR</money>", "eur</money>", True),
    (rule("money", "translate(., 'eur', '') = ."), "EUR</money>", "eur</money>", True),
    (rule("note", ". = normalize-space(.)"), "by rail", "by  rail", True),
    (rule("kind", "not(contains(., ' '))"), "order:2", "order: 2", True),
    (rule("*[not(node()) and not(@*)]", "false()"), "<note>", "<part/><note>", False),
    (rule("part", "false()"), "<note>", "<part>one</part><note>", False),
    (rule("sum", ". castable as xs:decimal"), "15.50", "1 5.50", False),
    (rule("kind", r"matches(., '^order:2$')"), "order:2", "order:1", False),
    (rule("money", "matches(., '^(EUR|US[DN])$')"), "EUR</money>", "eur</money>", True),
    (rule("line", "matches(@unit, '^(?:KGM)$')"), ' unit="KGM"', "", False),
    (rule("net", r"matches(., '^\d+(\.\d{1,2})?$')"), "10.00", "10.000", False),
    (rule("net", r"matches(., '^\d+\.\d{2}$')"), "10.00", "10", False),
    (SUMS, "15.50", "51.50", False),
    (SUMS, '<all cur="EUR">18.60</all>', "", False),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "old", "new", "safe"), REPAIRED)
def test_one_repair_follows_from_the_rule(tmp_path: Path, rules: str, old: str, new: str, safe: bool) -> None:
    fixes, questions = ask(tmp_path, rules, old, new)
    text = ORDER.replace(old, new, 1)
    assert not questions
    assert apply(text, [edit for fix in fixes for edit in fix.edits]) == ORDER
    assert [fix.safety is Safety.SAFE for fix in fixes] == [safe]


WRITTEN = [
    (rule("note", "upper-case(.) = 'BY-RAIL'"), "by rail", "By rail", "By-rail"),  # it does not mind capitals
    (rule("kind", "string-length(.) = 10 and string(number(.)) != 'NaN'"), "order:2", "556036-0793", "5560360793"),
]


@pytest.mark.parametrize(("rules", "old", "new", "wanted"), WRITTEN)
def test_a_value_is_written_otherwise_no_more_than_the_rule_asks_for(
    tmp_path: Path, rules: str, old: str, new: str, wanted: str
) -> None:
    (fix,), questions = ask(tmp_path, rules, old, new)
    assert not questions
    assert fix.safety is Safety.SAFE
    assert apply(ORDER.replace(old, new, 1), fix.edits) == ORDER.replace(old, wanted, 1)


def test_an_identifier_without_its_separators_and_in_other_letters_waits(tmp_path: Path) -> None:
    rules = rule("kind", r"matches(., '^[A-Z]{2}\d{3}$')")
    for written, safety in (("ab-1.23", Safety.UNSAFE), ("AB-1.23", Safety.SAFE), ("ab 123", Safety.SAFE)):
        (fix,), _ = ask(tmp_path, rules, "order:2", written)
        text = apply(ORDER.replace("order:2", written, 1), fix.edits)
        assert (text, fix.safety) == (ORDER.replace("order:2", "AB123", 1), safety)


def test_the_form_that_a_pattern_asks_for_is_shown(tmp_path: Path) -> None:
    _, (question,) = ask(tmp_path, rule("kind", "matches(., '^urn:([0-9]{2}):x$')"), "order:2", "foo")
    assert "For example urn:01:x." in question.needed


ASKED = [
    # a code by its letters alone may be something else: a stick is no piece
    (rule("line", "@unit = ('KGM', 'STK', 'H87', 'C62')"), 'unit="KGM"', 'unit="Stk"', ["H87", "C62", "STK"]),
    (rule("money", ". = ('EUR', 'USD')"), "EUR</money>", "XYZ</money>", ["EUR", "USD"]),
    (rule("money", ". = 'EUR' or . = 'USD'"), "EUR</money>", "XYZ</money>", ["EUR", "USD"]),
    (rule("due", "string(.) castable as xs:date"), "2024-05-16", "05/06/2024", ["2024-06-05", "2024-05-06"]),
    (rule("order", "number(sum) = sum(line/number(net))"), "15.50", "16.50", ["15.50", "11.00", "6.50"]),
    (
        rule("order", "abs(number(all) - number(sum) - number(tax)) &lt; 0.01"),
        "18.60",
        "16.80",
        ["18.60", "1.30", "13.70"],
    ),
    (rule("order", "not(due and note)"), "by rail", "by road", ["remove", "remove"]),
    (rule("line", "@unit = ('KGM', 'MTR')"), ' unit="KGM"', "", ["KGM", "MTR"]),
    (rule("line", "matches(@unit, '^(KGM|MTR)$')"), ' unit="KGM"', "", ["KGM", "MTR"]),
    (rule("line[1]", "@unit = ../line[2]/@unit"), 'unit="KGM"', 'unit="MTR"', ["KGM", "MTR"]),
]


@pytest.mark.parametrize(("rules", "old", "new", "values"), ASKED)
def test_a_choice_is_asked_and_each_answer_helps(
    tmp_path: Path, rules: str, old: str, new: str, values: list[str]
) -> None:
    fixes, (question,) = ask(tmp_path, rules, old, new)
    assert not fixes
    assert [option.value for option in question.options] == values
    text = ORDER.replace(old, new, 1)
    for option in question.options:
        (fix,), none = ask(tmp_path, rules, old, new, {question.id: option.id})
        assert not none
        changed = Document.from_text(apply(text, fix.edits))
        assert repairs(changed, plan([tmp_path / "rules.sch"]), {}) == ((), ())


def test_what_only_a_person_knows_is_asked_in_the_words_of_the_rule_and_put_in_at_its_place(tmp_path: Path) -> None:
    rules = (
        '<rule context="order"><assert id="R-1" test="normalize-space(buyer/name) != \'\'">'
        "An order shall have the Buyer name (BT-44).</assert></rule>"
    )
    fixes, (question,) = ask(tmp_path, rules, "by rail", "by road")
    assert not fixes
    assert "Buyer name (BT-44)" in question.needed
    assert question.path == "/order/buyer/name"
    (fix,), _ = ask(tmp_path, rules, "by rail", "by road", {question.id: "A & Sons"})
    assert "<buyer><name>A &amp; Sons</name></buyer>" in apply(ORDER, fix.edits)


def test_an_invoice_that_a_state_keeps_is_changed_with_consent_alone(tmp_path: Path) -> None:
    ask(tmp_path, rule("kind", ". = 'order:2'"), "order:2", "Order:2")
    issued = ORDER.replace("order:2", "Order:2").replace("<order>", '<f:order xmlns:f="http://www.fatturapa.gov.it/x">')
    document = Document.from_text(issued.replace("</order>", "</f:order>"))
    (fix,), _ = repairs(document, plan([tmp_path / "rules.sch"]), {})
    assert fix.safety is Safety.UNSAFE
    assert "correction" in fix.reason


def test_the_rules_own_fixes_come_first(tmp_path: Path) -> None:
    rules = (
        '<rule context="line"><assert id="R-1" test="@unit" sqf:fix="unit">No unit.</assert><sqf:fix id="unit">'
        "<sqf:description><sqf:title>Weigh it.</sqf:title></sqf:description>"
        '<sqf:add node-type="attribute" target="unit" select="\'KGM\'"/></sqf:fix></rule>'
    )
    (fix,), questions = ask(tmp_path, rules, ' unit="KGM"', "")
    assert not questions
    assert "Weigh it" in fix.reason
    assert apply(ORDER.replace(' unit="KGM"', "", 1), fix.edits) == ORDER


def test_a_fix_is_not_offered_for_a_test_that_cannot_be_evaluated_once_more(tmp_path: Path) -> None:
    rules = (
        '<rule context="line"><assert id="R-1" test="@unit or generate-id() = \'x\'" sqf:fix="unit">No unit.</assert>'
        '<sqf:fix id="unit"><sqf:add node-type="attribute" target="unit" select="\'KGM\'"/></sqf:fix></rule>'
    )
    fixes, (question,) = ask(tmp_path, rules, ' unit="KGM"', "")
    assert not fixes
    assert "No unit." in question.needed


def test_what_a_fix_of_the_rules_asks_is_asked_and_the_answer_goes_where_the_fix_puts_it(tmp_path: Path) -> None:
    rules = (
        '<rule context="order"><assert id="R-1" test="due" sqf:fix="due">No date.</assert><sqf:fix id="due">'
        '<sqf:user-entry name="day"><sqf:description><sqf:title>When is it due?</sqf:title></sqf:description>'
        '</sqf:user-entry><sqf:add match="kind" position="after" node-type="element" target="due" select="$day"/>'
        "</sqf:fix></rule>"
    )
    lost = "<due>2024-05-16</due>"
    fixes, (question,) = ask(tmp_path, rules, lost, "")
    assert not fixes
    assert question.needed.startswith("When is it due?")
    (fix,), none = ask(tmp_path, rules, lost, "", {question.id: "2024-05-16"})
    assert not none
    assert apply(ORDER.replace(lost, ""), fix.edits) == ORDER


def test_several_parts_of_one_test_are_put_right_together(tmp_path: Path) -> None:
    both = rule("order", "kind = 'order:2' and money = 'EUR'")
    broken = ORDER.replace("order:2", "order:1").replace("EUR</money>", "USD</money>")
    ask(tmp_path, both, "by rail", "by road")
    (fix,), questions = repairs(Document.from_text(broken), plan([tmp_path / "rules.sch"]), {})
    assert not questions
    assert apply(broken, fix.edits) == ORDER
    assert fix.safety is Safety.UNSAFE


def test_a_boolean_is_written_as_xml_schema_has_it(tmp_path: Path) -> None:
    (fix,), _ = ask(tmp_path, rule("note", "string(.) castable as xs:boolean"), "by rail", "TRUE")
    assert [edit.after for edit in fix.edits] == ["true"]


def test_the_form_that_a_rule_asks_for_is_told_with_the_question(tmp_path: Path) -> None:
    _, (question,) = ask(tmp_path, rule("kind", "starts-with(., 'order:')"), "order:2", "2024-2")
    assert question.type == "text that begins with order:"


LEFT_ALONE = [
    (rule("note", "string-length(.) &lt; 7"), "by rail", "by the rail"),
    (rule("net", "string-length(.) &lt; 5"), "10.00", "1 000.00"),
]


@pytest.mark.parametrize(("rules", "old", "new"), LEFT_ALONE)
def test_nothing_that_says_something_is_dropped_for_a_form(tmp_path: Path, rules: str, old: str, new: str) -> None:
    fixes, questions = ask(tmp_path, rules, old, new)
    assert not fixes
    assert questions


CHAIN = rule(
    "order", "number(sum) = sum(line/number(net))", "number(tax) = round(number(sum) * 20) div 100",
    "number(all) = number(sum) + number(tax)",
)  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"sum": "51.50", "all": "81.60"},
        {"sum": "16.50", "tax": "3.30"},
    ],
)
def test_totals_that_follow_from_each_other_are_computed_together(tmp_path: Path, wrong: dict[str, str]) -> None:
    broken = ORDER
    for name, value in wrong.items():
        broken = re.sub(rf"(<{name}[^>]*>)[^<]*", rf"\g<1>{value}", broken)
    ask(tmp_path, CHAIN, "by rail", "by road")
    (fix,), questions = repairs(Document.from_text(broken), plan([tmp_path / "rules.sch"]), {})
    assert not questions
    assert apply(broken, fix.edits) == ORDER
    assert fix.safety is Safety.UNSAFE


NOT_GUESSED = [
    (
        rule("seller", "exists(PartyTaxScheme/CompanyID)"),
        "<note>",
        "<seller><PartyTaxScheme/></seller><buyer><PartyTaxScheme>"
        "<CompanyID>SE4598375937</CompanyID></PartyTaxScheme></buyer><note>",
        "/order/seller/PartyTaxScheme/CompanyID",
    ),
    (rule("order", "exists(due) = exists(paid)"), "by rail", "by road", "/order/paid"),
    (rule("order", "boolean(due) = boolean(paid)"), "by rail", "by road", "/order/paid"),
    (rule("money", "not(. = 'EURO')"), "EUR</money>", "EURO</money>", "/order/money"),
    (rule("kind", "starts-with(., 'order:')"), "order:2", "2024-2", "/order/kind"),
    (rule("order", "not(money = 'EUR' and number(sum) &lt; 0)"), "15.50", "-15.50", "/order/money"),
    (rule("order", "not(money = 'EUR') or buyer"), "by rail", "by road", "/order/buyer"),
]


@pytest.mark.parametrize(("rules", "old", "new", "path"), NOT_GUESSED)
def test_what_a_rule_leaves_open_is_asked(tmp_path: Path, rules: str, old: str, new: str, path: str) -> None:
    fixes, (question,) = ask(tmp_path, rules, old, new)
    assert not fixes
    assert question.path == path


CALLED = [
    ("money = f:known('order:2')", "code", "", "if ($code = 'order:2') then 'EUR' else 'USD'", "EUR</money>",
     "USD</money>", 1),
    ("f:known(money)", "code", "", "$code = ('EUR', 'USD')", "EUR</money>", "eur</money>", 1),
    ("not(kind) or f:known(sum - all + tax)", "rest", ' as="xs:decimal"', "$rest &lt;= 0.01 and $rest >= -0.01",
     "18.60", "16.80", 3),
]  # fmt: skip


@pytest.mark.parametrize(("test", "name", "type_", "body", "old", "new", "ways"), CALLED)
def test_a_function_of_the_rule_set_tells_what_it_compares(
    tmp_path: Path, test: str, name: str, type_: str, body: str, old: str, new: str, ways: int
) -> None:
    function = (
        '<xsl:function xmlns:xsl="http://www.w3.org/1999/XSL/Transform" name="f:known">'
        f'<xsl:param name="{name}"{type_}/><xsl:sequence select="{body}"/></xsl:function>'
    )
    rules = rule("order", test)
    prefix = '<ns prefix="f" uri="urn:f"/>'
    (tmp_path / "functions.sch").write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
        f'<ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>{prefix}{function}<pattern>{rules}</pattern></schema>'
    )
    pytest.importorskip("saxonche")
    broken = ORDER.replace(old, new)
    fixes, questions = repairs(Document.from_text(broken), plan([tmp_path / "functions.sch"]), {})
    if ways == 1:
        assert apply(broken, fixes[0].edits) == ORDER
    else:
        assert len(questions[0].options) == ways
        assert questions[0].options[0].value == old


@pytest.mark.parametrize(
    ("scheme", "identifier", "told"), [("0088", "5790000435976", "check digit"), ("0088", "5790000435975", "")]
)
def test_a_check_digit_that_does_not_hold_is_told_and_not_computed(
    tmp_path: Path, scheme: str, identifier: str, told: str
) -> None:
    pytest.importorskip("stdnum")
    party = f'<party schemeID="{scheme}">{identifier}</party><note>'
    fixes, (question,) = ask(tmp_path, rule("party", ". = 'nobody' and . = 'anybody'"), "<note>", party)
    assert not fixes
    assert ("check digit" in question.needed) == bool(told)


def test_another_value_than_those_offered_is_taken(tmp_path: Path) -> None:
    rules = rule("money", ". = ('EUR', 'USD') or string-length(.) = 2")
    _, (question,) = ask(tmp_path, rules, "EUR</money>", "QQQ</money>")
    assert [option.value for option in question.options] == ["EUR", "USD"]
    (fix,), none = ask(tmp_path, rules, "EUR</money>", "QQQ</money>", {question.id: "XX"})
    assert not none
    assert "<money>XX</money>" in apply(ORDER.replace("EUR</money>", "QQQ</money>"), fix.edits)


def test_what_a_missing_value_makes_fail_is_not_asked_beside_it(tmp_path: Path) -> None:
    rules = rule("order", "buyer/name", "buyer", "count(buyer/name) = 1")
    fixes, (question,) = ask(tmp_path, rules, "by rail", "by road")
    assert not fixes
    assert question.path == "/order/buyer/name"


def test_no_total_is_made_to_fit_a_figure_that_is_missing(tmp_path: Path) -> None:
    rules = rule("line", "exists(part/Amount)") + rule("order", "number(sum) = sum(line/part/Amount)")
    old = '<line unit="KGM"><net>10.00</net></line><line unit="KGM"><net>5.50</net>'
    fixes, questions = ask(tmp_path, rules, old, "<line/><line><part><Amount>5.50</Amount></part>")
    assert [question.path for question in questions] == ["/order/line[1]/part/Amount"]
    assert not fixes


def test_a_figure_that_cannot_be_read_is_written_otherwise_though_another_is_missing(tmp_path: Path) -> None:
    rules = rule("line", "exists(part/Amount)") + rule("sum", "xs:decimal(.) &gt; 0")
    (fix,), questions = ask(tmp_path, rules, "15.50", "15,50")
    assert [edit.after for edit in fix.edits] == ["15.50"]
    assert [question.path for question in questions] == ["/order/line[1]/part/Amount"]


TAXED = "<Percent>20</Percent><TaxScheme><ID>VAT</ID></TaxScheme>"
INVOICE = f"""<Invoice><DocumentCurrencyCode>EUR</DocumentCurrencyCode>\
<TaxTotal><TaxAmount currencyID="EUR">3.10</TaxAmount><TaxSubtotal>\
<TaxableAmount currencyID="EUR">15.50</TaxableAmount><TaxAmount currencyID="EUR">3.10</TaxAmount>\
<TaxCategory><ID>S</ID>{TAXED}</TaxCategory></TaxSubtotal></TaxTotal>\
<InvoiceLine><LineExtensionAmount currencyID="EUR">10.00</LineExtensionAmount>\
<Item><ClassifiedTaxCategory><ID>S</ID>{TAXED}</ClassifiedTaxCategory></Item></InvoiceLine>\
<InvoiceLine><LineExtensionAmount currencyID="EUR">5.50</LineExtensionAmount>\
<Item><ClassifiedTaxCategory><ID>S</ID>{TAXED}</ClassifiedTaxCategory></Item></InvoiceLine></Invoice>"""
TAX = "Item/ClassifiedTaxCategory"
TOTAL = "number(TaxTotal/TaxAmount) = sum(TaxTotal/TaxSubtotal/number(TaxAmount))"
VAT = rule("Invoice", "exists(TaxTotal/TaxSubtotal)", "exists(DocumentCurrencyCode)", TOTAL)
VAT += rule("InvoiceLine", f"exists({TAX}[TaxScheme/ID = 'VAT']/ID)", f"exists({TAX}/Percent)")


@pytest.mark.parametrize(
    "lost",
    [
        re.compile(r"<TaxSubtotal>.*</TaxSubtotal>"),
        re.compile(r"<TaxTotal>.*</TaxTotal>"),
        re.compile(r"<DocumentCurrencyCode>EUR</DocumentCurrencyCode>"),
        re.compile(r"<ClassifiedTaxCategory>.*?</ClassifiedTaxCategory>"),
        re.compile(r"(?<=<Percent>20</Percent>)<TaxScheme><ID>VAT</ID></TaxScheme>(?=</ClassifiedTaxCategory>)"),
        re.compile(r"<Percent>20</Percent>(?=<TaxScheme><ID>VAT</ID></TaxScheme></ClassifiedTaxCategory>)"),
    ],
)
def test_what_follows_from_the_rest_of_an_invoice_is_supplied_with_consent(
    tmp_path: Path, lost: re.Pattern[str]
) -> None:
    ask(tmp_path, VAT, "by rail", "by road")
    broken = lost.sub("", INVOICE, count=1)
    assert broken != INVOICE
    (fix,), questions = repairs(Document.from_text(broken), plan([tmp_path / "rules.sch"]), {})
    assert not questions
    assert _pieces(apply(broken, fix.edits)) == _pieces(INVOICE)
    assert fix.safety is Safety.UNSAFE


def _pieces(text: str) -> list[str]:
    """The tags and texts of a document, whose order no grammar told here."""
    return sorted(re.findall(r"<[^<]*", text))


CHARGED = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" \
xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><a:BillingReference>\
<a:InvoiceDocumentReference><b:ID>7</b:ID></a:InvoiceDocumentReference></a:BillingReference><a:AllowanceCharge>\
<b:ChargeIndicator>true</b:ChargeIndicator><b:Amount currencyID="EUR">5.00</b:Amount></a:AllowanceCharge>\
<a:LegalMonetaryTotal><b:TaxInclusiveAmount currencyID="EUR">1420.00</b:TaxInclusiveAmount>\
<b:ChargeTotalAmount currencyID="EUR">5.00</b:ChargeTotalAmount>\
<b:PrepaidAmount currencyID="EUR">500.00</b:PrepaidAmount>\
<b:PayableAmount currencyID="EUR">920.00</b:PayableAmount></a:LegalMonetaryTotal></Invoice>"""
NAMES = "".join(
    f'<ns prefix="{prefix}" uri="urn:oasis:names:specification:ubl:schema:xsd:{name}-2"/>'
    for prefix, name in (("i", "Invoice"), ("a", "CommonAggregateComponents"), ("b", "CommonBasicComponents"))
)
INVOICED = (
    rule(
        "i:Invoice",
        "xs:decimal(a:LegalMonetaryTotal/b:ChargeTotalAmount) = "
        "sum(a:AllowanceCharge[b:ChargeIndicator = true()]/xs:decimal(b:Amount))",
    )
    + rule(
        "a:LegalMonetaryTotal",
        "(exists(b:PrepaidAmount) and xs:decimal(b:PayableAmount) = xs:decimal(b:TaxInclusiveAmount) - "
        "xs:decimal(b:PrepaidAmount)) or (not(exists(b:PrepaidAmount)) and xs:decimal(b:PayableAmount) = "
        "xs:decimal(b:TaxInclusiveAmount))",
    )
    + rule("a:BillingReference", "exists(a:InvoiceDocumentReference/b:ID)")
    + rule("*[not(*) and not(normalize-space())]", "false()")
)


def charged(folder: Path, lost: str) -> Made:
    """What is made of an invoice that lost a part of it."""
    pytest.importorskip("saxonche")
    numbers = count(1)
    rules = re.sub(r'id="R-1"', lambda _: f'id="R-{next(numbers)}"', INVOICED)
    (folder / "rules.sch").write_text(
        '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
        f'{NAMES}<ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/><pattern>'
        f"{rules.replace('</rule><rule', '</rule></pattern><pattern><rule')}</pattern></schema>",
        encoding="utf-8",
    )
    assert lost in CHARGED
    return repairs(Document.from_text(CHARGED.replace(lost, "")), plan([folder / "rules.sch"]), {})


def test_a_mark_without_which_no_sum_counts_a_charge_is_likelier_missing_than_a_total_wrong(tmp_path: Path) -> None:
    lost = "<b:ChargeIndicator>true</b:ChargeIndicator>"
    fixes, (question,) = charged(tmp_path, lost)
    assert not fixes
    assert [option.value for option in question.options] == ["true", "0.00"]
    broken = Document.from_text(CHARGED.replace(lost, ""))
    (fix,), _ = repairs(broken, plan([tmp_path / "rules.sch"]), {question.id: "true"})
    assert apply(broken.text, fix.edits) == CHARGED


def test_a_prepayment_that_may_have_been_forgotten_is_a_choice_beside_another_total(tmp_path: Path) -> None:
    fixes, (question,) = charged(tmp_path, '<b:PrepaidAmount currencyID="EUR">500.00</b:PrepaidAmount>')
    assert not fixes
    assert {option.value for option in question.options} >= {"1420.00", "500.00"}


def test_what_is_empty_and_should_hold_something_is_asked_about(tmp_path: Path) -> None:
    lost = "<a:InvoiceDocumentReference><b:ID>7</b:ID></a:InvoiceDocumentReference>"
    fixes, (question,) = charged(tmp_path, lost)
    assert not fixes
    assert question.path.endswith("/a:InvoiceDocumentReference/b:ID")
    assert "Preceding Invoice reference (BT-25)" in question.needed
    broken, known = Document.from_text(CHARGED.replace(lost, "")), plan([tmp_path / "rules.sch"])
    (fix,), _ = repairs(broken, known, {question.id: "7"})
    assert apply(broken.text, fix.edits) == CHARGED
    (fix,), _ = repairs(broken, known, {question.id: "remove"})
    assert "BillingReference" not in apply(broken.text, fix.edits)


def test_what_is_signed_is_left_alone(tmp_path: Path) -> None:
    signed = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></order>'
    rules = rule("kind", ". = 'order:2'")
    assert ask(tmp_path, rules, "</order>", signed) == ((), ())
    (tmp_path / "signed.xml").write_text(ORDER)
    document = Document.from_text(ORDER.replace("order:2", "order:1").replace("</order>", signed))
    assert repairs(document, plan([tmp_path / "rules.sch"]), {}) == ((), ())


@pytest.mark.parametrize(
    "stamp",
    [
        "<AdditionalDocumentReference><ID>QR</ID></AdditionalDocumentReference>",
        '<a:AdditionalDocumentReference xmlns:a="urn:a">\n<a:ID>PIH</a:ID></a:AdditionalDocumentReference>',
        "<ExtensionURI>urn:oasis:names:specification:ubl:dsig:enveloped:xades</ExtensionURI>",
    ],
)
def test_what_a_state_has_cleared_is_left_alone_and_not_another_attachment(tmp_path: Path, stamp: str) -> None:
    rules = rule("kind", ". = 'order:2'")
    assert ask(tmp_path, rules, "<kind>order:2</kind>", f"<kind>Order:2</kind>{stamp}") == ((), ())
    attached = "<AdditionalDocumentReference><ID>PO-1</ID></AdditionalDocumentReference>"
    fixes, _ = ask(tmp_path, rules, "<kind>order:2</kind>", f"<kind>Order:2</kind>{attached}")
    assert len(fixes) == 1
