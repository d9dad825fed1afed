"""The one table of the faults of XML syntax: each family of faults is a module that names its codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..codes import Code
from . import doctype_faults, sections
from .around_root import prolog, trailing_content
from .characters import encoding_faults, forbidden_characters, references
from .fault_kinds import FaultKind
from .faults import Fault
from .names import namespaces, xml_ids
from .not_xml import embedded_documents
from .scanner import Scan
from .tag_pairs import tag_faults
from .tags import attribute_values, duplicate_attributes, tag_reader

FAULT_KINDS: Mapping[Code, FaultKind] = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            *encoding_faults.FAULTS,
            *forbidden_characters.FAULTS,
            *references.FAULTS,
            *embedded_documents.FAULTS,
            *prolog.FAULTS,
            *doctype_faults.FAULTS,
            *trailing_content.FAULTS,
            *sections.FAULTS,
            *tag_reader.FAULTS,
            *attribute_values.FAULTS,
            *tag_faults.FAULTS,
            *duplicate_attributes.FAULTS,
            *namespaces.FAULTS,
            *xml_ids.FAULTS,
        )
    }
)

# those that look at the tokens of a document and at nothing else; the others are called by `analysis`
FINDERS: tuple[Callable[[Scan], list[Fault]], ...] = (
    references.reference_faults,
    forbidden_characters.character_faults,
    sections.section_end_faults,
)
