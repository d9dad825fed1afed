"""What a bank says of a payment file and can be calculated."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.messages.assessment import assess
from mcp_servers.xml_troubleshooter.diagnosis.messages.claim import State
from mcp_servers.xml_troubleshooter.diagnosis.messages.claim_findings import check
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document


def payment(iban: str = "DE89370400440532013000", count: str = "2", total: str = "30.00") -> Document:
    one = (
        "<CdtTrfTxInf><Amt><InstdAmt Ccy='EUR'>{}</InstdAmt></Amt><CdtrAcct><Id><IBAN>{}</IBAN></Id></CdtrAcct>"
        "</CdtTrfTxInf>"
    )
    return Document(
        f"<Document><C><GrpHdr><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum></GrpHdr><PmtInf>"
        f"<NbOfTxs>{count}</NbOfTxs>{one.format('10.00', iban)}{one.format('20.00', 'GB82WEST12345698765432')}"
        "</PmtInf></C></Document>"
    )


@pytest.mark.parametrize(
    ("message", "document", "state", "said"),
    [
        ("AC01: IncorrectAccountNumber", payment("DE89370400440532013001"), State.CONFIRMED, "check digits"),
        ("AC01: IncorrectAccountNumber", payment(), State.UNCHECKABLE, "reason code of banks"),
        ("IBAN DE89370400440532013001 falsch", payment("DE89370400440532013001"), State.CONFIRMED, "is wrong"),
        ("AM18 InvalidNumberOfTransactions", payment(count="3"), State.CONFIRMED, "there are 2"),
        ("Die Anzahl in NbOfTxs stimmt nicht", payment(count="3"), State.CONFIRMED, "there are 2"),
        ("AM10 InvalidControlSum", payment(total="31.00"), State.CONFIRMED, "30.00 together"),
        ("AM10 InvalidControlSum", payment(), State.UNCHECKABLE, "Whether that is so was not checked"),
    ],
)  # fmt: skip
def test_what_a_bank_says_is_calculated(message: str, document: Document, state: State, said: str) -> None:
    found = tuple(item for item, _ in check(message, document))
    report = Report(well_formed=True, valid=not found, diagnostics=found)
    (assessed,) = assess(message, document, report, report)
    assert assessed.state is state
    assert said in assessed.reason


def test_sums_are_looked_at_only_where_a_bank_speaks_of_them() -> None:
    assert check("CH17: an element is not allowed", payment("DE00370400440532013001", "3", "1")) == ()
