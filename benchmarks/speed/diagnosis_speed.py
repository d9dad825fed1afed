"""Time and memory of diagnosis against bare lxml, on documents of its own making.

usage: python benchmarks/speed/diagnosis_speed.py [--megabytes 0.01 1 100] [--gigabyte]

Each row tells the best of several runs of parsing and validating the same bytes: by lxml alone, by `validate` and
by `validate_file`, in processor time. Valid documents should take at most 1.3 times, broken ones at most 3 times what
lxml takes. No run sees a text that an earlier one saw, so that nothing remembered shortens it. `--gigabyte` adds a file
of 1 GB and the memory that `validate_file` took.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from lxml import etree

from mcp_servers.xml_troubleshooter.diagnosis.large_files import validate_file
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schemas.plan import plan

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:batch"
 elementFormDefault="qualified"><xs:element name="Batch"><xs:complexType><xs:sequence>
 <xs:element name="Payment" maxOccurs="unbounded"><xs:complexType><xs:sequence>
  <xs:element name="Id" type="xs:NCName"/>
  <xs:element name="Amount"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal">
   <xs:attribute name="Currency" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
  </xs:element>
  <xs:element name="Date" type="xs:date"/>
  <xs:element name="Creditor"><xs:complexType><xs:sequence><xs:element name="Name" type="xs:string"/>
   <xs:element name="Account" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"""
RECORD = """  <Payment>
    <Id>P{0}</Id>
    <Amount Currency="EUR">{0}.50</Amount>
    <Date>2026-03-14</Date>
    <Creditor><Name>Müller &amp; Söhne</Name><Account>DE00 0000 0000 {0}</Account></Creditor>
  </Payment>
"""
# what is wrong in the middle record of the broken documents
FAULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "valid": (),
    "value": (("2026-03-14", "14.03.2026"),),
    "record": (("  <Payment>", "  <Remark/>\n  <Payment>"),),  # among all records, at the root
    "three": (("    <Id>", "    <!-- <Id>"), ("</Id>", "</Id> -->"), ("2026-03-14", "14.03.2026"), ("Cur", "Cu")),
}


def write_batch(path: Path, megabytes: float, fault: str) -> None:
    """A batch of about that size, with a fault in its middle record."""
    records = max(3, int(megabytes * 1e6 / len(RECORD.format(10**6).encode())))
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<Batch xmlns="urn:batch">\n')
        for number in range(records):
            record = RECORD.format(10**6 + number)
            for before, after in FAULTS[fault] if number == records // 2 else ():
                record = record.replace(before, after)
            out.write(record)
        out.write("</Batch>\n")


def best(run: Callable[[], object], seconds: float) -> float:
    """The processor time of the shortest of the runs that fit into some seconds; of one at least."""
    times: list[float] = []
    while sum(times) < seconds:
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def row(path: Path, schema: Path, fault: str, seconds: float) -> str:
    """One line of the table."""
    data = path.read_bytes()
    compiled = etree.XMLSchema(etree.parse(str(schema)))
    run = count()

    def bare() -> bool:
        return compiled.validate(etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True)))

    def ours() -> bool:
        return validate(Document.from_bytes(data, str(next(run))), plan([schema])).valid

    def streamed() -> bool:
        with path.open("a") as out:
            out.write("\n")
        return validate_file(path, plan([schema])).valid

    if not bare() is ours() is streamed() is (fault == "valid"):
        raise SystemExit(f"the verdicts on {path.name} differ")
    lxml, document, file = (best(run, seconds) for run in (bare, ours, streamed))
    return (
        f"{len(data) / 1e6:9.2f} MB {fault:6} lxml {lxml * 1e3:9.2f} ms   "
        f"validate {document * 1e3:9.2f} ms ({document / lxml:4.2f}x)   "
        f"validate_file {file * 1e3:9.2f} ms ({file / lxml:4.2f}x)"
    )


def memory(path: Path, schema: Path) -> str:
    """Verdict, seconds and resident megabytes of validating one file in a process of its own."""
    own = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, __file__, "--one", path, schema], capture_output=True, text=True, check=True
    )
    return own.stdout.strip()


def main() -> None:
    """Run what the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=float, nargs="*", default=[0.01, 1, 100])
    arguments.add_argument("--seconds", type=float, default=3.0)
    arguments.add_argument("--gigabyte", action="store_true")
    arguments.add_argument("--one", type=Path, nargs=2, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.one:
        start = time.perf_counter()
        report = validate_file(asked.one[0], plan([asked.one[1]]))
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        verdict = "valid" if report.valid else f"{report.total} faults"
        print(f"{verdict}, {time.perf_counter() - start:.1f} s, {used:.0f} MB resident")  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "batch.xsd")
        schema.write_text(SCHEMA)
        for megabytes in [*asked.megabytes, *([1000.0] if asked.gigabyte else [])]:
            for fault in FAULTS:
                path = Path(folder, "batch.xml")
                write_batch(path, megabytes, fault)
                if megabytes < 1000:  # noqa: PLR2004 - a tree of a gigabyte would not fit
                    print(row(path, schema, fault, asked.seconds))  # noqa: T201
                else:
                    print(f"{path.stat().st_size / 1e6:9.2f} MB {memory(path, schema)}")  # noqa: T201


if __name__ == "__main__":
    main()
