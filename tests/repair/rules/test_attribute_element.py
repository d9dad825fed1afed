"""Values that stand in an attribute where the schema has an element or text, or the other way round."""

from __future__ import annotations

import pytest

from ..conftest import LANGUAGES
from .conftest import COUNT, COUNTS, HIT, HITS, RECORDS, SETTING, Check, Determined, OwnSchema, Restore

ALIAS = (
    "<!ELEMENT aliases (alias)*><!ELEMENT alias (family)*><!ELEMENT family (#PCDATA)>"
    "<!ATTLIST alias binding (weak|same) 'weak'>"
)
PATH = "<!ELEMENT path (title|desc|set|use)*><!ATTLIST path d CDATA #REQUIRED><!ELEMENT title (#PCDATA)>"

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    (
        '<line unit="metre">\n      <article>Cable</article>\n      <quantity>10</quantity>',
        '<line unit="metre" quantity="10">\n      <article>Cable</article>',
        "rule:attribute-to-element",
        True,
    ),
    (
        '<line unit="metre">',
        "<line><unit>metre</unit>",
        "rule:element-to-attribute",
        True,
    ),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "an attribute written as a child, though another child has a like name": (
        "aliases.dtd",
        ALIAS,
        '<aliases><alias binding="same"><family>A</family></alias></aliases>',
        "<aliases><alias><binding>same</binding><family>A</family></alias></aliases>",
    ),
    "an attribute written as a child that nothing else is near to": (
        "path.dtd",
        PATH,
        '<path d="m 1 2"><title>x</title></path>',
        "<path><d>m 1 2</d><title>x</title></path>",
    ),
    "a child written as an attribute goes beside what the schema names next to it": (
        "setting.dtd",
        SETTING,
        "<setting><summary>s</summary><default>1</default><range>2</range></setting>",
        '<setting default="1"><summary>s</summary><range>2</range></setting>',
    ),
    "an attribute on the first child": ("hits.dtd", HITS, HIT, HIT.replace(' unit="a"><from', '><from unit="a"')),
    "an attribute of a child on its parent": (
        "hits.dtd",
        HITS,
        HIT,
        HIT.replace('unit="a"', 'unit="a" type="b"').replace('<gap type="b"', "<gap"),
    ),
    "text that is the value of the attribute that is missing": (
        "hits.dtd",
        HITS,
        HIT.replace('<gap type="b"/>', '<gap type="b"></gap>'),
        HIT.replace('<gap type="b"/>', "<gap>b</gap>"),
    ),
    "an attribute that is the text that is missing": (
        "counts.xsd",
        COUNT,
        COUNTS,
        COUNTS.replace("<count>2</count>", '<count value="2"></count>'),
    ),
    "two elements written as attributes": (
        "list.dtd",
        RECORDS,
        "<list><entry><id>1</id><name>a</name></entry></list>",
        '<list><entry name="a" id="1"></entry></list>',
    ),
    "all elements written as attributes, one of them optional": (
        "list.dtd",
        RECORDS,
        "<list><entry><id>1</id><name>a</name><note>x</note></entry></list>",
        '<list><entry note="x" name="a" id="1"></entry></list>',
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)
