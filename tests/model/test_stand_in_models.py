"""Models from perfect to hostile behind the stand-in service: what each may and may not bring about."""

from __future__ import annotations

import anyio
import pytest

from benchmarks.model.agent_loop import run
from benchmarks.model.agent_loop_cases import cases
from benchmarks.model.agent_loop_models import MODELS

CHOSEN = list(cases())[3::13]


@pytest.mark.parametrize("name", MODELS)
def test_no_model_makes_a_false_claim_or_loses_or_invents_anything(name: str) -> None:
    scores = anyio.run(run, MODELS[name], CHOSEN)
    assert [(score.false, score.lost, score.invented) for score in scores] == [(False, 0, 0)] * len(CHOSEN)
    if name in ("perfect", "sloppy", "verbose"):
        assert [score.case.name for score in scores if not (score.fixed or score.asked)] == []
    if name == "perfect":
        assert max(score.turns for score in scores) <= 2
        assert max(score.tokens for score in scores) <= 3000
