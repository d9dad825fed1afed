"""The elements that a schema declares anywhere, read off its files: a wildcard admits any others that it accepts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from ..disk.bounds import read_file

_WILDCARD = re.compile(
    rb"<(?:[\w.-]+:)?(?:any|anyName|nsName)[\s/>]|\banyType\b|\belement\s+(?:[\w.-]+:)?\*"
    rb"|<(?:[\w.-]+:)?element\s(?![^<>]*\b(?:type|ref|substitutionGroup)\s*=)[^<>]*/>"  # of no type it holds anything
)
_XSD_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?element\s[^<>]*?\bname\s*=\s*[\"']\s*([^\"'\s]+)")
_TARGET = re.compile(rb"\btargetNamespace\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_QUALIFIED = re.compile(rb"\belementFormDefault\s*=\s*[\"']qualified")
_UNQUALIFIED = re.compile(rb"\bform\s*=\s*[\"']unqualified")
_ATTRIBUTES = r"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"
_IMPORT = re.compile(rf"<(?:[\w.-]+:)?import\s{_ATTRIBUTES}".encode())
_ANY = re.compile(rf"<(?:[\w.-]+:)?any\s{_ATTRIBUTES}".encode())
_NOT_STRICT = re.compile(rb"\bprocessContents\s*=\s*[\"']\s*(?:lax|skip)")
_NAMESPACE = re.compile(rb"\bnamespace\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_WORD = re.compile(r"[^\W\d][\w.-]*")  # of RELAX NG, in either syntax


class DeclaredElements:
    """The elements of a schema of XSD or RELAX NG, by the files that it consists of.

    No file is read before it is needed. A name reported as undeclared is; some others may be taken for declared.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files

    @cached_property
    def _contents(self) -> Sequence[bytes]:
        return [read_file(path) for path in self._files]

    @cached_property
    def open(self) -> bool:
        """Whether the schema may admit undeclared elements at some place."""
        return any(_WILDCARD.search(content) for content in self._contents)

    @cached_property
    def _xsd(self) -> bool:
        return all(path.suffix.lower() == ".xsd" for path in self._files)

    @cached_property
    def _names(self) -> frozenset[str]:
        if self._xsd:
            return frozenset(
                name.decode(errors="replace") for content in self._contents for name in _XSD_ELEMENT.findall(content)
            )
        return frozenset(word for content in self._contents for word in _WORD.findall(content.decode(errors="replace")))

    @cached_property
    def namespaces(self) -> frozenset[str] | None:
        """The namespaces that declared elements can be in, "" for none; None where they are unknown."""
        if not self._xsd:
            return None
        targets = [_TARGET.search(content) for content in self._contents]
        spaces = {(target[1] or target[2] or b"").decode(errors="replace") if target else "" for target in targets}
        if any(not _QUALIFIED.search(content) or _UNQUALIFIED.search(content) for content in self._contents):
            spaces.add("")
        return frozenset(spaces)

    @cached_property
    def unlocated(self) -> frozenset[str]:
        """The namespaces whose elements must be declared, but which the schema imports without a schemaLocation."""
        wildcards = (found for content in self._contents for found in _ANY.findall(content))
        if not self._xsd or all(_NOT_STRICT.search(each) for each in wildcards):
            return frozenset()
        imports = (found for content in self._contents for found in _IMPORT.findall(content))
        names = (_NAMESPACE.search(each) for each in imports if b"schemaLocation" not in each)
        spaces = ((name[1] or name[2] or b"").decode(errors="replace") for name in names if name is not None)
        return frozenset(filter(None, spaces)) - (self.namespaces or frozenset())

    def undeclared(self, name: str) -> bool:
        """Whether the schema has no element of a name, which is in Clark notation."""
        space, _, local = name.rpartition("}")
        return local not in self._names or (self.namespaces is not None and space[1:] not in self.namespaces)
