"""Publish a tool: its description and schemas, kept short because a model pays for each token of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations


def published(
    function: Callable[..., Any], title: str, *, reads_only: bool, repeatable: bool, open_world: bool
) -> Tool:
    """The tool made of a function; none is destructive, because a file that is replaced stays as <name>.bak."""
    annotations = ToolAnnotations(
        read_only_hint=reads_only, destructive_hint=False, idempotent_hint=repeatable, open_world_hint=open_world
    )
    description = " ".join(inspect.cleandoc(function.__doc__ or "").split())
    tool = Tool.from_function(function, title=title, description=description, annotations=annotations)
    tool.parameters = {**_lean(tool.parameters), "additionalProperties": False}
    if tool.fn_metadata.output_schema is not None:
        tool.fn_metadata.output_schema = _outline(tool.fn_metadata.output_schema)
    return tool


def _lean(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of arguments without titles, which repeat the names, and without empty defaults."""
    properties = {
        name: {key: value for key, value in field.items() if key != "title" and (key != "default" or value)}
        for name, field in schema.get("properties", {}).items()
    }
    required = {"required": schema["required"]} if "required" in schema else {}
    return {"type": "object", "properties": properties, **required}


def _outline(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of results, whose rows are described by the names of their fields."""
    kinds = schema.get("$defs", {})
    outlined = {}
    for name, field in schema.get("properties", {}).items():
        kept = {key: value for key, value in field.items() if key in ("type", "description")}
        row = kinds.get(field.get("$ref", field.get("items", {}).get("$ref", "")).rpartition("/")[2])
        if row is not None:
            said = f"{kept['description']}: " if "description" in kept else ""
            kept = {"type": field.get("type", "object"), "description": f"{said}{', '.join(row['properties'])}"}
        if field.get("type") == "array":
            kept["items"] = {"type": "object"} if row is not None else {"type": field["items"]["type"]}
        outlined[name] = kept
    return {"type": "object", "properties": outlined}
