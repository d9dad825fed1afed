"""Options that are not given take the values of the configuration; `config show` prints the source of each value."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..configuration.lookup import Configurations, above
from ..output.rendering import Line
from .statuses import DONE
from .terminal import print_lines, say, visible

if TYPE_CHECKING:
    import argparse


def configured(options: argparse.Namespace) -> Configurations:
    """The configuration of the working folder, which fills in the options that were left out. Raises InputError."""
    found = above(Path.cwd())
    said = found.of(None)
    options.format = options.format or (said.format if said else "") or "text"
    options.fail_on = options.fail_on or (said.fail_on if said else "") or "error"
    options.include = options.include or list(said.include if said else ())
    options.exclude = [*options.exclude, *(said.exclude if said else ())]
    for sentence in said.doubts if said else ():
        say(visible(sentence), sys.stderr)
    return found


async def show_configuration(options: argparse.Namespace) -> int:
    """Print every setting and every key of the configuration, with the source of its value."""
    from ..config import get_settings, origins  # noqa: PLC0415 - --help does without
    from ..configuration.file import told  # noqa: PLC0415

    settings, said = get_settings(), above(Path.cwd()).of(None)
    rows = [
        {"name": name.upper(), "value": _written(getattr(settings, name)), "from": origin}
        for name, origin in origins(settings).items()
    ]
    rows += [
        {"name": name, "value": _written(value), "from": str(said.path) if said and given else "default"}
        for name, value, given in told(said)
    ]
    if options.json:
        say(json.dumps(rows, ensure_ascii=False))
        return DONE
    width = max(len(row["name"]) for row in rows)
    where = str(said.path) if said else "none, from the working folder upwards"
    print_lines(
        [
            Line(f"Configuration: {where}", "title"),
            *(Line(f"{row['name']:{width}}  {row['value'] or '-'}  ({row['from']})") for row in rows),
            *(Line(sentence, "open") for sentence in (said.doubts if said else ())),
        ]
    )
    return DONE


def _written(value: object) -> str:
    """A value for a person's eyes; a secret is not shown."""
    from pydantic import SecretStr  # noqa: PLC0415 - --help does without

    match value:
        case None | False | "" | () | []:
            return ""
        case SecretStr():
            return "set, and not shown"
        case True:
            return "true"
        case tuple() | list():
            return ", ".join(map(_entry, value))
        case _:
            return str(value)


def _entry(value: object) -> str:
    return f"{value[0]} = {', '.join(value[1])}" if isinstance(value, tuple) else str(value)
