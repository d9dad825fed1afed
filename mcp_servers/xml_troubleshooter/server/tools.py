"""The tools: their names, arguments and words are what an assistant knows of this program."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field

from ..output.models import model_of
from ..output.results import Diagnoses, Explanation, Health, Restored, RunPage, Troubleshooting, Usage
from .answers import answered, progress, sentences
from .session import Session

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
            description="Values that a result asked for, by the question's id, group or path, or a name that only one "
            "has; they come from the user, not from you"
        ),
    ] = {},  # noqa: B006 - published in the schema, never changed
    accept: Annotated[list[str], Field(description="Ids of proposed edits to make, which the user agrees to")] = [],  # noqa: B006
    reject: Annotated[list[str], Field(description="Ids of edits to leave out, with all that depends on them")] = [],  # noqa: B006
    run_id: Annotated[
        str,
        Field(description="Collect an earlier run, or continue it with answers, accept, reject or allow_unsafe alone"),
    ] = "",
) -> Annotated[CallToolResult, model_of(Troubleshooting)]:
    """Find everything that is wrong with an XML document and repair it.

    Use it when a document does not parse, fails validation (XSD, RELAX NG, DTD, Schematron) or is rejected by another
    system. Repairs are small edits; what no edit touches stays byte for byte, and `fixed` means that the validator
    accepts the result. Values that nothing proves are asked for in `questions`, never made up. Give exactly one of xml,
    path and run_id. The result lists the faults, the edits with their reasons, what remains, and a diff.
    """
    from ..checked import Request  # noqa: PLC0415
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
    with sentences():
        services = await session.services()
        outcome = await session.jobs.follow(request, services, progress(context), services.settings.agent_deadline)
        return answered(*await anyio.to_thread.run_sync(fit, outcome))


async def validate_xml(
    context: Context[Session, Any], xml: _Xml = "", path: _Path = "", schema_path: _SchemaPath = ""
) -> Annotated[CallToolResult, model_of(Diagnoses)]:
    """Find everything that is wrong with an XML document, or with each of many, without changing anything.

    Checks well-formedness, then the schema that is given or found. Every fault comes with a code, its line, column and
    path, what was expected, and an explanation in plain words. No model is asked. Give exactly one of xml and path; a
    folder or a pattern (`in/*.xml`) as path gives one row a file. To repair the document as well, call troubleshoot_xml
    instead; there is no need to call this one first.
    """
    from ..checked import Request  # noqa: PLC0415
    from ..output.size_limits import fit_diagnosis  # noqa: PLC0415 - after the first answer

    session = context.request_context.lifespan_context
    with sentences():
        services = await session.services()
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
    run_id: Annotated[str, Field(description="The run, as its result names it")],
    part: Annotated[
        Literal["edits", "diagnostics", "remaining", "questions", "diff", "document", "files"],
        Field(description="What of it"),
    ] = "edits",
    offset: Annotated[int, Field(description="The first row, or character of diff and document", ge=0)] = 0,
    limit: Annotated[int, Field(description="How many at the most; 0 for as many as fit", ge=0)] = 0,
) -> Annotated[CallToolResult, model_of(RunPage)]:
    """Read a part of a run in whole, page by page: what its result cut short (its `…_total` says more)."""
    from ..output.pages import page  # noqa: PLC0415 - after the first answer

    with sentences():
        session = context.request_context.lifespan_context
        services = await session.services()
        if (survey := session.jobs.surveyed(run_id)) is not None:
            from ..output.surveys import survey_page  # noqa: PLC0415 - after the first answer

            return answered(*survey_page(survey, part, offset, limit))
        outcome = await anyio.to_thread.run_sync(services.runs.load, run_id)
        return answered(*await anyio.to_thread.run_sync(page, outcome, part, offset, limit))


async def restore(
    context: Context[Session, Any], path: Annotated[str, Field(description="The file that was replaced")]
) -> Annotated[CallToolResult, model_of(Restored)]:
    """Undo: put back what a file held before this server last replaced it.

    What it holds now becomes a backup, too; so a second call takes the undo back. Refused where the file was changed
    by anything else since.
    """
    from ..delivery import put_back  # noqa: PLC0415 - after the first answer

    with sentences():
        services = await context.request_context.lifespan_context.services()
        restored = await anyio.to_thread.run_sync(put_back, path, services.workspace, services.state_dir)
        told = f"{restored.path} holds again what it held before it was last replaced here."
        kept = f" What it held until now is in {restored.backup}." if restored.backup else ""
        summary = " ".join((told + kept, *restored.notes))
        backups = [str(each) for each in restored.backups]
        row = Restored(summary=summary, path=str(restored.path), backup=str(restored.backup or ""), backups=backups)
        return answered(row, "\n".join((summary, *(f"  {each}" for each in backups))))


async def explain_error(
    context: Context[Session, Any],
    message: Annotated[str, Field(description="The message as it was written, a code, or the id of a business rule")],
) -> Annotated[CallToolResult, model_of(Explanation)]:
    """Tell what an error message of any XML system means, its usual causes in order, and what to send to find out.

    No document is needed. With the document at hand, call troubleshoot_xml with the message as problem instead.
    """
    from ..knowledge.explaining import explain  # noqa: PLC0415 - after the first answer
    from ..output.explanations import explanation_lines, present_explanation  # noqa: PLC0415
    from ..output.rendering import plain  # noqa: PLC0415

    with sentences():
        services = await context.request_context.lifespan_context.services()
        explained = await anyio.to_thread.run_sync(explain, message, services.knowledge, services.catalogue)
        result = present_explanation(explained)
        return answered(result, plain(explanation_lines(result)))


async def health_check(context: Context[Session, Any]) -> Annotated[CallToolResult, model_of(Health)]:
    """Check whether this server can do its work, one row a check, each with what it means and what to do.

    Covers the settings, the way to the Open Arena service (DNS and connect, TLS, HTTP version, token and its expiry,
    workflow), the knowledge base and the schema folders. Call it when a result says that the model could not be
    reached, or that no schema was found. It shows no secret and costs no tokens.
    """
    from ..health import health  # noqa: PLC0415 - after the first answer
    from ..output.rendering import health_lines, plain, verdict_line  # noqa: PLC0415

    with sentences():
        result = await health(await context.request_context.lifespan_context.services())
        return answered(result, plain([verdict_line(result), *health_lines(result)]))


async def usage_stats(context: Context[Session, Any]) -> Annotated[CallToolResult, model_of(Usage)]:
    """Tell what the model has cost: requests, tokens, retries, errors by kind, latency, and runs by status.

    Once for this session and once for all time. Reads figures only; nothing is sent anywhere.
    """
    from ..health import usage  # noqa: PLC0415 - after the first answer
    from ..output.rendering import plain, usage_lines  # noqa: PLC0415

    with sentences():
        result = await usage(await context.request_context.lifespan_context.services())
        return answered(result, plain(usage_lines(result)))


def _tool(function: Callable[..., Any], title: str, annotations: ToolAnnotations) -> Tool:
    description = inspect.cleandoc(function.__doc__ or "")
    tool = Tool.from_function(function, title=title, description=description, annotations=annotations)
    tool.parameters["additionalProperties"] = False
    return tool


def _annotations(*, reads_only: bool, repeatable: bool, open_world: bool) -> ToolAnnotations:
    return ToolAnnotations(
        read_only_hint=reads_only, destructive_hint=False, idempotent_hint=repeatable, open_world_hint=open_world
    )


TOOLS = {
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
        _tool(get_run, "Read a run", _annotations(reads_only=True, repeatable=True, open_world=False)),
        _tool(restore, "Undo a repair", _annotations(reads_only=False, repeatable=False, open_world=False)),
        _tool(
            explain_error, "Explain an error message", _annotations(reads_only=True, repeatable=True, open_world=False)
        ),
        _tool(health_check, "Check the server", _annotations(reads_only=True, repeatable=True, open_world=True)),
        _tool(usage_stats, "Usage figures", _annotations(reads_only=True, repeatable=True, open_world=False)),
    )
}
