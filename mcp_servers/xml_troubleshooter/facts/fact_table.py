"""The one table of facts: the module for the facts of each vocabulary, so that no other has to be loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ..document.document import Document
from ..schemas.vocabularies import is_slipped

if TYPE_CHECKING:
    from ..schemas.vocabularies import Vocabulary
    from .finding import Fact


@dataclass(frozen=True, slots=True)
class Family:
    """A module with facts about these vocabularies, or about every document that has one of the marks in its text."""

    module: str
    vocabularies: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Its facts."""
        return cast("tuple[Fact, ...]", import_module(f".{self.module}", __package__).FACTS)


FAMILIES: tuple[Family, ...] = (
    Family("vocabularies.graphics", ("svg", "mathml")),
    Family("vocabularies.sites", ("sitemap", "sitemap-index", "rss", "atom", "opml")),
    Family("vocabularies.property_lists", ("plist",)),
    Family("vocabularies.geography", ("gpx", "gpx-1.0", "kml")),
    Family("vocabularies.android", ("android-resources", "android-manifest")),
    Family("vocabularies.maven", ("maven-pom", "maven-pom-bare")),
    Family("vocabularies.dotnet", ("msbuild", "dotnet-config", "resx", "nuspec")),
    Family("vocabularies.spring", ("spring-beans",)),
    Family("vocabularies.soap", ("soap-1.1", "soap-1.2")),
    Family("vocabularies.translations", ("xliff-1.2", "xliff-2", "qt-ts", "tmx")),
    Family("vocabularies.named_parts", ("ant", "jakarta-web-app", "log4j-2")),
    Family("xml_attributes", marks=("xml:lang", "xml:space", ":nil", ":schemalocation", ":type")),
)


_SLIPS = Family("root_namespaces")


def concerned(document: Document, vocabulary: Vocabulary | None) -> Iterator[Family]:
    """The families of facts that apply to a document."""
    known = vocabulary.id if vocabulary else ""
    for family in FAMILIES:
        if known in family.vocabularies or any(mark in document.text for mark in family.marks):
            yield family
    if vocabulary is not None and vocabulary.namespaces and is_slipped(document, vocabulary):
        yield _SLIPS
