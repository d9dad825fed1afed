"""The command line: the same use case for a person in a shell, or for a script."""

from __future__ import annotations

import gc
import io
import os
import sys

from ..errors import TroubleshooterError
from .parser import build_parser
from .statuses import DONE, FAILED, INTERRUPTED
from .terminal import cannot_be_written, say


def run(arguments: list[str]) -> int:
    """Run the command of the arguments and return its exit status."""
    if not arguments:
        from ..server import serve  # noqa: PLC0415 - the commands do without the protocol

        gc.enable()
        serve()
        return DONE
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack a character of the document
            stream.reconfigure(errors="backslashreplace")
    try:
        options = build_parser(arguments).parse_args(arguments)
        if "alone" in options:
            from .forked_work import alone  # noqa: PLC0415 - --help does without

            if (told := alone(options, options.alone)) is not None:
                return told
            _begin_worker()
        gc.enable()
        import anyio  # noqa: PLC0415 - --help does without

        status: int = anyio.run(options.command, options)
    except TroubleshooterError as error:
        say(f"xml-troubleshooter: {error}", sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:  # of files it is told before
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        say(cannot_be_written(error), sys.stderr)
        return FAILED
    return status


def _begin_worker() -> None:
    """Start a worker before this process loads its own modules."""
    from ..plain_settings import plain_settings  # noqa: PLC0415 - --help does without
    from ..workers.offload import begin_worker, limit_memory  # noqa: PLC0415

    if (settings := plain_settings()) is not None:
        limit_memory(settings.worker_memory)
        begin_worker(f"{__package__.rpartition('.')[0]}.diagnosis.judge")
