"""The layers without a schema: the facts of a vocabulary, the compilation of programs, the claims of another system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..diagnostics import LayerState
from ..document.document import Document
from ..facts.fact_table import concerned
from ..schemas.plan import COMPILATION, FACTS, GRAMMARS, PROBLEM, Plan
from ..schemas.vocabularies import recognise
from .layers import Clock, Judged, Told, own_clock
from .programs import PROGRAMS


def judge(document: Document, plan: Plan, judged: Sequence[Judged]) -> Iterator[Judged]:
    """The results of these layers for a well-formed document that other layers have `judged`.

    A layer that has nothing to check gives no result. A fault that a grammar has reported is not reported again; while
    a grammar fails, facts and compilation are not checked: nobody knows which parts of the document they apply to.
    """
    by_grammar = [each.result for each in judged if each.result.kind in GRAMMARS and each.result.judged]
    failed = any(each.state is LayerState.FAILED for each in by_grammar)
    told = [item for each in judged for item in each.diagnostics]
    vocabulary = recognise(document)
    if vocabulary is not None and vocabulary.id in PROGRAMS and not failed:
        from .programs import program_check as programs  # noqa: PLC0415 - most documents are no programs

        clock = own_clock(COMPILATION)
        yield _verdict(clock, *programs.check(document, plan.roots))
    if not failed and any(concerned(document, vocabulary)):
        from ..facts import fact_check as facts  # noqa: PLC0415 - of most documents nothing is known

        clock = own_clock(FACTS)
        known = {(item.start, item.code) for item in told}
        applicable = facts.applicable(document, vocabulary, judged=bool(by_grammar))
        every = facts.check(document, judged=bool(by_grammar))
        found = [(item, cause) for item, cause in every if (item.start, item.code) not in known]
        if found or (applicable and vocabulary is not None):
            told += [item for item, _ in found]
            yield clock.judged(found)
    if plan.problem:
        from .messages import claim_findings  # noqa: PLC0415 - few requests quote a message

        clock = own_clock(PROBLEM)
        if claimed := claim_findings.check(plan.problem, document, told):
            yield clock.judged(claimed)


def judge_notation(document: Document, plan: Plan) -> Judged:
    """The diagnosis of a schema that is not written in XML; no other layer can judge such a document."""
    from .programs import notations  # noqa: PLC0415 - most documents are XML

    clock = own_clock(COMPILATION)
    return _verdict(clock, *notations.check(document, plan.roots))


def _verdict(clock: Clock, told: Sequence[Told], reason: str) -> Judged:
    """The result of the compilation; with a `reason` why it is incomplete and without errors, the layer was not run."""
    verdict = clock.judged(told, reason=reason)
    if reason and verdict.result.state is LayerState.PASSED:
        return replace(verdict, result=replace(verdict.result, state=LayerState.NOT_RUN))
    return verdict
