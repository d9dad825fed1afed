"""The time to run rules, beside bare Saxon: python benchmarks/speed/rules_speed.py RULES.sch DOCUMENT... [--times N].

Each document is judged by both in turn, so that other work of the machine slows both. Bare Saxon has the same
stylesheet, compiled, and parses and transforms; ours parses, runs the rules in Saxon's process, and reports their
findings. Give official rules, and documents that they are for: none are part of this project.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from saxonche import PySaxonProcessor  # type: ignore[import-not-found]

from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.schema_files.resolver import SchemaSources
from mcp_servers.xml_troubleshooter.schemas.plan import plan
from mcp_servers.xml_troubleshooter.validators.schematron.rule_sets.expanding import expanded
from mcp_servers.xml_troubleshooter.validators.schematron.rule_sets.rule_files import RuleFiles
from mcp_servers.xml_troubleshooter.validators.schematron.stylesheets.stylesheet import stylesheet


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("rules", type=Path)
    options.add_argument("documents", type=Path, nargs="+")
    options.add_argument("--times", type=int, default=5)
    arguments = options.parse_args()
    rules: Path = arguments.rules.resolve()
    begun = time.perf_counter()
    files = RuleFiles(SchemaSources(rules))
    generated = stylesheet(expanded(files.root(rules.read_bytes()), files), version=3).text
    _say(f"read, expanded, made a stylesheet: {time.perf_counter() - begun:.2f} s")
    begun = time.perf_counter()
    processor = PySaxonProcessor(license=False)
    compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_text=generated, encoding="UTF-8")
    _say(f"bare Saxon: started and compiled in {time.perf_counter() - begun:.2f} s")
    texts = [path.read_text(encoding="utf-8-sig") for path in arguments.documents]
    begun = time.perf_counter()
    validate(Document.from_text(texts[0]), plan([rules]))
    _say(f"ours: the first document in {time.perf_counter() - begun:.2f} s")
    bare, ours = [], []
    for number, each in enumerate(texts * arguments.times):
        text = f"{each.rstrip()}<!-- {number} -->"  # of a document that it has just seen ours knows the answer
        body = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
        bare.append(_timed(partial(_bare, processor, compiled, body)))
        ours.append(_timed(partial(validate, Document.from_text(text), plan([rules]))))
    for name, seconds in (("bare Saxon", bare), ("ours", ours)):
        _say(f"{name}: {len(seconds)} documents, {statistics.median(seconds) * 1000:.1f} ms each (median)")
    _say(f"ours takes {statistics.median(ours) / statistics.median(bare):.2f} times as long")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _bare(processor: Any, compiled: Any, text: str) -> str:  # noqa: ANN401 - of an extra
    output: str = compiled.transform_to_string(xdm_node=processor.parse_xml(xml_text=text, encoding="UTF-8"))
    return output


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
