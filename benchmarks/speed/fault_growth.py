"""The growth of the time for diagnosis and proposals with the number of faults and with the size of the document.

usage: python -m benchmarks.speed.fault_growth [--faults 100 1000 10000] [--megabytes 0.5 2 8] [--only KIND ...]

Each row is a kind of fault and a size, each column a number of faults; a cell tells the seconds of processor time for
the diagnosis and for the proposals. The last number of a row is the factor by which ten times as many faults take
longer: 10 is linear, far more is a bug.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import Plan, plan

SOUND = "<line><article>Tea and biscuits</article><quantity>2</quantity></line>\n"
# each kind by a line that has the fault
VALIDITY = {
    "misnamed element": SOUND.replace("article", "artcle"),
    "missing element": SOUND.replace("<quantity>2</quantity>", ""),
    "surplus attribute": SOUND.replace("<line>", '<line n="1">'),
}
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
    **{f"{kind}, {language}": line for kind, line in VALIDITY.items() for language in ("xsd", "rng", "dtd")},
}
SCHEMAS = {
    "xsd": '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType>'
    '<xs:sequence><xs:element name="line" maxOccurs="unbounded"><xs:complexType><xs:sequence>'
    '<xs:element name="article"/>'
    '<xs:element name="quantity"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType>'
    "</xs:element></xs:schema>",
    "rng": '<element name="order" xmlns="http://relaxng.org/ns/structure/1.0"><oneOrMore><element name="line"><element '
    'name="article"><text/></element><element name="quantity"><text/></element></element></oneOrMore></element>',
    "dtd": "<!ELEMENT order (line+)><!ELEMENT line (article, quantity)><!ELEMENT article (#PCDATA)>"
    "<!ELEMENT quantity (#PCDATA)>",
}


def document(line: str, faults: int, megabytes: float) -> Document:
    """A document of this size at least, with faults spread evenly over it."""
    lines = [SOUND] * max(int(megabytes * 1e6) // len(SOUND), faults)
    for number in range(faults):
        lines[number * len(lines) // faults] = line
    return Document.from_text(f"<order>\n{''.join(lines)}</order>\n")


def seconds(what: Document, by: Plan) -> tuple[float, float, int]:
    """Processor time of the diagnosis and of the proposals, and how many faults were found."""
    started = time.process_time()
    report = validate(what, by)
    judged = time.process_time()
    propose(what, by, False, {})  # noqa: FBT003 - positional, as it crosses processes
    return judged - started, time.process_time() - judged, report.total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--megabytes", type=float, nargs="+", default=[0.5, 2, 8])
    parser.add_argument("--only", nargs="*", default=list(KINDS), choices=list(KINDS))
    options = parser.parse_args()
    seconds(document(KINDS["bare ampersand"], 1, 0), Plan())  # what is imported at first
    folder = Path(tempfile.mkdtemp(prefix="fault-growth-"))
    plans = {"": Plan()}
    for language, schema in SCHEMAS.items():
        (folder / f"order.{language}").write_text(schema)
        plans[language] = plan([str(folder / f"order.{language}")])
    sys.stdout.write(f"{'kind':22}{'MB':>5}" + "".join(f"{number:>18,}" for number in options.faults) + "   growth\n")
    for kind in options.only:
        for size in options.megabytes:
            by = plans[kind.partition(", ")[2]]
            row = [seconds(document(KINDS[kind], number, size), by) for number in options.faults]
            cells = "".join(f"{f'{found:.2f} + {proposed:.2f}':>18}" for found, proposed, _ in row)
            sums = [found + proposed for found, proposed, _ in row]
            growth = f"{sums[-1] / max(sums[-2], 0.01):9.1f}" if len(sums) > 1 else ""
            sys.stdout.write(f"{kind:22}{size:>5}{cells}{growth}\n")


if __name__ == "__main__":
    main()
