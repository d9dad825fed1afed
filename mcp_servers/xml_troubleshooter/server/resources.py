"""The resources, articles and runs, that can be read beside the tools' answers; and the prompt."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from pydantic import Field

from ..errors import InputError
from .answers import opened
from .session import Session


async def article(id: str, context: Context[Session, Any]) -> str:  # noqa: A002 - the name in the resource's address
    """A knowledge article: one kind of fault, how it comes about and how it is repaired."""
    async with opened(context, ResourceNotFoundError) as services:
        found = services.knowledge.get(id)
        if found is None:
            raise InputError(f"There is no article {id!r}; a result lists the articles that fit it.")
        return found.body


async def run_document(run_id: str, context: Context[Session, Any]) -> str | bytes:
    """The document as a run left it."""
    async with opened(context, ResourceNotFoundError) as services:
        document = services.runs.load(run_id).result.document
        try:
            document.text.encode()
        except UnicodeEncodeError:  # bytes that are no characters: only the bytes tell the truth
            return document.to_bytes()
        return document.text


async def run_diff(run_id: str, context: Context[Session, Any]) -> str:
    """The changes of a run, as a unified diff."""
    async with opened(context, ResourceNotFoundError) as services:
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
        "and make edits that wait for consent only where I agree to them (accept). Say of the document what the status "
        "says: fixed or valid only where it is that, with what the summary names as checked; well_formed means that "
        "not all could be checked; improved, that faults are left."
    )
