"""A share of the attacks of `benchmarks/trust/attacks.py`: each kind holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.trust.attacks import KINDS, run

SHARE = 5  # of each kind
LENGTHY = {"schema loaders", "client faults", "tool arguments"}  # of which tests of their own take all


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LENGTHY])
def test_every_kind_of_attack_holds(kind: str, tmp_path: Path) -> None:
    tried, failed = run(kind, tmp_path, most=SHARE)
    assert tried >= SHARE
    assert failed == []
