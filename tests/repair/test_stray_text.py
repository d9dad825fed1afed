"""Text that was a tag before its brackets got lost, where the document is well-formed all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from .conftest import Repair

_DTD = "<!ELEMENT styles (style+)> <!ELEMENT style EMPTY> <!ATTLIST style id CDATA #IMPLIED>"
_STYLES = '<styles>\n  <style id="a"/>\n  <style id="b"/>\n  <style/>\n</styles>'


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
