"""A message of another tool is tied to the fault that it is about."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.validation.diagnostics import Code, Diagnostic
from mcp_servers.xml_troubleshooter.validation.recognition import recognised
from mcp_servers.xml_troubleshooter.validation.validate import validate


def fault(code: Code, line: int, name: str, value: str = "", expected: tuple[str, ...] = ()) -> Diagnostic:
    return Diagnostic(
        code=code, start=line, end=line, line=line, column=1, message="", explanation="", name=name, value=value,
        expected=expected,
    )  # fmt: skip


FAULTS = [
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
        ("Element '{urn:x}ID': This element is not expected. Expected is ( {urn:x}IssueDate ).", 3),
        ("cvc-datatype-valid.1.2.1: '16.04.2026' is not a valid value for 'date'.", 12),
        ("The required attribute 'currencyID' is missing.", 20),
        ("System.Xml.XmlException: The element has invalid child element 'Party'. Line 9, position 4.", 9),
        ("Peer closed the connection", None),
        ("", None),
    ],
)
def test_a_message_finds_its_fault(message: str, line: int | None) -> None:
    found = recognised(message, FAULTS)

    assert (found.line if found else None) == line


def test_a_message_of_xerces_finds_the_broken_tag() -> None:
    report = validate(Document.from_text("<a>\n  <b>x</c>\n  <d>1 & 2</d>\n</a>"))

    found = recognised('The element type "b" must be terminated by the matching end-tag "</b>".', report.diagnostics)
    assert found is not None
    assert found.line == 2
    found = recognised("The entity name must immediately follow the '&' in the entity reference.", report.diagnostics)
    assert found is not None
    assert found.code is Code.BARE_AMPERSAND
