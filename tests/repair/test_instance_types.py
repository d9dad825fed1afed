"""The type that an element names for itself (xsi:type): missing, misspelt, or none that it may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Repair

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">
<xs:complexType name="Shape" abstract="true"><xs:sequence><xs:element name="name" type="xs:string"/></xs:sequence>
</xs:complexType>
<xs:complexType name="Circle"><xs:complexContent><xs:extension base="Shape"><xs:attribute name="r" use="required"/>
</xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Square"><xs:complexContent><xs:extension base="Shape"><xs:sequence>
<xs:element name="side" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Note"><xs:sequence/></xs:complexType>
<xs:element name="drawing"><xs:complexType><xs:sequence>
<xs:element name="shape" type="Shape" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
HEAD = '<t:drawing xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
CIRCLE = '<shape {}r="1"><name>a</name></shape>'
SQUARE = "<shape {}><name>a</name><side>1</side></shape>"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "drawing.xsd"
    path.write_text(SCHEMA)
    return path


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (CIRCLE.format(""), '<shape r="1" xsi:type="t:Circle"><name>a</name></shape>'),
        (SQUARE.format('xsi:type="t:square"'), SQUARE.format('xsi:type="t:Square"')),
    ],
)
def test_the_type_that_the_content_fits_is_named(schema: Path, repair: Repair, wrong: str, right: str) -> None:
    text, _, _ = repair(f"{HEAD}{wrong}</t:drawing>", str(schema))
    assert text == f"{HEAD}{right}</t:drawing>"


@pytest.mark.parametrize("named", ["t:Note", "t:Shape", "Rectangle"])
def test_a_type_that_may_not_stand_there_is_asked_for(schema: Path, repair: Repair, named: str) -> None:
    broken = HEAD + SQUARE.format(f'xsi:type="{named}"') + "</t:drawing>"
    text, _, (question,) = repair(broken, str(schema))
    assert text == broken
    assert question.allowed == ("t:Square",)


@pytest.mark.parametrize("named", ["t:Note", "xsd:string", "t:Nothing"])
def test_a_type_that_the_content_has_no_need_of_is_left_out(schema: Path, repair: Repair, named: str) -> None:
    schema.write_text(SCHEMA.replace(' abstract="true"', ""))
    broken = f'{HEAD}<shape xsi:type="{named}"><name>a</name></shape></t:drawing>'
    text, _, _ = repair(broken, str(schema), allow_unsafe=True)
    assert text == f"{HEAD}<shape><name>a</name></shape></t:drawing>"


def test_a_slip_in_a_type_that_might_be_left_out_is_put_right(schema: Path, repair: Repair) -> None:
    schema.write_text(SCHEMA.replace(' abstract="true"', "").replace(' use="required"', ""))
    text, _, _ = repair(f'{HEAD}<shape xsi:type="t:Cirlce"><name>a</name></shape></t:drawing>', str(schema))
    assert text == f'{HEAD}<shape xsi:type="t:Circle"><name>a</name></shape></t:drawing>'


def test_where_several_types_fit_the_user_is_asked(schema: Path, repair: Repair) -> None:
    schema.write_text(SCHEMA.replace('use="required"', "").replace('<xs:element name="side" type="xs:int"/>', ""))
    broken = f"{HEAD}<shape><name>a</name></shape></t:drawing>"
    text, _, (question,) = repair(broken, str(schema), allow_unsafe=True)
    assert text == broken
    assert question.allowed == ("t:Circle", "t:Square")
