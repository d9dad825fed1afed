"""The processor time of `validate` for a small document with an XSD, beside an lxml script that does the same.

usage: python benchmarks/speed/shell_start.py [ROUNDS]

Both are run in turn, so that whatever else the machine does hits both alike, with all that they start. Prints the
fastest and the median of each in milliseconds and the ratios; the aim is at most 4.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType>
<xs:sequence><xs:element name="number" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""
SCRIPT = """
from lxml import etree
schema = etree.XMLSchema(etree.parse("order.xsd"))
assert schema.validate(etree.parse("order.xml"))
"""
COMMANDS = {
    "lxml script": [sys.executable, "-c", SCRIPT],
    "xml-troubleshooter": [
        *(sys.executable, "-m", "mcp_servers.xml_troubleshooter", "validate", "order.xml", "--schema", "order.xsd"),
    ],
}


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "order.xsd").write_text(SCHEMA)
        (Path(folder) / "order.xml").write_text("<order><number>1</number></order>")
        for number in range(rounds + 1):
            for name, command in COMMANDS.items():
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - ours
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                if number:  # the first compiles
                    times[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    script, ours = times.values()
    for name, values in times.items():
        sys.stdout.write(f"{name:20} fastest {min(values) * 1000:5.0f} ms, ")
        sys.stdout.write(f"median {statistics.median(values) * 1000:5.0f} ms\n")
    sys.stdout.write(f"ratio of the fastest {min(ours) / min(script):.2f}, ")
    sys.stdout.write(f"of the medians {statistics.median(ours) / statistics.median(script):.2f} (rounds: {rounds})\n")


if __name__ == "__main__":
    main()
