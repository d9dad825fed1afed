"""Faults that are not reported and do not count: those of an earlier report (the baseline) and of ignored codes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ..codes import Code, near_code
from ..errors import InputError
from ..wording import without_lines
from .named_files import content_of, reported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..output.rows import DiagnosticRow

_Known = tuple[str, str, str, str]


class LeftOut:
    """The faults that do not count: those of ignored codes and rules, and those of an earlier report.

    The latter are known by their file, rule, element and words, wherever their lines are now.
    """

    def __init__(self, ignored: Iterable[str] = (), baseline: str = "") -> None:
        """`baseline` names a report that was printed as json, ndjson or sarif; raises InputError."""
        self._ignored = frozenset(ignored)
        self._met: set[str] = set()  # the ignored names that a fault had
        self._known = Counter(_read(baseline) if baseline else ())

    def counted(self, file: str, faults: Sequence[DiagnosticRow]) -> tuple[list[bool], Counter[str]]:
        """Whether each fault of a file counts, and why how many of them do not.

        Of several of a kind as many are known as the report has.
        """
        left = Counter(self._known)
        why = [self._reason(file, fault, left) for fault in faults]
        return [not reason for reason in why], Counter(filter(None, why))

    def _reason(self, file: str, fault: DiagnosticRow, left: Counter[_Known]) -> str:
        """Why a fault does not count; "" where it does."""
        if named := self._ignored.intersection((fault.code, fault.rule)):
            self._met |= named
            return "ignored"
        key = _key(file, fault.rule or fault.code, fault.path, fault.explanation or fault.message)
        if left[key]:
            left[key] -= 1
            return "of the baseline"
        return ""

    def unknown(self) -> Iterator[str]:
        """A sentence for each name that is ignored, but is no code, and no rule of any fault so far.

        It may still be a rule that nothing broke: those of a rule set are not known beforehand.
        """
        codes = [str(code) for code in Code]
        for name in sorted(self._ignored.difference(self._met, codes)):
            near = near_code(name)
            meant = f"; did you mean {near}?" if near else "; validate --json tells the codes and rules of a file."
            yield f"--ignore {name}: there is no such code, and no fault was found by a rule of that name{meant}"


def _read(file: str) -> list[_Known]:
    data = content_of(file, "baseline")
    try:
        return list(_of_report(_parsed(data.decode("utf-8-sig"))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(
            f"{file} is no report to compare with; write one with --format json, ndjson or sarif > {file}."
        ) from None


def _key(file: str, rule: str, path: str, words: str) -> _Known:
    return reported(Path(file)), rule, path, without_lines(words)


def _parsed(text: str) -> Any:  # noqa: ANN401 - what JSON holds
    try:
        return json.loads(text)
    except ValueError:
        if not text.strip():
            raise
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _of_report(data: Any) -> Iterator[_Known]:  # noqa: ANN401
    if isinstance(data, dict) and "runs" in data:
        for run in data["runs"]:
            yield from map(_of_sarif, run["results"])
        return
    for row in data if isinstance(data, list) else [data]:
        for fault in row.get("diagnostics", ()):
            yield _key(
                row["file"], fault["rule"] or fault["code"], fault["path"], fault["explanation"] or fault["message"]
            )


def _of_sarif(result: Mapping[str, Any]) -> _Known:
    place = result["locations"][0]
    file = unquote(urlsplit(place["physicalLocation"]["artifactLocation"]["uri"]).path)
    path = next((each["fullyQualifiedName"] for each in place.get("logicalLocations", ())), "")
    return _key(file, result["ruleId"], path, result["message"]["text"])
