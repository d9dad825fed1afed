"""Content models of any schema language as one kind of pattern, and what may follow after each child.

A pattern is a regular expression over element declarations, with interleaving. `Pattern.after(name)` is its Brzozowski
derivative: the pattern that the children behind an element of that name must match ("A formal approach to schema
languages", J. Clark's algorithm for RELAX NG validation, applied to element content alone). Patterns are interned by
their `Patterns` table, so that equal patterns are one object and derivatives are computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from .model import ElementDecl, Wildcard

MANY = 2  # elements of a name: more than one


class Pattern:
    """A set of sequences of child elements. Made by `Patterns` only; equal patterns of one table are identical."""

    __slots__ = (
        "_after",
        "_beginnings",
        "_declarations",
        "_declared",
        "_first",
        "_limits",
        "_next",
        "_parts",
        "decl",
        "kind",
        "maximum",
        "minimum",
        "nullable",
        "table",
    )

    def __init__(
        self,
        table: Patterns,
        kind: str,
        parts: tuple[Pattern, ...] = (),
        *,
        nullable: bool,
        decl: ElementDecl | None = None,
        minimum: int = 1,
        maximum: int | None = 1,
    ) -> None:
        self.table = table
        self.kind = kind
        self._parts = parts
        self.nullable = nullable
        self.decl = decl
        self.minimum = minimum
        self.maximum = maximum
        self._after: dict[str, Pattern] = {}
        self._beginnings: dict[str, list[int]] | None = None
        self._first: tuple[ElementDecl, ...] | None = None
        self._limits: Mapping[str, int] | None = None
        self._next: dict[str, ElementDecl] | None = None
        self._declarations: tuple[ElementDecl, ...] | None = None
        self._declared: tuple[Mapping[str, ElementDecl], tuple[Wildcard, ...]] | None = None

    @property
    def parts(self) -> tuple[Pattern, ...]:
        """What the pattern is made of, in the order of the schema."""
        return self._parts

    def after(self, name: str) -> Pattern:
        """What must follow behind a child of this name; `table.nothing` where no such child is allowed here."""
        known = self._after.get(name)
        if known is None:
            known = self._after[name] = self._derive(name)
        return known

    @property
    def first(self) -> tuple[ElementDecl, ...]:
        """The declarations of which an element may come next, in the order of the schema."""
        if self._first is None:
            self._first = tuple(dict.fromkeys(self._firsts()))
        return self._first

    def declaration(self, name: str) -> ElementDecl | None:
        """The declaration that the next child of this name falls under; a named one before a wildcard."""
        if self._next is None:
            self._next = {decl.name: decl for decl in reversed(self.first) if decl.name}
        found = self._next.get(name)
        if found is None and len(self._next) < len(self.first):
            found = next((decl for decl in self.first if not decl.name and decl.matches(name)), None)
        return found

    def declarations(self) -> Iterator[ElementDecl]:
        """Every declaration in the pattern, once, in the order of the schema."""
        if self._declarations is None:
            seen: set[int] = set()
            stack = [self]
            found: list[ElementDecl] = []
            while stack:
                pattern = stack.pop()
                if id(pattern) in seen:
                    continue
                seen.add(id(pattern))
                if pattern.decl is not None:
                    found.append(pattern.decl)
                stack += reversed(pattern.parts)
            self._declarations = tuple(found)
        return iter(self._declarations)

    @property
    def declared(self) -> tuple[Mapping[str, ElementDecl], tuple[Wildcard, ...]]:
        """What the pattern names anywhere: the first declaration of each name, and the wildcards."""
        if self._declared is None:
            decls = list(self.declarations())
            named = {decl.name: decl for decl in reversed(decls) if decl.wildcard is None}
            self._declared = named, tuple(decl.wildcard for decl in decls if decl.wildcard is not None)
        return self._declared

    @property
    def limits(self) -> Mapping[str, int]:
        """How many elements of each name may stand there: one, or MANY for any number above."""
        if self._limits is None:
            found = {self.decl.name: 1} if self.decl is not None else {}
            times = MANY if self.kind == "repeat" and self.maximum != 1 else 1
            for part in self.parts:
                for name, limit in part.limits.items():
                    here, known = limit * times, found.get(name, 0)
                    found[name] = min(MANY, max(known, here) if self.kind == "choice" else known + here)
            self._limits = found
        return self._limits

    def admits_one(self, name: str) -> bool:
        """Whether an element of this name may stand there, but never a second one."""
        return self.limits.get(name) == 1 and not any(wildcard.matches(name) for wildcard in self.declared[1])

    def _derive(self, name: str) -> Pattern:
        table = self.table
        match self.kind:
            case "element":
                return table.empty if self.decl is not None and self.decl.matches(name) else table.nothing
            case "choice":
                return table.choice(self._parts[number].after(name) for number in self._beginning_with(name))
            case "repeat":
                (part,) = self._parts
                rest = None if self.maximum is None else self.maximum - 1
                return table.sequence((part.after(name), table.repeat(part, max(self.minimum - 1, 0), rest)))
            case "sequence":
                return table.choice(
                    table.sequence((self._parts[number].after(name), *self._parts[number + 1 :]))
                    for number in self._beginning_with(name)
                )
            case "interleave":
                return table.choice(
                    table.interleave((*self._parts[:index], derived, *self._parts[index + 1 :]))
                    for index, part in enumerate(self._parts)
                    if (derived := part.after(name)) is not table.nothing
                )
        return table.nothing

    def _beginning_with(self, name: str) -> Iterator[int]:
        """The numbers of the parts that an element of this name may begin, in the order of the schema."""
        if self._beginnings is None:
            self._beginnings = {}
            for number, part in enumerate(self._parts):
                for beginning in {decl.name for decl in part.first}:  # "" has the wildcards
                    self._beginnings.setdefault(beginning, []).append(number)
                if self.kind == "sequence" and not part.nullable:
                    break
        possible = {*self._beginnings.get(name, ()), *self._beginnings.get("", ())}
        return (number for number in sorted(possible) if self._parts[number].declaration(name) is not None)

    def _firsts(self) -> Iterator[ElementDecl]:
        if self.decl is not None:
            yield self.decl
        for part in self.parts:
            yield from part.first
            if self.kind == "sequence" and not part.nullable:
                return


class _Unordered(Pattern):
    """An interleave of elements of different names, each at most once, such as xs:all.

    Which of them are `left` is one number, of a bit each, so that a child among thousands costs no more than among few.
    """

    __slots__ = ("_all", "_left", "_numbers", "_required")

    def __init__(self, parts: tuple[Pattern, ...], numbers: Mapping[str, int], required: int, left: int) -> None:
        super().__init__(parts[0].table, "interleave", nullable=not left & required)
        self._all = parts
        self._numbers = numbers
        self._required = required
        self._left = left

    @property
    def parts(self) -> tuple[Pattern, ...]:
        """Those that are left."""
        if not self._parts:
            bits = reversed(f"{self._left:b}")
            self._parts = tuple(part for part, bit in zip(self._all, bits, strict=False) if bit == "1")
        return self._parts

    def _derive(self, name: str) -> Pattern:
        number = self._numbers.get(name)
        if number is None or not self._left >> number & 1:
            return self.table.nothing
        left = self._left ^ (1 << number)
        if left & (left - 1) == 0:  # one at most
            return self._all[left.bit_length() - 1] if left else self.table.empty
        return self.table.kept(
            ("unordered", id(self._numbers), left),
            lambda: _Unordered(self._all, self._numbers, self._required, left),
        )


def _only(part: Pattern) -> str:
    """The name of the one element that a pattern allows, once at most; "" for other patterns."""
    once = part.parts[0] if part.kind == "repeat" and part.maximum == 1 else part
    return once.decl.name if once.kind == "element" and once.decl is not None and once.decl.wildcard is None else ""


class Patterns:
    """Makes the patterns of one grammar, each once."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Pattern] = {}
        self.empty = Pattern(self, "empty", nullable=True)
        self.nothing = Pattern(self, "nothing", nullable=False)

    def element(self, decl: ElementDecl) -> Pattern:
        """Exactly one element of a declaration."""
        key = ("element", id(decl))
        return self.kept(key, lambda: Pattern(self, "element", nullable=False, decl=decl))

    def sequence(self, parts: Iterable[Pattern]) -> Pattern:
        """The parts one behind another."""
        return self._all("sequence", parts)

    def choice(self, parts: Iterable[Pattern]) -> Pattern:
        """One of the parts."""
        flat: dict[Pattern, None] = {}
        for part in parts:
            if part.kind == "choice":
                flat.update(dict.fromkeys(part.parts))
            elif part is not self.nothing:
                flat[part] = None
        if not flat:
            return self.nothing
        return self._combine("choice", list(flat), any(part.nullable for part in flat))

    def interleave(self, parts: Iterable[Pattern]) -> Pattern:
        """All parts, mingled in any way (xs:all, RELAX NG interleave)."""
        whole = self._all("interleave", parts)
        names = [_only(part) for part in whole.parts]
        if whole.kind != "interleave" or isinstance(whole, _Unordered) or "" in names or len({*names}) < len(names):
            return whole
        numbers = {name: number for number, name in enumerate(names)}
        required = sum(1 << number for number, part in enumerate(whole.parts) if not part.nullable)
        every = (1 << len(names)) - 1
        return self.kept(("all", id(whole)), lambda: _Unordered(whole.parts, numbers, required, every))

    def repeat(self, part: Pattern, minimum: int, maximum: int | None) -> Pattern:
        """The part at least `minimum` and at most `maximum` times (None: any number)."""
        if maximum == 0 or part is self.empty:
            return self.empty
        if part is self.nothing:
            return self.empty if minimum == 0 else self.nothing
        if (minimum, maximum) == (1, 1):
            return part
        key = ("repeat", id(part), minimum, maximum)
        nullable = minimum == 0 or part.nullable
        return self.kept(
            key, lambda: Pattern(self, "repeat", (part,), nullable=nullable, minimum=minimum, maximum=maximum)
        )

    def _all(self, kind: str, parts: Iterable[Pattern]) -> Pattern:
        """A pattern that wants every part; parts of its own kind are taken apart."""
        flat: list[Pattern] = []
        for part in parts:
            if part is self.nothing:
                return self.nothing
            if part.kind == kind:
                flat += part.parts
            elif part is not self.empty:
                flat.append(part)
        return self._combine(kind, flat, all(part.nullable for part in flat))

    def _combine(self, kind: str, parts: list[Pattern], nullable: bool) -> Pattern:  # noqa: FBT001 - internal
        if not parts:
            return self.empty
        if len(parts) == 1:
            return parts[0]
        key = (kind, *map(id, parts))
        return self.kept(key, lambda: Pattern(self, kind, tuple(parts), nullable=nullable))

    def kept(self, key: tuple[object, ...], make: Callable[[], Pattern]) -> Pattern:
        """The pattern that is known by a key, made when it is first asked for."""
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = make()
        return known
