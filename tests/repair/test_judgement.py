"""How certain the rules are of their repairs, and what follows from it."""

from __future__ import annotations

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.proposal import Safety
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan


def test_what_needs_consent_waits_until_nothing_safe_is_left() -> None:
    document = Document.from_text("<a>b & c<d e='1' e='2'/></a>")
    first = propose(document, (), Plan(), True, {})  # noqa: FBT003
    assert [fix.safety for fix in first.fixes] == [Safety.SAFE]
    second = propose(document.with_text("<a>b &amp; c<d e='1' e='2'/></a>"), (), Plan(), True, {})  # noqa: FBT003
    assert [fix.safety for fix in second.fixes] == [Safety.UNSAFE]
