"""The probability that the author would have made a repair: named evidence, weighed in one place.

The weights are in judgement.toml beside this file; `benchmarks/repairs/fit_judgement.py` fits them on pairs of broken
and repaired documents and prints how well they hold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from math import exp

from ..loop.proposal import BY_USER, Fix, Safety
from ..prices import READINGS

Evidence = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The weights of evidence for and against a repair, and the confidence from which it needs no consent."""

    threshold: float
    bias: float
    weights: Mapping[str, float]

    def confidence(self, evidence: Evidence) -> float:
        """The probability that the author would have made this repair; evidence without a weight counts nothing."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in evidence.items())
        return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


@cache
def judgement() -> Judgement:
    """The fitted judgement."""
    data = tomllib.loads(files(__package__).joinpath("judgement.toml").read_text("utf-8"))
    return Judgement(data["threshold"], data["bias"], data["weights"])


def judged(fix: Fix, evidence: Evidence) -> Fix:
    """A fix with its confidence, and safe only where that is high enough."""
    if fix.provenance.startswith(BY_USER):  # it is no longer a matter of chance
        return fix
    named, confidence = _weighed(tuple(sorted(evidence.items())))
    safe = fix.safety is Safety.SAFE and "equal" not in evidence and confidence >= judgement().threshold
    return replace(fix, confidence=round(confidence, 3), safety=Safety.SAFE if safe else Safety.UNSAFE, evidence=named)


@lru_cache(maxsize=1000)
def _weighed(evidence: tuple[tuple[str, float], ...]) -> tuple[tuple[tuple[str, float], ...], float]:
    """The evidence and the confidence that it gives; masses of faults of one kind share the very same."""
    return evidence, judgement().confidence(dict(evidence))


def against(margin: float) -> float:
    """The probability of a reading where only the next one, so much dearer, speaks against it."""
    return 1 / (1 + exp(-READINGS.steep * margin))


def shares(rest: float, costs: Sequence[float]) -> list[float]:
    """The shares of other readings in the remaining probability: the cheaper, the more; a rest is for none of them."""
    weights = [exp(-READINGS.steep * max(0.0, cost)) for cost in costs]
    total = sum(weights) + exp(-READINGS.steep * READINGS.unthought)
    return [rest * weight / total for weight in weights]
