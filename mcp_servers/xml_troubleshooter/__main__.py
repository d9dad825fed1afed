"""`python -m mcp_servers.xml_troubleshooter` and the command xml-troubleshooter."""

import gc
import os
import sys


def main() -> None:
    """Serve MCP over stdio, or run a command where one is given."""
    _hold_standard_streams()
    gc.disable()  # garbage of loading stays; `run` enables it for longer work
    # Worker processes import this file again, outside its package: nothing but the standard library may load above.
    from .cli import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


def _hold_standard_streams() -> None:
    """Let no file that is opened later take the place of a standard stream that was closed, and so be printed to.

    Printing to stdout then fails, as it should; text for stderr goes nowhere.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # has the lowest number that is free, which is this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


if __name__ == "__main__":
    main()
