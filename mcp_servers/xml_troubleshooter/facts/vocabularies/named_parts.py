"""Names by which one part of a file refers to another: targets of Ant, servlets of a web application, appenders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.edits import Edit
from ...document.tree import Tree
from ..finding import Fact, Finding, Reading, children, local, of_text, of_value, only_text, text_of, trimmed, value_of
from ..misspelt_names import only_near

_ANT = "https://ant.apache.org/manual/targets.html"
_SERVLETS = "https://jakarta.ee/specifications/servlet/6.0/jakarta-servlet-spec-6.0#servlet-mappings"
_LOG4J = "https://logging.apache.org/log4j/2.x/manual/configuration.html"
_OF_OTHER_FILES = ("import", "include", "extension-point")


def _ant(tree: Tree) -> Iterator[Finding]:
    if any(local(node) in _OF_OTHER_FILES for node in tree.nodes):
        return  # which may have the targets
    known = [value_of(tree, node, "name") or "" for node in children(tree.root, "target")]
    named = [(tree.root, "default"), *((node, "depends") for node in children(tree.root, "target"))]
    for node, attribute in named:
        item = node.attribute(attribute)
        names = tree.attribute_value(item).split(",") if item is not None else ()
        for name in map(str.strip, names):
            if item is None or not name or name in known or "$" in name:
                continue
            raw = tree.text[item.value_start : item.value_end]
            place = item.value_start + raw.find(name)
            words = f"The target \u201c{name}\u201d, which {attribute} of <{node.written}> names, does not exist here."
            reading = _meant(name, known, (place, place + len(name)), words) if raw.count(name) == 1 else None
            yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, value=name, reading=reading)


def _servlets(tree: Tree) -> Iterator[Finding]:
    for kind in ("servlet", "filter"):
        known = [text_of(tree, node, f"{kind}-name") for node in children(tree.root, kind)]
        for mapping in children(tree.root, f"{kind}-mapping"):
            for node in children(mapping, f"{kind}-name"):
                name = tree.value(node).strip()
                if name in known:
                    continue
                words = (
                    f"The {kind} \u201c{name}\u201d is declared nowhere in this file; unless a class declares it by an "
                    "annotation, the application does not start."
                )
                reading = _meant(name, known, trimmed(tree, node), words) if only_text(node) is not None else None
                yield of_text(
                    tree, node, words, code=Code.UNRESOLVED_REFERENCE, severity=Severity.WARNING, reading=reading
                )


def _appenders(tree: Tree) -> Iterator[Finding]:
    lists = [node for node in children(tree.root) if local(node).lower() == "appenders"]
    known = [value_of(tree, node, "name") or "" for each in lists for node in each.children]
    if not lists or any("include" in local(node).lower() for node in tree.nodes):
        return
    for node in tree.nodes:
        item = node.attribute("ref") if local(node).lower() in ("appenderref", "appender-ref") else None
        name = tree.attribute_value(item) if item is not None else ""
        if item is None or name in known or "$" in name:
            continue
        words = f"No appender is called \u201c{name}\u201d, so that nothing is logged by <{node.written}>."
        reading = _meant(name, known, (item.value_start, item.value_end), words)
        yield of_value(tree, node, item, words, code=Code.UNRESOLVED_REFERENCE, reading=reading)


def _meant(name: str, known: Iterable[str], place: tuple[int, int], words: str) -> Reading | None:
    """The way to write the one name that comes close."""
    if not (near := only_near(name, filter(None, known))):
        return None
    return Reading(reason=f"{words} {near} comes close.", confidence=0.85, edits=(Edit(*place, near),))


FACTS = (
    Fact(id="ant-targets", source=_ANT, vocabularies=("ant",), check=_ant),
    Fact(id="servlet-names", source=_SERVLETS, vocabularies=("jakarta-web-app",), check=_servlets, mark="-mapping"),
    Fact(id="log4j-appenders", source=_LOG4J, vocabularies=("log4j-2",), check=_appenders),
)
