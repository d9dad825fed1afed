"""A model's edits, resolved: their places, the faults that they repair, and whether they may be applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..agent.schemas import AgentAction, EditData, QuestionData, SourceData
from ..diagnostics import Diagnostic
from ..document.character_references import resolved
from ..document.document import Document
from ..document.edits import Edit, meet, overlap
from ..loop.losses import gains, lost_values
from ..loop.proposal import Fix, Safety
from .edit_resolution import resolve
from .excerpt import Excerpt, ResolutionError
from .prompts import LETTERS
from .provenance import Evidence

_FAR = 80  # characters, about a line


@dataclass(slots=True)
class Draft:
    """The edits that a model proposes for one fault, as it wrote them and as they were resolved."""

    fault: Diagnostic
    items: list[tuple[EditData, tuple[Edit, ...]]] = field(default_factory=list)
    chosen: Fix | None = None  # the rules' repair that it is

    def take(self, item: EditData, edits: tuple[Edit, ...]) -> bool:
        """Add edits, unless they overlap edits that the draft has already."""
        if any(overlap(edit, other) for edit in edits for other in self.edits):
            return False
        self.items.append((item, edits))
        return True

    def without(self, values: Sequence[str]) -> Draft:
        """The draft without the edits that insert these values."""
        kept = [
            (item, edits)
            for item, edits in self.items
            if not any(value in resolved(edit.after) for value in values for edit in edits)
        ]
        return Draft(self.fault, kept if len(kept) < len(self.items) else [])

    @property
    def edits(self) -> list[Edit]:
        return list(dict.fromkeys(edit for _, edits in self.items for edit in edits))

    @property
    def sources(self) -> list[SourceData]:
        return [source for item, _ in self.items for source in _sources(item)]

    @property
    def reason(self) -> str:
        return " ".join(dict.fromkeys(item.reason for item, _ in self.items if item.reason))

    @property
    def written(self) -> str:
        return " and ".join(_written(item) for item, _ in self.items)[:200]


def drafts(
    document: Document,
    faults: Sequence[Diagnostic],
    shown: Excerpt,
    wanted: Sequence[EditData],
    options: Sequence[Sequence[Fix]] = (),
) -> tuple[list[Draft], list[str]]:
    """The edits by the fault that they repair, and the reasons why others could not be resolved.

    `shown` is the excerpt that the model saw, `faults` are those that it was shown, in the order of their numbers;
    `options` are the repairs that it was offered for each, in the order of their letters.
    """
    named: dict[int, list[tuple[EditData, tuple[Edit, ...]]]] = {}
    refused: list[str] = []
    choices: list[Draft] = []
    for item in wanted:
        if item.choose:
            number = fault_number(item, faults)
            taken = _option(item.choose, options[number] if number < len(options) else ())
            if taken is None:
                refused.append(f"fault {number + 1} has no option {item.choose[:20]}")
            elif all(set(taken.edits).isdisjoint(other.edits) for other in choices):
                choices.append(Draft(faults[number], [(item, taken.edits)], taken))
            continue
        try:
            edits = resolve(document, shown, item)
        except ResolutionError as error:
            refused.append(str(error))
            continue
        if edits:
            named.setdefault(fault_number(item, faults), []).append((item, edits))
        else:
            refused.append(f"{_written(item)}: it changes nothing")
    drafts: dict[int, Draft] = {}
    for number, group in named.items():
        aim = _aim(number, [edit for _, edits in group for edit in edits], faults)
        draft = drafts.setdefault(aim, Draft(faults[aim]))
        for item, edits in group:
            if not draft.take(item, edits):
                refused.append(f"{_written(item)}: it overlaps another edit of the same fault")
    return [*choices, *_with_moves_joined(document.text, list(drafts.values()))], refused


def _option(letter: str, offered: Sequence[Fix]) -> Fix | None:
    """The repair that a letter stands for."""
    number = LETTERS.find(letter.strip().strip("().").lower()[:1] or "?")
    return offered[number] if 0 <= number < len(offered) else None


def _with_moves_joined(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, with two that together move a text, one that inserts and one that removes it, joined into one."""
    joined: list[Draft] = []
    for draft in drafts:
        for other in joined:
            if _moves(text, draft, other) or _moves(text, other, draft):
                for item, edits in draft.items:
                    other.take(item, edits)
                break
        else:
            joined.append(draft)
    return joined


def _moves(text: str, here: Draft, there: Draft) -> bool:
    new, _ = gains(text, here.edits)
    return bool(new) and not new.keys().isdisjoint(lost_values(text, there.edits))


def fix(text: str, faults: Sequence[Diagnostic], draft: Draft, found: Evidence, action: AgentAction) -> Fix:
    """A fix whose values are proven; unsafe if it drops more than values at fault, or chooses among readings."""
    edits = tuple(draft.edits)
    lost = lost_values(text, edits)
    if draft.chosen is not None:
        # a model may choose among several markups; the user alone chooses content to drop and the reading of a value
        doubted = draft.chosen.safety is Safety.UNSAFE and (bool(lost) or found.ambiguous)
        return replace(
            draft.chosen,
            source="model",
            reason=" ".join(filter(None, (draft.chosen.reason, draft.reason or action.reasoning))),
            safety=Safety.UNSAFE if doubted else Safety.SAFE,
            confidence=action.confidence,
        )
    touched = [fault for fault in faults if any(meet(edit, fault) for edit in edits)]
    in_place = bool(found.proofs) and set(lost) <= {word for fault in touched for word in fault.value.split()}
    certain = (not lost or in_place) and not found.ambiguous
    return Fix(
        edits=edits,
        source="model",
        reason=draft.reason or action.reasoning or draft.fault.explanation,
        safety=Safety.SAFE if certain else Safety.UNSAFE,
        confidence=action.confidence,
        at=draft.fault.start,
        provenance="; ".join(found.proofs),
        rewrites=in_place and bool(lost),
    )


def _aim(number: int, edits: Sequence[Edit], faults: Sequence[Diagnostic]) -> int:
    """The index of the fault that edits repair: the one named, unless it is far from them and another is at hand."""

    def distance(fault: Diagnostic) -> int:
        return min(max(edit.start - fault.end, fault.start - edit.end, 0) for edit in edits)

    nearest = min(range(len(faults)), key=lambda index: distance(faults[index]))
    return nearest if distance(faults[number]) > _FAR and distance(faults[nearest]) == 0 else number


def fault_number(item: EditData | QuestionData, faults: Sequence[Diagnostic]) -> int:
    """The index of the fault that an item names by its number; that of the first fault where it names none."""
    try:
        number = int(str((item.model_extra or {}).get("fault", 1)))
    except ValueError:
        number = 1
    return min(max(number, 1), len(faults)) - 1


def _sources(item: EditData) -> list[SourceData]:
    """The sources that an edit names, in either of the two forms, with their kind resolved."""
    named = [item.source] if item.source else []
    more = (item.model_extra or {}).get("sources")
    if isinstance(more, list):
        named += [SourceData.model_validate(entry) for entry in more if isinstance(entry, dict) and _is_plain(entry)]
    return [
        source.model_copy(update={"kind": source.kind.lower() or ("xpath" if "/" in source.value else "user")})
        for source in named
    ]


def _is_plain(entry: Mapping[str, object]) -> bool:
    return all(isinstance(entry.get(key, ""), str) for key in ("kind", "value"))


def _written(item: EditData) -> str:
    """An edit as the model wrote it, in one line."""
    if item.choose:
        return f"option {item.choose[:20]}"
    place = repr(item.find) if item.find is not None else f"lines {item.first_line}-{item.last_line}"
    if target := (item.model_extra or {}).get("move_to"):
        return f"{place} moved to line {target}"
    return f"{place} -> {item.replace!r}"
