"""Attacks through whole tool calls: what nests without end, lies about itself, or asks for more than it may have.

Each is a handful of files and one call to a server of its own. Every call gets an answer in its time: a result or a
sentence; no secret of the folder outside is in it, nothing is touched there, nothing is made that was not asked for,
and the status is none that would be a lie.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest import mock

from benchmarks.trust.hostile_arguments import RawServer
from benchmarks.trust.hostile_catalogs import catalogs
from benchmarks.trust.hostile_names import encodings, names
from benchmarks.trust.hostile_nesting import nesting
from benchmarks.trust.hostile_signatures import signed_documents
from benchmarks.trust.hostile_stylesheets import rule_sets
from benchmarks.trust.tricks import OK, Trick
from tests.files.watched_folder import WatchedFolder
from tests.validators.test_attacks import SCH, SECRET

_SECONDS = 25.0  # for an answer, on a busy machine
_DEADLINE = "12"  # seconds after which the server answers that it goes on
_OF_PYTHON = (
    "Traceback", "RecursionError", "maximum recursion", "MemoryError", "KeyError", "TypeError", "AttributeError",
    "UnicodeE", "codec can't", "Internal",
)  # fmt: skip
CALLS: dict[str, Callable[[], Iterator[tuple[str, Trick]]]] = {
    "nesting": nesting,
    "encodings": encodings,
    "file names": names,
    "stylesheets": rule_sets,
    "signed documents": signed_documents,
    "catalogs": catalogs,
}


def hostile_calls(kind: str, home: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """All attacks of a kind on one server; the last one is a check of its log."""
    outside = home / "outside"
    outside.mkdir()
    for ending, text in {
        "txt": SECRET,
        "xml": f"<s>{SECRET}</s>",
        "dtd": f'<!ENTITY leak "{SECRET}"><!ELEMENT r ANY>',
        "xsd": OK.replace('"r"', f'"{SECRET}"'),
        "sch": f'<pattern {SCH}><rule context="{SECRET}"/></pattern>',
    }.items():
        (outside / f"secret.{ending}").write_text(text)
    (outside / "writable.xml").write_text("<w/>")
    (home / "inside").mkdir()
    with mock.patch.dict(os.environ, HARMLESS_CANARY=SECRET):  # a variable that no rule may tell
        server = RawServer(home / "inside", state=home / "state", AGENT_TIMEOUT="10", AGENT_DEADLINE=_DEADLINE)
    for number, (name, trick) in enumerate(CALLS[kind]()):
        yield name, partial(_attempt, server, trick, home / "inside" / str(number), outside)

    def silent() -> None:
        told = server.close()
        assert SECRET not in told, "the log tells of a secret"
        assert "Traceback" not in told, told[-500:]

    yield "the log", silent


def _attempt(server: RawServer, trick: Trick, inside: Path, outside: Path) -> None:
    def placed(text: str) -> str:
        return text.replace("{out}", str(outside)).replace("{inside}", str(inside))

    inside.mkdir()
    for name, content in trick.files.items():
        path = inside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(placed(content).encode() if isinstance(content, str) else content)
    if trick.prepare:
        trick.prepare(inside, outside)
    arguments = dict(trick.arguments)
    for key in ("path", "output_path", "schema_path"):
        if key in arguments:
            arguments[key] = ";".join(_below(inside, placed(each)) for each in arguments[key].split(";"))
    before, watched, started = _listing(inside), WatchedFolder(outside), time.monotonic()
    call = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": trick.tool, "arguments": arguments}}
    answer = server.answered(lambda number: json.dumps({**call, "id": number}))
    took = time.monotonic() - started
    touched = watched.touched()
    watched.close()
    told = json.dumps(answer, ensure_ascii=False)
    for words in (*_OF_PYTHON, SECRET):
        assert words not in told, f"tells {words}: {told[max(0, told.index(words) - 200) :][:400]}"
    assert touched == [], "something outside is touched"
    made = [each for each in _listing(inside) - before if not {"*", each} & {*trick.made}]
    assert not made, f"made {made}"
    result = answer.get("result", {})
    text = "".join(part.get("text", "") for part in result.get("content", []))
    assert text or "error" in answer, answer
    status = (result.get("structuredContent") or {}).get("status", "")
    assert status not in trick.never, f"is called {status}: {text[:300]}"
    assert took < _SECONDS, f"took {took:.1f} s: {text[:200]}"
    server.alive()


def _below(folder: Path, name: str) -> str:
    """A name as it is meant: of a file in the folder, unless it is a whole path or an address already."""
    return name if not name or name[0] in "/~\0" or ":" in name else f"{folder}/{name}"


def _listing(folder: Path) -> set[str]:
    return {str(each.relative_to(folder)) for each in folder.rglob("*")}
