"""Names are the nearer, the likelier one is a slip for the other."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.validation.closeness import UNRELATED, closeness


@pytest.mark.parametrize(
    "ranked",
    [
        ("IssueDate", "issueDate", "issue_date", "IsueDate", "DateIssue", "IssDat", "Amount"),
        ("unitCode", "UnitCode", "unittCode", "codeUnit", "unCo", "scheme"),
    ],
)
def test_the_likelier_slip_is_nearer(ranked: tuple[str, ...]) -> None:
    meant, *slips = ranked
    costs = [closeness(slip, meant) for slip in slips]
    assert costs == sorted(costs)
    assert len(set(costs)) == len(costs)
    assert closeness(meant, meant) == 0
    assert costs[-1] == UNRELATED
