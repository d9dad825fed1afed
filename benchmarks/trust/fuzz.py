"""A bounded search for crashes, hangs and broken promises in scanner, parser front end, diagnosis and repair.

usage: python benchmarks/trust/fuzz.py {mutation,invention,atheris} [--minutes 20] [--seed 1] [--corpus FOLDER]

Three ways to make documents: `mutation` breaks the documents of the knowledge base (and those of FOLDER, which holds
one schema and its documents per folder) in one to six places; `invention` makes texts of markup and of any characters;
`atheris` lets libFuzzer grow bytes by the branches they reach (it needs `pip install atheris`). Every document goes all
the way: tokens that concatenate to the text, a verdict, a proposal, the gate. An exception, a broken promise or a call
of more than 10 seconds is told and ends up as a file in the working folder; the exit code says whether there was any.
The number of documents tried is kept in fuzz-progress.json there, and the next search goes on behind them, with others.
A document is well-formed where libxml2 reads its bytes in one piece.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document import parsing
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.errors import TroubleshooterError
from mcp_servers.xml_troubleshooter.loop.gate import judge
from mcp_servers.xml_troubleshooter.loop.proposal import ProposeFix
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import COMPILATION, plan
from mcp_servers.xml_troubleshooter.wellformedness.scanner import scan

ROOT = Path(__file__).resolve().parents[2]
PROGRESS = Path("fuzz-progress.json")
HANG = 10.0  # seconds of the processor
ENOUGH = 20  # documents with trouble
LARGEST = 20_000  # bytes of a document to start from
SCHEMAS = (".xsd", ".rng", ".rnc", ".dtd")
MARKUP = [
    *(
        "<",
        ">",
        "/",
        '"',
        "'",
        "&",
        ";",
        "=",
        "<!--",
        "-->",
        "--",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "</a>",
        "<a>",
        "<a/>",
    ),
    *(
        "a:b",
        "xmlns:a='b'",
        "&amp",
        "&#",
        "&#x0;",
        "&amp;",
        "&nbsp;",
        "<!DOCTYPE",
        "<!ENTITY",
        "%",
        '\\"',
        "“",
        "”",
        "é",
    ),
    *("1", "12,50", "-", ".", "<<<<<<<", "=======", ">>>>>>>", " ", "\n", "\t", "\x00", "\x0b", "\ufeff", "\uffff"),
    *("\ud800", "\udc80", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='"),
]
SCRIPTS = (0x80, 0x80, 0x250, 0x10000, 0x110000)  # below which a character is: ASCII, Latin, and so on

Case = tuple[bytes, str]  # a document and the path of its schema, "" for none


def examine(data: bytes, schema: str) -> None:
    """Take a document all the way; raises AssertionError where a promise is broken."""
    document = Document.from_bytes(data)
    assert "".join(token.text for token in scan(document.text).tokens) == document.text, "the scanner lost something"
    report = validate(document, plan([schema]))
    assert report.valid or report.diagnostics, "a document is rejected without a reason"
    is_xml = all(layer.name != COMPILATION for layer in report.layers)  # and not a DTD, say
    if report.well_formed and is_xml and "<!DOCTYPE" not in document.text:
        parsing.parse(data)
    assert all(0 <= item.start <= item.end <= len(document.text) for item in report.diagnostics), "a span lies outside"
    if report.valid:
        return
    action = propose(document, plan([schema]), True, {})  # noqa: FBT003
    if isinstance(action, ProposeFix) and action.fixes:
        verdict = judge(document, report, action.fixes, plan([schema]))
        after = Document.from_bytes(verdict.document.to_bytes())
        assert verdict.report.valid <= validate(after, plan([schema])).valid, "what counts as valid is not"


def seeds(folders: list[Path]) -> list[Case]:
    """The documents to start from, each with a schema of its folder."""
    found: list[Case] = []
    for folder in folders:
        for path in sorted(folder.rglob("*.xml")):
            if path.stat().st_size <= LARGEST:
                homes = [path.parent, *path.parent.parents]
                homes = homes[: homes.index(folder) + 1]
                beside = [item for home in homes for item in sorted(home.glob("*")) if item.suffix in SCHEMAS]
                found.append((path.read_bytes(), str(beside[-1]) if beside else ""))
    return found


def mutations(seed: int, cases: list[Case]) -> Iterator[Case]:
    """Documents broken in one to six places."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    while True:
        data, schema = chance.choice(cases)
        text = data.decode("utf-8", "surrogateescape")
        for _ in range(chance.choice((1, 1, 2, 3, 6))):
            at, other = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
            match chance.randrange(3):
                case 0:
                    text = text[:at] + text[at + chance.randrange(1, 30) :]
                case 1:
                    text = text[:at] + chance.choice(MARKUP) + text[at:]
                case _:
                    text = text[:at] + text[other : other + chance.randrange(1, 80)] + text[at:]
        yield text.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace"), schema  # noqa: PLR2004


def invented(seed: int, cases: list[Case]) -> Iterator[Case]:
    """Texts of pieces of markup, words of a schema's documents, and any characters."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    schemas = sorted({schema for _, schema in cases} | {""})
    tags = sorted({token for data, _ in cases for token in data.decode("utf-8", "replace").split(">") if "<" in token})

    def piece() -> str:
        match chance.randrange(3):
            case 0:
                return chance.choice(MARKUP)
            case 1:
                return chance.choice(tags) + ">"
            case _:
                return "".join(chr(chance.randrange(chance.choice(SCRIPTS))) for _ in range(chance.randrange(6)))

    while True:
        text = "".join(piece() for _ in range(chance.randrange(40)))
        yield text.encode("utf-8", "surrogatepass"), chance.choice(schemas)


def guarded(data: bytes, schema: str) -> str:
    """The trouble with a document, "" for none; a hang ends the process with its traceback."""
    current = Path("fuzz-current.xml")
    current.write_bytes(data)
    faulthandler.dump_traceback_later(6 * HANG, exit=True)  # the file stays behind
    started = time.process_time()  # a machine with other work to do is no hang
    trouble = ""
    try:
        examine(data, schema)
    except TroubleshooterError:
        pass  # a sentence for the user
    except Exception as error:  # noqa: BLE001 - the search is for these
        trouble = repr(error)[:300]
    finally:
        faulthandler.cancel_dump_traceback_later()
    seconds = time.process_time() - started
    if seconds > HANG:
        trouble = f"{seconds:.1f} s"
    if not trouble:
        return ""
    kept = current.rename(f"fuzz-{hashlib.sha256(data).hexdigest()[:12]}.xml")
    return f"{kept} ({len(data)} bytes, schema {schema or 'none'}): {trouble}"


def progress() -> dict[str, dict[str, int]]:
    """The numbers of documents of each way and seed that were tried in this folder, and that had trouble."""
    return json.loads(PROGRESS.read_text("utf-8")) if PROGRESS.exists() else {}


def search(cases: Iterator[Case], seconds: float, search_id: str) -> int:
    """Try documents until the time is up; returns how many had trouble."""
    started = time.monotonic()
    tried = bad = 0
    slowest = 0.0
    for data, schema in cases:
        begin = time.monotonic()
        if begin - started > seconds or bad == ENOUGH:
            break
        if trouble := guarded(data, schema):
            bad += 1
            print(trouble, flush=True)  # noqa: T201
        tried += 1
        slowest = max(slowest, time.monotonic() - begin)
    print(f"{tried} documents in {time.monotonic() - started:.0f} s, {bad} bad, slowest {slowest:.1f} s")  # noqa: T201
    known = progress()
    before = known.get(search_id, {})
    known[search_id] = {"tried": before.get("tried", 0) + tried, "bad": before.get("bad", 0) + bad}
    PROGRESS.write_text(json.dumps(known, indent=1), "utf-8")
    every, troubled = (sum(each[what] for each in known.values()) for what in ("tried", "bad"))
    print(f"{every} documents in all, {troubled} bad")  # noqa: T201
    return bad


def grow(cases: list[Case], seconds: float, seed: int) -> None:
    """Let libFuzzer look for new branches; ends the process, with a code of its own where something was found."""
    import atheris  # type: ignore[import-untyped]  # noqa: PLC0415 - not among the dependencies

    atheris.instrument_all()
    schemas = sorted({schema for _, schema in cases} | {""})
    corpus = Path("fuzz-corpus")
    corpus.mkdir(exist_ok=True)
    for data, schema in cases:
        whole = bytes([schemas.index(schema)]) + data
        (corpus / hashlib.sha256(whole).hexdigest()[:12]).write_bytes(whole)

    def one(data: bytes) -> None:
        if data:
            trouble = guarded(data[1:], schemas[data[0] % len(schemas)])
            assert not trouble, trouble

    arguments = [sys.argv[0], f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=20000", "-timeout=60"]
    atheris.Setup([*arguments, "-print_final_stats=1", "-verbosity=0", str(corpus)], one)
    atheris.Fuzz()


WAYS: dict[str, Callable[[int, list[Case]], Iterator[Case]]] = {"mutation": mutations, "invention": invented}


def main() -> int:
    """Run what the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("way", choices=[*WAYS, "atheris"])
    arguments.add_argument("--minutes", type=float, default=20.0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--corpus", type=Path, nargs="*", default=[])
    asked = arguments.parse_args()
    cases = seeds([ROOT / "kb", *asked.corpus])
    if asked.way == "atheris":
        grow(cases, asked.minutes * 60, asked.seed)
        return 0
    search_id = f"{asked.way}/{asked.seed}"
    done = progress().get(search_id, {}).get("tried", 0)
    # numbers that no other seed comes to
    return search(WAYS[asked.way](asked.seed * 1_000_000_007 + done, cases), asked.minutes * 60, search_id) > 0


if __name__ == "__main__":
    sys.exit(main())
