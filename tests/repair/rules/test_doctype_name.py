"""A DOCTYPE that names another document element than the one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.loop.proposal import Safety

from ..conftest import Repair

# what the DTD declares, the wrong document, the repaired one, and whether that needs no consent
CASES = {
    "only the element that is there is declared": (
        "<!ELEMENT r EMPTY>",
        "<!DOCTYPE s SYSTEM 's.dtd'>\n<r/>",
        "<!DOCTYPE r SYSTEM 's.dtd'>\n<r/>",
        True,
    ),
    "the name differs in case alone": (
        "<!ELEMENT html (head)><!ELEMENT head EMPTY>",
        "<!DOCTYPE HTML SYSTEM 's.dtd'>\n<html><head/></html>",
        "<!DOCTYPE html SYSTEM 's.dtd'>\n<html><head/></html>",
        True,
    ),
    "both are declared": (
        "<!ELEMENT s (r)><!ELEMENT r EMPTY>",
        "<!DOCTYPE s SYSTEM 's.dtd'>\n<r/>",
        "<!DOCTYPE r SYSTEM 's.dtd'>\n<r/>",
        False,
    ),
    "the name is a slip for another that is declared": (
        "<!ELEMENT note (to)><!ELEMENT to (#PCDATA)>",
        "<!DOCTYPE notes SYSTEM 's.dtd'>\n<to>Ann</to>",
        "<!DOCTYPE to SYSTEM 's.dtd'>\n<to>Ann</to>",
        False,
    ),
    "only the name in the DOCTYPE is declared": (
        "<!ELEMENT note EMPTY><!ELEMENT nota1 EMPTY>",
        "<!DOCTYPE note SYSTEM 's.dtd'>\n<nota/>",
        "<!DOCTYPE note SYSTEM 's.dtd'>\n<note/>",
        True,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_name_that_the_dtd_speaks_against_is_corrected(
    case: tuple[str, str, str, bool], tmp_path: Path, repair: Repair
) -> None:
    declared, wrong, right, safe = case
    dtd = tmp_path / "s.dtd"
    dtd.write_text(declared)

    text, fixes, _ = repair(wrong, str(dtd), allow_unsafe=True)

    assert text == right
    assert [fix.safety for fix in fixes] == [Safety.SAFE if safe else Safety.UNSAFE]
