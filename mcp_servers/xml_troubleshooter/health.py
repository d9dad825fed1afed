"""The health of the program and its usage so far, as the results of the tools."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from importlib.util import find_spec
from typing import Any, NamedTuple

import anyio.to_thread

from .disk.bounds import Bounds
from .output.results import Health, HealthRow, Usage, UsageRow
from .services import OpenServices
from .wording import count

_WAY_TO_THE_MODEL = ("DNS", "connect", "TLS", "HTTP version", "token", "workflow")
# the language that an extra adds, and the library that shows it is installed
_EXTRAS = {
    "xsd11": ("xmlschema", "XSD 1.1"),
    "xslt2": ("saxonche", "Schematron in XPath 2 and 3, as the rules of EN 16931 and Peppol are"),
}
_DAY = 86_400
_WORST_FIRST = ("failed", "warning", "ok")


class _Found(NamedTuple):
    """The finding of a check, in the words of its row."""

    status: str
    meaning: str
    action: str = ""


_failed, _warning, _ok = (partial(_Found, status) for status in _WORST_FIRST)


async def health(services: OpenServices) -> Health:
    """One row a check; the model's service is asked only where it is configured."""
    rows = [
        HealthRow("settings", *_settings(services)),
        HealthRow("folders", *_folders(services)),
        HealthRow("state folder", *await anyio.to_thread.run_sync(_state, services)),
        *await _open_arena(services),
        *await _fallback(services),
        HealthRow("knowledge base", *await anyio.to_thread.run_sync(_knowledge, services)),
        HealthRow("schema index", *await anyio.to_thread.run_sync(_schemas, services)),
        HealthRow("official schemas", *await anyio.to_thread.run_sync(_catalogue, services)),
        HealthRow("schema languages", *_languages()),
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
    known = {each.name: figures[each.name] for each in fields(UsageRow) if figures.get(each.name) is not None}
    return UsageRow(**{"latency_p50": 0.0, "latency_p95": 0.0, **known})


def _settings(services: OpenServices) -> _Found:
    settings = services.settings
    needed = ("OPEN_ARENA_TOKEN", "OPEN_ARENA_WORKFLOW_ID")
    missing = [name for name in needed if getattr(settings, name.lower()) is None]
    if len(missing) == 1:
        return _warning(
            f"{missing[0]} is not set or holds a placeholder, so that Open Arena is not asked.", f"Set {missing[0]}."
        )
    if missing:
        return _ok(
            "The settings can be read. No model is configured: the repair rules work alone.",
            "To add a model, set OPEN_ARENA_TOKEN and OPEN_ARENA_WORKFLOW_ID.",
        )
    return _ok(
        f"The settings can be read. The model {settings.open_arena_model} is asked at {settings.open_arena_base_url}."
    )


def _folders(services: OpenServices) -> _Found:
    roots = services.workspace.roots
    # a folder that lies in another is no root of its own, and may be missing all the same
    named = dict.fromkeys((*services.settings.allowed_roots, *roots, *services.workspace.schema_dirs))
    missing = [str(folder) for folder in named if not folder.is_dir()]
    if missing:
        return _failed(
            f"There is no folder {', '.join(missing)}.", "Correct ALLOWED_ROOTS and SCHEMA_DIRS, or create it."
        )
    if not roots:
        return _warning(
            "No file may be read or written, because the working folder is the home folder or one around it; "
            "documents can be given as text.",
            "Set ALLOWED_ROOTS to the folders of your documents.",
        )
    return _ok(f"Files may be read and written in {', '.join(map(str, roots))}.")


def _state(services: OpenServices) -> _Found:
    folder = services.state_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return _warning(
            f"{folder} cannot be written ({error.strerror}); usage and runs are forgotten at the end.",
            "Set STATE_DIR to a folder of your own.",
        )
    kept = "Usage and runs are" if services.settings.keep_runs_hours else "Usage is"
    return _ok(f"{kept} kept in {folder}.")


async def _open_arena(services: OpenServices) -> list[HealthRow]:
    if services.settings.offline:
        return [
            HealthRow(name, "skipped", "Not checked, because Open Arena is not configured.")
            for name in _WAY_TO_THE_MODEL
        ]
    from .agent.client import OpenArenaClient  # noqa: PLC0415 - httpx is loaded where it is used

    async with OpenArenaClient(settings=services.settings) as client:
        found = await client.diagnose()
    return [HealthRow(row.name, row.status, row.meaning, row.action) for row in found]


async def _fallback(services: OpenServices) -> list[HealthRow]:
    """Whether the second model answers, where one is named."""
    if services.model is None or services.settings.openai_fallback_model is None:
        return []
    from .agent.openai_client import OpenAICompatibleClient  # noqa: PLC0415 - an extra, seldom installed

    async with OpenAICompatibleClient(services.settings) as client:
        works = await client.health_check()
    name = services.settings.openai_fallback_model
    found = (
        _ok(f"The service of {name} takes the key.")
        if works
        else _failed(
            f"The service of {name} does not answer or refuses the key.",
            "Check OPENAI_FALLBACK_BASE_URL and OPENAI_FALLBACK_API_KEY.",
        )
    )
    return [HealthRow("fallback model", *found)]


def _knowledge(services: OpenServices) -> _Found:
    articles, problems = services.knowledge.articles(), services.knowledge.problems()
    number = f"{count(len(articles), 'article')} can be searched"
    if problems or not articles:
        return _warning(
            f"{number}; not used: {' '.join(problems[:5]) or 'none found'}", "Correct what is named, or KB_DIRS."
        )
    return _ok(f"{number}.")


def _schemas(services: OpenServices) -> _Found:
    from .schemas.search.schema_index import index  # noqa: PLC0415 - only this check looks at it

    folders = services.workspace.schema_dirs
    if not folders:
        return _ok(
            "No schema folders are set: a schema is given, named by the document, or beside it.",
            "To have schemas found by namespace, set SCHEMA_DIRS.",
        )
    found = index(folders, services.state_dir, bounds=Bounds.of(services.workspace.readable)).entries
    number = f"{count(len(found), 'schema')} in {', '.join(map(str, folders))}."
    return _ok(number) if found else _warning(number, "Put .xsd, .rng or .dtd files there, or correct SCHEMA_DIRS.")


def _catalogue(services: OpenServices) -> _Found:
    held = services.catalogue.all()
    changed = [each.entry.id for each in held if services.catalogue.changed(each)]
    oldest = max((time.time() - each.taken for each in held if each.taken), default=0.0)
    age = f"; the oldest was taken in {count(int(oldest / _DAY), 'day')} ago" if oldest else ""
    if changed:
        return _warning(
            f"Not what was taken in any more: {', '.join(changed)}.",
            "Remove these with `schemas remove`, and install them anew.",
        )
    return _ok(
        f"{count(len(held), 'schema or rule set', 'schemas and rule sets')} of the catalogue at hand{age}.",
        "" if held else "`xml-troubleshooter schemas list` tells what there is; [einvoice] brings many.",
    )


def _languages() -> _Found:
    missing = {extra: language for extra, (library, language) in _EXTRAS.items() if find_spec(library) is None}
    return _ok(
        f"Not installed: {'; '.join(missing.values())}." if missing else "All of them can be used.",
        f"Where you need them, install the extras [{','.join(missing)}]." if missing else "",
    )
