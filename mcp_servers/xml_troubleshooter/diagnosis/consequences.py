"""Marks the findings of rules that only follow from a fault which a schema has found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..codes import Code
from ..diagnostics import FOLLOWS, Diagnostic, LayerKind, Related
from ..schemas.plan import GRAMMARS
from .layers import Judged

_CAUSES = 100  # faults of schemas that are looked at
_STEP = re.compile(r"(?:[\w.\-]+:)?([\w.\-]+)")


def marked(layers: Sequence[Judged]) -> list[Judged]:
    """The layers, with a mark on every finding of rules that follows from a fault which a grammar reports."""
    causes = [item for each in layers if each.result.kind in GRAMMARS for item in each.diagnostics][:_CAUSES]
    if not causes:
        return list(layers)
    return [
        replace(each, told=[(_marked(item, causes), cause) for item, cause in each.told])
        if each.result.kind is LayerKind.RULES
        else each
        for each in layers
    ]


def _marked(item: Diagnostic, causes: Sequence[Diagnostic]) -> Diagnostic:
    cause = next((each for each in causes if _follows(item, each)), None)
    if cause is None:
        return item
    words = f"{item.explanation.rstrip('.')}. This follows from the fault in line {cause.line}."
    return replace(item, explanation=words, related=Related(cause.start, FOLLOWS))


def _follows(item: Diagnostic, cause: Diagnostic) -> bool:
    """Whether a rule fails because of the very value that is wrong, or misses an element that is misnamed there."""
    inside = cause.path == item.path or cause.path.startswith((f"{item.path}/", f"{item.path}["))
    if item.code is Code.RULE_NOT_EVALUATED:
        return inside and f'"{cause.value}"' in item.message
    if any(operand.line and operand.path == cause.path for operand in item.operands):
        return True
    lacking = {steps[-1] for each in item.operands if not each.line and (steps := _STEP.findall(each.path))}
    return inside and not lacking.isdisjoint(_STEP.findall(cause.explanation))
