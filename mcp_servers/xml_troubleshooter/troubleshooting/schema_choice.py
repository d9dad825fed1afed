"""The layers that judge a document: those asked for, else those it names or that lie beside it, and official ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..diagnostics import LayerKind
from ..document.doctype import doctype_of
from ..document.document import Document
from ..errors import AccessError, InputError, LimitError
from ..files.reading import Workspace, head
from ..schemas.plan import Layer, Plan, joined, split
from ..schemas.plan import plan as layered
from ..schemas.vocabularies import read_beginning
from ..workers.dispatch import in_thread, offload

if TYPE_CHECKING:
    from ..catalogue.catalogue_store import SchemaStore
    from ..schemas.envelopes import Payload
    from ..schemas.layer_tables import LayerTable
    from ..schemas.search.discovery import Discovery

_DECLARED = re.compile(r"\sxmlns(?::[^\s=]+)?\s*=\s*[\"']([^\"'<]*)")
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SEVERAL = "It carries {} documents ({}), which were not judged: give each of them by itself."
_AROUND = Layer(
    name="what is around it", kind=LayerKind.XSD, source="", named=False, required=False,
    unusable="no schema is at hand for the envelope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan, the reason for it, and advice about entries of the catalogue that would say more ("" for none)."""

    plan: Plan
    reason: str
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The sources of schemas; `seconds` bounds each search for them, `tables` are those of a configuration."""

    workspace: Workspace
    catalogue: SchemaStore
    state_dir: Path
    seconds: float
    tables: Sequence[LayerTable] = ()


async def choose(schemas: str, document: Document, place: Path | None, sources: Sources) -> Choice:
    """The layers for a document; `schemas` are those that the caller named.

    `place` is the document's file or folder (None: it came as text). What an envelope carries is judged by layers of
    its own, and one that is named and cannot be used is a layer that does not run.
    """
    choice = await (_named(schemas, document, sources) if schemas else _unnamed(document, place, sources))
    if "<!" not in document.text or any(each.kind is LayerKind.DTD for each in choice.plan.around.layers):
        return choice
    dtd = await in_thread(_external_dtd, document, place, sources.workspace)
    return choice if dtd is None else replace(choice, plan=replace(choice.plan, layers=(dtd, *choice.plan.layers)))


def _external_dtd(document: Document, place: Path | None, workspace: Workspace) -> Layer | None:
    """The layer of the DTD that the document names, with which each of its plans begins."""
    if doctype_of(document.text) is None:
        return None
    from ..schemas.search.discovery import external_dtd  # noqa: PLC0415 - few documents have one

    return external_dtd(document, base=place, schema_dirs=workspace.schema_dirs, roots=workspace.readable)


async def _unnamed(document: Document, place: Path | None, sources: Sources) -> Choice:
    """The plan for a document for which the caller names no schema."""
    documents = await in_thread(_carried_by, document, sources.catalogue)
    carried = documents[0] if len(documents) == 1 else None
    seen = carried.seen_in(document) if carried is not None else None
    if carried is None or seen is None:
        whole = await _for(document, place, sources)
        names = ", ".join(each.written for each in documents[:5])
        return replace(whole, advice=_SEVERAL.format(len(documents), names)) if len(documents) > 1 else whole
    inside = await _for(seen, place, sources)
    if not inside.plan.layers:
        around = await _for(document, place, sources)
        return around if around.advice else replace(around, advice=inside.advice)
    emptied = replace(document, text=document.text[: carried.start] + document.text[carried.end :])
    around = await _for(emptied, place, sources)
    outer = around.plan if around.plan.layers else replace(around.plan, layers=(_AROUND,))
    plan = inside.plan.carried_in(outer, carried.name)
    envelope = f" Around it: {around.reason}" if around.plan.layers else " No schema is at hand for what is around it."
    reason = f"Inside {carried.path} is {carried.written}, judged by itself. {inside.reason}{envelope}"
    return Choice(plan, reason, inside.advice or around.advice)


async def _for(document: Document, place: Path | None, sources: Sources) -> Choice:
    """The plan of a configuration for a document, else that of schemas named or found, with the official layers."""
    if (configured := await _configured(document, sources)) is not None:
        return configured
    from ..schemas.chains import chain, complete, describe  # noqa: PLC0415 - loaded where it is used

    official = await in_thread(chain, document, sources.catalogue)
    official_rules = any(link.entry.kind == "rules" for link in official.at_hand)
    plan, reason = await _found(document, place, sources, official_rules)
    whole = complete(plan, official)
    if whole.layers != plan.layers and official.vocabulary is not None:
        by = ", as its CustomizationID says" if official.vocabulary.profiles else ""
        what = f"{official.vocabulary.name}{by}: {whole.names}."
        reason = f"{reason} It is {what}" if plan.layers else what
    return Choice(whole if official.at_hand else plan, reason, describe(official))


async def _configured(document: Document, sources: Sources) -> Choice | None:
    """The plan of a configuration, or of a manifest in a folder of schemas, for the document; None without one."""
    workspace, catalogue = sources.workspace, sources.catalogue
    if not sources.tables and not workspace.schema_dirs:
        return None
    from ..schemas.manifests import manifests, of_tables  # noqa: PLC0415 - loaded where it is used

    if sources.tables:
        look = partial(of_tables, sources.tables, document, catalogue, "The configuration", workspace.readable)
        if (found := await offload(look, seconds=sources.seconds)) is not None:
            return Choice(*found)
    for manifest in await in_thread(list, manifests(workspace.schema_dirs)):
        if (made := await _by_manifest(manifest, {"": document}, sources, named=False)) is not None:
            return Choice(*made[:2])
    return None


async def _by_manifest(
    manifest: Path, documents: Mapping[str, Document], sources: Sources, *, named: bool
) -> tuple[Plan, str, str] | None:
    """The plan of a manifest for the first of the `documents` that it has layers for, the reason, and that one's name.

    "" is the name of the whole document; a document that it carries has the name of its root. A manifest that cannot be
    read is a layer that cannot be run.
    """
    from ..schemas.manifests import of_manifest, unusable  # noqa: PLC0415 - loaded where it is used

    for payload, document in documents.items():
        try:
            found = await offload(of_manifest, manifest, document, sources.catalogue, seconds=sources.seconds)
        except (InputError, LimitError) as error:
            return unusable(manifest, str(error), named=named), f"{manifest} cannot be used.", ""
        if found is not None:
            return *found, payload
    return None


def _look(
    document: Document,
    place: Path | None,
    schema_dirs: tuple[Path, ...],
    roots: tuple[Path, ...],
    state_dir: Path,
    official_rules: bool,  # noqa: FBT001 - passed on by position
) -> Discovery:
    """The schemas that `discover` finds, while Saxon gets ready where there are official rules to run."""
    if official_rules:
        from ..validators.saxon import warm_up  # noqa: PLC0415 - of official rules few are in XPath 1

        warm_up()
    from ..schemas.search.discovery import discover  # noqa: PLC0415

    return discover(document, base=place, schema_dirs=schema_dirs, roots=roots, state_dir=state_dir)


async def _found(
    document: Document,
    place: Path | None,
    sources: Sources,
    official_rules: bool,  # noqa: FBT001 - passed on
) -> tuple[Plan, str]:
    """The layers that the document names or that lie in the folders of schemas, and the reason. In any case it is also
    judged by `official_rules` where there are any.
    """
    readable, schema_dirs, seconds = sources.workspace.readable, sources.workspace.schema_dirs, sources.seconds
    try:
        found = await offload(
            _look, document, place, schema_dirs, readable, sources.state_dir, official_rules, seconds=seconds
        )
    except LimitError:  # costs the schema, not the call
        return Plan(roots=readable), (
            f"No schema was looked for to the end: it took longer than {seconds:.0f} seconds. Give schema_path, or "
            "name narrower SCHEMA_DIRS."
        )
    return layered((found.schema, *found.rules), readable, named=False), found.reason


async def _named(schemas: str, document: Document, sources: Sources) -> Choice:
    """The plan of the names in a request: schemas, rule sets and manifests, or entries of the catalogue by id."""
    inside = await in_thread(_carried_by, document, sources.catalogue)
    carried = inside[0] if len({each.name for each in inside}) == 1 else None
    seen = carried.seen_in(document) if carried is not None else None
    plan, manifests = await in_thread(_read_names, schemas, document, carried, seen or document, sources)
    reasons = ["The schema was given."] if plan.layers else []
    documents = {"": document} | ({carried.name: seen} if carried is not None and seen is not None else {})
    for manifest in manifests:
        from ..schemas.manifests import without_match  # noqa: PLC0415 - few requests name a manifest

        nothing = without_match(manifest), f"{manifest} says nothing of this document.", ""
        made, reason, payload = await _by_manifest(manifest, documents, sources, named=True) or nothing
        if payload:
            plan = made.carried_in(plan, payload)
        else:
            plan = replace(joined(*plan.layers, *made.layers, roots=(*plan.roots, *made.roots)), payload=plan.payload)
        reasons.append(reason)
    if plan.payload:
        if not plan.around.layers:
            plan = replace(plan, layers=(_AROUND, *plan.layers))
        reasons.append(f"Inside the document is {plan.payload.rpartition('}')[2]}, which is judged by itself.")
    return Choice(plan, " ".join(reasons))


def _read_names(
    schemas: str, document: Document, carried: Payload | None, judged: Document, sources: Sources
) -> tuple[Plan, list[Path]]:
    """The plan of the schemas that a request names, read as far as files tell, and the manifests.

    `judged` is the document, or the one that it carries, that entries of the catalogue are for.
    """
    workspace, catalogue = sources.workspace, sources.catalogue
    usable: list[Path] = []
    manifests: list[Path] = []
    unusable: list[tuple[str, str]] = []  # the other layers can judge all the same
    official: list[Plan] = []
    for name in split(schemas, partial(_is_schema, workspace)):
        try:
            path = workspace.schema(name)
        except (AccessError, InputError) as error:
            if isinstance(error, AccessError) or not catalogue.known.knows(name):
                unusable.append((name, str(error)))
                continue
            from ..schemas.chains import named  # noqa: PLC0415 - loaded where it is used

            part = named(name, judged, catalogue)
            manifest = next((Path(each.source) for each in part.layers if _is_manifest(each.source)), None)
            official += [part] if manifest is None else []
            manifests += [manifest] if manifest is not None else []
            continue
        if path.suffix.lower() == ".zip":
            from ..schemas.manifests import unpacked  # noqa: PLC0415 - loaded where it is used

            path = unpacked(path, sources.state_dir)
        told = _is_manifest(path.name) and (path.suffix != ".xml" or b"scenarios" in head(path))
        (manifests if told else usable).append(path)
    roots = [*workspace.readable, *(root for each in official for root in each.roots)]
    layers = [*layered(usable, unusable=unusable).layers, *(layer for each in official for layer in each.layers)]
    plan = joined(*layers, roots=roots)
    if _may_carry(document):
        from ..schemas.named_for_payload import for_payload  # noqa: PLC0415 - few documents carry another

        plan = for_payload(plan, document, catalogue, carried)
    return plan, manifests


def _may_carry(document: Document) -> bool:
    """Whether a document has an element in another namespace than its root, which one that it carries would be in."""
    root = read_beginning(document)
    if not root.text.startswith(f"<{root.root}"):
        return True  # a prefix, without which a name is in another namespace
    return not {uri.strip() for uri in _DECLARED.findall(document.text)} <= {root.namespace, _XSI}


def _carried_by(document: Document, catalogue: SchemaStore) -> tuple[Payload, ...]:
    """The documents that a document carries, as `carried_by` tells them."""
    if not _may_carry(document):
        return ()
    from ..schemas.named_for_payload import carried_by  # noqa: PLC0415 - few documents carry another

    return carried_by(document, catalogue)


def _is_manifest(name: str) -> bool:
    """Whether a file is a manifest, by its ending, which no schema has."""
    return name.endswith((".toml", ".xml"))


def _is_schema(workspace: Workspace, name: str) -> bool:
    try:
        workspace.schema(name)
    except (AccessError, InputError):
        return False
    return True
