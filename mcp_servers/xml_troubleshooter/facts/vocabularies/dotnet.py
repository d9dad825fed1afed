"""Files of .NET: project files, configuration, resources, packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tree import Node, Tree
from .. import misspelt_names
from ..attribute_facts import demanded, misnamed, repeated
from ..children import known_names, removal, required
from ..finding import Ask, Fact, Finding, Reading, children, local, of_element, of_value, text_of, value_of
from ..misspelt_names import renamed, sibling_name

_MSBUILD = "https://learn.microsoft.com/visualstudio/msbuild/msbuild-project-file-schema-reference"
_CONDITIONS = "https://learn.microsoft.com/visualstudio/msbuild/msbuild-conditions"
_SECTIONS = (
    "https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/configsections-element-for-configuration"
)
_SCHEMA = "https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/"
_CASED = {
    "compilation": ("debug", "targetFramework", "defaultLanguage", "batch"),
    "httpRuntime": ("targetFramework", "maxRequestLength", "executionTimeout", "requestValidationMode"),
    "customErrors": ("mode", "defaultRedirect"), "authentication": ("mode",),
    "mimeMap": ("fileExtension", "mimeType"), "supportedRuntime": ("version", "sku"),
    "assemblyIdentity": ("name", "publicKeyToken", "culture"), "bindingRedirect": ("oldVersion", "newVersion"),
    "add": ("key", "value", "name", "connectionString", "providerName"),
}  # fmt: skip
_SECTIONS_KNOWN = {
    name.lower(): name
    for name in (
        "appSettings", "configSections", "connectionStrings", "entityFramework", "runtime", "startup",
        "system.codedom", "system.data", "system.diagnostics", "system.net", "system.serviceModel",
        "system.transactions", "system.web", "system.webServer",
    )
}  # fmt: skip
# the attribute that identifies the entries of a section; .NET refuses a duplicate, or uses the last
_ADDED = {"appSettings": ("key", Severity.WARNING), "connectionStrings": ("name", Severity.ERROR)}
_RESX = "https://learn.microsoft.com/dotnet/api/system.resources.resxresourcereader"
_NUSPEC = "https://learn.microsoft.com/nuget/reference/nuspec"
_PROJECT = (
    "PropertyGroup", "ItemGroup", "ItemDefinitionGroup", "Target", "Import", "ImportGroup", "Choose", "UsingTask",
    "ProjectExtensions", "Sdk",
)  # fmt: skip
# items of build files that people write where properties belong, or at the top
_ITEMS = ("PackageReference", "ProjectReference", "Reference", "Compile", "None", "Content", "EmbeddedResource",
          "PackageVersion", "Using", "InternalsVisibleTo", "FrameworkReference", "Folder")  # fmt: skip
_PROPERTIES = ("TargetFramework", "TargetFrameworks", "OutputType", "Nullable", "ImplicitUsings", "LangVersion")
_NAMING = ("Include", "Update", "Remove")  # the attributes that identify an item
_OPERATORS = {"&&": "and", "||": "or"}
_OPERATOR = re.compile(r"&amp;&amp;|&#38;&#38;|\|\||(?<![=!<>;])=(?!=)|&quot;")
_QUOTED = re.compile(r"'[^']*'")


def _elements(tree: Tree) -> Iterator[Finding]:
    homes = {**dict.fromkeys(_ITEMS, "ItemGroup"), **dict.fromkeys(_PROPERTIES, "PropertyGroup")}
    yield from known_names(tree.root, _PROJECT, "MSBuild", homes)
    for group in children(tree.root, "ItemGroup"):
        for item in children(group):
            if local(item) not in _ITEMS or any(value_of(tree, item, name) for name in _NAMING):
                continue
            words = (
                f"<{item.written}> names nothing: MSBuild wants Include, Update or Remove on an item outside of a "
                "target."
            )
            nameless = of_element(item, words, code=Code.MISSING_ATTRIBUTE, expected=("Include",))
            yield _miswritten(item) or nameless
    for group in children(tree.root, "PropertyGroup"):
        for item in children(group):
            if local(item) in _ITEMS and item.attribute("Include"):
                words = (
                    f"<{item.written}> is an item and stands in a <{group.written}>, which holds properties; move it "
                    "into an <ItemGroup>."
                )
                edits = renamed(group, sibling_name(group, "ItemGroup"))
                lone = len(children(group)) == 1
                reading = Reading(confidence=0.85, edits=edits) if lone else None
                yield of_element(item, words, reading=reading)


def _miswritten(item: Node) -> Finding | None:
    """The attribute that identifies an item, in the wrong case."""
    for attribute in item.attributes:
        meant = attribute.name.capitalize()
        if meant in _NAMING:
            words = f"MSBuild tells letter case apart: {attribute.name} of <{item.written}> is written {meant}."
            return misnamed(item, attribute, meant, words)
    return None


def _conditions(tree: Tree) -> Iterator[Finding]:
    for node in tree.nodes:
        item = node.attribute("Condition")
        if item is None:
            continue
        raw = tree.text[item.value_start : item.value_end]
        bare = _QUOTED.sub(lambda match: " " * len(match.group()), raw)
        found = _OPERATOR.search(bare)
        if found:
            written = tree.attribute_value(item)[:100]
            operator = found.group().replace("&amp;", "&").replace("&#38;", "&")
            right = _OPERATORS.get(operator, "==" if operator == "=" else "'")
            words = (
                f"The condition \u201c{written}\u201d has {operator if operator != '&quot;' else 'a double quote'}, "
                f"which MSBuild does not know; it writes {right}."
            )
            at = item.value_start + found.start()
            edit = Edit(at, item.value_start + found.end(), right)
            reading = Reading(confidence=0.9, edits=(edit,)) if found.group() != "&quot;" else None
            yield of_value(tree, node, item, words, reading=reading)
        elif raw.count("'") % 2:
            words = f"A quote of the condition \u201c{tree.attribute_value(item)[:100]}\u201d is not closed."
            yield of_value(tree, node, item, words)


def _sections(tree: Tree) -> Iterator[Finding]:
    root = tree.root
    sections = children(root)
    for node in children(root, "configSections"):
        if sections[0] is not node:
            words = (
                f"<{node.written}> must be the first child of <{root.written}>; .NET reads no configuration in which "
                "it stands elsewhere. Move it there."
            )
            place = root.content[0]
            reading = Reading(confidence=0.97, safe=True, moves=((node, place),))
            yield of_element(node, words, reading=reading if len(children(root, "configSections")) == 1 else None)
    yield from _cased_sections(root)
    seen: dict[str, Node] = {}
    for node in sections:
        name = local(node)
        if name in seen and name != "location" and not node.attributes:
            line = tree.document.position(seen[name].start).line
            words = (
                f"<{node.written}> stands twice in <{root.written}>, the first time in line {line}; .NET takes a "
                "section once in a file. Put both together."
            )
            yield of_element(node, words, code=Code.DUPLICATE_ELEMENT)
        seen.setdefault(name, node)
    for section, (name, severity) in _ADDED.items():
        for holder in children(root, section):
            yield from (fault for node in children(holder, "add") for fault in _lacking(node, name))
            yield from _unique(tree, holder, name, severity)


def _cased_sections(root: Node) -> Iterator[Finding]:
    """Sections that everybody knows, in another letter case than .NET reads."""
    for node in children(root):
        name = _SECTIONS_KNOWN.get(local(node).lower(), local(node))
        if name != local(node) and not children(root, name):
            words = f".NET has no section <{node.written}>; it tells letter case apart: <{name}> is meant."
            yield misspelt_names.misnamed(node, sibling_name(node, name), words)


def _lacking(node: Node, name: str) -> Iterator[Finding]:
    if not any(item.name.lower() == name.lower() for item in node.attributes):
        words = f"<{node.written}> lacks the attribute {name}, without which .NET does not read the section."
        yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=(name,))


def _cased(tree: Tree) -> Iterator[Finding]:
    """Attributes of elements that everybody knows, in another letter case than .NET reads."""
    for node in tree.nodes:
        for item in node.attributes if local(node) in _CASED else ():
            meant = next((name for name in _CASED[local(node)] if name.lower() == item.name.lower()), item.name)
            if meant != item.name and node.attribute(meant) is None:
                words = (
                    f"<{node.written}> has no attribute {item.name}; .NET tells letter case apart: {meant} is meant."
                )
                yield misnamed(node, item, meant, words)


def _unique(tree: Tree, holder: Node, attribute: str, severity: Severity) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for node in children(holder):
        item = node.attribute(attribute)
        if local(node) in ("clear", "remove"):
            seen = {} if local(node) == "clear" or item is None else seen
            if item is not None:
                seen.pop(tree.attribute_value(item), None)
        elif item is not None:
            name = tree.attribute_value(item)
            if name in seen:
                first = tree.document.position(seen[name].start).line
                what = "refuses that" if severity is Severity.ERROR else "heeds the last"
                words = (
                    f"The {attribute} \u201c{name}\u201d stands twice in <{holder.written}>, the first time in line "
                    f"{first}; .NET {what}. Take one out."
                )
                values = [value_of(tree, each, "value") or "" for each in (seen[name], node)]
                choices = ((values[0], (removal(tree, node),)), (values[1], (removal(tree, seen[name]),)))
                ask = Ask(
                    needed=f"Which value of \u201c{name}\u201d in <{holder.written}> holds?", why=words, choices=choices
                )
                differ = all(values) and values[0] != values[1]
                yield of_value(
                    tree, node, item, words, code=Code.DUPLICATE_KEY, severity=severity, ask=ask if differ else None
                )
            seen.setdefault(name, node)


def _resx(tree: Tree) -> Iterator[Finding]:
    headers = {value_of(tree, node, "name") for node in children(tree.root, "resheader")}
    for name in ("resmimetype", "reader", "writer"):
        if name not in headers:
            words = f'The resource file has no <resheader name="{name}">, without which .NET does not read it.'
            yield of_element(tree.root, words, code=Code.MISSING_ELEMENT, expected=(f"resheader {name}",))
    resources = children(tree.root, "data")
    for node in resources:
        yield from demanded(node, ("name",), ".NET")
        yield from required(tree, node, ("value",), ".NET") if node.attribute("name") else ()
    for node, item, name, line in repeated(tree, resources, "name"):
        words = (
            f"The resource \u201c{name}\u201d stands twice, the first time in line {line}; .NET uses one of the two "
            "and warns."
        )
        yield of_value(tree, node, item, words, code=Code.DUPLICATE_KEY, severity=Severity.WARNING)


def _nuspec(tree: Tree) -> Iterator[Finding]:
    yield from required(tree, tree.root, ("metadata",), "NuGet")
    for node in children(tree.root, "metadata"):
        yield from required(tree, node, ("id", "version", "description"), "NuGet")
        if not text_of(tree, node, "authors"):
            yield from required(tree, node, ("authors",), "NuGet")


FACTS = (
    Fact(id="msbuild-elements", source=_MSBUILD, vocabularies=("msbuild",), check=_elements, structural=True),
    Fact(id="msbuild-conditions", source=_CONDITIONS, vocabularies=("msbuild",), check=_conditions, mark="Condition"),
    Fact(id="dotnet-sections", source=_SECTIONS, vocabularies=("dotnet-config",), check=_sections),
    Fact(id="dotnet-names", source=_SCHEMA, vocabularies=("dotnet-config",), check=_cased),
    Fact(id="resx-content", source=_RESX, vocabularies=("resx",), check=_resx),
    Fact(id="nuspec-content", source=_NUSPEC, vocabularies=("nuspec",), check=_nuspec, structural=True),
)
