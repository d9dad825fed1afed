"""What a finding says: the values that the rule looked at, by the names that its message gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCH = "http://purl.oclc.org/dsdl/schematron"
BILL = (
    '<bill currency="eur">\n<gross>120.00</gross>\n<net>100.00</net>\n<vat>21.00</vat>\n<off>5</off>\n'
    "<item>60.00</item>\n<item>30.00</item>\n<note/>\n</bill>"
)
# test and message of an assertion on the bill; what the explanation ends with, and the line of the finding
FINDINGS = [
    (
        "xs:decimal(gross) = round((xs:decimal(net) + xs:decimal(vat)) * 10 * 10) div 100",
        "Gross amount (BT-3) = Net amount (BT-1) + Tax amount (BT-2)",
        "Gross amount (BT-3) 120.00 ≠ 100.00 (BT-1) + 21.00 (BT-2) = 121.00",
        2,
    ),
    (
        "gross = net + vat - off",
        "Gross amount (BT-3) = Net amount (BT-1) - Discount (BT-4) + Tax amount (BT-2)",
        "Gross amount (BT-3) 120.00 ≠ 100.00 (BT-1) + 21.00 (BT-2) - 5 (BT-4) = 116.00",
        2,
    ),
    ("net = sum(item)", "The net is of the items.", "Here: net 100.00 ≠ 60.00 + 30.00 (item) = 90.00.", 3),
    ("contains(' EUR USD ', concat(' ', @currency, ' '))", "A code.", 'Here: @currency "eur" is not listed.', 1),
    ("some $c in tokenize('EUR USD', ' ') satisfies $c = @currency", "A code.", '@currency "eur" is not listed.', 1),
    ("@currency = ('EUR', 'USD')", "A code.", "Here: @currency eur ≠ one of EUR, USD.", 1),
    ("number(@currency) = number(@currency)", "A number.", "Here: @currency eur is no number.", 1),
    ("due and (gross > net)", "It is due.", "Here: due is not there.", 1),
    ("normalize-space(note) != ''", "A note.", "Here: note is empty.", 8),
    ("not(off)", "No discount.", 'Here: off is "5".', 5),
    ("count(item) &lt; 2", "One item.", "Here: count(item) 2 ≥ 2.", 6),
    ("every $i in item satisfies $i > 40", "Dear items.", "≤ 40", 7),
    ("if (vat) then gross = net else true()", "No tax.", "Here: gross 120.00 ≠ 100.00 (net).", 2),
]


@pytest.mark.parametrize(("test", "message", "told", "line"), FINDINGS)
def test_a_finding_tells_the_values_at_their_place(
    test: str, message: str, told: str, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "rules.sch"
    test = test.replace(" > ", " &gt; ")
    path.write_text(
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><title>Bills</title><pattern><rule context="bill">'
        f'<assert id="B-1" flag="fatal" test="{test}">[B-1] {message}</assert></rule></pattern></schema>'
    )
    (fault,) = validate(Document.from_text(BILL), plan([path])).diagnostics
    assert fault.explanation.startswith("B-1 (Bills): ")
    assert fault.explanation.endswith(told) or told in fault.explanation
    assert (fault.line, fault.rule, fault.flag) == (line, "B-1", "fatal")
    assert all(item.value in ("", BILL[item.start : item.end]) for item in fault.operands)
    assert fault.operands


# a rule on the bill (context, variables, test or "not" of one), what is told, and line and text of the finding
PLACED = [
    ("item[2]", "", "count(../item) = 1", "count(item) 2 ≠ 1", 7, "30.00"),
    ("bill", '<let name="all" value="sum(item)"/>', "net = $all", "≠ 60.00 + 30.00 (item) = 90.00", 3, "100.00"),
    ("bill", '<let name="n" value="count(item) + 1"/>', "$n - 2 = 4", "(count(item) 2 + 1) - 2 = 1 ≠ 4", 6, "60.00"),
    ("gross/text()", "", ". = 'x'", "gross 120.00 ≠ x", 2, "120.00"),
    ("comment()", "", "not(contains(., 'odd'))", 'the value is "odd one"', 9, "<!-- odd one -->"),
    ("processing-instruction()", "", "false()", "m", 9, "<?odd two?>"),
]  # fmt: skip


@pytest.mark.parametrize(("context", "lets", "test", "told", "line", "text"), PLACED)
def test_a_finding_stands_where_its_context_is(
    context: str, lets: str, test: str, told: str, line: int, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(
        f'<schema xmlns="{SCH}" queryBinding="xslt2"><pattern><rule context="{context}">{lets}'
        f'<assert id="B-1" test="{test}">m</assert></rule></pattern></schema>'
    )
    bill = BILL.replace("</bill>", "some text<!-- odd one --><![CDATA[more]]><?odd two?></bill>")
    (fault,) = validate(Document.from_text(bill), plan([path])).diagnostics
    assert told in fault.explanation
    assert (fault.line, bill[fault.start : fault.end]) == (line, text)
