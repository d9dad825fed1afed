"""One page that needs nothing from elsewhere: the faults of each file, and its changes side by side."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from ...wording import count
from .file_findings import FileFindings, HelpOn, rule_of, told, writable

_STYLE = """
:root{color-scheme:light dark;--line:light-dark(#d0d7de,#3d444d);--dim:light-dark(#59636e,#9198a1);
--bad:light-dark(#b3261e,#ff8f87);--good:light-dark(#1a7f37,#57c172);--out:light-dark(#ffebe9,#4a1d1c);
--in:light-dark(#dafbe1,#173d24)}
body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
h2{font-size:1.05rem;overflow-wrap:anywhere;margin:2rem 0 .3rem}
thead{display:table-header-group}
table{border-collapse:collapse;width:100%;table-layout:fixed;margin:.6rem 0}
td,th{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.at{width:6rem}.rule{width:13rem}.error{color:var(--bad)}.ok{color:var(--good)}small{color:var(--dim)}
section{content-visibility:auto;contain-intrinsic-size:auto 20rem}
.diff td{font:12.5px/1.45 ui-monospace,monospace;white-space:pre-wrap;word-break:break-all;tab-size:2;border-block:0}
.diff{border:1px solid var(--line)}.diff .out{background:var(--out)}
.diff .in{background:var(--in)}.diff .hunk{color:var(--dim)}
@media print{section{content-visibility:visible}tr{break-inside:avoid}h2{break-after:avoid}
body{font-size:9.5pt;max-width:none;margin:0;padding:0}td,th{padding:.1rem .4rem;print-color-adjust:exact}
.diff td{font-size:8pt}.rule{width:10rem}.at{width:4rem}}
""".strip()
_CLASSES = {"error": "error", "warning": "", "note": "ok"}
_SOUND = ("valid", "well-formed", "fixed")


def render(files: Sequence[FileFindings], _: HelpOn) -> str:
    """The page."""
    body = "\n".join(map(_file, files))
    mended = sum(len(file.mended) for file in files)
    counts = f"{count(len(files), 'file')}, {count(sum(len(file.faults) for file in files), 'fault')}"
    counts += f", {mended} of them mended in the result" if mended else ""
    untold = sum(file.untold for file in files)
    counts += f", and {untold} more that are not listed" if untold else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>XML report</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><h1>XML report</h1>\n<p>{counts}.</p>\n"
        f"{body}\n</body></html>"
    )


def _file(file: FileFindings) -> str:
    sound = file.verdict in _SOUND or not (file.error or file.fails)
    kind = "ok" if sound else "error"
    head = f'<h2>{_text(file.name)} <span class="{kind}">{_text(file.verdict or "error")}</span></h2>'
    parts = [f"<section>{head}<p>{_text(file.error or file.summary)}</p>"]
    if file.faults:
        parts.append(_head('class="at">Line', 'class="rule">Fault', ">What is wrong"))
        parts += [
            f'<tr><td>{fault.line}:{fault.column}</td><td class="{_CLASSES[level]}">'
            f"{_text(rule_of(fault))}{' <small>mended</small>' if level == 'note' else ''}</td>"
            f"<td>{_text(told(fault))}<br><small>{_text(fault.path)}</small></td></tr>"
            for fault, level in file.levels
        ]
        parts.append("</table>")
    if file.untold:
        parts.append(f"<p>... and {file.untold} more.</p>")
    proposed = [
        (edit.line, edit.id, edit.reason, f"{edit.before or '(nothing)'} → {edit.after or '(nothing)'}")
        for edit in file.proposed
    ]
    parts += _waiting("Proposed edit", "What it does", proposed)
    asked = [(each.line, each.id, each.needed, each.path) for each in file.questions]
    parts += _waiting("Question", "What only you know", asked)
    if file.diff:
        head = _head(">Before", ">After").replace("<table", '<table class="diff"')
        parts.append(f"{head}{''.join(_sides(file.diff))}</table>")
    return "\n".join([*parts, "</section>"])


def _waiting(what: str, does: str, rows: Sequence[tuple[int, str, str, str]]) -> list[str]:
    """A table of the edits or questions that wait for a person, each with its line of the input and its id."""
    if not rows:
        return []
    cells = [
        f"<tr><td>{line}</td><td>{_text(name)}</td><td>{_text(said)}<br><small>{_text(more)}</small></td></tr>"
        for line, name, said, more in rows
    ]
    return [_head('class="at">Input line', f'class="rule">{what}', f">{does}"), *cells, "</table>"]


def _head(*columns: str) -> str:
    """The beginning of a table; its head is repeated on each printed page."""
    return f"<table><thead><tr>{''.join(f'<th {column}</th>' for column in columns)}</tr></thead>"


def _sides(diff: str) -> Iterator[str]:
    """The rows of a unified diff, deleted lines beside inserted ones."""
    gone: list[str] = []
    came: list[str] = []

    def changed() -> Iterator[str]:
        for old, new in zip_longest(gone, came):
            yield f"<tr>{_cell(old, 'out')}{_cell(new, 'in')}</tr>"
        gone.clear()
        came.clear()

    for line in diff.split("\n")[2:]:
        if line.startswith("-"):
            gone.append(line[1:])
        elif line.startswith("+"):
            came.append(line[1:])
        elif not line.startswith("\\"):  # a missing line end is no line
            yield from changed()
            if line.startswith("@@ "):
                yield f'<tr><td class="hunk" colspan="2">{_text(line)}</td></tr>'
            elif line:
                yield f"<tr>{_cell(line[1:], '')}{_cell(line[1:], '')}</tr>"
    yield from changed()


def _cell(text: str | None, kind: str) -> str:
    return (
        "<td></td>" if text is None else f'<td class="{kind}">{_text(text)}</td>' if kind else f"<td>{_text(text)}</td>"
    )


def _text(text: str) -> str:
    return html.escape(writable(text))
