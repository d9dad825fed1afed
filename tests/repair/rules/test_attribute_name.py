"""Attributes under another name than the schema has for them, or that it does not have."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ..conftest import LANGUAGES, Repair
from .conftest import Check, Determined

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ('position="1"', 'positon="1"', "rule:attribute-name", True),
    ("<buyer>", '<buyer vip="1">', "rule:surplus-attribute", False),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


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
