"""A message of another tool is tied to the fault that it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.messages.recognition import recognised
from mcp_servers.xml_troubleshooter.diagnosis.messages.tool_messages.english_wording import SAYINGS
from mcp_servers.xml_troubleshooter.diagnostics import Diagnostic
from mcp_servers.xml_troubleshooter.document.document import Document


def fault(code: Code, line: int, name: str, value: str = "", expected: tuple[str, ...] = ()) -> Diagnostic:
    return Diagnostic(
        code=code, start=line, end=line, line=line, column=1, message="", explanation="", name=name, value=value,
        expected=expected,
    )  # fmt: skip


# What tools say, one message a line: Xerces (Java, Saxon, Oxygen, SoapUI), libxml2 (xmllint, lxml, xmlstarlet, PHP),
# .NET, MSXML, expat (Python, Perl), Jing, xmlschema (Python), Saxon, Altova. {name}, {value}, {expected} and {line} are
# those of the fault.
LINES = Path(__file__).with_name("messages_of_other_tools.tsv").read_text(encoding="utf-8").splitlines()
TABLE = [(Code(code), message) for code, message in (line.split("\t") for line in LINES)]  # type: ignore[call-arg]  # looks codes up
# two faults of every code, all in one document
FAULTS = [
    fault(code, 100 + 2 * number + twin, f"p:name{number}{'ab'[twin]}", "" if code is Code.EMPTY_VALUE else
          f"value{number}{'ab'[twin]}", (f"expected{number}{'ab'[twin]}",))
    for number, code in enumerate(Code) for twin in (0, 1)
]  # fmt: skip
# other tools have the same words for each of these
SAME = [{Code.TAG_MISMATCH, Code.OVERLAPPING_TAGS, Code.MISSING_END_TAG}, {Code.UNQUOTED_ATTRIBUTE, Code.WRONG_QUOTES}]


def test_every_code_that_other_tools_tell_of_has_their_messages() -> None:
    assert {code for code, _ in TABLE} == set(SAYINGS)


@pytest.mark.parametrize(("code", "message"), TABLE)
def test_a_message_finds_its_fault_among_all_that_there_are(code: Code, message: str) -> None:
    meant = [item for item in FAULTS if item.code is code][1]
    told = {"name": meant.name, "value": meant.value, "expected": meant.expected[0], "line": meant.line}
    written = message.format_map(told)

    found = recognised(written, FAULTS)

    assert found is not None
    if any(str(word) in written for word in told.values() if word):
        assert found is meant
    else:
        assert found.code is code or any({found.code, code} <= same for same in SAME)


PAIRS = [
    fault(Code.UNEXPECTED_ELEMENT, 3, "cbc:ID", "cbc:ID", ("IssueDate",)),
    fault(Code.UNEXPECTED_ELEMENT, 9, "cac:Party", "cac:Party", ("Delivery",)),
    fault(Code.INVALID_VALUE, 12, "cbc:DueDate", "16.04.2026", ("xs:date",)),
    fault(Code.MISSING_ATTRIBUTE, 20, "currencyID", "", ("currencyID",)),
]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("cvc-complex-type.2.4.a: Invalid content was found starting with element 'cac:Party'.", 9),
        ("cvc-complex-type.2.4.a: Invalid content was found. One of '{IssueDate}' is expected.", 3),
        ("System.Xml.XmlException: The element has invalid child element 'Party'. Line 9, position 4.", 9),
        ("Peer closed the connection", None),
        ("Please repair my invoice, the bank says that it is wrong", None),
        ("", None),
    ],
)
def test_a_message_finds_its_fault_or_none(message: str, line: int | None) -> None:
    found = recognised(message, PAIRS)

    assert (found.line if found else None) == line


RULES = [
    replace(fault(Code.ASSERTION_FAILED, line, "cbc:ID"), message=message)
    for line, message in (
        (4, "[BR-CO-15]-Invoice total amount with VAT (BT-112) = Invoice total amount without VAT + VAT."),
        (5, "[BR-CO-1]-Another total."),
        (6, "[PEPPOL-EN16931-R003] A buyer reference or purchase order reference MUST be provided."),
        (7, "A tax category has a rate unless it is exempt from tax."),
    )
]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("BR-CO-15", 4),
        ("rejected: br-co-1 (fatal)", 5),
        ("Invoice total amount with VAT (BT-112) = Invoice total amount\nwithout VAT + VAT.", 4),
        ("PEPPOL-EN16931-R003: see the documentation", 6),
        ("The portal says: A tax category has a rate unless it is exempt from tax.", 7),
        ("BR-CO-25", None),
        ("A tax category", None),
    ],
)
def test_a_business_rule_is_known_by_its_identifier_or_its_words(message: str, line: int | None) -> None:
    found = recognised(message, RULES)

    assert (found.line if found else None) == line


def test_a_message_of_xerces_finds_the_broken_tag() -> None:
    report = validate(Document.from_text("<a>\n  <b>x</c>\n  <d>1 & 2</d>\n</a>"))

    found = recognised('The element type "b" must be terminated by the matching end-tag "</b>".', report.diagnostics)
    assert found is not None
    assert found.line == 2
    found = recognised("The entity name must immediately follow the '&' in the entity reference.", report.diagnostics)
    assert found is not None
    assert found.code is Code.BARE_AMPERSAND
