"""The gate against made-up values: what proves a value, and what only looks like a proof."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_servers.xml_troubleshooter.agent.schemas import SourceData
from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.model.provenance import Claim, Evidence, examine
from mcp_servers.xml_troubleshooter.model.xpath import ExpressionError, agrees, evaluate, translated

DOCUMENT = """<?xml version="1.0"?>
<o:Order xmlns:o="urn:o" xmlns="urn:d">
  <!-- the secret number is 4711 -->
  <o:Number>AB 12-7</o:Number>
  <Line no="1"><Amount currency="EUR">0.1</Amount></Line>
  <Line no="2"><Amount currency="EUR">0.2</Amount></Line>
  <Line no="3"><Amount>1200</Amount><Code/></Line>
  <Date>2026-03-05</Date>
</o:Order>
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("//Amount/@currency", "EUR"),
        ("sum(//Line[position() < 3]/Amount)", "0.3"),
        ("sum(//Amount)", "1200.3"),
        ("count(//Line)", "3"),
        ("count(//Line) + 1", "4"),
        ("sum(//Amount) div 100", "12.003"),
        ("/o:Order/o:Number", "AB 12-7"),
        ("/Order/Number", "AB 12-7"),
        ("//*[local-name()='Number']", "AB 12-7"),
        ("//Line[@no='2']/Amount", "0.2"),
        ("string(//Line[2]/@no)", "2"),
        ("../Line[1]/@no", "1"),
        ("substring(//Date, 1, 4)", "2026"),
        ("substring-before(//Date, '-')", "2026"),
        ("concat(//Line[1]/@no, '/', //Line[2]/@no)", "1/2"),
        ("normalize-space(//o:Number)", "AB 12-7"),
        ("//Line[last()]/Amount", "1200"),
        ("//Amount[@currency]/@currency | //Amount/@currency", "EUR"),
        ("//Line[3]/Amount * //Line[2]/@no", "2400"),
    ],
)
def test_a_value_is_read_from_the_document(expression: str, value: str) -> None:
    assert evaluate(Document.from_text(DOCUMENT), [expression], "/o:Order/Line[3]") == [value]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("'EUR'", "spells it out"),
        ("1234", "spells it out"),
        ("concat(//Date, 'X')", "spells it out"),
        ("substring('ABCDEF', 1, 3)", "spells it out"),
        ("count(//Line) * 0 + 4711", "spells it out"),
        ("count(//Line) + 1 + 1 + 1", "spells it out"),
        ("count(//*[position() < 5])", "chosen by number"),
        ("concat(substring(//Date, 1, 2), substring(//Date, 3, 1))", "more than one substring"),
        ("string-length(//Date)", "not allowed"),
        ("name(/*)", "not allowed"),
        ("//comment()", "not allowed"),
        ("//processing-instruction()", "not allowed"),
        ("document('/etc/passwd')", "not allowed"),
        ("unparsed-text('/etc/passwd')", "not allowed"),
        ("re:match(//Date, '.*')", "not allowed"),
        ("$secret", "no XPath"),
        ("system-property('x')", "not allowed"),
        ("true()", "not allowed"),
        ("//Line/@no", "3 different values"),
        ("//Nothing", "yields nothing"),
        ("//Code", "yields nothing"),
        ("//Date = //Date", "true or false"),
        ("number(//Date)", "no number"),
        ("//x:Date", "cannot be evaluated"),
        ("//Date[", "cannot be evaluated"),
        ("//Date[. = '\x1b']", "cannot be evaluated"),
        ("concat(//Date, '\ud800')", "cannot be evaluated"),
        ("dyn:evaluate('//Date')", "not allowed"),
        ("//" + "a/" * 300, "longer than"),
        ("", "reads nothing"),
    ],
)
def test_an_expression_that_could_make_a_value_up_proves_nothing(expression: str, reason: str) -> None:
    (found,) = evaluate(Document.from_text(DOCUMENT), [expression])
    assert isinstance(found, ExpressionError)
    assert reason in str(found)


def test_nothing_is_read_from_a_document_that_no_parser_reads() -> None:
    (found,) = evaluate(Document.from_text("<a>"), ["//a"])
    assert "well-formed" in str(found)


def test_an_external_entity_reads_no_file() -> None:
    text = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><b>&e;</b></a>'
    (found,) = evaluate(Document.from_text(text), ["//b"])
    assert isinstance(found, ExpressionError)


@pytest.mark.parametrize("name", ["and", "or", "div", "mod"])
def test_operators_are_told_from_elements_of_the_same_name(name: str) -> None:
    assert translated(f"//{name} {name} //{name}/@{name}").count("local-name") == 2


@pytest.mark.parametrize(
    ("proposed", "value", "same"),
    [
        ("12.50", "12.5", True),
        ("0.30", "0.30000000000000004", True),
        ("12", "12.4", False),
        ("12.4", "12.41", False),
        ("a  b", "a b", True),
        ("A", "a", False),
        ("NaN", "NaN", True),
        ("1", "true", False),
    ],
)
def test_values_agree_as_text_or_as_numbers(proposed: str, value: str, *, same: bool) -> None:
    assert agrees(proposed, value) is same


def evidence(old: str, new: str, *sources: tuple[str, str], problem: str = "", **rest: Any) -> Evidence:  # noqa: ANN401
    """The evidence for replacing a text of the document by another one."""
    start = DOCUMENT.index(old)
    fault = Diagnostic(
        code=Code(str(rest.get("code", "missing-attribute"))), start=start, end=start + len(old), message="",  # type: ignore[call-arg]  # looks a code up
        explanation="", path=str(rest.get("path", "/Order/Line[3]/Amount")), expected=rest.get("expected", ()),
        name=str(rest.get("name", "")),
    )  # fmt: skip
    claim = Claim(
        (Edit(start, start + len(old), new),),
        tuple(SourceData(kind=kind, value=value) for kind, value in sources),
        fault,
    )
    answers = {"q": "SEK"} if rest.get("answered") else {}
    (found,) = examine(Document.from_text(DOCUMENT), str(rest.get("schema", "")), problem, answers, [claim])
    return found


CURRENCY = ("<Amount>1200", '<Amount currency="EUR">1200')


def test_a_proof_is_told_with_what_it_yields() -> None:
    found = evidence(*CURRENCY, ("xpath", "../preceding-sibling::Line/Amount/@currency"))
    assert found.proofs == ("document: ../preceding-sibling::Line/Amount/@currency = EUR",)
    assert found.unproven == ()


@pytest.mark.parametrize(
    ("change", "sources", "unproven"),
    [
        (CURRENCY, [], ["EUR"]),
        (CURRENCY, [("xpath", "//Date")], ["EUR"]),
        (CURRENCY, [("xpath", "'EUR'")], ["EUR"]),
        (CURRENCY, [("schema", "")], ["EUR"]),
        (CURRENCY, [("user", "EUR")], ["EUR"]),
        (CURRENCY, [("trust", "me")], ["EUR"]),
        (("<Code/>", "<Code>4711</Code>"), [("xpath", "//Date")], ["4711"]),
        (("<Code/>", "<Code a='0.1' b='9'>2026-03-05</Code>"), [("xpath", "//Date")], ["0.1", "9"]),
        (("<Code/>", "<Code>2026-03-05 and more</Code>"), [("xpath", "//Date")], ["2026-03-05 and more"]),
        (("<Code/>", "<Code>&#52;711</Code>"), [], ["4711"]),
        (("<Code/>", "<Code><![CDATA[4711]]></Code>"), [], ["4711"]),
    ],
)
def test_a_value_that_nothing_proves_is_unproven(
    change: tuple[str, str], sources: list[tuple[str, str]], unproven: list[str]
) -> None:
    found = evidence(*change, *sources)
    assert [value for value in unproven if not any(value in item for item in found.unproven)] == []
    assert found.unproven


@pytest.mark.parametrize(
    ("change", "sources", "rest"),
    [
        (("<Code/>", "<Code>1200.30</Code>"), [("xpath", "sum(//Amount)")], {}),
        (("<Code/>", "<Code no='3'>AB 12-7</Code>"), [("xpath", "//o:Number"), ("xpath", "count(//Line)")], {}),
        (("<Amount>1200", "<Amount>1200 EUR"), [("xpath", "//@currency")], {}),
        (CURRENCY, [("user", "it is in EUR")], {"problem": "They say it is in EUR, not in USD."}),
        (("<Amount>1200", "<Amount>SEK"), [], {"answered": True}),
        (("1200", "EUR"), [("schema", "")], {"code": "not-in-enumeration", "expected": ("EUR",)}),
        (("2026-03-05", "5.3.2026"), [], {}),
        (("<Date>", "<Date><!-- checked by hand -->"), [], {}),
        (('<Line no="3"><Amount>1200</Amount><Code/>', '<Line no="3"><Code/><Amount>1200</Amount>'), [], {}),
        (("<Code/>", ""), [], {}),
    ],
)
def test_a_value_that_something_proves_is_proven(
    change: tuple[str, str], sources: list[tuple[str, str]], rest: dict[str, Any]
) -> None:
    assert evidence(*change, *sources, **rest).unproven == ()


@pytest.mark.parametrize(
    ("wrong", "meant", "allowed", "proven"),
    [
        ("1200", "1200.00", ("1200.00", "EUR"), True),
        ("1200", "SEK", ("EUR", "SEK"), False),
        ("EURO", "EUR", ("EUR", "SEK"), False),
        ("Euros", "EUR", ("EUR", "SEK"), True),
        ("EURO", "SEK", ("EUR", "SEK"), False),
        ("EXR", "EUR", ("EUR", "ETR"), False),
        ("EXR", "EUR", (), False),
    ],
)
def test_an_allowed_value_is_proven_where_the_wrong_one_can_only_be_a_slip_of_it(
    wrong: str, meant: str, allowed: tuple[str, ...], *, proven: bool
) -> None:
    text = f"<a>{wrong}</a>"
    fault = Diagnostic(
        code=Code.NOT_IN_ENUMERATION, start=3, end=3 + len(wrong), message="", explanation="", value=wrong,
        expected=allowed,
    )  # fmt: skip
    claim = Claim((Edit(3, 3 + len(wrong), meant),), (), fault)
    (found,) = examine(Document.from_text(text), "", "", {}, [claim])
    assert (found.unproven == ()) is proven


@pytest.mark.parametrize(
    ("name", "wrong", "meant", "near"),
    [
        ("title", "?ote?", "Note", True),
        ("title", "http://http://example.org/a", "http://example.org/a", True),
        ("title", "hvae", "have", True),
        ("title", "caf\udce9", "caf\u00e9", True),
        ("title", "caf\udce9", "coffee", False),
        ("title", "?ote?", "Footnote", False),
        ("title", "DE", "DK", False),
        ("title", "12.50", "12.59", False),
        ("accountId", "Mueler", "Mueller", False),
    ],
)
def test_a_value_a_slip_away_from_what_stood_there_is_a_guess(name: str, wrong: str, meant: str, *, near: bool) -> None:
    document = Document.from_text(f'<a {name}="{wrong}"/>')
    at = document.text.index(wrong)
    fault = Diagnostic(code=Code.MALFORMED_TAG, start=3, end=at, message="", explanation="", name=name)

    (found,) = examine(document, "", "", {}, [Claim((Edit(at, at + len(wrong), meant),), (), fault)])

    assert (not found.unproven) == near
    assert found.ambiguous == near


@pytest.mark.parametrize(("meant", "proven"), [("a-b", True), ("ab", True), ("a-c", False), ("a-b-and-more", False)])
def test_a_name_is_proven_by_the_one_that_stands_there_but_for_what_no_name_may_hold(
    meant: str, *, proven: bool
) -> None:
    found = evidence("<Code/>", f'<Code xml:id="{meant}"/>', code="invalid-name", name="a=b")
    assert (not found.unproven) == proven


def test_a_namespace_that_the_document_declares_elsewhere_is_proven() -> None:
    assert evidence("<Date>", '<Date xmlns:q="urn:d">').unproven == ()


def test_a_namespace_is_proven_by_the_schema_that_names_it(schema: str) -> None:
    declared = ("<Date>", '<Date xmlns:q="urn:order">')
    assert evidence(*declared, schema=schema).proofs == ("schema or document: the namespace urn:order",)
    assert evidence(*declared).unproven == ("urn:order",)
    assert evidence("<Date>", '<Date q="urn:order">', schema=schema).unproven == ("urn:order",)
