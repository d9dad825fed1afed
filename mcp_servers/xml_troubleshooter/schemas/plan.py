"""The plan of a verdict: the layers that judge a document, in their order.

Every use case builds its plan here, of the schemas that the caller names or discovery finds; `diagnosis.judge` runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..diagnostics import SCHEMA_KINDS, LayerKind

SEPARATOR = ";"  # between several schemas in one text, on every system
_MOST_PIECES = 10  # of the name of one file that has semicolons itself
SYNTAX = "syntax"  # the name of the layer that every plan begins with
MANIFESTS = ("layers.toml", "scenarios.xml")  # files of a folder that say what judges which document
OWN_DTD = "DOCTYPE"  # and of the layer of a document's own declarations
# those without a schema: the facts of a vocabulary, compilation, the message of another system
FACTS, COMPILATION, PROBLEM = "facts", "compilation", "problem"

GRAMMARS = (LayerKind.DTD, LayerKind.XSD, LayerKind.RNG)  # what content models are read from
_ORDER = {kind: number for number, kind in enumerate(LayerKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: its name in results, the kind of its schema or rules, and their path.

    `named` says that the caller asked for it; `unusable` why it cannot be run, where that is known beforehand. Without
    one that is not `required` a document can still be called valid: the verdict names the missing check. `short` is the
    name that its findings are marked with; `severities` are pairs of a rule's id and its severity here, whatever its
    author says: "error", "warning" or "information". A layer with `payload` judges the document inside an envelope.
    """

    name: str
    kind: LayerKind
    source: str
    named: bool = True
    unusable: str = ""
    required: bool = True
    short: str = ""
    severities: tuple[tuple[str, str], ...] = ()
    payload: bool = False

    @property
    def for_payload(self) -> Layer:
        """The same layer for the payload of a document."""
        return replace(self, name=f"{self.name} (inside)", payload=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """The layers after syntax, in the order in which they judge; `roots` are folders that schemas may take files from,
    besides their own; `problem` is the message of another system about the document. `payload` is the root
    ("{namespace}name") of the document inside it that some of the layers judge, "" where none does. Warnings whose code
    or rule is in `raised` count as errors, those in `ignored` are not reported.

    The declarations in a document's own DOCTYPE are no layer here: the judge, which sees them as they are after each
    repair, runs them before the others if no DTD is among these.
    """

    layers: tuple[Layer, ...] = ()
    roots: tuple[Path, ...] = ()
    problem: str = ""
    payload: str = ""
    raised: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def around(self) -> Plan:
        """The layers that judge the whole document."""
        return replace(self, layers=tuple(layer for layer in self.layers if not layer.payload), payload="")

    @property
    def inside(self) -> Plan:
        """The layers that judge the payload, as the plan of that document."""
        layers = tuple(replace(layer, payload=False) for layer in self.layers if layer.payload)
        return replace(self, layers=layers, payload="")

    def carried_in(self, envelope: Plan, payload: str) -> Plan:
        """The plan for an envelope with its own plan, whose payload, by the name of its root, this plan judges.

        A layer of both plans judges the payload.
        """
        around = (layer for layer in envelope.layers if layer.source not in self.sources)
        inside = (layer.for_payload for layer in self.layers)
        roots = dict.fromkeys((*envelope.roots, *self.roots))
        return replace(envelope, layers=(*around, *inside), roots=tuple(roots), payload=payload)

    @property
    def grammar(self) -> str:
        """The path of the schema whose content models explanations and repairs follow; "" for none."""
        usable = [layer for layer in self.layers if layer.kind in GRAMMARS and not layer.unusable]
        best = min(usable, key=lambda layer: layer.kind is LayerKind.DTD, default=None)  # which tells the least
        return best.source if best is not None else ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths of all layers."""
        return tuple(layer.source for layer in self.layers)

    @property
    def names(self) -> str:
        """All that judges, in words."""
        return ", ".join(layer.name for layer in self.layers)


def plan(
    schemas: Iterable[str | Path],
    roots: Iterable[Path] = (),
    *,
    named: bool = True,
    unusable: Iterable[tuple[str, str]] = (),
) -> Plan:
    """The plan for schemas by their paths, each counted once; "" is none.

    `unusable` are further ones, each with the caller's name for it and the reason why it cannot be used.
    """
    paths = dict.fromkeys(str(schema) for schema in schemas if str(schema))
    pairs = [*((path, "") for path in paths), *unusable]
    names = _names([path for path, _ in pairs])
    layers = [
        Layer(name=name, kind=kind_of(path), source=path, named=named, unusable=reason, short=_short(path))
        for name, (path, reason) in zip(names, pairs, strict=True)
    ]
    return joined(*layers, roots=roots)


def _short(path: str) -> str:
    if kind_of(path) is not LayerKind.RULES:
        return ""
    from ..catalogue.entries import catalogue  # noqa: PLC0415 - for rules alone

    return catalogue().short_of(Path(path))


def joined(*layers: Layer, roots: Iterable[Path] = ()) -> Plan:
    """The plan of these layers, in the order in which they judge."""
    return Plan(tuple(sorted(layers, key=lambda layer: _ORDER[layer.kind])), tuple(dict.fromkeys(roots)))


def kind_of(path: str) -> LayerKind:
    """The kind of layer that a file makes, by the ending of its name; rules for an unknown ending."""
    return SCHEMA_KINDS.get(Path(path).suffix.lower(), LayerKind.RULES)


def split(text: str, exists: Callable[[str], bool]) -> Iterator[str]:
    """The schemas that a text names, separated by semicolons; the name of a file that `exists` is never split."""
    pieces = text.split(SEPARATOR)
    while pieces:
        joined = (SEPARATOR.join(pieces[:end]) for end in range(min(len(pieces), _MOST_PIECES), 1, -1))
        name = next((candidate for candidate in joined if exists(candidate.strip())), pieces[0])
        del pieces[: name.count(SEPARATOR) + 1]
        if name.strip():
            yield name.strip()


def _names(paths: list[str]) -> list[str]:
    """The names of files, with as much of their folders as tells them apart."""
    length = 1
    while True:
        names = ["/".join(Path(path).parts[-length:]) for path in paths]
        if len(set(names)) == len(names) or length >= max((len(Path(path).parts) for path in paths), default=0):
            return names
        length += 1
