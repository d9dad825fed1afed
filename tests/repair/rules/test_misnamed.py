"""Elements and attributes under another name than the schema has for them, or that it does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ..conftest import LANGUAGES, Repair
from .conftest import SETTING, Check, Determined, OwnSchema, Restore

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ("<date>2026-03-05</date>", "<daet>2026-03-05</daet>", "rule:element-name", True),
    ("<city>Graz</city>", "<City>Graz</City>", "rule:element-name", True),
    ("<quantity>10</quantity>", "<qty-x>10</qty-x>", "rule:element-name", False),
    ("<number>A-17</number>", "<orderNumber>A-17</orderNumber>", "rule:element-name", True),
    ("<quantity>10</quantity>", "<quantityOrdered>10</quantityOrdered>", "rule:element-name", False),
    (
        '<line unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>\n'
        "      <note>black</note>\n    </line>",
        '<item unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>\n'
        "      <note>black</note>\n    </item>",
        "rule:element-name",
        False,
    ),
    ('position="1"', 'positon="1"', "rule:attribute-name", True),
    ("<buyer>", '<buyer vip="1">', "rule:surplus-attribute", False),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "a prefix that a schema without namespaces does not know": (
        "setting.dtd",
        SETTING,
        "<setting><summary>s</summary></setting>",
        "<setting><ns1:summary>s</ns1:summary></setting>",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_in_capitals_is_put_right_at_once(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    shouted = re.sub(r"(?<=<)/?[a-z]+", lambda match: match.group().upper(), order)

    fixed, fixes, _ = repair(shouted, schemas[language])

    assert fixed == order
    assert {fix.source for fix in fixes} == {"rule:element-name"}


def test_a_name_with_another_number_is_not_taken_for_a_slip(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "rule.dtd"
    schema.write_text("<!ELEMENT rule (ipv4?, ipv6?)><!ELEMENT ipv4 EMPTY><!ELEMENT ipv6 EMPTY>")

    assert repair("<rule><ipv5/></rule>", str(schema))[0] == "<rule><ipv5/></rule>"


@pytest.mark.parametrize(("name", "near"), [("itme", True), ("items", True), ("note", False)])
def test_a_name_is_called_close_only_where_it_is(name: str, near: bool, tmp_path: Path, repair: Repair) -> None:
    (tmp_path / "list.dtd").write_text("<!ELEMENT list (item*)><!ELEMENT item (#PCDATA)>")
    text = f"<list><item>a</item><{name}>b</{name}><item>c</item></list>"

    fixed, fixes, _ = repair(text, str(tmp_path / "list.dtd"), allow_unsafe=True)

    assert fixed == text.replace(name, "item")
    assert ["closest" in fix.reason for fix in fixes] == [near]
    assert ["nothing like" in fix.reason for fix in fixes] == [not near]


def test_a_namespace_declaration_that_a_dtd_does_not_know_goes(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("<lines>", '<lines xmlns="">')

    assert repair(broken, schemas["dtd"])[0] == broken
    assert repair(broken, schemas["dtd"], allow_unsafe=True)[0] == order


def test_an_element_that_may_not_be_nil_is_not(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    right = order.replace("<order ", '<order xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ')
    broken = right.replace("<date>", '<date xsi:nil="false">')

    assert repair(broken, schemas["xsd"], allow_unsafe=True)[0] == right


def test_a_type_that_the_schema_does_not_have_is_not_named(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    right = order.replace("<order ", f"<order {xsi} ")

    assert (
        repair(right.replace("<name>", '<name xsi:type="xsd:string">', 1), schemas["xsd"], allow_unsafe=True)[0]
        == right
    )
