"""The models that the protocol wants of results: their schemas, made of the rows."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, Field, create_model

from .rows import Row


@cache
def model_of(row: type[Row]) -> type[BaseModel]:
    """The model of a result; the words beside the type of a field describe it."""
    hints = get_type_hints(row, include_extras=True)
    made: dict[str, Any] = {}
    for item in fields(row):
        hint = hints[item.name]
        words = getattr(hint, "__metadata__", (None,))[0]
        given = {key: value for key in ("default", "default_factory") if (value := getattr(item, key)) is not MISSING}
        made[item.name] = (hint, Field(description=words, **given))
    return create_model(row.__name__, __doc__=row.__doc__, **made)
