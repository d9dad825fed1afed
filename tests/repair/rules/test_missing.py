"""Elements and attributes that are missing: what is at hand is put in, the rest is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from ..conftest import Repair
from .conftest import HIT, HITS, OwnSchema, Restore

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "an element in a CDATA section": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "<![CDATA[<from>1</from>]]>"),
    ),
    "an element that was escaped": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "&lt;from&gt;1&lt;/from&gt;"),
    ),
    "an element that stands in a comment": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "<!-- <from>1</from> -->"),
    ),
    "an element that is missing here and stands at the end": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace("<from>1</from>", "").replace("</hits>", "<from>1</from></hits>"),
    ),
    "an element without content that was escaped": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace('<gap type="b"/>', '&lt;gap type="b"/&gt;'),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


def test_a_missing_value_is_asked_for_and_the_answer_goes_in_its_place(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace("  <number>A-17</number>\n", "")

    fixed, fixes, questions = repair(broken, schemas["xsd"], allow_unsafe=True)

    assert fixed == broken
    assert not fixes
    [question] = questions
    assert question.path == "/order/number"
    assert question.type == "xs:string"

    fixed, fixes, questions = repair(broken, schemas["xsd"], answers={question.id: "B<1>"})

    assert fixed == order.replace("A-17", "B&lt;1>".replace(">", "&gt;"))
    assert fixes[0].provenance == f"user: answer to {question.id}"
    assert not questions


@pytest.mark.parametrize("answer", ["", "dozen"])
def test_an_answer_that_the_type_rejects_is_asked_for_again(
    answer: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    broken = order.replace(' unit="metre"', "")
    [question] = repair(broken, schemas["xsd"])[2]

    fixed, _, questions = repair(broken, schemas["xsd"], answers={question.id: answer})

    assert fixed == broken
    assert [item.id for item in questions] == [question.id]
    assert question.allowed == ("piece", "metre")


def test_a_question_suggests_what_the_document_says_everywhere_else(
    schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    line = order[order.index('    <line unit="metre">') : order.index("  </lines>")]
    more = order.replace(line, line * 3).replace(' unit="piece"', "")

    [question] = repair(more, schemas["xsd"], allow_unsafe=True)[2]

    assert (question.suggestion, question.suggestion_reason) == ("metre", "all 3 others of the document say so")


@pytest.mark.parametrize(
    ("others", "value"), [('hits="2"', "1"), ('hits="2" views="many"', "1"), ('hits="5"', None), ("", None)]
)
def test_an_attribute_in_the_plural_counts_elements_where_others_beside_it_do(
    others: str, value: str | None, tmp_path: Path, repair: Repair
) -> None:
    schema = tmp_path / "day.dtd"
    schema.write_text(
        "<!ELEMENT day (hit|leap)*><!ELEMENT hit EMPTY><!ELEMENT leap EMPTY>\n"
        "<!ATTLIST day hits CDATA #IMPLIED views CDATA #IMPLIED leaps CDATA #REQUIRED>\n"
    )

    fixed, fixes, questions = repair(f"<day {others}><hit/><leap/><hit/></day>", str(schema), allow_unsafe=True)

    if value is None:
        assert (fixes, [question.name for question in questions]) == ([], ["leaps"])
    else:
        assert f'{others} leaps="{value}">' in fixed
        assert fixes[0].provenance.startswith("document: count(.//leap)")


@pytest.mark.parametrize("language", ["xsd", "rng"])
def test_what_only_the_schema_decides_is_filled_in(
    language: str, schemas: Mapping[str, str], order: str, repair: Repair
) -> None:
    fixed, fixes, _ = repair(order.replace(' version="2"', ""), schemas[language])

    assert fixed == order
    assert fixes[0].provenance.startswith("schema:")


def test_a_skeleton_keeps_the_order_of_the_schema(schemas: Mapping[str, str], order: str, repair: Repair) -> None:
    start, end = order.index("    <line unit"), order.index("  </lines>")
    broken = order[:start] + order[end:]

    questions = repair(broken, schemas["xsd"])[2]

    assert [question.path.rpartition("line/")[2] for question in questions] == ["@unit", "article", "quantity"]
    values = {question.id: value for question, value in zip(questions, ("piece", "Lamp", "2"), strict=True)}
    fixed, _, rest = repair(broken, schemas["xsd"], answers=values)
    assert not rest
    assert "".join(fixed[start:].split()).startswith(
        '<lineunit="piece"><article>Lamp</article><quantity>2</quantity></line>'
    )


def test_an_element_that_speaks_in_attributes_is_asked_for_and_not_put_in_empty(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "figure.dtd"
    schema.write_text(
        "<!ELEMENT figure (image)>\n<!ELEMENT image EMPTY>\n<!ATTLIST image file CDATA #IMPLIED width CDATA #IMPLIED>\n"
    )

    fixed, _, [question] = repair("<figure></figure>", str(schema), allow_unsafe=True)

    assert fixed == "<figure></figure>"
    answered = repair("<figure></figure>", str(schema), answers={question.id: '<image file="a.png"/>'})[0]
    assert answered == '<figure><image file="a.png"/></figure>'
