"""The Model Context Protocol server over stdio. Everything heavy is imported when a tool is first called."""

from __future__ import annotations

import inspect
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio
import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.stdio import stdio_server
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError

from . import __version__
from .errors import InputError, TroubleshooterError
from .jobs import Jobs
from .offload import WorkerError, end_workers
from .output.results import Diagnosis, Health, Troubleshooting, Usage
from .stdio import Answering

if TYPE_CHECKING:
    from .services import OpenServices

logger = logging.getLogger(__name__)

_GRACE = 1.5  # seconds in which runs can put away what they have when the server ends
_INSTRUCTIONS = """\
Finds every fault of an XML document and repairs it by small edits that a validator confirms. Repair with \
troubleshoot_xml; only look with validate_xml. For files give `path`, not `xml`, so that their bytes stay as they are. \
Questions of a result: put them to the user, never make up a value, and call again with run_id and answers. Edits that \
were proposed and not made drop content or are a choice: show them to the user, and where they are right call again \
with run_id and allow_unsafe. The status running means: call again with run_id to collect the result."""

_Xml = Annotated[str, Field(description="The document's text, for a document that is not in a file")]
_Path = Annotated[
    str, Field(description="The file that holds the document, absolute or below an allowed folder; preferred to xml")
]
_SchemaPath = Annotated[
    str,
    Field(
        description="Schema file to judge by (.xsd, .rng, .rnc, .dtd, .sch or a compiled Schematron .xsl). Leave it "
        "empty to have the schema found from the document itself and the configured schema folders"
    ),
]


class Session:
    """What one connection holds: the services, opened when first needed, and the runs under way."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self._stack = AsyncExitStack()
        self._services: OpenServices | None = None
        self._lock = anyio.Lock()

    async def services(self) -> OpenServices:
        """The services for the settings as they are now: a changed setting needs no restart."""
        from .config import get_settings  # noqa: PLC0415 - pydantic-settings costs 30 ms of the start
        from .services import open_services  # noqa: PLC0415 - and lxml, httpx and sqlite3 a lot more

        async with self._lock:
            settings = get_settings()
            if self._services is None or self._services.settings != settings:
                logging.getLogger(__package__).setLevel(settings.log_level)
                self._services = await self._stack.enter_async_context(open_services(settings))
            return self._services

    async def close(self) -> None:
        """Stop the runs, which put away what they have, and close the services."""
        await self.jobs.stop()
        await self._stack.aclose()


class TroubleshooterServer(MCPServer[Session]):
    """An MCPServer that tells a caller in one clean sentence what is wrong with a call."""

    def __init__(self) -> None:
        super().__init__(
            "xml-troubleshooter",
            title="XML troubleshooter",
            version=__version__,
            instructions=_INSTRUCTIONS,
            tools=list(_TOOLS.values()),
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
        """Put away what is under way on every connection."""
        for session in list(self._sessions):
            await session.close()

    async def serve_process(self) -> None:
        """Serve one connection over stdin and stdout; ends the process where the client no longer reads."""
        async with stdio_server() as (incoming, outgoing):
            options = self._lowlevel_server.create_initialization_options()
            try:
                await self._lowlevel_server.run(Answering(incoming, outgoing), outgoing, options)
            except anyio.get_cancelled_exc_class():  # by the SDK, which cannot write any more
                _end()

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Session, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises ToolError with a sentence that says what to do."""
        # some clients send null for what they leave out
        given = {key: value for key, value in arguments.items() if value is not None}
        try:
            _check_names(name, given)
            return await super().call_tool(name, given, context)
        except UnexpectedToolError as error:
            raise ToolError(_crash(error)) from None
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_argument_faults(error.__cause__)) from None
            raise ToolError(str(error).removeprefix(f"Error executing tool {name}: ")) from None


async def troubleshoot_xml(
    context: Context[Session, Any],
    xml: _Xml = "",
    path: _Path = "",
    schema_path: _SchemaPath = "",
    problem: Annotated[
        str, Field(description="What the user said, or the error message of the system that rejects the document")
    ] = "",
    engine: Annotated[
        Literal["auto", "offline", "open_arena"],
        Field(
            description="auto: repair rules, then the model where one is configured; offline: rules alone; open_arena: "
            "as auto, but an error where Open Arena is not configured"
        ),
    ] = "auto",
    max_iterations: Annotated[
        int, Field(description="Turns of the model, 1 to 10; 0 takes the configured number", ge=0, le=10)
    ] = 0,
    output_path: Annotated[
        str,
        Field(
            description="Where to write the result. Empty writes nothing; the same as path replaces the file in one "
            "step and keeps the old one as <name>.bak"
        ),
    ] = "",
    write_when: Annotated[
        Literal["sound", "always"],
        Field(description="In place, write only what is valid, well_formed or fixed, or always; other files always"),
    ] = "sound",
    overwrite: Annotated[  # noqa: FBT002 - named by every caller
        bool, Field(description="Let output_path replace a file other than the input; it is kept as <name>.bak")
    ] = False,
    allow_unsafe: Annotated[  # noqa: FBT002 - named by every caller
        bool,
        Field(
            description="Also make edits that drop content or choose between equally good repairs; ask the user before"
        ),
    ] = False,
    answers: Annotated[
        dict[str, str],
        Field(
            description="Values that an earlier result asked for, by question id; they come from the user, not from you"
        ),
    ] = {},  # noqa: B006 - published in the schema, never changed
    run_id: Annotated[
        str, Field(description="Collect the result of an earlier run, or continue it with answers or allow_unsafe")
    ] = "",
) -> Annotated[CallToolResult, Troubleshooting]:
    """Find everything that is wrong with an XML document and repair it.

    Use it when a document does not parse, fails validation (XSD, RELAX NG, DTD, Schematron) or is rejected by another
    system. Repairs are small edits; what no edit touches stays byte for byte, and `fixed` means that the validator
    accepts the result. Values that nothing proves are asked for in `questions`, never made up. Give exactly one of xml,
    path and run_id. The result lists the faults, the edits with their reasons, what remains, and a diff.
    """
    from .outcome import Request  # noqa: PLC0415
    from .output.size_limits import fit  # noqa: PLC0415 - after the first answer

    request = Request(
        xml=xml,
        path=path,
        schema_path=schema_path,
        problem=problem,
        engine=engine,
        max_iterations=max_iterations,
        output_path=output_path,
        overwrite=overwrite,
        write_when=write_when,
        allow_unsafe=allow_unsafe,
        answers=answers,
        run_id=run_id,
    )
    session = context.request_context.lifespan_context
    with _sentences():
        services = await session.services()
        outcome = await session.jobs.follow(request, services, _progress(context), services.settings.agent_deadline)
        return _answer(*await anyio.to_thread.run_sync(fit, outcome))


async def validate_xml(
    context: Context[Session, Any], xml: _Xml = "", path: _Path = "", schema_path: _SchemaPath = ""
) -> Annotated[CallToolResult, Diagnosis]:
    """Find everything that is wrong with an XML document, without changing anything.

    Checks well-formedness, then the schema that is given or found. Every fault comes with a code, its line, column and
    path, what was expected, and an explanation in plain words. No model is asked. Give exactly one of xml and path. To
    repair the document as well, call troubleshoot_xml instead; there is no need to call this one first.
    """
    from .outcome import Request  # noqa: PLC0415
    from .output.size_limits import fit_diagnosis  # noqa: PLC0415 - after the first answer

    session = context.request_context.lifespan_context
    with _sentences():
        request = Request(xml=xml, path=path, schema_path=schema_path)
        services = await session.services()
        checked = await session.jobs.check(request, services, _progress(context), services.settings.agent_deadline)
        return _answer(*await anyio.to_thread.run_sync(fit_diagnosis, checked))


async def health_check(context: Context[Session, Any]) -> Annotated[CallToolResult, Health]:
    """Check whether this server can do its work, one row a check, each with what it means and what to do.

    Covers the settings, the way to the Open Arena service (DNS and connect, TLS, HTTP version, token and its expiry,
    workflow), the knowledge base and the schema folders. Call it when a result says that the model could not be
    reached, or that no schema was found. It shows no secret and costs no tokens.
    """
    from .health import health  # noqa: PLC0415 - after the first answer
    from .output.rendering import health_lines, plain, verdict_line  # noqa: PLC0415

    with _sentences():
        result = await health(await context.request_context.lifespan_context.services())
        return _answer(result, plain([verdict_line(result), *health_lines(result)]))


async def usage_stats(context: Context[Session, Any]) -> Annotated[CallToolResult, Usage]:
    """Tell what the model has cost: requests, tokens, retries, errors by kind, latency, and runs by status.

    Once for this session and once for all time. Reads figures only; nothing is sent anywhere.
    """
    from .health import usage  # noqa: PLC0415 - after the first answer
    from .output.rendering import plain, usage_lines  # noqa: PLC0415

    with _sentences():
        result = await usage(await context.request_context.lifespan_context.services())
        return _answer(result, plain(usage_lines(result)))


async def article(id: str, context: Context[Session, Any]) -> str:  # noqa: A002 - the name in the resource's address
    """A knowledge article: one kind of fault, how it comes about and how it is repaired."""
    with _resource_sentences():
        services = await context.request_context.lifespan_context.services()
        found = services.knowledge.get(id)
        if found is None:
            raise InputError(f"There is no article {id!r}; a result lists the articles that fit it.")
        return found.body


async def run_document(run_id: str, context: Context[Session, Any]) -> str | bytes:
    """The document as a run left it."""
    with _resource_sentences():
        services = await context.request_context.lifespan_context.services()
        document = services.runs.load(run_id).result.document
        try:
            document.text.encode()
        except UnicodeEncodeError:  # bytes that are no characters: only the bytes tell the truth
            return document.to_bytes()
        return document.text


async def run_diff(run_id: str, context: Context[Session, Any]) -> str:
    """What a run changed, as a unified diff."""
    with _resource_sentences():
        services = await context.request_context.lifespan_context.services()
        return services.runs.load(run_id).diff.encode(errors="backslashreplace").decode()


def fix_xml(
    path: Annotated[str, Field(description="The file that holds the document")] = "",
    problem: Annotated[str, Field(description="The error message, or what goes wrong")] = "",
) -> str:
    """Repair an XML document step by step, asking for what only you can know."""
    what = f"the XML document {path}" if path else "the XML document that I give you"
    why = f" It is rejected with this message:\n\n{problem}\n\n" if problem else " "
    return (
        f"Repair {what} with troubleshoot_xml.{why}Show me what was wrong and each edit with its reason. Where the "
        "result asks questions, put them to me and continue the run with my answers; do not fill in values yourself, "
        "and ask me before you set allow_unsafe. "
        "Do not call the document fixed unless the status says fixed."
    )


def create_server() -> TroubleshooterServer:
    """The server with its tools, resources and prompt."""
    server = TroubleshooterServer()
    server.resource(
        "kb://article/{id}", title="Knowledge article", description=article.__doc__, mime_type="text/markdown"
    )(article)
    server.resource(
        "run://{run_id}/document",
        title="Result of a run",
        description=run_document.__doc__,
        mime_type="application/xml",
    )(run_document)
    server.resource(
        "run://{run_id}/diff", title="Diff of a run", description=run_diff.__doc__, mime_type="text/x-diff"
    )(run_diff)
    server.prompt(title="Fix an XML document")(fix_xml)
    return server


def serve() -> None:
    """Serve MCP over stdin and stdout until stdin ends or a signal says to stop."""
    logging.basicConfig(level="WARNING", stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if sys.stdin.isatty():
        sys.stderr.write("Serving the Model Context Protocol on stdin and stdout; --help tells of the commands.\n")
    anyio.run(_serve)


async def _serve() -> None:
    server = create_server()
    server.leaving = _end_soon
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_leave_on_signal, server)
        await server.serve_process()
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
    """See to it that the process ends in time, whatever still runs in it."""
    timer = threading.Timer(_GRACE, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    end_workers()
    sys.stderr.flush()
    os._exit(0)


def _answer(result: BaseModel, text: str) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=result.model_dump(mode="json")
    )


def _progress(context: Context[Session, Any]) -> Callable[[str], Awaitable[None]]:
    step = 0

    async def report(message: str) -> None:
        nonlocal step
        step += 1
        await context.report_progress(step, message=message)

    return report


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except TroubleshooterError as error:
        raise ToolError(str(error)) from None


@contextmanager
def _resource_sentences() -> Iterator[None]:
    try:
        yield
    except TroubleshooterError as error:
        raise ResourceNotFoundError(str(error)) from None


def _check_names(name: str, arguments: dict[str, Any]) -> None:
    tool = _TOOLS.get(name)
    if tool is None:
        raise ToolError(f"There is no tool {name!r}; the tools are {', '.join(_TOOLS)}.")
    known = tool.parameters["properties"]
    unknown = [argument for argument in arguments if argument not in known]
    if unknown:
        takes = f"it takes {', '.join(known)}" if known else "it takes none"
        raise ToolError(f"{name} has no argument {', '.join(map(repr, unknown))}; {takes}.")


def _argument_faults(error: ValidationError) -> str:
    """The faults of arguments without the values, which may be a whole document."""
    faults = (
        f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    )
    return f"An argument cannot be used: {'; '.join(faults)}."


def _crash(error: BaseException) -> str:
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


def _tool(function: Callable[..., Any], title: str, annotations: ToolAnnotations) -> Tool:
    description = inspect.cleandoc(function.__doc__ or "")
    tool = Tool.from_function(function, title=title, description=description, annotations=annotations)
    tool.parameters["additionalProperties"] = False
    return tool


def _annotations(*, reads_only: bool, repeatable: bool, open_world: bool) -> ToolAnnotations:
    return ToolAnnotations(
        read_only_hint=reads_only, destructive_hint=False, idempotent_hint=repeatable, open_world_hint=open_world
    )


_TOOLS = {
    tool.name: tool
    for tool in (
        # not destructive: a file that is replaced stays as <name>.bak
        _tool(
            troubleshoot_xml,
            "Repair an XML document",
            _annotations(reads_only=False, repeatable=False, open_world=True),
        ),
        _tool(
            validate_xml, "Validate an XML document", _annotations(reads_only=True, repeatable=True, open_world=False)
        ),
        _tool(health_check, "Check the server", _annotations(reads_only=True, repeatable=True, open_world=True)),
        _tool(usage_stats, "Usage figures", _annotations(reads_only=True, repeatable=True, open_world=False)),
    )
}
