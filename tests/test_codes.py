"""Every code of the one table is used by tests: a fault that nothing produces is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_servers.xml_troubleshooter.codes import Code

TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in Path(__file__).parent.rglob("test_*.py")
    if path.name not in ("test_codes.py", "test_articles.py", "test_families.py")
)


@pytest.mark.parametrize("code", Code, ids=str)
def test_a_code_is_the_subject_of_a_test(code: Code) -> None:
    assert f'"{code}"' in TESTS or f"Code.{code.name}" in TESTS
