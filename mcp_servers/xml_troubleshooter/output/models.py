"""The models that the protocol wants of results: their schemas, made of the rows."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from .rows import Row


@cache
def model_of(row: type[Row]) -> type[BaseModel]:
    """The model of a result."""
    hints = get_type_hints(row, include_extras=True)
    made: dict[str, Any] = {}
    for item in fields(row):
        default = Field(default_factory=item.default_factory) if item.default_factory is not MISSING else item.default
        made[item.name] = (hints[item.name], ... if default is MISSING else default)
    return create_model(row.__name__, __doc__=row.__doc__, __config__=ConfigDict(extra="forbid"), **made)
