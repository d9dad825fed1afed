"""What a document says about the place of its schemas is doubted where another validator would stumble over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnostics import Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"><xs:element name="a">
<xs:complexType><xs:sequence><xs:any minOccurs="0" processContents="skip"/></xs:sequence></xs:complexType>
</xs:element></xs:schema>"""

# the attribute of the document element {urn:a}a, what is said of it, and whether only where no schema judges
CASES = [
    ('schemaLocation="urn:a a.xsd"', "", False),
    ('schemaLocation="urn:a a.xsd urn:b http://localhost/gone.xsd"', "", False),  # another's namespace does no harm
    ('schemaLocation="urn:a ../outside/gone.xsd"', "", False),
    ('schemaLocation="urn:c c.xsd"', "", False),  # an element inside is in it
    ('schemaLocation="urn:a"', "urn:a has no partner", False),
    ('schemaLocation="a.xsd"', "it is xsi:noNamespaceSchemaLocation", False),
    ('schemaLocation="urn:a a.xsd urn:b"', "urn:b has no partner", False),
    ('schemaLocation="urn:A a.xsd"', "for the namespace urn:A, which nothing in the document has; the document "
     "element a is in the namespace urn:a", False),
    ('noNamespaceSchemaLocation="a.xsd"', "no namespace, but the document element a is in the namespace urn:a", False),
    ('schemaLocation="urn:a gone.xsd"', "names gone.xsd, but there is no such file", True),
]  # fmt: skip


@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize(("attribute", "said", "unjudged"), CASES)
def test_a_location_that_leads_nowhere_is_warned_of(
    attribute: str, said: str, unjudged: bool, judged: bool, tmp_path: Path, write: Callable[[str, str], Path]
) -> None:
    schema = str(write("a.xsd", SCHEMA)) if judged else ""
    write("a.xsd", SCHEMA)
    write("c.xsd", SCHEMA)
    text = f'<?xml version="1.0"?>\n<!-- <x> -->\n<a xmlns="urn:a" {XSI} xsi:{attribute}><c xmlns="urn:c"/></a>'
    report = validate(Document.from_text(text, str(tmp_path / "a.xml")), plan([schema], (tmp_path,)))

    assert report.valid
    assert len(report.diagnostics) == report.total == (1 if said and not (judged and unjudged) else 0)
    for found in report.diagnostics:
        assert (found.code, found.severity, found.line) == (Code.SCHEMA_LOCATION, Severity.WARNING, 3)
        assert said in found.explanation
        assert f'"{text[found.start : found.end]}"' in attribute


def test_a_warning_leaves_the_verdict_alone(write: Callable[[str, str], Path]) -> None:
    text = f'<a xmlns="urn:a" {XSI} xsi:schemaLocation="urn:a"><b/><b/></a>'
    report = validate(Document.from_text(text), plan([write("a.xsd", SCHEMA)]))

    assert not report.valid
    assert [item.code for item in report.diagnostics] == [Code.SCHEMA_LOCATION, Code.UNEXPECTED_ELEMENT]
