"""The layers of a plan, made ready to judge, and the results of each."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

from ..diagnostics import CAP, Diagnostic, LayerKind, LayerResult, LayerState, Report, Severity
from ..errors import SchemaError
from ..schemas.plan import GRAMMARS, Layer, Plan
from ..validators.schema import Schema, load, rules_of
from ..validators.schema import prepare as prepare_schema

if TYPE_CHECKING:
    from ..conformance.violations import Violation
    from ..facts.fact_check import Found
    from ..schemas.envelopes import Payload
    from ..wellformedness.faults import Fault

# the cause of a diagnostic: a violation of the grammar, or a finding of a layer without a schema
Cause: TypeAlias = Union["Violation", "Found"]
Told: TypeAlias = tuple[Diagnostic, Cause | None]

_NO_XML = "the document is no XML"
_WAITS = "the document is not well-formed"


@dataclass(frozen=True, slots=True)
class Opened:
    """A layer with its compiled schema; None, and the reason, where it cannot be used.

    A reason beside a schema says why that does not apply to this document.
    """

    layer: Layer
    schema: Schema | None
    reason: str = ""


def open_layers(plan: Plan, layers: Iterable[Layer] | None = None) -> list[Opened]:
    """The layers of a plan, or some of them, ready to judge as far as they can be; raises nothing.

    The rules that a grammar contains follow it as a layer of their own.
    """
    opened: list[Opened] = []
    for layer in plan.layers if layers is None else layers:
        opened.append(_opened(layer, plan.roots))
        opened += _annotations(opened[-1])
    return opened


def prepare(plan: Plan, layers: Iterable[Layer]) -> None:
    """Begin to make layers ready whose rules another process compiles; raises nothing."""
    for layer in layers:
        if not layer.unusable:
            with suppress(SchemaError):  # whoever opens the layer is told
                prepare_schema(layer.source, plan.roots)


def _opened(layer: Layer, roots: tuple[Path, ...]) -> Opened:
    if layer.unusable:
        return Opened(layer, None, layer.unusable)
    try:
        schema = load(layer.source, roots)
    except SchemaError as error:
        return Opened(layer, None, str(error))
    if layer.short:
        from ..validators.schematron.rules import Rules  # noqa: PLC0415 - rules alone have one

        if isinstance(schema.validator, Rules):
            schema = replace(schema, validator=replace(schema.validator, name=layer.short))
    return Opened(layer, schema)


def _annotations(grammar: Opened) -> Sequence[Opened]:
    """The layer of the rules that a grammar contains; none where it contains none."""
    if grammar.schema is None:
        return ()
    layer = replace(grammar.layer, name=f"{grammar.layer.name}, its rules", kind=LayerKind.RULES)
    try:
        rules = rules_of(grammar.schema)
    except SchemaError as error:
        return (Opened(layer, None, str(error)),)
    return (Opened(layer, rules),) if rules is not None else ()


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one layer and its diagnostics, each with its cause; `total` counts those that are left out, too."""

    result: LayerResult
    told: Sequence[Told] = ()
    total: int = 0

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The diagnostics of the layer."""
        return [item for item, _ in self.told]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A report with the causes of its diagnostics, from which repairs start; it stays in its process.

    `faults` are those of the syntax, with their readings, `causes` those of each diagnostic of the report, None where
    unknown; violations are those of one `grammar`, a schema by its path or "" for the document's own DTD. `carried` is
    the document that this one carries, with its diagnosis, if it is judged as a document of its own; of several the
    first with a fault.
    """

    report: Report
    faults: Sequence[Fault] = ()
    causes: Sequence[Cause | None] = ()
    grammar: str = ""
    carried: tuple[Payload, Diagnosis] | None = None

    @property
    def violations(self) -> list[Violation]:
        """The causes that are violations of the grammar."""
        from ..conformance.violations import ViolationOf  # noqa: PLC0415 - documents without have no need of it

        return [each for each in self.causes if isinstance(each, ViolationOf)]

    @property
    def found(self) -> list[Found]:
        """The causes that are findings of layers without a schema."""
        from ..facts.fact_check import Found  # noqa: PLC0415 - of most documents nothing is known

        return [each for each in self.causes if isinstance(each, Found)]

    def without(self, layers: Collection[str]) -> Diagnosis:
        """The same diagnosis without the diagnostics of these layers."""
        told = zip(self.report.diagnostics, self.causes, strict=True)
        kept = [(item, cause) for item, cause in told if item.layer not in layers]
        report = replace(self.report, diagnostics=tuple(item for item, _ in kept))
        return replace(self, report=report, causes=[cause for _, cause in kept])


@dataclass(frozen=True, slots=True)
class Clock:
    """Times one layer, and makes its result."""

    layer: Layer
    started: float = field(default_factory=time.perf_counter)

    def judged(
        self,
        found: Iterable[Told],
        *,
        rejected: bool = False,
        total: int = 0,
        reason: str = "",
    ) -> Judged:
        """The layer gives a verdict; `reason` says which parts it left out."""
        told = list(found)
        if self.layer.severities:
            given = dict(self.layer.severities)
            told = [(_weighed(item, given.get(item.rule, "")), cause) for item, cause in told]
            # of those beyond the cap it is not known which rules they are of
            rejected = rejected and (len(told) < total or any(item.severity is Severity.ERROR for item, _ in told))
        warnings = sum(item.severity is Severity.WARNING for item, _ in told)
        total = max(total, len(told))
        failed = rejected or warnings < len(told)
        state = LayerState.FAILED if failed else LayerState.PASSED
        return Judged(self._result(state, reason, total - warnings, warnings), told, total)

    def without_verdict(self, state: LayerState, reason: str, *, waits: bool = False) -> Judged:
        """The layer was not run, or does not apply, for a reason."""
        return Judged(self._result(state, reason, waits=waits))

    def _result(
        self, state: LayerState, reason: str, errors: int = 0, warnings: int = 0, *, waits: bool = False
    ) -> LayerResult:
        layer = self.layer
        return LayerResult(
            name=layer.name, kind=layer.kind, state=state, source=layer.source, reason=reason, errors=errors,
            warnings=warnings, named=layer.named, waits=waits, required=layer.required,
            seconds=time.perf_counter() - self.started,
        )  # fmt: skip


def without_cause(diagnostics: Iterable[Diagnostic]) -> Iterable[Told]:
    """Diagnostics without a known cause."""
    return zip(diagnostics, repeat(None))


def _weighed(item: Diagnostic, level: str) -> Diagnostic:
    """A finding with the severity that the plan gives its rule, if any."""
    if not level:
        return item
    return replace(item, severity=Severity.ERROR if level == "error" else Severity.WARNING, flag=level)


def _as_strict(judged: Judged, plan: Plan) -> Judged:
    """A layer's result with the warnings that a plan raises as errors, and without those that it ignores."""
    told = [(grave, cause) for item, cause in judged.told if (grave := _as_grave(item, plan)) is not None]
    given = {id(item) for item in judged.diagnostics}
    raised = sum(id(item) not in given for item, _ in told)
    dropped = len(judged.told) - len(told)
    result = replace(
        judged.result,
        errors=judged.result.errors + raised,
        warnings=judged.result.warnings - raised - dropped,
        state=LayerState.FAILED if raised else judged.result.state,
    )
    return replace(judged, result=result, told=told, total=judged.total - dropped)


def _as_grave(item: Diagnostic, plan: Plan) -> Diagnostic | None:
    """A finding with the severity that a plan gives it; None for a warning that it ignores."""
    names = {item.code.value, item.rule}
    if item.severity is Severity.ERROR:
        return item
    if not names.isdisjoint(plan.raised):
        return replace(item, severity=Severity.ERROR)
    return item if names.isdisjoint(plan.ignored) else None


def own_clock(name: str, kind: LayerKind = LayerKind.FACTS) -> Clock:
    """The clock of a layer that has no schema."""
    return Clock(Layer(name=name, kind=kind, source="", named=False))


def ill_formed(
    clock: Clock, told: Iterable[Diagnostic], opened: Iterable[Opened], faults: Sequence[Fault] = ()
) -> Diagnosis:
    """The diagnosis of a document that is not well-formed, of whose faults the first are `told`."""
    syntax = clock.judged(without_cause(told), rejected=True, total=len(faults))
    others = [
        Clock(each.layer).without_verdict(LayerState.NOT_RUN, each.reason or _WAITS, waits=not each.reason)
        for each in opened
    ]
    return replace(diagnosis([syntax, *others], well_formed=False), faults=faults)


def no_xml(verdict: Judged, plan: Plan) -> Diagnosis:
    """The diagnosis of a schema that is not written in XML; layers that judge XML do not apply."""
    others = [Clock(each).without_verdict(LayerState.NOT_RUN, each.unusable or _NO_XML) for each in plan.layers]
    return diagnosis([verdict, *others], plan)


def diagnosis(layers: Sequence[Judged], plan: Plan | None = None, *, well_formed: bool = True) -> Diagnosis:
    """The results of these layers, as strict as the plan is; of several grammars the first explains the errors."""
    if plan is not None and (plan.raised or plan.ignored):
        layers = [_as_strict(each, plan) for each in layers]
    judged = [each.result for each in layers if each.result.kind in GRAMMARS and each.result.judged]
    # a DTD explains least, and a grammar without errors nothing
    grammar = min(judged, key=lambda each: (not each.errors, each.kind is LayerKind.DTD), default=None)
    found = [
        (item, cause if each.result is grammar or each.result.kind not in GRAMMARS else None, each.result.name)
        for each in layers
        for item, cause in each.told
    ]
    found.sort(key=lambda each: (each[0].start, each[0].end))
    del found[CAP:]
    report = Report(
        well_formed=well_formed,
        valid=well_formed and all(each.result.state is not LayerState.FAILED for each in layers),
        diagnostics=tuple(replace(item, layer=name) for item, _, name in found),
        layers=tuple(each.result for each in layers),
        total=sum(each.total for each in layers),
    )
    return Diagnosis(report, causes=[cause for _, cause, _ in found], grammar=grammar.source if grammar else "")
