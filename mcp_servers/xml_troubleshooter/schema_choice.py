"""Which layers judge a document: those asked for, else those that it names or that lie beside it, and official ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio.to_thread

from .catalogue.store import SchemaStore
from .document.document import Document
from .errors import AccessError, InputError, LimitError
from .files import Workspace
from .offload import offload
from .schemas.plan import Plan, joined, split
from .schemas.plan import plan as layered

_LOOKING = 20.0  # seconds that finding the schema may take


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan, why it is this one, and what of the catalogue would say more ("" for nothing)."""

    plan: Plan
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where schemas come from; `seconds` bounds the search."""

    workspace: Workspace
    catalogue: SchemaStore
    state_dir: Path
    seconds: float


async def choose(schemas: str, document: Document, folder: Path | None, sources: Sources) -> Choice:
    """The layers for a document in a folder (None: it came as text); `schemas` are those that the caller named.

    Raises InputError where a named one does not exist.
    """
    if schemas:
        return Choice(await anyio.to_thread.run_sync(_named, schemas, document, sources), "The schema was given.")
    plan, reason = await _found(document, folder, sources)
    from .schemas.chains import chain, complete, describe  # noqa: PLC0415 - loaded where it is used

    official = await anyio.to_thread.run_sync(chain, document, sources.catalogue)
    whole = complete(plan, official)
    if whole.layers != plan.layers and official.vocabulary is not None:
        reason = (
            f"{reason} It is {official.vocabulary.name}: {whole.names}."
            if plan.layers
            else (f"{official.vocabulary.name}: {whole.names}.")
        )
    return Choice(whole if official.at_hand else plan, reason, describe(official))


async def _found(document: Document, folder: Path | None, sources: Sources) -> tuple[Plan, str]:
    """The layers that the document names or that lie in the folders of schemas, and why these."""
    from .schemas.discovery import discover  # noqa: PLC0415 - lxml is loaded where it is used

    readable = sources.workspace.readable
    look = partial(
        discover,
        document,
        base=folder,
        schema_dirs=sources.workspace.schema_dirs,
        roots=readable,
        state_dir=sources.state_dir,
    )
    seconds = min(_LOOKING, sources.seconds)
    try:
        found = await offload(look, seconds=seconds)
    except LimitError:  # costs the schema, not the call
        return Plan(roots=readable), (
            f"No schema was looked for to the end: it took longer than {seconds:.0f} seconds. Give schema_path, or "
            "name narrower SCHEMA_DIRS."
        )
    return layered((found.schema, *found.rules), readable, named=False), found.reason


def _named(schemas: str, document: Document, sources: Sources) -> Plan:
    """The plan of the schemas that a request names: files, or entries of the catalogue by their ids."""
    workspace, catalogue = sources.workspace, sources.catalogue
    usable: list[Path] = []
    outside: list[tuple[str, str]] = []
    official: list[Plan] = []
    for name in split(schemas, partial(_is_schema, workspace)):
        try:
            usable.append(workspace.schema(name))
        except AccessError as error:  # the other layers can judge all the same
            outside.append((name, str(error)))
        except InputError:
            if not catalogue.known.knows(name):
                raise
            from .schemas.chains import named  # noqa: PLC0415 - loaded where it is used

            official.append(named(name, document, catalogue))
    plan = layered(usable, workspace.readable, unusable=outside)
    roots = [*plan.roots, *(root for each in official for root in each.roots)]
    return joined(*plan.layers, *(layer for each in official for layer in each.layers), roots=roots)


def _is_schema(workspace: Workspace, name: str) -> bool:
    try:
        workspace.schema(name)
    except (AccessError, InputError):
        return False
    return True
