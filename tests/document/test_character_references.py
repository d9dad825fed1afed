"""References are resolved whatever they say."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.character_references import resolved


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a &amp; b", "a & b"),
        ("&#65;&#x42;", "AB"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("x&#" + "9" * 5000 + ";y", "x\ufffdy"),
        ("x&#" + "9" * 5000 + " y", "x\ufffd y"),
        ("&#x" + "f" * 5000 + ";", "\ufffd"),
    ],
)
def test_whatever_number_a_reference_has_it_is_resolved(text: str, meant: str) -> None:
    assert resolved(text) == meant
