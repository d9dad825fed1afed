"""The questions to the user: one for each value that only a person knows."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from ..agent.schemas import AgentAction, QuestionData
from ..codes import Code
from ..diagnostics import Diagnostic
from ..loop.proposal import Question, Task
from .drafts import Draft

_NAME_BEFORE = re.compile(r"([^\s<>=\"'/]+)(?=\s*=\s*[\"']?\s*$|[^<>]*>\s*$)")
_NAME_REACH = 300  # characters in front of a value in which its name is looked for


def for_value(task: Task, draft: Draft, value: str, action: AgentAction) -> Question:
    """The question for an unproven value, with the model's value as its suggestion."""
    fault = draft.fault
    edit = next((edit for edit in draft.edits if value in edit.after), draft.edits[0])
    before = edit.after.partition(value)[0][-_NAME_REACH:]
    names = _NAME_BEFORE.findall(before)
    name = names[-1] if names else fault.name
    why = draft.reason or action.reasoning
    known = _known(task, fault, name)
    if known is not None:
        return replace(known, suggestion=value, suggestion_reason=why)
    alone = len(draft.edits) == 1 and edit.start == edit.end and "{" not in edit.after
    return Question(
        id=fault_id(fault, name),
        path=fault.path,
        needed=f"The value of {name} at line {fault.line}." if name else f"A value at line {fault.line}.",
        type=", ".join(fault.expected[:12]) if fault.code is Code.NOT_IN_ENUMERATION else "",
        why=fault.explanation or fault.message,
        at=edit.start,
        skeleton=edit.after.replace(value, "{}", 1) if alone else "",
        suggestion=value,
        suggestion_reason=why,
        allowed=fault.expected if fault.code is Code.NOT_IN_ENUMERATION else (),
    )


def from_model(task: Task, fault: Diagnostic, item: QuestionData) -> Question:
    known = _known(task, fault, "")
    if known is not None:
        return replace(known, suggestion=item.suggestion or known.suggestion)
    return Question(
        id=fault_id(fault),
        path=fault.path,
        needed=item.needed or fault.explanation,
        type=item.type,
        why=item.why or fault.message,
        at=fault.start,
        suggestion=item.suggestion,
        allowed=fault.expected if fault.code is Code.NOT_IN_ENUMERATION else (),
    )


def answer_to(task: Task, fault: Diagnostic) -> str:
    """The user's answer to a question of ours about this fault, whatever value it named."""
    digest = fault_id(fault)[-9:]
    return next((answer for key, answer in task.answers.items() if key.endswith(digest)), "")


def _known(task: Task, fault: Diagnostic, name: str) -> Question | None:
    """The question that the rules have asked about the same value."""
    local = name.rpartition(":")[2]
    return next(
        (
            question
            for question in task.questions
            if question.path.startswith(fault.path) and (not local or question.path.endswith(local))
        ),
        None,
    )


def fault_id(fault: Diagnostic, name: str = "") -> str:
    """An id that is the same for the same fault of the same document."""
    key = "|".join((fault.path, fault.code, fault.name, ",".join(fault.expected[:5])))
    label = re.sub(r"\W", "-", (name or fault.name or fault.code).rpartition(":")[2])
    return f"{label}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"
