"""The keys of a configuration file, read and checked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ..codes import near_code
from ..disk.bounds import read_file, real_path
from ..errors import InputError, too_deep
from .constants import FORMATS, LARGEST, NAME, SHARED, TABLE

if TYPE_CHECKING:
    from ..schemas.layer_tables import LayerTable

_MISSPELT = 0.8  # how alike a name and a code are that is probably meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a configuration: its name, its meaning in words, and an example of its value in TOML.

    `default` is the value where neither the configuration nor the command line sets one.
    """

    name: str
    meaning: str
    example: str
    default: str = ""


KEYS: tuple[Key, ...] = (
    Key(
        name="format",
        meaning=f"what `validate` and `fix` print: {', '.join(FORMATS)}",
        example='"sarif"',
        default="text",
    ),
    Key(
        name="fail-on",
        meaning="the least that makes the exit status 1: error or warning",
        example='"warning"',
        default="error",
    ),
    Key(name="require-schema", meaning="what nothing but its syntax was checked of does not pass", example="true"),
    Key(name="include", meaning="the files of folders that are taken, as patterns", example='["*.xml", "*.wsdl"]'),
    Key(name="exclude", meaning="files and folders that are left out, as patterns", example='["build", "*.bak.xml"]'),
    Key(
        name="ignore",
        meaning="warnings that are not told, by code or rule; errors always are, as a configuration only makes "
        "stricter: `validate --ignore` leaves them out too",
        example='["R-7"]',
    ),
    Key(
        name="severities",
        meaning='codes and rules whose warnings count as errors: `"error"`',
        example='{ "R-12" = "error" }',
    ),
    Key(
        name="schemas",
        meaning="what judges the files of a pattern: a file by its place beside the configuration (outside of "
        "its folder only where the command line or the environment allows that), an id of the catalogue, or several",
        example='{ "orders/**/*.xml" = "schemas/order.xsd" }',
    ),
    Key(
        name="layers",
        meaning='tables that say by its content what judges a document, as layers.toml has them; severities: `"error"`',
        example='[{ schema = "schemas/order.xsd", root = "order" }]',
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The values of a configuration; `path` is its file, and a key that it does not set is "", False or empty."""

    path: Path
    format: str = ""
    fail_on: str = ""
    require_schema: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    schemas: tuple[tuple[str, tuple[str, ...]], ...] = ()
    layers: tuple[LayerTable, ...] = ()

    @property
    def doubts(self) -> tuple[str, ...]:
        """A sentence for each code that is probably misspelt, and so without effect; rules have names of all kinds."""
        named = [(key, name) for key in ("ignore", "severities") for name in getattr(self, key)]
        return tuple(
            f"{self.path}: {key} names {name}, which is no code; {near} may be meant."
            for key, name in named
            if (near := near_code(name, _MISSPELT))
        )

    def judging(self, document: Path | None) -> tuple[str, ...]:
        """The schemas of the first pattern that a document's path fits; () for none."""
        folder = Path(os.path.realpath(self.path.parent))
        if document is None or not document.is_relative_to(folder):
            return ()
        parts = document.relative_to(folder).parts
        return next((names for pattern, names in self.schemas if _fits(parts, _steps(pattern))), ())


@lru_cache(maxsize=16)
def read(path: Path, changed: int, size: int) -> Configuration:  # noqa: ARG001 - a changed file is another one
    import tomllib  # noqa: PLC0415 - most folders have no configuration

    if size > LARGEST:
        beside = f"Put what it says of XML documents in {NAME} beside it." if path.name == SHARED else "Shorten it."
        raise InputError(f"{path} is larger than {LARGEST // 1_000_000} MB, the most that is read of one. {beside}")
    try:
        data: Any = tomllib.loads(read_file(real_path(path)).decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is no TOML that can be read: {error}. Correct it there.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not written in UTF-8, as TOML is: see byte {error.start + 1}.") from None
    except RecursionError:
        raise InputError(too_deep(str(path))) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
    for step in TABLE if path.name == SHARED else ():
        data = data.get(step, {})
    return _understood(data, path)


def _understood(data: Mapping[str, Any], path: Path) -> Configuration:
    known = [key.name for key in KEYS]
    for name in data:
        if name not in known:
            if name == TABLE[0] and path.name != SHARED:
                raise InputError(f"{path}: leave out [{'.'.join(TABLE)}]; here the keys stand by themselves.")
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; {near[0]} may be meant" if near else ""
            raise InputError(f"{path}: {name} is not known{meant}. Known are {', '.join(known)}.")
        fits, wanted = _WANTED[name]
        if not fits(data[name]):
            raise InputError(f"{path}: {name} must be {wanted}, and is {data[name]!r}.")
    layers: tuple[LayerTable, ...] = ()
    if "layers" in data:
        from ..schemas.layer_tables import read_layers  # noqa: PLC0415 - few have any

        layers = read_layers(data["layers"], path.parent, str(path))
        if any(level != "error" for table in layers for _, level in table.severities):
            raise InputError(
                f'{path}: the severities of layers must all be "error": a configuration only makes stricter. Say '
                "others in a layers.toml of a folder of SCHEMA_DIRS."
            )
    schemas = data.get("schemas", {})
    return Configuration(
        path=path,
        format=data.get("format", ""),
        fail_on=data.get("fail-on", ""),
        require_schema=data.get("require-schema", False),
        include=tuple(data.get("include", ())),
        exclude=tuple(data.get("exclude", ())),
        ignore=tuple(data.get("ignore", ())),
        severities=tuple(data.get("severities", ())),
        schemas=tuple((pattern, _paths(names, path.parent)) for pattern, names in schemas.items()),
        layers=layers,
    )


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _are_schemas(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) or _are_words(each) for each in value.values())


def _are_errors(value: object) -> bool:
    return isinstance(value, dict) and all(each == "error" for each in value.values())


_SEVERAL = 'a list of texts, such as ["a", "b"]'
_WANTED: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "format": (lambda value: value in FORMATS, f"one of {', '.join(FORMATS)}"),
    "fail-on": (
        lambda value: value in ("error", "warning"),
        '"error" or "warning": a configuration only makes stricter',
    ),
    "require-schema": (lambda value: isinstance(value, bool), "true or false"),
    "include": (_are_words, _SEVERAL),
    "exclude": (_are_words, _SEVERAL),
    "ignore": (_are_words, _SEVERAL),
    "severities": (_are_errors, 'a table whose values are all "error": it only makes stricter'),
    "schemas": (_are_schemas, 'a table of patterns, such as { "orders/*.xml" = "order.xsd" }'),
    "layers": (lambda value: isinstance(value, list), "tables, each under its own line [[layers]]"),
}


def _paths(names: str | Sequence[str], folder: Path) -> tuple[str, ...]:
    """The names of schemas and rule sets as a run takes them: files by their whole paths, ids as they are."""
    several = (names,) if isinstance(names, str) else names
    return tuple(str(folder / name) if _is_file_name(name) or (folder / name).exists() else name for name in several)


def _is_file_name(name: str) -> bool:
    return PurePath(name).suffix.lower() in (".xsd", ".rng", ".rnc", ".dtd", ".sch", ".xsl", ".xslt", ".toml", ".xml")


def _steps(pattern: str) -> tuple[str, ...]:
    steps = PurePath(pattern).parts
    return steps if len(steps) > 1 else ("**", *steps)


def _fits(parts: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether the steps of a path are those of a pattern, in which `**` stands for any number of folders."""
    if not steps:
        return not parts
    if steps[0] == "**":
        return any(_fits(parts[number:], steps[1:]) for number in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], steps[0]) and _fits(parts[1:], steps[1:])


def told(configuration: Configuration | None) -> Iterator[tuple[str, object, bool]]:
    """Every key with its value or default, and whether the configuration sets it."""
    for key in KEYS:
        attribute = key.name.replace("-", "_")
        value = getattr(configuration, attribute, None)
        if key.name == "layers" and configuration is not None:
            value = [table.name or ", ".join(table.schemas) for table in configuration.layers]
        yield key.name, value or key.default, bool(value)
