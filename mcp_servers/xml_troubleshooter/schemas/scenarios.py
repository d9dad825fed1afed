"""The configuration of a validator by KoSIT (scenarios.xml): the first scenario that a document matches judges it.

Read are the conditions, the schemas and rule sets, and the severities that it gives to rules (customLevel); how it
makes reports is left aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from ..disk.bounds import read_file
from ..document.parsing import Element, parser
from ..errors import InputError
from .conditions import Condition
from .layer_tables import LayerTable

_NAMESPACE = "{http://www.xoev.de/de/validator/framework/1/scenarios}"
_LEVELS = {"error": "error", "warning": "warning", "information": "information"}


def read_scenarios(path: Path) -> tuple[LayerTable, ...]:
    """The scenarios of a configuration, in their order; raises InputError that names its fault."""
    try:
        root: Element = etree.fromstring(read_file(path), parser())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from None
    except etree.XMLSyntaxError as error:
        raise InputError(f"{path} is no XML that can be read: {error}. Correct it there.") from None
    if root.tag != f"{_NAMESPACE}scenarios":
        raise InputError(
            f"{path.name} is no schema that is known here and no configuration of scenarios: its root is {root.tag!r}, "
            f"not scenarios in the namespace {_NAMESPACE[1:-1]}. Name a schema or a rule set."
        )
    scenarios = tuple(_scenario(each, path) for each in root.iterfind(f"{_NAMESPACE}scenario"))
    if not scenarios:
        raise InputError(f"{path} has no scenario.")
    return scenarios


def _scenario(scenario: Element, path: Path) -> LayerTable:
    where = f"{path}, line {scenario.sourceline}"
    name = _text(scenario, "name")
    match = _text(scenario, "match")
    if not match:
        raise InputError(f"{where}: the scenario {name} has no match, so that nobody knows what it is for.")
    resources = list(_resources(scenario, where))
    if not resources:
        raise InputError(f"{where}: the scenario {name} names neither a schema nor rules.")
    namespaces = {
        each.get("prefix", ""): (each.text or "").strip() for each in scenario.iterfind(f"{_NAMESPACE}namespace")
    }
    severities = {
        rule: _level(each, where)
        for each in scenario.iterfind(f"{_NAMESPACE}createReport/{_NAMESPACE}customLevel")
        for rule in (each.text or "").split()
    }
    return LayerTable(
        name,
        tuple(str(path.parent / unquote(location)) for _, location in resources),
        Condition(xpath=match, namespaces=namespaces),
        tuple(severities.items()),
        tuple(each for each, _ in resources),
    )


def _resources(scenario: Element, where: str) -> Iterator[tuple[str, str]]:
    """Name and location of the schemas, then of the rules, in their order."""
    for step in ("validateWithXmlSchema", "validateWithSchematron"):
        for resource in scenario.iterfind(f"{_NAMESPACE}{step}/{_NAMESPACE}resource"):
            location = _text(resource, "location")
            if not location:
                raise InputError(f"{where}: a resource of {step} has no location.")
            yield _text(resource, "name") or Path(location).name, location


def _level(item: Element, where: str) -> str:
    level = item.get("level", "")
    if level not in _LEVELS:
        raise InputError(f"{where}: customLevel has the level {level!r}; known are {', '.join(_LEVELS)}.")
    return level


def _text(element: Element, name: str) -> str:
    return " ".join((element.findtext(f"{_NAMESPACE}{name}") or "").split())
