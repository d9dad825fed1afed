"""SARIF 2.1.0: rules with help, results with exact regions, and `fixes` that a viewer can apply."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ... import __version__
from ...diagnostics import Diagnostic
from .file_findings import FileFindings, HelpOn, Level, Region, is_error, rule_of, told, writable

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(files: Sequence[FileFindings], help_on: HelpOn) -> str:
    """All files as one run of the tool."""
    codes = {rule_of(fault): fault for file in files for fault in file.faults}
    ids = {rule: number for number, rule in enumerate(codes)}
    notes = [_note(file, "error", file.error) for file in files if file.error]
    notes += [
        _note(file, "note", f"{file.untold} more faults of this file are not listed.") for file in files if file.untold
    ]
    run = {
        "tool": {
            "driver": {
                "name": "xml-troubleshooter",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule, fault, help_on) for rule, fault in codes.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": not any(file.error for file in files), "toolExecutionNotifications": notes}
        ],
        "results": [_result(file, number, ids) for file in files for number in range(len(file.faults))],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _note(file: FileFindings, level: Level, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}, "locations": [{"physicalLocation": _artifact(file)}]}


def _rule(rule: str, fault: Diagnostic, help_on: HelpOn) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": rule.replace("-", " ") if rule == fault.code else f"The rule {rule} holds"},
        "defaultConfiguration": {"level": "error" if is_error(fault) else "warning"},
    }
    if article := help_on(str(fault.code)):
        row["fullDescription"] = {"text": article.title}
        row["help"] = {"text": article.body, "markdown": article.body}
    return row


def _result(file: FileFindings, number: int, ids: dict[str, int]) -> dict[str, Any]:
    fault, level = file.levels[number]
    rule = rule_of(fault)
    location: dict[str, Any] = {"physicalLocation": {**_artifact(file), "region": _region(file.region(fault))}}
    if fault.path:
        location["logicalLocations"] = [{"fullyQualifiedName": writable(fault.path), "kind": "element"}]
    row: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": ids[rule],
        "level": level,
        "message": {"text": told(fault)},
        "locations": [location],
    }
    fixes = [
        {
            "description": {"text": writable(fix.reason)},
            "artifactChanges": [
                {
                    **_artifact(file),
                    "replacements": [
                        {"deletedRegion": _region(region), "insertedContent": {"text": writable(after)}}
                        for after, region in fix.pieces
                    ],
                }
            ],
        }
        for fix in file.fixes.get(number, ())
    ]
    return {**row, "fixes": fixes} if fixes else row


def _artifact(file: FileFindings) -> dict[str, Any]:
    return {"artifactLocation": {"uri": file.uri}}


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }
