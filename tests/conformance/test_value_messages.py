"""Why a value is refused is said in words that are true of the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v">{}</xs:element></xs:schema>"""
RESTRICTION = '<xs:simpleType><xs:restriction base="xs:{}">{}</xs:restriction></xs:simpleType>'
CASES = [
    ("date", "", "31.12.2026", "The value “31.12.2026” of v is no xs:date (YYYY-MM-DD). Correct the value."),
    ("anyURI", '<xs:maxLength value="3"/>', "urn:a", "is too long: the schema wants at most 3 characters, and it"),
    ("string", '<xs:minLength value="2"/>', "a", "is too short: the schema wants at least 2 characters, and it has 1."),
    ("string", '<xs:length value="3"/>', "EURO", "has another length: the schema wants exactly 3 characters"),
    ("string", '<xs:pattern value="[A-Z]{2}"/>', "de", "The value “de” of v does not match the pattern [A-Z]{2}."),
    ("string", '<xs:enumeration value="a"/><xs:enumeration value="b"/>', "c",
     "The value “c” of v is none of those allowed: a, b. Use one of these."),
    ("decimal", '<xs:fractionDigits value="2"/>', "1.005", "has too many digits: the schema wants at most 2 fraction"),
    ("integer", '<xs:minInclusive value="1"/>', "0", "The value “0” of v is out of range: it must be >= 1."),
    ("date", "", "", "v is empty, but xs:date (YYYY-MM-DD) is required."),
]  # fmt: skip


@pytest.mark.parametrize(("base", "facets", "value", "words"), CASES)
def test_the_words_fit_the_facet(tmp_path: Path, base: str, facets: str, value: str, words: str) -> None:
    schema = tmp_path / "v.xsd"
    schema.write_text(SCHEMA.format(RESTRICTION.format(base, facets)))
    (found,) = validate(Document.from_text(f"<v>{value}</v>"), plan([schema])).diagnostics
    assert words in found.explanation


ORDER = """<xs:complexType><xs:sequence><xs:element name="a"/><xs:element name="b"/><xs:element name="c"/>
 </xs:sequence></xs:complexType>"""


@pytest.mark.parametrize(
    ("content", "where"), [("<b/><c/><a/>", "at the beginning of v"), ("<b/><a/><c/>", "behind a")]
)
def test_a_misplaced_element_is_told_where_it_belongs(tmp_path: Path, content: str, where: str) -> None:
    schema = tmp_path / "v.xsd"
    schema.write_text(SCHEMA.format(ORDER))
    found = validate(Document.from_text(f"<v>{content}</v>"), plan([schema])).diagnostics
    assert any(f"It belongs {where}." in item.explanation for item in found), [item.explanation for item in found]
