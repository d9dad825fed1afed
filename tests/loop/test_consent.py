"""Which repairs need consent: in what is signed all but those that the digests prove."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import Edit
from mcp_servers.xml_troubleshooter.loop.consent import sift
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety
from tests.signatures.test_evidence import signed


def fix(text: str, old: str, new: str, safety: Safety = Safety.SAFE) -> Fix:
    at = text.index(old)
    edits = (Edit(at, at + len(old), new),)
    return Fix(edits=edits, source="rule:x", reason="r", safety=safety, confidence=0.9, at=at)


@pytest.mark.parametrize(
    ("broken", "old", "new", "doubt", "safe"),
    [
        (("12.50", "12,50"), "12,50", "12.50", Safety.SAFE, True),
        (("12.50", "12,50"), "12,50", "12.50", Safety.UNSAFE, True),  # proof outweighs doubt
        (("12.50", "12,50"), "12,50", "12.5", Safety.SAFE, False),
        (("Ada &amp;", "Ada &"), "Ada &", "Ada &amp;", Safety.SAFE, True),
        (("12.50", "12.50"), "12.50", "12.51", Safety.SAFE, False),
    ],
)
def test_in_what_is_signed_only_proof_is_safe(
    broken: tuple[str, str], old: str, new: str, doubt: Safety, *, safe: bool
) -> None:
    text = signed().replace(*broken)
    allowed, waiting = sift(Document.from_text(text), [fix(text, old, new, doubt)], False)  # noqa: FBT003
    assert bool(allowed) is safe
    assert [item.provenance for item in allowed] == ["digest"] * safe
    assert [item.voids for item, _ in waiting] == [True] * (not safe)
    assert all("signature" in why for _, why in waiting)


def test_what_the_digest_proves_comes_first() -> None:
    text = signed().replace("12.50", "12,50")
    fixes = [fix(text, "12,50", "1250"), fix(text, "12,50", "12.50", Safety.UNSAFE)]
    allowed, _ = sift(Document.from_text(text), fixes, True)  # noqa: FBT003
    assert [item.edits[0].after for item in allowed] == ["12.50", "1250"]
    assert [item.voids for item in allowed] == [False, True]
