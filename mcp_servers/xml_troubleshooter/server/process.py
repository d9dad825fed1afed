"""The process that serves one connection over stdin and stdout, and how it ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

import anyio

from ..workers.offload import end_workers
from .app import TroubleshooterServer, create_server

_GRACE = 1.5  # seconds in which runs can put away what they have when the server ends


def serve() -> None:
    """Serve MCP over stdin and stdout until stdin ends or a signal stops it."""
    logging.basicConfig(level="WARNING", stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if sys.stdin is None:  # closed: nobody is there to be served
        return
    if sys.stdin.isatty():
        sys.stderr.write("Serving the Model Context Protocol on stdin and stdout; --help tells of the commands.\n")
    anyio.run(_serve)


async def _serve() -> None:
    server = create_server()
    server.leaving = _end_soon
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_leave_on_signal, server)
        await server.serve_process(_end)
        tasks.cancel_scope.cancel()


async def _leave_on_signal(server: TroubleshooterServer) -> None:
    if sys.platform == "win32":  # no signal handlers in its event loop; the process just ends
        return
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for _ in signals:
            _end_soon()
            await server.close()
            # the thread that reads stdin cannot be interrupted, and a regular exit would wait for it
            _end()


def _end_soon() -> None:
    """See to it that the process ends in time, even if work still runs in it."""
    timer = threading.Timer(_GRACE, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    end_workers()
    sys.stderr.flush()
    os._exit(0)
