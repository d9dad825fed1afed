"""Patterns that spell out what they match."""

from __future__ import annotations

import re

import pytest

from mcp_servers.xml_troubleshooter.repair.business_rules.allowed_values.pattern_texts import spelled_out


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (r"^urn:a:3\.0$", ["urn:a:3.0"]),
        ("^(EUR|USD)$", ["EUR", "USD"]),
        ("^(?:[SZ]|AE|(K|L)M?)$", ["S", "Z", "AE", "K", "KM", "L", "LM"]),
        ("^$", [""]),
    ],
)
def test_a_pattern_of_few_texts_is_spelled_out(pattern: str, texts: list[str]) -> None:
    assert sorted(spelled_out(pattern)) == sorted(texts)
    assert all(re.search(pattern, text) for text in texts)


@pytest.mark.parametrize(
    "pattern",
    ["EUR|USD", "^EUR|USD$", r"^\d{4}$", "^a+$", "^[a-z]$", "^[^a]$", "^(a", "^a)$", r"^a\$", "^(?=a)b$",
     "^(a|b)(c|d)*$", "^" + "(a|b)" * 9 + "$"],
)  # fmt: skip
def test_no_other_pattern_is(pattern: str) -> None:
    assert spelled_out(pattern) == ()
