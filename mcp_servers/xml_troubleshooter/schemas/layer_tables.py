"""`[[layers]]`: tables that choose the schemas and rules for documents, in a folder's layers.toml or a configuration.

    [[layers]]
    name = "Our supplier rules"              # how results call it; without one, the file's name
    schema = ["supplier.xsd", "supplier.sch"] # files beside the manifest, or ids of the catalogue: one or several
    root = "Invoice"                         # conditions, each a pattern or several; all that are given must hold
    namespace = "urn:example:*"
    customization_id = "urn:example:billing*"
    profile_id = "01"
    version = "2.*"
    xpath = "/i:Invoice[i:Type = 'A']"
    namespaces = { i = "urn:example:invoice" }
    severities = { "R-17" = "warning" }      # or "error", "information"

Of all tables whose conditions hold, the layers judge, in the order of the tables.
"""

from __future__ import annotations

import difflib
import json
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ..catalogue.entries import catalogue
from ..disk.bounds import read_file
from ..errors import InputError, too_deep
from .conditions import Condition

_KEY = "layers"


@dataclass(frozen=True, slots=True)
class LayerTable:
    """One table: the condition on its documents, and the schemas and rules that judge them.

    `schemas` are absolute paths or ids of the catalogue, `names` the name of each in results ("" for its own name),
    `severities` pairs of a rule's id and its severity; `name` is that of the whole.
    """

    name: str
    schemas: tuple[str, ...]
    condition: Condition
    severities: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


def read_manifest(path: Path) -> tuple[LayerTable, ...]:
    """The tables of a manifest; raises InputError that names the file and its fault."""
    try:
        data = tomllib.loads(read_file(path).decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is no TOML that can be read: {error}. Correct it there.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not written in UTF-8, as TOML is: see byte {error.start + 1}.") from None
    except RecursionError:
        raise InputError(too_deep(str(path))) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
    if unknown := [key for key in data if key != _KEY]:
        raise InputError(
            f"{path}: {unknown[0]} is not known here;{_near(unknown[0], [_KEY])} it holds [[layers]] alone."
        )
    return read_layers(data.get(_KEY, []), path.parent, str(path))


def read_layers(tables: object, folder: Path, origin: str) -> tuple[LayerTable, ...]:
    """The value of `layers` in a file named `origin`, whose schemas are looked for from `folder`; raises InputError."""
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise InputError(f"{origin}: layers must be written as tables, each under its own line [[layers]].")
    return tuple(_read(table, folder, f"{origin}: layer {number}") for number, table in enumerate(tables, 1))


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Several = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_several)]


class _Table(BaseModel):
    """A table as it is written."""

    model_config = ConfigDict(extra="forbid", strict=False)

    schema_: Annotated[_Several, Field(alias="schema", min_length=1)]
    name: str = ""
    root: _Several = ()
    namespace: _Several = ()
    customization_id: _Several = ()
    profile_id: _Several = ()
    version: _Several = ()
    xpath: str = ""
    namespaces: dict[str, str] = {}
    severities: dict[str, Literal["error", "warning", "information"]] = {}


# what the value of a key is, in words
_PATTERNS = 'a text, or a list of texts such as ["a", "b"], that may have * and ? in them'
_VALUES = {
    "schema": "the name of a schema or rule set (a file beside this one, or an id of the catalogue), or a list of such",
    "name": "a text",
    "xpath": "an XPath expression, as text",
    "namespaces": 'a table of prefixes, such as { i = "urn:example:invoice" }',
    "severities": 'a table of rule ids, each with "error", "warning" or "information", such as { "R-17" = "warning" }',
}
_SHOWN = 60  # characters of a value that cannot be used
_KEYS = sorted(field.alias or name for name, field in _Table.model_fields.items())


def _read(table: Mapping[str, Any], folder: Path, where: str) -> LayerTable:
    try:
        read = _Table(**table)
    except ValidationError as error:
        # a misspelt key tells more than that the right one is missing
        first = min(error.errors(include_url=False), key=lambda each: each["type"] != "extra_forbidden")
        raise InputError(f"{where}: {_reason(first['type'], [str(each) for each in first['loc']], table)}") from None
    condition = Condition(**read.model_dump(include={each.name for each in fields(Condition)}))
    schemas = tuple(_schema(name, folder, where) for name in read.schema_)
    apart = [f" ({Path(schema).name})" for schema in schemas] if len(schemas) > 1 else [""]  # what shares a name
    names = tuple(f"{read.name}{each}" for each in apart) if read.name else ()
    return LayerTable(read.name, schemas, condition, tuple(read.severities.items()), names)


def _reason(kind: str, place: Sequence[str], table: Mapping[str, Any]) -> str:
    key = ".".join(place)
    match kind:
        case "extra_forbidden":
            return f"{key} is not known;{_near(key, _KEYS)} known are {', '.join(_KEYS)}."
        case "missing":
            return f"{key} is missing; it is {_VALUES[key]}."
        case _:
            written = textwrap.shorten(json.dumps(table[place[0]], ensure_ascii=False, default=str), _SHOWN)
            return f"{place[0]} cannot be {written}: it is {_VALUES.get(place[0], _PATTERNS)}."


def _near(word: str, words: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, words, n=1)
    return f" {near[0]} may be meant;" if near else ""


def _schema(name: str, folder: Path, where: str) -> str:
    """The absolute path of a file, or the id of an entry."""
    path = folder / name
    if path.is_file():
        return str(path.resolve())
    if catalogue().knows(name):
        return name
    beside = _meant(name, [each.name for each in folder.glob("*")])
    ids = ", ".join(catalogue().near(name))
    raise InputError(
        f"{where}: schema names {name}, which is no file in {folder}{beside}, and no id of the catalogue"
        f"{f' (near to it: {ids})' if ids else ''}; `schemas list` names the ids."
    )


def _meant(name: str, beside: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, beside, n=1)
    return f" (near to it: {near[0]})" if near else ""
