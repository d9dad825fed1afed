"""Names in another namespace than that of the schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..conftest import Repair
from .conftest import EXTENDED, OPEN_SERVICE, OwnSchema, Restore

TWO_NAMESPACES = """<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start>
  <element name="q" ns="urn:example:outer"><ref name="event"/></element>
</start><define name="event"><element name="event" ns="urn:example:inner"><text/></element></define></grammar>"""

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "a prefix in another case than its declaration": (
        "outer.rng",
        TWO_NAMESPACES,
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner"><in:event>1</in:event></q>',
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner"><IN:event>1</IN:event></q>',
    ),
    "a lost default namespace below an element that has a prefix": (
        "outer.rng",
        TWO_NAMESPACES,
        '<o:q xmlns="urn:example:inner" xmlns:o="urn:example:outer"><event>1</event></o:q>',
        '<o:q xmlns:o="urn:example:outer"><event>1</event></o:q>',
    ),
    "a prefix that is bound to another namespace than what is written with it": (
        "outer.rng",
        TWO_NAMESPACES,
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner" xmlns:p="urn:example:p"><in:event>1</in:event></q>',
        '<q xmlns="urn:example:outer" xmlns:in="urn:example:inner" xmlns:p="urn:example:p"><p:event>1</p:event></q>',
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("s:binding>", "s:bindingg>"), ('"http://example.org/service/"', '"http://example.org/service"')],
)
def test_an_extension_whose_namespace_resembles_the_schema_s_is_left_alone(
    right: str, wrong: str, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "service.xsd"
    schema.write_text(OPEN_SERVICE)

    assert repair(EXTENDED.replace(right, wrong), str(schema), allow_unsafe=True)[0] == EXTENDED


def test_another_version_of_the_vocabulary_is_not_taken_for_a_slip(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "payment.rng"
    schema.write_text(
        '<element name="payment" ns="urn:example:001.09" xmlns="http://relaxng.org/ns/structure/1.0"><text/></element>'
    )
    old = '<payment xmlns="urn:example:001.03">5</payment>'

    assert repair(old, str(schema))[0] == old
    assert repair(old, str(schema), allow_unsafe=True)[0] == old.replace("03", "09")
