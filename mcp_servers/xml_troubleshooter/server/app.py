"""The server as the protocol's library wants it, with its tools, resources and prompt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.stdio import stdio_server
from mcp.types import CallToolResult, InputRequiredResult, Resource
from pydantic import ValidationError

from .. import __version__
from ..errors import TroubleshooterError
from .answers import argument_faults, crash
from .background_runs import Jobs
from .resources import article, fix_xml, run_diff, run_document
from .session import Session
from .stdio import Answering
from .tools import TOOLS

_INSTRUCTIONS = """\
Finds every fault of an XML document and repairs it by small edits that a validator confirms. Repair with \
troubleshoot_xml; only look with validate_xml. For files give `path`, not `xml`, so that their bytes stay as they are. \
Questions of a result: put them to the user, never make up a value, and call again with run_id and answers. Edits that \
were proposed and not made drop content or are a choice: show them to the user, and call again with run_id and accept \
for those that are right. Say of a result what its status says and no more; restore undoes what was written."""


class TroubleshooterServer(MCPServer[Session]):
    """An MCPServer that tells a caller the fault of a call in one clean sentence."""

    def __init__(self) -> None:
        super().__init__(
            "xml-troubleshooter",
            title="XML troubleshooter",
            version=__version__,
            instructions=_INSTRUCTIONS,
            tools=list(TOOLS.values()),
            lifespan=self._serve_one_connection,
            log_level="WARNING",
        )
        self._sessions: set[Session] = set()
        self.leaving: Callable[[], None] = lambda: None  # called when a connection ends

    @asynccontextmanager
    async def _serve_one_connection(self, _: MCPServer[Session]) -> AsyncIterator[Session]:
        async with anyio.create_task_group() as tasks:
            session = Session(Jobs(tasks))
            self._sessions.add(session)
            try:
                yield session
            finally:
                self._sessions.discard(session)
                self.leaving()
                with anyio.CancelScope(shield=True):
                    await session.close()

    async def close(self) -> None:
        """Stop the runs of every connection, and close its services."""
        for session in list(self._sessions):
            await session.close()

    async def serve_process(self, end: Callable[[], None]) -> None:
        """Serve one connection over stdin and stdout; calls `end` where the client no longer reads."""
        async with stdio_server() as (incoming, outgoing):
            options = self._lowlevel_server.create_initialization_options()
            try:
                await self._lowlevel_server.run(Answering(incoming, outgoing), outgoing, options)
            except anyio.get_cancelled_exc_class():  # by the SDK, which cannot write any more
                end()

    async def list_resources(self) -> list[Resource]:
        """The articles by name; none where the settings cannot be used, which every tool reports."""
        for session in self._sessions:
            with suppress(TroubleshooterError):
                services = await session.services()
                found = await anyio.to_thread.run_sync(services.knowledge.articles)
                return [
                    Resource(uri=f"kb://article/{each.id}", name=each.id, title=each.title, mime_type="text/markdown")
                    for each in found
                ]
        return []

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Session, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises ToolError with a sentence that names the next step."""
        # some clients send null for arguments that they leave out
        given = {key: value for key, value in arguments.items() if value is not None}
        try:
            _check_names(name, given)
            return await super().call_tool(name, given, context)
        except UnexpectedToolError as error:
            raise ToolError(crash(error)) from None
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(argument_faults(error.__cause__)) from None
            raise ToolError(str(error).removeprefix(f"Error executing tool {name}: ")) from None


def create_server() -> TroubleshooterServer:
    """The server with its tools, resources and prompt."""
    server = TroubleshooterServer()
    server.resource("kb://article/{id}", title="Knowledge article", mime_type="text/markdown")(article)
    server.resource("run://{run_id}/document", title="Result of a run", mime_type="application/xml")(run_document)
    server.resource("run://{run_id}/diff", title="Diff of a run", mime_type="text/x-diff")(run_diff)
    server.prompt(title="Fix an XML document")(fix_xml)
    return server


def _check_names(name: str, arguments: dict[str, Any]) -> None:
    tool = TOOLS.get(name)
    if tool is None:
        raise ToolError(f"There is no tool {name!r}; the tools are {', '.join(TOOLS)}.")
    known = tool.parameters["properties"]
    unknown = [argument for argument in arguments if argument not in known]
    if unknown:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise ToolError(f"{name} has no argument {', '.join(map(repr, unknown))}; {takes}.")
