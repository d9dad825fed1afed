"""The delivery of the result of a run: the file that it may replace, whole or not at all, and the way to undo that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ..codes import NO_DOCUMENT
from ..errors import InputError
from ..files.reading import Workspace
from ..files.writing import backups, restore, write
from ..request import Request
from ..schemas.plan import SEPARATOR
from .outcome import SOUND, Outcome

_ALWAYS = "write_when always writes it all the same, output_path another file"


def check_target(request: Request, workspace: Workspace, earlier: Outcome | None) -> None:
    """Say before the work starts that its result could not be written; raises AccessError and InputError."""
    if not request.output_path:
        return
    target = workspace.target(request.output_path)
    if request.overwrite or not target.exists():
        return
    if earlier is not None:
        own = target == earlier.checked.path or (bool(earlier.written) and str(target) == earlier.output_path)
        schemas = earlier.checked.plan.sources
    else:
        own = bool(request.path) and target == workspace.document(request.path)
        schemas = (request.schema_path, *request.schema_path.split(SEPARATOR))
    if not own:
        raise _refused(target, "is there already")
    _spare(target, schemas)


def deliver(outcome: Outcome, workspace: Workspace, state_dir: Path) -> Outcome:
    """Write the result: in place where it is sound or `write_when` says always, to another file in any case.

    Raises AccessError and InputError; then nothing was written.
    """
    checked, result, request = outcome.checked, outcome.result, outcome.request
    if not request.output_path:
        return outcome
    target = workspace.target(request.output_path)
    changed = result.document.text != checked.document.text
    in_place = target == checked.path
    if in_place and not changed and not outcome.written:
        return outcome
    if in_place and changed and outcome.status not in SOUND and request.write_when != "always":
        left = f"{target} was left as it is, because the result is not sound: {_ALWAYS}.{_held(outcome)}"
        return replace(outcome, output_path="", notes=(*outcome.notes, left))
    if any(fault.code in NO_DOCUMENT for fault in result.report.diagnostics):
        return outcome  # there is nothing that a copy could be of use for
    if not request.overwrite:
        _spare(target, checked.plan.sources)
    data = result.document.to_bytes()
    written = write(
        target, data, instead_of=_expected(outcome, target, in_place), ours=outcome.written, state_dir=state_dir
    )
    backup = str(written.backup) if written.backup else outcome.backup
    return replace(
        outcome, output_path=str(target), written=data, backup=backup, notes=(*outcome.notes, *written.notes)
    )


@dataclass(frozen=True, slots=True)
class PutBack:
    """A file that holds its older content again: the backup of the newer, all backups, and notes of losses."""

    path: Path
    backup: Path | None
    backups: tuple[Path, ...]
    notes: tuple[str, ...]


def put_back(name: str, workspace: Workspace, state_dir: Path) -> PutBack:
    """Put the newest backup of a file back; raises AccessError and InputError, and then nothing was changed."""
    path = workspace.replaced(name)
    written = restore(path, state_dir)
    return PutBack(path, written.backup, backups(path), written.notes)


def _held(outcome: Outcome) -> str:
    """The sentence about the content of a file that this run wrote earlier and does not replace; "" for none."""
    if not outcome.written:
        return ""
    rejected = ", with the edits that are rejected now" if outcome.request.reject else ""
    kept = f" What was there before the run is in {outcome.backup}." if outcome.backup else ""
    return f" It still holds the earlier result of this run{rejected}, and not this one.{kept}"


def _expected(outcome: Outcome, target: Path, in_place: bool) -> Collection[bytes] | None:  # noqa: FBT001 - internal
    """The contents of which the target must hold one; empty if it must not exist, None if it may hold anything."""
    written = {outcome.written} if outcome.written else set[bytes]()  # a continued run may find its own earlier result
    if in_place:
        return {outcome.checked.document.to_bytes(), *written}
    if outcome.request.overwrite:
        return None
    return written if str(target) == outcome.output_path and target.exists() else ()


def _spare(target: Path, schemas: Iterable[str]) -> None:
    """Raises InputError where a result would replace a schema that the document is judged by."""
    if any(target == Path(schema).resolve() for schema in schemas if schema):
        raise _refused(target, "is the schema")


def _refused(target: Path, why: str) -> InputError:
    return InputError(
        f"{target} {why}; nothing was done. Choose another output_path, or set overwrite to replace it: what is there "
        f"is then kept as {target.name}.bak."
    )
