"""The process that runs Saxon: stylesheets and documents come in, results go out, as lines of JSON.

Run as a file by saxon.py, and so importing nothing of ours. A stylesheet can reach no files, no network and no
environment, and its memory and processor time are limited. A document that it asks for is given by the process that
started this one, or is not. This process ends when that one does.
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
_PATIENCE = 300  # seconds for one request, whatever else the machine does
_MEMORY = 1 << 30  # bytes, or the limit of the process that started this one, where that is less
_PLACE = re.compile(r"\s+(?:of|in) file:\S*?[:.]?(?=\s|$)")  # the place in an error of a stylesheet without a file
# without them neither xsl:result-document writes files nor fn:environment-variable tells anything
_EXTENSIONS = "http://saxon.sf.net/feature/allow-external-functions"
_OPTIMIZATION = "http://saxon.sf.net/feature/optimizationLevel"
_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"
_GIVEN = "{urn:xml-troubleshooter:rules}given"
_ASKS = re.compile(r"asks-for:(.*?):asked")
_WHERE = re.compile(r"\. Found while .*$", re.DOTALL)
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class _Saxon:
    def __init__(self) -> None:
        from saxonche import PySaxonProcessor  # type: ignore[import-not-found]  # noqa: PLC0415 - an extra

        self._processor = PySaxonProcessor(license=False)
        self._processor.set_configuration_property(_PROTOCOLS, "none")
        self._processor.set_configuration_property(_EXTENSIONS, "false")
        # loop-lifting takes a third of the time to compile, and saves none in rules
        self._processor.set_configuration_property(_OPTIMIZATION, "-l")
        self._compiler = self._processor.new_xslt30_processor()
        self._compiled: dict[int, Any] = {}
        self._given: dict[int, dict[str, Any]] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, str]:
        if "run" in request:
            document = self._processor.parse_xml(xml_text=request["document"], encoding="UTF-8")
            return {"output": self._compiled[request["run"]].transform_to_string(xdm_node=document) or ""}
        if "compile" in request:
            number, text = request["compile"], request["stylesheet"]
            for done in request["forget"]:
                self._compiled.pop(done, None)
                self._given.pop(done, None)
            self._compiled[number] = self._compiler.compile_stylesheet(stylesheet_text=text, encoding="UTF-8")
        else:
            self._give(request["give"], request["address"], request["text"])
        return {"output": ""}

    def _give(self, number: int, address: str, text: str | None) -> None:
        """Let a stylesheet have a document; without a text, it is told that there is none."""
        given = self._given.setdefault(number, {})
        given[address] = self._processor.make_boolean_value(False)  # noqa: FBT003 - Saxon's
        if text is not None:
            builder = self._processor.new_document_builder()
            builder.set_base_uri(address)
            given[address] = builder.parse_xml(xml_text=text, encoding="UTF-8")
        self._compiled[number].set_parameter(_GIVEN, self._processor.make_map2(given))


def main() -> None:
    """Answer requests until the input ends."""
    os.environ.clear()  # which fn:environment-variable would tell
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's business
    _end_with_parent(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Saxon prints is no answer
    _limit_memory()
    from saxonche import PySaxonApiError  # noqa: PLC0415 - an extra

    saxon = _Saxon()
    for line in sys.stdin:
        _limit_time()
        try:
            answer = saxon.answer(json.loads(line))
        except PySaxonApiError as error:
            asks = _ASKS.search(str(error))
            answer = {"asks": asks[1]} if asks else {"error": _WHERE.sub(".", _PLACE.sub("", str(error))).strip()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
        _patience(0)


def _end_with_parent(parent: int) -> None:
    """The end of the input tells this process of the parent's end, but not while it computes."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.name == "posix" and os.getppid() != parent:
        sys.exit()


def _patience(seconds: int) -> None:
    """Elsewhere than on Linux, an alarm ends what goes on after the parent's end: its default ends the process."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _limit_memory() -> None:
    with suppress(ImportError):  # not there on Windows
        import resource  # noqa: PLC0415

        # Saxon reserves address space by the tens of gigabytes, and uses little of it
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
        _lower(resource.RLIMIT_DATA, _MEMORY if soft == resource.RLIM_INFINITY else min(_MEMORY, soft))
        _lower(resource.RLIMIT_FSIZE, 0)


def _limit_time() -> None:
    _patience(_PATIENCE)
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
