"""The document type declaration in front of a document: the names in it, and its own declarations."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LITERAL = r"\"[^\"]*+\"|'[^']*+'"
_DOCTYPE = re.compile(
    r"\s*+(?:<\?(?s:.*?)\?>\s*+|<!--(?s:.*?)-->\s*+)*+"
    r"<!DOCTYPE\s++(?P<name>[^\s>\[]++)\s*+"
    rf"(?:(?:SYSTEM|PUBLIC\s*+(?P<public>{_LITERAL}))\s*+(?P<system>{_LITERAL})\s*+)?"
    rf"(?:\[(?P<internal>(?:[^\]<\"']|{_LITERAL}|<!--(?s:.*?)-->|<\?(?s:.*?)\?>"
    rf"|<!(?!--)(?:[^<>\"']|{_LITERAL})*+>)*+)\]\s*+)?>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--(?s:.*?)-->")
_OTHER_FILE = re.compile(r"<!ENTITY\s+%\s+\S+\s+(?:SYSTEM|PUBLIC)\b")


@dataclass(frozen=True, slots=True)
class Doctype:
    """A DOCTYPE: the name of the document element and the offset of that name, the identifiers of its external subset
    ("" for none), and its `internal` subset, without comments.
    """

    name: str
    name_start: int
    public: str
    system: str
    internal: str

    @property
    def declares(self) -> bool:
        """Whether its own declarations are of elements, or are taken from another file and may be."""
        return "<!ELEMENT" in self.internal or _OTHER_FILE.search(self.internal) is not None

    @property
    def extends(self) -> bool:
        """Whether it adds declarations of elements or attributes to those of an external subset."""
        return bool(self.system) and ("<!ELEMENT" in self.internal or "<!ATTLIST" in self.internal)

    def denies(self, root: str) -> bool:
        """Whether it has or names a DTD by which the document element is another than `root`, both as written."""
        return self.name != root and (bool(self.system) or self.declares)


def doctype_of(text: str) -> Doctype | None:
    """The DOCTYPE of a document; None where it has none, or one that cannot be read."""
    found = _DOCTYPE.match(text)
    if found is None:
        return None
    public, system = ((found[group] or "''")[1:-1] for group in ("public", "system"))
    internal = _COMMENT.sub("", found["internal"] or "")
    return Doctype(found["name"], found.start("name"), public, system, internal)
