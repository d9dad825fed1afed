"""The process that runs Saxon: stylesheets and documents come in, results go out, as lines of JSON.

Run as a file by saxon.py, and so importing nothing of ours. What a stylesheet could reach is taken away: files, the
network, the environment, memory and processor time without end.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from contextlib import suppress
from typing import Any

_SECONDS = 60  # of computing for one request
_MEMORY = 4 << 30  # bytes
_PLACE = re.compile(r"\s+of file:\S*?:?(?=\s|$)")  # where a stylesheet without a file is said to be
# without them neither xsl:result-document writes files nor fn:environment-variable tells anything
_EXTENSIONS = "http://saxon.sf.net/feature/allow-external-functions"
_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"


def main() -> None:
    """Answer requests until the input ends."""
    os.environ.clear()  # which fn:environment-variable would tell
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's business
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Saxon prints is no answer
    _limit_memory()

    from saxonche import PySaxonApiError, PySaxonProcessor  # type: ignore[import-not-found]  # noqa: PLC0415 - an extra

    processor = PySaxonProcessor(license=False)
    processor.set_configuration_property(_PROTOCOLS, "none")
    processor.set_configuration_property(_EXTENSIONS, "false")
    compiler = processor.new_xslt30_processor()
    compiled: Any = None
    for line in sys.stdin:
        request = json.loads(line)
        _limit_time()
        try:
            if "stylesheet" in request:
                compiled = compiler.compile_stylesheet(stylesheet_text=request["stylesheet"], encoding="UTF-8")
                answer = {"output": ""}
            else:
                document = processor.parse_xml(xml_text=request["document"], encoding="UTF-8")
                answer = {"output": compiled.transform_to_string(xdm_node=document) or ""}
        except PySaxonApiError as error:
            answer = {"error": _PLACE.sub("", str(error))}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _limit_memory() -> None:
    with suppress(ImportError):  # not there on Windows
        import resource  # noqa: PLC0415

        # Saxon reserves address space by the tens of gigabytes, and uses little of it
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        _lower(resource.RLIMIT_DATA, _MEMORY)
        _lower(resource.RLIMIT_FSIZE, 0)


def _limit_time() -> None:
    with suppress(ImportError):
        import resource  # noqa: PLC0415

        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + _SECONDS)


def _lower(kind: int, limit: int) -> None:
    import resource  # noqa: PLC0415

    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    main()
