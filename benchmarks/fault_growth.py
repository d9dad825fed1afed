"""How the time for a diagnosis and for proposals grows with the number of faults and with the size of the document.

usage: python -m benchmarks.fault_growth [--faults 100 1000 10000] [--megabytes 0.5 2 8] [--only KIND ...]

Each row is a kind of fault and a size, each column a number of faults; a cell tells the seconds of processor time for
the diagnosis and for the proposals. Behind the rows stands how many times longer ten times as many faults take: 10 is
linear, far more is a bug.
"""

from __future__ import annotations

import argparse
import sys
import time

from mcp_servers.xml_troubleshooter.diagnosis.validate import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan

SOUND = "<line><article>Tea and biscuits</article><quantity>2</quantity></line>\n"
# each kind by a line that has the fault
KINDS = {
    "bare ampersand": SOUND.replace("and", "&"),
    "less-than": SOUND.replace("and", "<"),
    "mistyped end tag": SOUND.replace("</article>", "</artcile>"),
    "missing end tag": SOUND.replace("</quantity>", ""),
    "unexpected end tag": SOUND.replace("2", "2</b>"),
    "duplicate attribute": SOUND.replace("<article>", '<article n="1" n="1">'),
    "unquoted attribute": SOUND.replace("<article>", "<article n=1>"),
    "undefined entity": SOUND.replace("and", "&nbsp;"),
    "unknown prefix": SOUND.replace("article>", "p:article>"),
    "control character": SOUND.replace("and", "\x01"),
    "declaration": SOUND.replace("Tea", '<?xml version="1.0"?>'),
}


def document(line: str, faults: int, megabytes: float) -> Document:
    """A document of this size at least, with faults spread evenly over it."""
    lines = [SOUND] * max(int(megabytes * 1e6) // len(SOUND), faults)
    for number in range(faults):
        lines[number * len(lines) // faults] = line
    return Document.from_text(f"<order>\n{''.join(lines)}</order>\n")


def seconds(what: Document) -> tuple[float, float, int]:
    """Processor time of the diagnosis and of the proposals, and how many faults were found."""
    started = time.process_time()
    report = validate(what, Plan())
    judged = time.process_time()
    propose(what, Plan(), False, {})  # noqa: FBT003 - positional, as it crosses processes
    return judged - started, time.process_time() - judged, report.total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--megabytes", type=float, nargs="+", default=[0.5, 2, 8])
    parser.add_argument("--only", nargs="*", default=list(KINDS), choices=list(KINDS))
    options = parser.parse_args()
    seconds(document(KINDS["bare ampersand"], 1, 0))  # what is imported at first
    sys.stdout.write(f"{'kind':22}{'MB':>5}" + "".join(f"{number:>18,}" for number in options.faults) + "   growth\n")
    for kind in options.only:
        for size in options.megabytes:
            row = [seconds(document(KINDS[kind], number, size)) for number in options.faults]
            cells = "".join(f"{f'{found:.2f} + {proposed:.2f}':>18}" for found, proposed, _ in row)
            sums = [found + proposed for found, proposed, _ in row]
            growth = f"{sums[-1] / max(sums[-2], 0.01):9.1f}" if len(sums) > 1 else ""
            sys.stdout.write(f"{kind:22}{size:>5}{cells}{growth}\n")


if __name__ == "__main__":
    main()
