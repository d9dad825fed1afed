"""Whether the program can do its work, and what it has cost, in the words of the tools."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from typing import Any

import anyio.to_thread

from .disk.bounds import Bounds
from .output.results import Health, HealthRow, Usage, UsageRow
from .services import OpenServices
from .wording import count

_WAY_TO_THE_MODEL = ("DNS", "connect", "TLS", "HTTP version", "token", "workflow")
# what an extra adds, and the library by which it is known
_EXTRAS = {
    "xsd11": ("xmlschema", "XSD 1.1"),
    "xslt2": ("saxonche", "Schematron in XPath 2 and 3, as the rules of EN 16931 and Peppol are"),
}
_DAY = 86_400
_WORST_FIRST = ("failed", "warning", "ok")


async def health(services: OpenServices) -> Health:
    """One row a check; the model's service is asked only where it is configured."""
    rows = [
        _settings(services),
        _folders(services),
        await anyio.to_thread.run_sync(_state, services),
        *await _open_arena(services),
        *await _fallback(services),
        await anyio.to_thread.run_sync(_knowledge, services),
        await anyio.to_thread.run_sync(_schemas, services),
        await anyio.to_thread.run_sync(_catalogue, services),
        _languages(),
    ]
    status = next((status for status in _WORST_FIRST if any(row.status == status for row in rows)), "ok")
    what = {
        "ok": "Everything that is set up works.",
        "warning": "It works, with the limits that the warnings name.",
        "failed": "Something that is set up does not work.",
    }
    return Health(status=status, summary=what[status], checks=rows)


async def usage(services: OpenServices) -> Usage:
    """The figures of this session and of all sessions."""
    figures = await anyio.to_thread.run_sync(services.usage.summary)
    session, lifetime = _figures(figures["session"]), _figures(figures["lifetime"])
    summary = f"This session: {_in_short(session)}. Lifetime: {_in_short(lifetime)}."
    return Usage(summary=summary, session=session, lifetime=lifetime)


def _in_short(figures: UsageRow) -> str:
    numbers = (sum(figures.runs.values()), "run"), (figures.requests, "request"), (figures.total_tokens, "token")
    return ", ".join(count(number, noun) for number, noun in numbers)


def _figures(figures: Mapping[str, Any]) -> UsageRow:
    known = {name: figures[name] for name in (item.name for item in fields(UsageRow)) if figures.get(name) is not None}
    return UsageRow(**{"latency_p50": 0.0, "latency_p95": 0.0, **known})


def _settings(services: OpenServices) -> HealthRow:
    settings = services.settings
    needed = {
        "OPEN_ARENA_TOKEN": settings.open_arena_token,
        "OPEN_ARENA_WORKFLOW_ID": settings.open_arena_workflow_id,
    }
    missing = [name for name, value in needed.items() if value is None]
    if len(missing) == 1:
        return HealthRow(
            check="settings",
            status="warning",
            meaning=f"{missing[0]} is not set or holds a placeholder, so that Open Arena is not asked.",
            action=f"Set {missing[0]}.",
        )
    if missing:
        return HealthRow(
            check="settings",
            status="ok",
            meaning="The settings can be read. No model is configured: the repair rules work alone.",
            action="To add a model, set OPEN_ARENA_TOKEN and OPEN_ARENA_WORKFLOW_ID.",
        )
    return HealthRow(
        check="settings",
        status="ok",
        meaning="The settings can be read. "
        f"The model {settings.open_arena_model} is asked at {settings.open_arena_base_url}.",
    )


def _folders(services: OpenServices) -> HealthRow:
    roots = services.workspace.roots
    # a folder that lies in another is no root of its own, and may be missing all the same
    named = dict.fromkeys((*services.settings.allowed_roots, *roots, *services.workspace.schema_dirs))
    missing = [str(folder) for folder in named if not folder.is_dir()]
    if missing:
        return HealthRow(
            check="folders",
            status="failed",
            meaning=f"There is no folder {', '.join(missing)}.",
            action="Correct ALLOWED_ROOTS and SCHEMA_DIRS, or create it.",
        )
    if not roots:
        return HealthRow(
            check="folders",
            status="warning",
            meaning="No file may be read or written, because the working folder is the home folder or one around it; "
            "documents can be given as text.",
            action="Set ALLOWED_ROOTS to the folders of your documents.",
        )
    return HealthRow(
        check="folders", status="ok", meaning=f"Files may be read and written in {', '.join(map(str, roots))}."
    )


def _state(services: OpenServices) -> HealthRow:
    folder = services.state_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return HealthRow(
            check="state folder",
            status="warning",
            meaning=f"{folder} cannot be written ({error.strerror}); usage and runs are forgotten at the end.",
            action="Set STATE_DIR to a folder of your own.",
        )
    kept = "Usage and runs are" if services.settings.keep_runs_hours else "Usage is"
    return HealthRow(check="state folder", status="ok", meaning=f"{kept} kept in {folder}.")


async def _open_arena(services: OpenServices) -> list[HealthRow]:
    if services.settings.offline:
        return [
            HealthRow(check=name, status="skipped", meaning="Not checked, because Open Arena is not configured.")
            for name in _WAY_TO_THE_MODEL
        ]
    from .agent.client import OpenArenaClient  # noqa: PLC0415 - httpx is loaded where it is used

    async with OpenArenaClient(settings=services.settings) as client:
        found = await client.diagnose()
    return [HealthRow(check=row.name, status=row.status, meaning=row.meaning, action=row.action) for row in found]


async def _fallback(services: OpenServices) -> list[HealthRow]:
    """Whether the second model answers, where one is named."""
    if services.model is None or services.settings.openai_fallback_model is None:
        return []
    from .agent.openai_client import OpenAICompatibleClient  # noqa: PLC0415 - an extra, seldom installed

    async with OpenAICompatibleClient(services.settings) as client:
        works = await client.health_check()
    name = services.settings.openai_fallback_model
    if works:
        return [HealthRow(check="fallback model", status="ok", meaning=f"The service of {name} takes the key.")]
    return [
        HealthRow(
            check="fallback model",
            status="failed",
            meaning=f"The service of {name} does not answer or refuses the key.",
            action="Check OPENAI_FALLBACK_BASE_URL and OPENAI_FALLBACK_API_KEY.",
        )
    ]


def _knowledge(services: OpenServices) -> HealthRow:
    articles, problems = services.knowledge.articles(), services.knowledge.problems()
    number = f"{count(len(articles), 'article')} can be searched"
    if problems or not articles:
        return HealthRow(
            check="knowledge base",
            status="warning",
            meaning=f"{number}; not used: {' '.join(problems[:5]) or 'none found'}",
            action="Correct what is named, or KB_DIRS.",
        )
    return HealthRow(check="knowledge base", status="ok", meaning=f"{number}.")


def _schemas(services: OpenServices) -> HealthRow:
    from .schemas.search.schema_index import index  # noqa: PLC0415 - only this check looks at it

    folders = services.workspace.schema_dirs
    if not folders:
        return HealthRow(
            check="schema index",
            status="ok",
            meaning="No schema folders are set: a schema is given, named by the document, or beside it.",
            action="To have schemas found by namespace, set SCHEMA_DIRS.",
        )
    found = index(folders, services.state_dir, bounds=Bounds.of(services.workspace.readable)).entries
    return HealthRow(
        check="schema index",
        status="ok" if found else "warning",
        meaning=f"{count(len(found), 'schema')} in {', '.join(map(str, folders))}.",
        action="" if found else "Put .xsd, .rng or .dtd files there, or correct SCHEMA_DIRS.",
    )


def _catalogue(services: OpenServices) -> HealthRow:
    held = services.catalogue.all()
    changed = [each.entry.id for each in held if services.catalogue.changed(each)]
    oldest = max((time.time() - each.taken for each in held if each.taken), default=0.0)
    age = f"; the oldest was taken in {count(int(oldest / _DAY), 'day')} ago" if oldest else ""
    if changed:
        return HealthRow(
            check="official schemas",
            status="warning",
            meaning=f"Not what was taken in any more: {', '.join(changed)}.",
            action="Remove these with `schemas remove`, and install them anew.",
        )
    return HealthRow(
        check="official schemas",
        status="ok",
        meaning=f"{count(len(held), 'schema or rule set', 'schemas and rule sets')} of the catalogue at hand{age}.",
        action="" if held else "`xml-troubleshooter schemas list` tells what there is; [einvoice] brings many.",
    )


def _languages() -> HealthRow:
    missing = {extra: language for extra, (library, language) in _EXTRAS.items() if find_spec(library) is None}
    return HealthRow(
        check="schema languages",
        status="ok",
        meaning=f"Not installed: {'; '.join(missing.values())}." if missing else "All of them can be used.",
        action=f"Where you need them, install the extras [{','.join(missing)}]." if missing else "",
    )
