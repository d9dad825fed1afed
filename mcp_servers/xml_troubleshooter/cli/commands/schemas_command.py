"""The command `schemas`: the entries of the catalogue, those at hand, and ways to get more of them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..shared_options import add_command
from ..terminal import say

if TYPE_CHECKING:
    from ...catalogue.catalogue_store import Held, SchemaStore
    from ...catalogue.entries import Entry

_DAY = 86_400
_UNVERIFIED = "unverified"
_MEANING = (
    "the catalogue has no hash of what the publisher serves. The first `install` shows the hash of what came, to be "
    "held against the publisher's or a colleague's, and for that version takes nothing else from then on"
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put the command and its actions among the others."""
    schemas = commands.add_parser("schemas", help="official schemas and rules: list, install, add, remove, check")
    actions = schemas.add_subparsers(required=True, metavar="ACTION")

    add_command(actions, "list", _list, "what the catalogue has, and what of it is here")
    fetched = "fetch from its publisher: the only command that uses the network"
    install = add_command(actions, "install", _install, fetched, tells_scripts=False)
    install.add_argument("names", nargs="+", metavar="NAME", help="an id of the catalogue, NAME@VERSION for a version")
    add = add_command(actions, "add", _add, "take in a file that you have", tells_scripts=False)
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--from", dest="source", required=True, metavar="FILE.zip|FOLDER", help="a zip, a folder or a file"
    )
    which = add_command(actions, "which", _which, "what a document is, and which layers would judge it")
    which.add_argument("files", nargs="+", metavar="FILE")
    remove = add_command(actions, "remove", _remove, "remove what was installed or added", tells_scripts=False)
    remove.add_argument("names", nargs="+", metavar="NAME")
    add_command(actions, "check", _check, "whether what is here is whole, and how old it is")


async def _list(options: argparse.Namespace) -> int:
    store = open_store()
    rows = []
    for entry in store.known.entries.values():
        held = store.held(entry.id)
        rows.append(
            {
                "id": entry.id,
                "version": held[0].version if held else entry.version,
                "title": entry.title,
                "kind": entry.kind,
                "licence": entry.licence,
                "here": bool(held),
                "from": _origin(held) if held else _way(entry),
            }
        )
    if options.json:
        say(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        mark = "*" if row["here"] else " "
        say(f"{mark} {row['id']:<24} {row['version']:<11} {row['title']:<48} {row['from']}")
    say("* is here. `schemas install NAME` fetches, `schemas add NAME --from FILE` takes in what you have.")
    if any(_UNVERIFIED in str(row["from"]) for row in rows):
        say(f"{_UNVERIFIED}: {_MEANING}.")
    return 0


async def _install(options: argparse.Namespace) -> int:
    from ...catalogue.install import install  # noqa: PLC0415 - the network is used here alone
    from ...config import get_settings  # noqa: PLC0415 - --help does without

    store, mirror = open_store(), get_settings().schema_mirror or ""
    for name in options.names:
        held = install(name, store, mirror=mirror, progress=_progress)
        word = "the hash that the catalogue has" if held.entry.sha256 else f"{_UNVERIFIED}: {_MEANING}"
        say(f"{held.entry.id} {held.version}: in {held.folder}\n  SHA-256 {held.sha256}, {word}.")
    return 0


async def _add(options: argparse.Namespace) -> int:
    held = open_store().add(options.name, Path(options.source))
    say(f"{held.entry.id} {held.version}: in {held.folder}")
    return 0


async def _which(options: argparse.Namespace) -> int:
    from ...disk.bounds import real_path  # noqa: PLC0415 - --help does without
    from ...document.document import Document  # noqa: PLC0415
    from ...files.reading import head  # noqa: PLC0415
    from ...schemas.chains import chain, describe  # noqa: PLC0415
    from ...schemas.envelopes import only  # noqa: PLC0415
    from ...schemas.named_for_payload import carried_by  # noqa: PLC0415

    store = open_store()
    for name in options.files:
        document = Document.from_bytes(head(real_path(Path(name))), name)
        carried = only(carried_by(document, store))
        seen = carried.seen_in(document) if carried is not None else None
        official = chain(seen or document, store)
        what = official.vocabulary.name if official.vocabulary is not None else ""
        if carried is not None and what:
            what = f"{what}, inside {carried.path}"
        layers = [{"id": link.entry.id, "name": link.name, "file": str(link.path or "")} for link in official.links]
        if options.json:
            told = {"file": name, "vocabulary": what, "layers": layers, "unknown_profile": official.unknown}
            say(json.dumps(told, ensure_ascii=False))
            continue
        say(f"{name}: {what or 'not a vocabulary that is known here'}")
        for layer in layers:
            say(f"  {layer['name']}: {layer['file'] or 'not installed'}")
        if advice := describe(official):
            say(f"  {advice}")
    return 0


async def _remove(options: argparse.Namespace) -> int:
    store, status = open_store(), 0
    for name in options.names:
        gone = store.remove(name)
        if gone:
            say(f"{name}: removed {', '.join(held.version for held in gone)}")
        else:
            say(f"{name}: there is nothing of it in {store.folder}", sys.stderr)
            status = 1
    return status


async def _check(options: argparse.Namespace) -> int:
    store = open_store()
    rows = [(held, store.changed(held)) for held in store.all()]
    if options.json:
        told = [
            {"id": held.entry.id, "version": held.version, "from": held.origin, "days": _days(held), "changed": changed}
            for held, changed in rows
        ]
        say(json.dumps(told, ensure_ascii=False))
    else:
        for held, changed in rows:
            age = f", {_days(held)} days old" if held.taken else ""
            state = "CHANGED since it was taken in: remove it and install it anew" if changed else "whole"
            say(f"{held.entry.id} {held.version}: {state}{age} ({held.origin})")
        if not rows:
            say("Nothing of the catalogue is here. `schemas list` tells what there is.")
    return 1 if any(changed for _, changed in rows) else 0


def open_store() -> SchemaStore:
    """The user's store of schemas."""
    from ...catalogue.catalogue_store import SchemaStore  # noqa: PLC0415 - --help does without
    from ...config import get_settings  # noqa: PLC0415

    return SchemaStore(get_settings().data_dir / "schemas")


def _origin(held: Iterable[Held]) -> str:
    return "; ".join(dict.fromkeys(each.origin for each in held))


def _way(entry: Entry) -> str:
    """The ways to get an entry that is not at hand, as a text."""
    from ...schemas.chains import EXTRAS  # noqa: PLC0415 - --help does without

    ways = [f"comes with the extra [{EXTRAS[entry.package.distribution]}]"] if entry.package is not None else []
    if entry.url:
        ways.append("install" if entry.sha256 else f"install ({_UNVERIFIED})")
    return ", ".join(ways) or "add"


def _days(held: Held) -> int:
    return int((time.time() - held.taken) / _DAY) if held.taken else 0


def _progress(so_far: int, total: int) -> None:
    if sys.stderr.isatty():
        share = f"{so_far / total:4.0%}" if total else f"{so_far / 1e6:.1f} MB"
        sys.stderr.write(f"\r{share}\r")
