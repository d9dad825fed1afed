"""Text where the schema has elements only."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import LANGUAGES, Repair
from .conftest import COUNT, COUNTS, Check, Determined, OwnSchema, Restore

_DTD = "<!ELEMENT styles (style+)> <!ELEMENT style EMPTY> <!ATTLIST style id CDATA #IMPLIED>"
_STYLES = '<styles>\n  <style id="a"/>\n  <style id="b"/>\n  <style/>\n</styles>'

# what stands in the valid order, what it is broken into, the rule that restores it, whether that is safe
DETERMINED = [
    ("<lines>", "<lines>;", "rule:stray-text", True),
    ("<lines>", "<lines>x", "rule:stray-text", False),
    ("<lines>", "<lines>&gt;", "rule:stray-text", False),
    ("<lines>", "<lines>/", "rule:stray-text", False),
    ("<lines>", "<lines>|", "rule:stray-text", False),
    ("<lines>", "<lines>:", "rule:stray-text", False),
    ("<lines>", "<lines>)", "rule:stray-text", False),
    ("<lines>", "<lines>'", "rule:stray-text", False),
]

# what the schema is called and says, what is right, what it is broken into
CASES = {
    "white space in an element that must be empty": (
        "counts.xsd",
        COUNT,
        COUNTS,
        COUNTS.replace("<none></none>", "<none> </none>"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DETERMINED)
def test_what_is_determined_is_restored(case: Determined, language: str, determined: Check) -> None:
    determined(case, language)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_a_schema_of_its_own_determines_is_restored(case: OwnSchema, restored: Restore) -> None:
    restored(case)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ('<style id="b"/>', '[style id="b"/]'),
        ('<style id="b"/>', '{style id="b"/}'),
        ('<style id="b"/>', 'style id="b"/>'),
        ("<style/>", "[style/]"),
    ],
)
def test_a_tag_in_other_brackets_is_no_text_to_take_out(tmp_path: Path, repair: Repair, tag: str, text: str) -> None:
    schema = tmp_path / "styles.dtd"
    schema.write_text(_DTD)

    fixed, fixes, _ = repair(_STYLES.replace(tag, text, 1), str(schema))

    assert fixed == _STYLES
    assert [fix.safety for fix in fixes] == [Safety.SAFE]


def test_words_in_brackets_are_text(tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "styles.dtd"
    schema.write_text(_DTD)

    fixed, fixes, _ = repair(_STYLES.replace("<style/>", "[and/or]", 1), str(schema), allow_unsafe=True)

    assert fixed == _STYLES.replace("<style/>", "", 1)
    assert [fix.safety for fix in fixes] == [Safety.UNSAFE]


@pytest.mark.parametrize("sign", [".", ","])
def test_a_point_between_digits_may_be_that_of_a_number(sign: str, tmp_path: Path, repair: Repair) -> None:
    schema = tmp_path / "r.dtd"
    schema.write_text("<!ELEMENT r (a, b)><!ELEMENT a (#PCDATA)><!ELEMENT b (#PCDATA)>")
    text = f"<r><a>1</a>{sign}<b>50</b></r>"

    assert repair(text, str(schema))[:2] == (text, [])
    assert repair(text.replace("50", "x"), str(schema))[0] == "<r><a>1</a><b>x</b></r>"
