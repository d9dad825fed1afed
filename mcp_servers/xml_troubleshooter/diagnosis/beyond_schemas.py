"""The layers that no schema stands behind: what a vocabulary demands, what compiles, what another system said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnostics import LayerKind, LayerState
from ..document.document import Document
from ..facts import check as facts
from ..schemas.plan import GRAMMARS, Layer, Plan
from ..schemas.vocabularies import recognise
from .layers import Clock, Judged
from .messages import evidence
from .programs import check as programs


def judge(document: Document, plan: Plan, judged: Sequence[Judged]) -> Iterator[Judged]:
    """The verdict of these layers on a well-formed document that others have `judged`.

    A layer with nothing to look at is none. Where a grammar has found faults, what it states itself is not told again,
    and other facts wait: there is no telling how much of the document they can be held against.
    """
    by_grammar = [each.result for each in judged if each.result.kind in GRAMMARS and each.result.judged]
    failed = any(each.state is LayerState.FAILED for each in by_grammar)
    told = [item for each in judged for item in each.diagnostics]
    if programs.is_program(document) and not failed:
        clock = _clock(programs.LAYER)
        yield clock.judged(programs.check(document, plan.roots))
    vocabulary = recognise(document)
    if not failed and facts.applicable(document, vocabulary, judged=bool(by_grammar)):
        clock = _clock(facts.LAYER)
        known = {(item.start, item.code) for item in told}
        found = [
            item for item in facts.check(document, judged=bool(by_grammar)) if (item.start, item.code) not in known
        ]
        if found or vocabulary is not None:
            told += found
            yield clock.judged(found)
    if plan.problem:
        clock = _clock(evidence.LAYER)
        if found := list(evidence.check(plan.problem, document, told)):
            yield clock.judged(found)


def _clock(name: str) -> Clock:
    return Clock(Layer(name=name, kind=LayerKind.FACTS, source="", named=False))
