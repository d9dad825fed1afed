"""The time to judge invoices from a shell, beside bare Saxon:
python benchmarks/speed/invoice_speed.py RULES.xslt DOCUMENT... [--count N] [--rounds N].

Two things are timed, ours and bare Saxon in turn, so that other work of the machine slows both: one document in a new
process, and a folder of many. Bare Saxon compiles the stylesheet, parses and transforms; ours chooses the layers for
the documents, runs the XML Schema and the rules, and reports their findings. Give official rules, and documents whose
chain they are part of: none are part of this project.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BARE = """import sys
from saxonche import PySaxonProcessor
processor = PySaxonProcessor(license=False)
rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
for name in sys.argv[2:]:
    rules.transform_to_string(xdm_node=processor.parse_xml(xml_file_name=name))
"""


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rules", type=Path)
    options.add_argument("documents", type=Path, nargs="+")
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    arguments = options.parse_args()
    bare = [sys.executable, "-c", _BARE, str(arguments.rules)]
    ours = [sys.executable, "-m", "mcp_servers.xml_troubleshooter", "validate", "--quiet"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(arguments.count):
            source: Path = arguments.documents[number % len(arguments.documents)]
            shutil.copyfile(source, folder / f"{number:05}.xml")
        files = sorted(map(str, folder.iterdir()))
        _compare("one document", [*bare, files[0]], [*ours, files[0]], arguments.rounds)
        _compare(f"{len(files)} documents", [*bare, *files], [*ours, name], arguments.rounds)


def _compare(what: str, bare: list[str], ours: list[str], rounds: int) -> None:
    times = [(_timed(bare), _timed(ours)) for _ in range(rounds)]
    one, other = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(mine / theirs for theirs, mine in times)
    sys.stdout.write(f"{what}: bare Saxon {one:.2f} s, ours {other:.2f} s, {ratio:.2f} times as long\n")


def _timed(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own commands
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
