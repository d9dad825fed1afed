"""The code quality report of GitLab."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from ...wording import without_lines
from .file_findings import FileFindings, HelpOn, rule_of, told

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(files: Sequence[FileFindings], _: HelpOn) -> str:
    """One row a fault; a fingerprint survives lines that come or go above it."""
    seen: dict[str, int] = {}
    rows = []
    for file in files:
        found = [("error", "blocker", 1, file.error, file.error, "")] if file.error else []
        found += [
            (rule_of(fault), _SEVERITIES[level], max(fault.line, 1), told(fault), told(fault, level), fault.path)
            for fault, level in file.levels
        ]
        for rule, severity, line, said, description, path in found:
            key = "\0".join([file.name, rule, path, without_lines(said)])
            seen[key] = seen.get(key, 0) + 1  # the same fault twice at one path are two
            print_of = sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogateescape")).hexdigest()
            place = {"path": file.name, "lines": {"begin": line}}
            row = {"description": description, "check_name": rule, "fingerprint": print_of, "severity": severity}
            rows.append({**row, "location": place})
    return json.dumps(rows, ensure_ascii=False, indent=1)
