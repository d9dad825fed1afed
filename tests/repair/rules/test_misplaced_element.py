"""Elements in another order than the schema has."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

from ..conftest import LANGUAGES, Repair
from .conftest import Check, Determined

NUMBER = "  <number>A-17</number>\n"
DATE = "  <date>2026-03-05</date>\n"
BUYER = "  <buyer>\n    <name>Blum</name>\n    <city>Graz</city>\n  </buyer>\n"
NESTED_INTERLEAVES = """<element name="trip" xmlns="http://relaxng.org/ns/structure/1.0"><interleave>
 <interleave><element name="from"><text/></element><element name="to"><text/></element></interleave>
 <interleave><element name="day"><text/></element><element name="hour"><text/></element></interleave>
 <zeroOrMore><element name="guest"><text/></element></zeroOrMore>
</interleave></element>"""

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    (
        "    <name>Blum</name>\n    <city>Graz</city>\n",
        "    <city>Graz</city>\n    <name>Blum</name>\n",
        "rule:misplaced-element",
        True,
    ),
    (
        NUMBER + DATE + BUYER,
        BUYER + DATE + NUMBER,
        "rule:misplaced-element",
        True,
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("<r>\n  <c/><a/>\n  <b/>\n  \n</r>", "<r>\n  <a/>\n  <b/>\n  <c/>\n</r>"),  # the line it left is there
        ("<r>\n  <c/><a/>\n  <b/>\n</r>", "<r>\n  <a/>\n  <b/>\n  <c/>\n</r>"),
        ("<r>\n\n  <c/>\n  <a/>\n  <b/>\n\n</r>", "<r>\n  <a/>\n  <b/>\n\n  <c/>\n\n</r>"),
        ("<r><c/><a/><b/></r>", "<r><a/><b/><c/></r>"),
    ],
)
def test_an_element_takes_its_indentation_with_it_and_leaves_that_of_its_neighbour(
    broken: str, meant: str, line_end: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a, b, c)><!ELEMENT a EMPTY><!ELEMENT b EMPTY><!ELEMENT c EMPTY>")

    assert repair(broken.replace("\n", line_end), str(schema))[0] == meant.replace("\n", line_end)


def test_an_order_that_only_the_validator_minds_is_changed_safely(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "trip.rng"
    schema.write_text(NESTED_INTERLEAVES)
    used: set[str] = set()
    for names in permutations(("from", "to", "day", "hour", "guest")):
        text = "<trip>\n" + "\n".join(f"<{name}>{name.upper()}</{name}>" for name in names) + "\n</trip>"
        fixed, fixes, _ = repair(text, str(schema))
        assert sorted(fixed.split("\n")) == sorted(text.split("\n"))
        assert validate(Document.from_text(fixed), plan([schema])).valid
        used |= {fix.source for fix in fixes}
    assert used == {"rule:misplaced-element"}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("<!ELEMENT r (k, v)*>", "<r><v>1</v><k>A</k><v>2</v><k>B</k></r>"),  # which value is that of which key?
        ("<!ELEMENT r (k, v)+>", "<r><k>A</k><k>B</k><v>1</v><v>2</v></r>"),
        (
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType mixed="true">'
            '<xs:sequence><xs:element name="k"/><xs:element name="v"/></xs:sequence></xs:complexType></xs:element>'
            "</xs:schema>",
            "<r>From <v>Paris</v> to <k>Rome</k></r>",
        ),
    ],
)
def test_pairs_and_words_are_put_in_order_with_consent_only(
    schema: str, text: str, tmp_path: Path, repair: Repair
) -> None:
    path = tmp_path / ("r.xsd" if "xs:schema" in schema else "r.dtd")
    path.write_text(schema + ("" if "xs:schema" in schema else "<!ELEMENT k (#PCDATA)><!ELEMENT v (#PCDATA)>"))

    assert repair(text, str(path))[:2] == (text, [])
    assert repair(text, str(path), allow_unsafe=True)[0] != text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<r><a>1</a><a>2</a><t>x</t></r>", "<r><t>x</t><a>1</a><a>2</a></r>"),  # one passes all of a list
        ("<r><a>1</a><t>x</t><a>2</a></r>", None),  # the first may have stood behind the second
    ],
)
def test_one_that_stands_alone_passes_a_whole_list_without_asking(
    text: str, meant: str | None, tmp_path: Path, repair: Repair
) -> None:
    path = tmp_path / "r.dtd"
    path.write_text("<!ELEMENT r (t, a*)><!ELEMENT t (#PCDATA)><!ELEMENT a (#PCDATA)>")

    assert repair(text, str(path))[0] == (meant or text)


@pytest.mark.parametrize(
    ("model", "text", "safe"),
    [
        ("(t?, a*)", "<l><r><a>1</a><t>x</t></r></l>", True),
        ("(t?, a*)", "<l><r><a>1</a><t>x</t></r><r><t>y</t><a>2</a></r></l>", True),
        ("(t?, a*)", "<l><r><a>1</a><t>x</t></r><r><a>2</a></r></l>", False),  # it may be the title of the next one
        ("(t?, a*)", "<l><r><a>1</a><!-- why --><t>x</t></r></l>", False),  # what the comment is about
        ("(t?, a*)", "<l><r><a>1</a><t>x</t><!-- why --></r></l>", False),
        ("(s, a*, t?)", "<l><r><t>x</t><a>1</a></r></l>", False),  # it may be the one that is missing
    ],
)
def test_what_may_belong_elsewhere_is_moved_with_consent_only(
    model: str, text: str, safe: bool, tmp_path: Path, repair: Repair
) -> None:
    path = tmp_path / "l.dtd"
    path.write_text(f"<!ELEMENT l (r*)><!ELEMENT r {model}>" + "".join(f"<!ELEMENT {n} (#PCDATA)>" for n in "ast"))

    assert (repair(text, str(path))[0] != text) is safe
