"""The smaller commands."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from ...output.rendering import Line, health_lines, restored_lines, usage_lines, verdict_line
from ..named_files import read_stdin, services_for
from ..option_defaults import show_configuration
from ..shared_options import add_command
from ..statuses import DONE, FAILED, FAULTS
from ..terminal import for_a_person, print_lines, say, show, spinner, visible, with_options


def add_health(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `health` among the commands."""
    add_command(commands, "health", check_health, "check settings, connection, knowledge and schemas")


async def check_health(options: argparse.Namespace) -> int:
    """Check settings, connection, knowledge and schemas."""
    from ...health import health  # noqa: PLC0415 - --help does without

    async with services_for() as services:
        with spinner() as progress:
            await progress("checking")
            result = await health(services)
    show(result, [*health_lines(result), verdict_line(result)], as_json=options.json)
    return FAULTS if result.status == "failed" else DONE


def add_usage(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `usage` among the commands."""
    add_command(commands, "usage", show_usage, "requests, tokens and runs so far")


async def show_usage(options: argparse.Namespace) -> int:
    """Print requests, tokens and runs so far."""
    from ...health import usage  # noqa: PLC0415 - --help does without

    async with services_for() as services:
        result = await usage(services)
    show(result, usage_lines(result), as_json=options.json)
    return DONE


def add_restore(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `restore` among the commands."""
    does = "undo: put back what a file held before it was replaced; once more takes it back"
    restore = add_command(commands, "restore", restore_files, does)
    restore.add_argument("files", nargs="+", metavar="FILE", help="the file that was replaced, not its backup")


async def restore_files(options: argparse.Namespace) -> int:
    """Undo: put back what each file held before it was last replaced here."""
    from ...errors import TroubleshooterError  # noqa: PLC0415 - --help does without
    from ...output.outcomes import present_restored  # noqa: PLC0415
    from ...troubleshooting.delivery import put_back  # noqa: PLC0415

    status = DONE
    async with services_for(dict.fromkeys(map(Path, options.files))) as services:
        for name in options.files:
            try:
                result = present_restored(put_back(name, services.workspace, services.state_dir))
            except TroubleshooterError as error:
                say(visible(str(error)), sys.stderr)
                status = FAILED
            else:
                show(result, restored_lines(result), as_json=options.json)
    return status


def add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `explain` among the commands."""
    does = "what a message of any system, a code or a rule means; no document needed"
    explain = add_command(commands, "explain", explain_message, does)
    explain.add_argument(
        "message", nargs="+", metavar="MESSAGE", help="the message, a code, a rule's id, or - for stdin"
    )


async def explain_message(options: argparse.Namespace) -> int:
    """Print the meaning of a message of any system, of a code or of the id of a rule."""
    from ...knowledge.message_explanations import explain  # noqa: PLC0415 - --help does without
    from ...output.explanations import explanation_lines, present_explanation  # noqa: PLC0415

    words = " ".join(options.message)
    message = read_stdin().decode(errors="replace") if words == "-" else words
    async with services_for() as services:
        result = present_explanation(explain(message, services.knowledge, services.catalogue))
    shown = for_a_person(replace(result, summary=with_options(result.summary)))
    show(shown, explanation_lines(shown), as_json=options.json)
    return DONE if result.explained else FAULTS


def add_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `kb` among the commands."""
    knowledge = commands.add_parser("kb", help="the knowledge base")
    actions = knowledge.add_subparsers(required=True, metavar="ACTION")
    search = add_command(actions, "search", search_knowledge, "find articles by words or by the code of a fault")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=int, default=3, metavar="N", help="at most so many articles (default 3)")


async def search_knowledge(options: argparse.Namespace) -> int:
    """Show articles by words or by the code of a fault."""

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


def add_config(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `config` among the commands."""
    configuration = commands.add_parser("config", help="the settings, and the configuration of a project")
    actions = configuration.add_subparsers(required=True, metavar="ACTION")
    add_command(actions, "show", show_configuration, "every value, and where it comes from")
