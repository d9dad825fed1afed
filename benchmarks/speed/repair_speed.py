"""Time of the repair of one fault against bare lxml, on documents of its own making.

usage: python -m benchmarks.speed.repair_speed [--megabytes 0.01 0.1 1 10] [--seconds 1]

Each row tells, in processor time, the best of several runs of finding one fault, proposing its repair and judging the
result, and how many times one parse-and-validate by lxml that is: 5 times at most for a document of 1 MB. No run sees a
text that an earlier one saw, so that nothing remembered shortens it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from lxml import etree

from benchmarks.speed.diagnosis_speed import SCHEMA, best, write_batch
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.loop.gate import judge
from mcp_servers.xml_troubleshooter.repair.engine import propose
from mcp_servers.xml_troubleshooter.schemas.plan import plan

DTD = """<!ELEMENT Batch (Payment+)><!ATTLIST Batch xmlns CDATA #FIXED "urn:batch">
<!ELEMENT Payment (Id, Amount, Date, Creditor)><!ELEMENT Id (#PCDATA)><!ELEMENT Amount (#PCDATA)>
<!ATTLIST Amount Currency (EUR|USD) #REQUIRED><!ELEMENT Date (#PCDATA)><!ELEMENT Creditor (Name, Account)>
<!ELEMENT Name (#PCDATA)><!ELEMENT Account (#PCDATA)>"""
RELAXNG = """<element name="Batch" ns="urn:batch" xmlns="http://relaxng.org/ns/structure/1.0"
 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"><oneOrMore><element name="Payment">
 <element name="Id"><data type="NCName"/></element>
 <element name="Amount"><attribute name="Currency" ns=""><text/></attribute><data type="decimal"/></element>
 <element name="Date"><data type="date"/></element>
 <element name="Creditor"><element name="Name"><text/></element><element name="Account"><text/></element></element>
</element></oneOrMore></element>"""
# what is wrong: the kind of schema that shows it, and the replacements in the record in the middle of the document
FAULTS = {
    "value": ("xsd rng", (("2026-03-14", "14.03.2026"),)),
    "attribute value": ("dtd", (('"EUR"', '"eur"'),)),
    "attribute name": ("xsd dtd rng", (("Currency=", "Curency="),)),
    "element name": ("xsd dtd rng", (("<Id>", "<Idd>"), ("</Id>", "</Idd>"))),
    "order": (
        "xsd dtd rng",
        (("<Name>Müller &amp; Söhne</Name>", ""), ("</Account>", "</Account><Name>Müller</Name>")),
    ),
    "surplus element": ("xsd dtd rng", (("    <Date>", "    <Remark/>\n    <Date>"),)),
    "surplus record": ("xsd dtd rng", (("  <Payment>", "  <Remark/>\n  <Payment>"),)),
    "record name": ("xsd dtd rng", (("<Payment>", "<Paymnet>"), ("</Payment>", "</Paymnet>"))),
}
COMPILERS: dict[str, Callable[[str], etree.DTD | etree.RelaxNG | etree.XMLSchema]] = {
    "xsd": lambda path: etree.XMLSchema(etree.parse(path)),
    "dtd": etree.DTD,
    "rng": lambda path: etree.RelaxNG(etree.parse(path)),
}


def broken(text: str, replacements: tuple[tuple[str, str], ...]) -> str:
    """The text with a fault in the record in its middle."""
    start = text.index("  <Payment>", len(text) // 2)
    end = text.index("\n", text.index("</Payment>", start))
    record = text[start:end]
    for before, after in replacements:
        record = record.replace(before, after)
    return text[:start] + record + text[end:]


def row(text: str, fault: str, schema: Path, seconds: float) -> str:
    """One line of the table."""
    right = text.encode()
    wrong = broken(text, FAULTS[fault][1]).encode()
    compiled = COMPILERS[schema.suffix[1:]](str(schema))
    stages = {"validate": float("inf"), "propose": float("inf"), "judge": float("inf")}
    run = count()

    def bare() -> bool:
        return compiled.validate(etree.fromstring(right, etree.XMLParser(resolve_entities=False, no_network=True)))

    def ours() -> None:
        document = Document.from_bytes(wrong, str(next(run)))
        clock = [time.process_time()]
        report = validate(document, plan([schema]))
        clock.append(time.process_time())
        proposal = propose(document, plan([schema]), True, {})  # noqa: FBT003
        clock.append(time.process_time())
        if not judge(document, report, proposal.fixes, plan([schema])).report.valid:
            raise SystemExit(f"{fault} was not repaired")
        clock.append(time.process_time())
        for stage, start, end in zip(stages, clock, clock[1:], strict=False):
            stages[stage] = min(stages[stage], end - start)

    assert bare()
    ours()
    lxml, whole = best(bare, seconds), best(ours, seconds)
    parts = "  ".join(f"{stage} {took / lxml:5.1f}x" for stage, took in stages.items())
    return (
        f"{len(wrong) / 1e6:7.2f} MB {schema.suffix[1:]} {fault:16} lxml {lxml * 1e3:8.2f} ms   "
        f"{parts}   in all {whole * 1e3:8.2f} ms ({whole / lxml:5.1f}x)"
    )


def main() -> None:
    """Run what the command line asks for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=float, nargs="*", default=[0.01, 0.1, 1, 10])
    arguments.add_argument("--seconds", type=float, default=1.0)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        schemas = {kind: Path(folder, f"batch.{kind}") for kind in COMPILERS}
        for path, text in zip(schemas.values(), (SCHEMA, DTD, RELAXNG), strict=True):
            path.write_text(text)
        path = Path(folder, "batch.xml")
        for megabytes in asked.megabytes:
            write_batch(path, megabytes, "valid")
            for kind, schema in schemas.items():
                for fault in (name for name, (kinds, _) in FAULTS.items() if kind in kinds):
                    print(row(path.read_text("utf-8"), fault, schema, asked.seconds))  # noqa: T201


if __name__ == "__main__":
    main()
