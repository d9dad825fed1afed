"""What the smaller commands do."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..named_files import read_stdin, services_for
from ..statuses import DONE, FAILED, FAULTS
from ..terminal import for_a_person, print_lines, say, show, spinner, visible, with_options

if TYPE_CHECKING:
    import argparse


async def check_health(options: argparse.Namespace) -> int:
    """Check settings, connection, knowledge and schemas."""
    from ...health import health  # noqa: PLC0415 - --help does without
    from ...output.rendering import health_lines, verdict_line  # noqa: PLC0415

    async with services_for() as services:
        with spinner() as progress:
            await progress("checking")
            result = await health(services)
    show(result, [*health_lines(result), verdict_line(result)], as_json=options.json)
    return FAULTS if result.status == "failed" else DONE


async def show_usage(options: argparse.Namespace) -> int:
    """Tell requests, tokens and runs so far."""
    from ...health import usage  # noqa: PLC0415 - --help does without
    from ...output.rendering import usage_lines  # noqa: PLC0415

    async with services_for() as services:
        result = await usage(services)
    show(result, usage_lines(result), as_json=options.json)
    return DONE


async def restore_files(options: argparse.Namespace) -> int:
    """Undo: put back what each file held before it was last replaced here."""
    from ...errors import TroubleshooterError  # noqa: PLC0415 - --help does without
    from ...output.presentation import present_restored  # noqa: PLC0415
    from ...output.rendering import restored_lines  # noqa: PLC0415
    from ...troubleshooting.delivery import put_back  # noqa: PLC0415

    status = DONE
    async with services_for(map(Path, options.files)) as services:
        for name in options.files:
            try:
                result = present_restored(put_back(name, services.workspace, services.state_dir))
            except TroubleshooterError as error:
                say(visible(str(error)), sys.stderr)
                status = FAILED
            else:
                show(result, restored_lines(result), as_json=options.json)
    return status


async def explain_message(options: argparse.Namespace) -> int:
    """Tell what a message of any system, a code or the id of a rule means."""
    from ...knowledge.message_explanations import explain  # noqa: PLC0415 - --help does without
    from ...output.explanations import explanation_lines, present_explanation  # noqa: PLC0415

    words = " ".join(options.message)
    message = read_stdin().decode(errors="replace") if words == "-" else words
    async with services_for() as services:
        result = present_explanation(explain(message, services.knowledge, services.catalogue))
    shown = for_a_person(replace(result, summary=with_options(result.summary)))
    show(shown, explanation_lines(shown), as_json=options.json)
    return DONE if result.explained else FAULTS


async def search_knowledge(options: argparse.Namespace) -> int:
    """Show articles by words or by the code of a fault."""
    from ...output.rendering import Line  # noqa: PLC0415 - --help does without

    words = " ".join(options.words)
    async with services_for() as services:
        # a word may be the name of a fault, as the diagnostics show it
        found = services.knowledge.find(codes=options.words, words=words, limit=options.limit)
    if options.json:
        rows = [{"id": each.id, "title": each.title, "codes": each.codes, "body": each.body} for each in found]
        say(json.dumps(rows, ensure_ascii=False))
    elif found:
        print_lines(
            line
            for each in found
            for line in (
                Line(f"{each.title} ({each.id})", "title"),
                Line(each.body.removeprefix(f"# {each.title}\n").lstrip("\n")),
            )
        )
    else:
        say(f"No article speaks of {words!r}.", sys.stderr)
    return DONE if found else FAULTS
