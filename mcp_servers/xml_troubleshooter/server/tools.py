"""The tools: an assistant knows this program by their names, arguments and descriptions alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from ..output.models import model_of
from ..output.results import Diagnoses, Explanation, Health, Restored, RunPage, Troubleshooting, Usage
from ..request import EngineChoice, Request, WriteWhen
from .answers import answered, opened, progress
from .publishing import published
from .session import Session

_Xml = Annotated[str, Field(description="The text of a document that is not in a file")]
_Path = Annotated[str, Field(description="The document's file; preferred to xml")]
_SchemaPath = Annotated[
    str, Field(description="Schema and rule files to judge by, separated by ';'; empty finds them from the document")
]


async def troubleshoot_xml(
    context: Context[Session, Any],
    xml: _Xml = "",
    path: _Path = "",
    schema_path: _SchemaPath = "",
    problem: Annotated[
        str, Field(description="The user's words, or the message of the system that rejects the document")
    ] = "",
    engine: Annotated[
        EngineChoice,
        Field(description="auto: rules, then the model where one is configured; offline: rules; open_arena: needs it"),
    ] = "auto",
    max_iterations: Annotated[int, Field(description="Turns of the model; 0 as configured", ge=0, le=10)] = 0,
    output_path: Annotated[
        str,
        Field(description="Where to write the result; the same as path replaces the file and keeps the old as .bak"),
    ] = "",
    write_when: Annotated[
        WriteWhen,
        Field(description="sound: in place write only what is valid, well_formed or fixed"),
    ] = "sound",
    overwrite: Annotated[  # noqa: FBT002 - named by every caller
        bool, Field(description="Let output_path replace another file than the input")
    ] = False,
    allow_unsafe: Annotated[  # noqa: FBT002 - named by every caller
        bool, Field(description="Make all edits that drop content or choose between repairs; only if the user agrees")
    ] = False,
    answers: Annotated[
        dict[str, str],
        Field(description="The user's answers by a question's id, group, path or unique name; never your own"),
    ] = {},  # noqa: B006 - published in the schema, never changed
    accept: Annotated[list[str], Field(description="Ids of proposed edits that the user agrees to")] = [],  # noqa: B006
    reject: Annotated[list[str], Field(description="Ids of edits to leave out, with what depends on them")] = [],  # noqa: B006
    run_id: Annotated[
        str, Field(description="Collect a run, or continue it with answers, accept, reject; instead of a document")
    ] = "",
) -> Annotated[CallToolResult, model_of(Troubleshooting)]:
    """Repair one XML document that does not parse, fails its schema or rules, or is rejected by another system.

    Give exactly one of xml, path, run_id. Only small edits are made; the rest stays byte for byte. status: valid or
    well_formed (not all could be checked): nothing had to change; fixed: changed, and all that was checked passes
    (summary says what that was); improved, unchanged: faults remain, or a schema that is wanted could not judge;
    needs_input: questions remain; running: call again with run_id. Show the user what waits for consent (edits with
    applied false) and ask the questions.
    """
    from ..output.size_limits import fit  # noqa: PLC0415 - after the first answer

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
        accept=tuple(accept),
        reject=tuple(reject),
        run_id=run_id,
    )
    session = context.request_context.lifespan_context
    async with opened(context) as services:
        outcome = await session.jobs.follow(request, services, progress(context), services.settings.agent_deadline)
        return answered(*await anyio.to_thread.run_sync(fit, outcome))


async def validate_xml(
    context: Context[Session, Any], xml: _Xml = "", path: _Path = "", schema_path: _SchemaPath = ""
) -> Annotated[CallToolResult, model_of(Diagnoses)]:
    """Find all that is wrong with an XML document and change nothing; with a folder or pattern as path, one row a file.

    Every fault has its place, what was expected and an explanation. Give one of xml and path. Not needed before
    troubleshoot_xml.
    """
    from ..output.size_limits import fit_diagnosis  # noqa: PLC0415 - after the first answer

    session = context.request_context.lifespan_context
    async with opened(context) as services:
        many = await anyio.to_thread.run_sync(services.workspace.documents, path) if path and not xml else None
        if many is not None:
            from ..output.surveys import present_survey  # noqa: PLC0415 - after the first answer

            request, deadline = Request(schema_path=schema_path), services.settings.agent_deadline
            survey = await session.jobs.survey(request, path, many, services, progress(context), deadline)
            return answered(*present_survey(survey))
        request = Request(xml=xml, path=path, schema_path=schema_path)
        checked = await session.jobs.check(request, services, progress(context), services.settings.agent_deadline)
        return answered(*await anyio.to_thread.run_sync(fit_diagnosis, checked))


async def get_run(
    context: Context[Session, Any],
    run_id: Annotated[str, Field(description="Of a result")],
    part: Annotated[
        Literal["edits", "diagnostics", "remaining", "questions", "diff", "document", "files"],
        Field(description="files: of a folder"),
    ] = "edits",
    offset: Annotated[int, Field(description="First row, or character of diff and document", ge=0)] = 0,
    limit: Annotated[int, Field(description="How many; 0 for as many as fit", ge=0)] = 0,
) -> Annotated[CallToolResult, model_of(RunPage)]:
    """Read all of what a result cut short (`..._total` says more), page by page."""
    from ..output.pages import page  # noqa: PLC0415 - after the first answer

    async with opened(context) as services:
        if (survey := context.request_context.lifespan_context.jobs.surveyed(run_id)) is not None:
            from ..output.surveys import survey_page  # noqa: PLC0415 - after the first answer

            return answered(*survey_page(survey, part, offset, limit))
        outcome = await anyio.to_thread.run_sync(services.runs.load, run_id)
        return answered(*await anyio.to_thread.run_sync(page, outcome, part, offset, limit))


async def restore(
    context: Context[Session, Any], path: Annotated[str, Field(description="The file that was replaced")]
) -> Annotated[CallToolResult, model_of(Restored)]:
    """Undo: put back what a file held before this server last replaced it; a second call takes that back.

    Refused where anything else changed the file since.
    """
    from ..output.outcomes import present_restored  # noqa: PLC0415 - after the first answer
    from ..output.rendering import plain, restored_lines  # noqa: PLC0415
    from ..troubleshooting.delivery import put_back  # noqa: PLC0415

    async with opened(context) as services:
        restored = await anyio.to_thread.run_sync(put_back, path, services.workspace, services.state_dir)
        row = present_restored(restored)
        return answered(row, plain(restored_lines(row)))


async def explain_error(
    context: Context[Session, Any],
    message: Annotated[str, Field(description="The message as written, a code, or a rule's id")],
) -> Annotated[CallToolResult, model_of(Explanation)]:
    """Tell what an error message of any XML system means, its usual causes, and what to send to find out.

    Needs no document; where there is one, call troubleshoot_xml with the message as problem.
    """
    from ..knowledge.message_explanations import explain  # noqa: PLC0415 - after the first answer
    from ..output.explanations import explanation_lines, present_explanation  # noqa: PLC0415
    from ..output.rendering import plain  # noqa: PLC0415

    async with opened(context) as services:
        explained = await anyio.to_thread.run_sync(explain, message, services.knowledge, services.catalogue)
        result = present_explanation(explained)
        return answered(result, plain(explanation_lines(result)))


async def health_check(context: Context[Session, Any]) -> Annotated[CallToolResult, model_of(Health)]:
    """Check settings, model service, knowledge and schemas: what is wrong and what to do. Costs no tokens."""
    from ..health import health  # noqa: PLC0415 - after the first answer
    from ..output.rendering import health_lines, plain, verdict_line  # noqa: PLC0415

    async with opened(context) as services:
        result = await health(services)
        return answered(result, plain([verdict_line(result), *health_lines(result)]))


async def usage_stats(context: Context[Session, Any]) -> Annotated[CallToolResult, model_of(Usage)]:
    """Requests, tokens, errors and times of the model, and runs by status; this session and all time."""
    from ..health import usage  # noqa: PLC0415 - after the first answer
    from ..output.rendering import plain, usage_lines  # noqa: PLC0415

    async with opened(context) as services:
        result = await usage(services)
        return answered(result, plain(usage_lines(result)))


TOOLS = {
    tool.name: tool
    for tool in (
        published(troubleshoot_xml, "Repair an XML document", reads_only=False, repeatable=False, open_world=True),
        published(validate_xml, "Validate XML documents", reads_only=True, repeatable=True, open_world=False),
        published(get_run, "Read a run", reads_only=True, repeatable=True, open_world=False),
        published(restore, "Undo a repair", reads_only=False, repeatable=False, open_world=False),
        published(explain_error, "Explain an error message", reads_only=True, repeatable=True, open_world=False),
        published(health_check, "Check the server", reads_only=True, repeatable=True, open_world=True),
        published(usage_stats, "Usage figures", reads_only=True, repeatable=True, open_world=False),
    )
}
