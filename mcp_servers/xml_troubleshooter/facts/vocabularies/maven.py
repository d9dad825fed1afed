"""Maven's project files: the elements that its reader knows, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tree import Node, Tree
from ..children import known_names, once, required
from ..finding import Fact, Finding, Reading, children, local, of_text, text_of
from ..value_facts import listed

_MODEL = "https://maven.apache.org/ref/current/maven-model/maven.html"
_COORDINATES = ("groupId", "artifactId", "version")
_REPOSITORY = ("releases", "snapshots", "id", "name", "url", "layout", "uniqueVersion")
_PERSON = ("id", "name", "email", "url", "organization", "organizationUrl", "roles", "timezone", "properties")
_RESOURCE = ("targetPath", "filtering", "directory", "includes", "excludes", "mergeId")
_SHARED = (
    "build", "modules", "distributionManagement", "properties", "dependencyManagement", "dependencies", "repositories",
    "pluginRepositories", "reports", "reporting", "subprojects",
)  # fmt: skip
_CHILDREN: Mapping[str, tuple[str, ...]] = {
    "project": (
        "modelVersion", "parent", *_COORDINATES, "packaging", "name", "description", "url", "inceptionYear",
        "organization", "licenses", "developers", "contributors", "mailingLists", "prerequisites", "scm",
        "issueManagement", "ciManagement", "profiles", *_SHARED,
    ),
    "profile": ("id", "activation", *_SHARED),
    "parent": (*_COORDINATES, "relativePath"),
    "dependency": (*_COORDINATES, "type", "classifier", "scope", "systemPath", "exclusions", "optional"),
    "exclusion": ("groupId", "artifactId"),
    "build": (
        "sourceDirectory", "scriptSourceDirectory", "testSourceDirectory", "outputDirectory", "testOutputDirectory",
        "extensions", "defaultGoal", "resources", "testResources", "directory", "finalName", "filters",
        "pluginManagement", "plugins", "sources",
    ),
    "plugin": (*_COORDINATES, "extensions", "executions", "dependencies", "goals", "inherited", "configuration"),
    "execution": ("id", "phase", "goals", "inherited", "configuration", "priority"),
    "extension": (*_COORDINATES, "configuration"),
    "dependencyManagement": ("dependencies",),
    "pluginManagement": ("plugins",),
    "repository": _REPOSITORY,
    "pluginRepository": _REPOSITORY,
    "resource": _RESOURCE,
    "testResource": _RESOURCE,
    "developer": _PERSON,
    "contributor": _PERSON,
    "license": ("name", "url", "distribution", "comments"),
    "scm": ("connection", "developerConnection", "tag", "url"),
}  # fmt: skip
_LISTS: Mapping[str, str] = {
    "dependencies": "dependency", "plugins": "plugin", "modules": "module", "profiles": "profile",
    "executions": "execution", "exclusions": "exclusion", "licenses": "license", "developers": "developer",
    "contributors": "contributor", "repositories": "repository", "pluginRepositories": "pluginRepository",
    "resources": "resource", "testResources": "testResource", "extensions": "extension",
}  # fmt: skip
_NESTED = (
    "parent", "build", "dependencyManagement", "pluginManagement", "scm", *_LISTS, *_LISTS.values(),
)  # fmt: skip
# elements that are often written directly in a parent, and the list in it that they belong in
_HOMES: Mapping[str, dict[str, str]] = {
    "project": {"dependency": "dependencies", "module": "modules", "profile": "profiles", "repository": "repositories",
                "plugin": "build", "plugins": "build", "pluginManagement": "build", "license": "licenses"},
    "profile": {"dependency": "dependencies", "plugin": "build", "plugins": "build", "module": "modules"},
    "build": {"plugin": "plugins", "resource": "resources", "testResource": "testResources", "extension": "extensions"},
    "plugin": {"execution": "executions", "dependency": "dependencies", "goal": "goals"},
    "dependency": {"exclusion": "exclusions"},
    "execution": {"goal": "goals"},
    "dependencyManagement": {"dependency": "dependencies"},
    "pluginManagement": {"plugin": "plugins"},
}  # fmt: skip
# elements of project files before Maven 2.0
_OF_MAVEN_1 = frozenset((
    "pomVersion", "extend", "currentVersion", "shortDescription", "logo", "siteAddress", "siteDirectory",
    "distributionSite", "distributionDirectory", "issueTrackingUrl", "gumpRepositoryId", "cvsWebUrl", "package",
    "versions", "branches", "nagEmailAddress", "sourceModifications", "unitTest", "unitTestSourceDirectory",
    "integrationUnitTestSourceDirectory", "aspectSourceDirectory",
))  # fmt: skip


_WHITE_SPACE = " \t\r\n"
_SCOPES = ("compile", "provided", "runtime", "test", "system", "import")


def _model(tree: Tree) -> Iterator[Finding]:
    for finding in _elements(tree):
        if local(finding.node) not in _OF_MAVEN_1 or finding.code is not Code.UNEXPECTED_ELEMENT:
            yield finding
            continue
        words = f"<{finding.name}> is of the project files of Maven 1; Maven 2 and later refuse it."
        yield replace(finding, words=words, severity=Severity.WARNING, reading=None, ask=None)


def _elements(tree: Tree) -> Iterator[Finding]:
    stack = [tree.root]
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _CHILDREN or name in _LISTS:
            yield from _stray_text(tree, node)
        if allowed := _CHILDREN.get(name):
            yield from once(tree, node, allowed, "Maven")
            yield from known_names(node, allowed, "Maven", _HOMES.get(name))
        elif item := _LISTS.get(name):
            yield from known_names(node, (item,), "Maven")
        # `extensions` is a list in a build and true or false in a plugin, `goals` a list of words
        stack += [child for child in children(node) if local(child) in _NESTED and not _is_flag(child)]


def _stray_text(tree: Tree, node: Node) -> Iterator[Finding]:
    """Text where Maven reads elements alone; a no-break space, which an editor cannot tell from a blank, is text."""
    for piece in node.texts if len(node.children) else ():
        stray = tree.text[piece.start : piece.end].strip(_WHITE_SPACE)
        if not stray or piece.cdata:
            continue
        start = tree.text.index(stray, piece.start)
        blank = not stray.strip()
        what = "no-break or other spaces that are none in XML" if blank else f"the text \u201c{stray[:40]}\u201d"
        words = f"<{node.written}> holds {what} between its elements, where Maven reads elements alone. Take that out."
        edit = Edit(start, start + len(stray), "".join("\n" if sign == "\n" else " " for sign in stray))
        reading = Reading(confidence=0.97, safe=True, rewrites=True, edits=(edit,))
        yield Finding(
            code=Code.TEXT_NOT_ALLOWED, node=node, start=start, end=start + len(stray), words=words,
            name=node.written, value=stray, reading=reading if blank else None,
        )  # fmt: skip


def _is_flag(node: Node) -> bool:
    return local(node) == "extensions" and not len(node.children)


def _demands(tree: Tree) -> Iterator[Finding]:
    project = tree.root
    if any(children(project, name) for name in ("pomVersion", "currentVersion", "extend")):
        return  # written for Maven 1, which has other demands
    inherits = bool(children(project, "parent"))
    yield from required(
        tree, project, ("modelVersion", "artifactId", *(() if inherits else ("groupId", "version"))), "Maven"
    )
    yield from _versions(tree)
    for node in children(project, "parent"):
        yield from required(tree, node, ("groupId", "artifactId"), "Maven")
    groups = [project, *(profile for each in children(project, "profiles") for profile in children(each, "profile"))]
    for group in groups:
        for managed in (group, *children(group, "dependencyManagement")):
            for holder in children(managed, "dependencies"):
                yield from _dependencies(tree, holder)


def _versions(tree: Tree) -> Iterator[Finding]:
    """Dependencies without a version, neither of their own nor in the project's dependency management."""
    project = tree.root
    scopes = [node for node in tree.nodes if local(node) == "scope"]
    if children(project, "parent") or any(tree.value(node).strip() == "import" for node in scopes):
        return  # which may manage them
    managed = {
        _coordinates(tree, node)
        for each in tree.nodes
        if local(each) == "dependencyManagement"
        for holder in children(each, "dependencies")
        for node in children(holder, "dependency")
    }
    for holder in children(project, "dependencies"):
        for node in children(holder, "dependency"):
            if all(named := _coordinates(tree, node)) and named not in managed:
                yield from required(tree, node, ("version",), "Maven")


def _coordinates(tree: Tree, node: Node) -> tuple[str, str]:
    return text_of(tree, node, "groupId"), text_of(tree, node, "artifactId")


def _dependencies(tree: Tree, holder: Node) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], Node] = {}
    for node in children(holder, "dependency"):
        yield from required(tree, node, ("groupId", "artifactId"), "Maven")
        for scope in children(node, "scope"):
            if "${" not in tree.value(scope):
                found = listed(tree, scope, _SCOPES, "Maven")
                yield from (replace(each, severity=Severity.WARNING) for each in found)
        key = tuple(text_of(tree, node, name) for name in ("groupId", "artifactId", "type", "classifier"))
        if not all(key[:2]):
            continue
        key = (*key[:2], key[2] or "jar", key[3])
        if key in seen:
            line = tree.document.position(seen[key].start).line
            words = (
                f"The dependency {key[0]}:{key[1]} is declared twice, the first time in line {line}; Maven heeds the "
                "last and warns."
            )
            place = next(iter(children(node, "artifactId")))
            yield of_text(tree, place, words, code=Code.DUPLICATE_KEY, severity=Severity.WARNING)
        seen.setdefault(key, node)


FACTS = (
    Fact(
        id="maven-elements", source=_MODEL, vocabularies=("maven-pom", "maven-pom-bare"), check=_model, structural=True
    ),
    Fact(id="maven-demands", source=_MODEL, vocabularies=("maven-pom", "maven-pom-bare"), check=_demands),
)
