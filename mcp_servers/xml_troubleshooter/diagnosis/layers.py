"""The layers of a plan, made ready to judge, and what comes of each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..diagnostics import CAP, Diagnostic, LayerKind, LayerResult, LayerState, Report, Severity
from ..errors import SchemaError
from ..schemas.plan import SYNTAX, Layer, Plan
from ..validators.schema import Schema, load
from ..validators.validator import Named

_WAITS = "the document is not well-formed"


@dataclass(frozen=True, slots=True)
class Opened:
    """A layer with its schema, compiled; None, and the reason, where it cannot be used."""

    layer: Layer
    schema: Schema | None
    reason: str = ""


def open_layers(plan: Plan) -> list[Opened]:
    """The layers of a plan, ready to judge as far as they can be; raises nothing."""
    return [_opened(layer, plan.roots) for layer in plan.layers]


def _opened(layer: Layer, roots: tuple[Path, ...]) -> Opened:
    if layer.unusable:
        return Opened(layer, None, layer.unusable)
    try:
        schema = load(layer.source, roots)
    except SchemaError as error:
        return Opened(layer, None, str(error))
    if layer.short and isinstance(schema.validator, Named):
        schema = replace(schema, validator=schema.validator.called(layer.short))
    return Opened(layer, schema)


@dataclass(frozen=True, slots=True)
class Judged:
    """The result of one layer and its diagnostics; `total` counts those that are not told, too."""

    result: LayerResult
    diagnostics: Sequence[Diagnostic] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Clock:
    """Times one layer, and makes its result."""

    layer: Layer
    started: float = field(default_factory=time.perf_counter)

    def judged(
        self, found: Iterable[Diagnostic], *, rejected: bool = False, total: int = 0, reason: str = ""
    ) -> Judged:
        """The layer came to a verdict; `reason` says what it left out."""
        told = list(found)
        if self.layer.severities:
            given = dict(self.layer.severities)
            told = [_weighed(item, given.get(item.rule, "")) for item in told]
            # of those beyond the cap it is not known which rules they are of
            rejected = rejected and (len(told) < total or any(item.severity is Severity.ERROR for item in told))
        warnings = sum(item.severity is Severity.WARNING for item in told)
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


def _weighed(item: Diagnostic, level: str) -> Diagnostic:
    """A finding as grave as the plan has it, where it says so."""
    if not level:
        return item
    return replace(item, severity=Severity.ERROR if level == "error" else Severity.WARNING, flag=level)


def syntax_clock() -> Clock:
    """The clock of the layer that every plan begins with."""
    return Clock(Layer(name=SYNTAX, kind=LayerKind.SYNTAX, source="", named=False))


def ill_formed(clock: Clock, faults: Iterable[Diagnostic], total: int, opened: Iterable[Opened]) -> Report:
    """The report on a document that is not well-formed, of whose faults these come first: no other layer can judge."""
    syntax = clock.judged(faults, rejected=True, total=total)
    others = [
        Clock(each.layer).without_verdict(LayerState.NOT_RUN, each.reason or _WAITS, waits=not each.reason)
        for each in opened
    ]
    return report([syntax, *others], well_formed=False)


def report(layers: Sequence[Judged], *, well_formed: bool = True) -> Report:
    """The report of these layers."""
    told = [(item, each.result.name) for each in layers for item in each.diagnostics]
    told.sort(key=lambda each: (each[0].start, each[0].end))
    return Report(
        well_formed=well_formed,
        valid=well_formed and all(each.result.state is not LayerState.FAILED for each in layers),
        diagnostics=tuple(item.of_layer(name) for item, name in told[:CAP]),
        layers=tuple(each.result for each in layers),
        total=sum(each.total for each in layers),
    )
