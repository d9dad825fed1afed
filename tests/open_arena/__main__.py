"""Start the stand-in by hand: `python -m tests.open_arena [--port 8443] [--fault-rate 0.2] [--http1]`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from .menu import LASTING, PASSING
from .server import StandIn


def main() -> None:
    """Serve until interrupted, and say how to point a program at it."""
    parser = argparse.ArgumentParser(prog="python -m tests.open_arena", description=__doc__)
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--fault-rate", type=float, default=0.0, help="the share of requests that go wrong")
    parser.add_argument(
        "--fault", action="append", choices=sorted(PASSING | LASTING), help="which faults (default: all that pass)"
    )
    parser.add_argument("--http1", action="store_true", help="speak HTTP/1.1 only")
    chosen = parser.parse_args()
    arena = StandIn(
        port=chosen.port,
        http1_only=chosen.http1,
        fault_rate=chosen.fault_rate,
        faults=chosen.fault or [name for name in PASSING if "stall" not in name],
    )
    with arena:
        for name, value in arena.environment.items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        # Set by hand: a shell that starts it with `&` makes it ignore an interrupt.
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        stopped.wait()
        sys.stderr.write(f"{len(arena.requests)} requests over {arena.connections} connections\n")


if __name__ == "__main__":
    main()
