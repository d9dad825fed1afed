"""One schema for a document of several namespaces: a driver, which imports the schema of each.

The driver is a file, so that everything that takes the path of a schema (validator, grammar, repair) judges by the
same one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ...disk.bounds import read_file
from ...disk.state_files import private_folder, write_private
from ...document.character_references import quoted
from ...errors import SchemaError
from ...validators.schema import load

_DECLARED = re.compile(r"\sxmlns(?::([^\s=\"'<>/]+))?\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_PREFIXED = re.compile(r"<([^\s<>/:!?=\"']+):([^\s<>/:]+)")
_PLAIN = re.compile(r"<([^\s<>/:!?]+)\s")
_TAG = 10_000  # characters of a start tag in which its name is looked for
_TARGET = re.compile(rb"\stargetNamespace\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_IN_NAME = 3  # schemas that the name of a driver tells
_NAME_LENGTH = 150  # characters of that name, which file systems limit
_OF_XML = ("http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace")


def namespaces(text: str, root: str) -> dict[str, frozenset[str]]:
    """The namespaces besides that of the root in which a document has elements, with local names of these.

    Of a default namespace only the elements that declare it are known. Works on broken documents too.
    """
    used: dict[str, set[str]] = {}
    prefixes: dict[str, set[str]] = {}  # what each is bound to, somewhere
    for match in _DECLARED.finditer(text):
        uri = (match[2] or match[3] or "").strip()
        if uri in ("", root, *_OF_XML):
            continue
        if match[1]:
            prefixes.setdefault(match[1], set()).add(uri)
        elif name := _PLAIN.match(text, text.rfind("<", max(match.start() - _TAG, 0), match.start())):
            used.setdefault(uri, set()).add(name[1])
    if prefixes:
        for prefix, local in dict.fromkeys(_PREFIXED.findall(text)):
            for uri in prefixes.get(prefix, ()):
                used.setdefault(uri, set()).add(local)
    return {uri: frozenset(names) for uri, names in used.items()}


def declared(schema: Path, roots: tuple[Path, ...]) -> frozenset[str]:
    """The target namespaces of a schema and of all its parts; none where it does not compile by itself."""
    try:
        files = load(schema, roots).files
    except SchemaError:
        return frozenset()
    targets = [_TARGET.search(read_file(path)) for path in files]
    return frozenset((match[1] or match[2]).decode("utf-8", "replace") for match in targets if match)


def write(
    parts: Mapping[str, Path], folder: Path, roots: Iterable[Path], *, around: tuple[str, str] = ("", "")
) -> Path:
    """The driver for the schemas of these namespaces ("" for none), in a folder of its own below `folder`.

    `around` is the namespace and the local name of a document element that none of them declares: it may hold anything,
    of which they judge what they know. Raises SchemaError where the schemas do not go together, and OSError where the
    file cannot be written.
    """
    namespace, root = around
    target = f" targetNamespace={quoted(namespace)}" if namespace else ""
    lines = [
        f"  <xs:import namespace={quoted(uri)} schemaLocation={quoted(path.as_uri())}/>"
        if uri
        else f"  <xs:include schemaLocation={quoted(path.as_uri())}/>"
        for uri, path in parts.items()
    ]
    lines += [f"  <xs:element name={quoted(root)}/>"] if root else []
    content = "\n".join((f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"{target}>', *lines, "</xs:schema>\n"))
    data = content.encode()
    place = folder / hashlib.sha256(data).hexdigest()[:16]
    path = place / f"{_name(list(parts.values()), alone=bool(root))}.xsd"
    if not path.is_file():
        private_folder(folder.parent)
        write_private(path, data)
    load(path, tuple(roots))
    return path


def _name(parts: Sequence[Path], *, alone: bool) -> str:
    """The name of a driver in verdicts."""
    named = "+".join(part.stem for part in parts[:_IN_NAME])[:_NAME_LENGTH]
    more = f"+{len(parts) - _IN_NAME}" if len(parts) > _IN_NAME else ""
    return f"{named}{more}{' (content alone)' if alone else ''}"
