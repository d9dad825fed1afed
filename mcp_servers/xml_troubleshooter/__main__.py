"""`python -m mcp_servers.xml_troubleshooter` and the command xml-troubleshooter."""

import gc
import sys


def main() -> None:
    """Serve MCP over stdio, or run a command where one is given."""
    gc.disable()  # what loading leaves behind stays; `run` enables it for longer work
    # Worker processes import this file again, outside its package: nothing but the standard library may load above.
    from .cli import run  # noqa: PLC0415

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
