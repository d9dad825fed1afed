"""Answers to a caller: results with their text, progress, and one clean sentence for each request that fails."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import MCPServerError, ToolError
from mcp.types import CallToolResult, TextContent
from pydantic import ValidationError

from ..errors import TroubleshooterError
from ..output.rows import Row
from ..workers.offload import WorkerError
from .session import Session

if TYPE_CHECKING:
    from ..services import OpenServices

logger = logging.getLogger(__name__)


def answered(result: Row, text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=result.as_data())


def progress(context: Context[Session, Any]) -> Callable[[str], Awaitable[None]]:
    steps = count(1)

    async def report(message: str) -> None:
        await context.report_progress(next(steps), message=message)

    return report


@asynccontextmanager
async def opened(context: Context[Session, Any], kind: type[MCPServerError] = ToolError) -> AsyncIterator[OpenServices]:
    """The services of a connection; a TroubleshooterError is raised again as an error of that kind."""
    try:
        yield await context.request_context.lifespan_context.services()
    except TroubleshooterError as error:
        raise kind(str(error)) from None


def argument_faults(error: ValidationError) -> str:
    """The faults of arguments without the values, which may be a whole document."""
    faults = (
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    )
    return f"An argument cannot be used: {'; '.join(faults)}."


def crash(error: BaseException) -> str:
    """A sentence for the caller; the place goes to the log. The message goes nowhere: it may quote the document."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)[-6:]
    place = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    # a failure that could not leave its worker process comes as "Type: text"
    kind = str(cause).partition(":")[0] if isinstance(cause, WorkerError) else type(cause).__name__
    logger.error("%s at %s", kind, place)
    return (
        f"The server hit a fault of its own ({kind}) and lives on. Please report it with the line that the server "
        "wrote to its log."
    )
