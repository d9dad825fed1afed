"""Content models of any schema language as one kind of pattern, and their derivatives by each child.

A pattern is a regular expression over element declarations, with interleaving. `Pattern.after(name)` is its Brzozowski
derivative: the pattern that the children behind an element of that name must match ("A formal approach to schema
languages", J. Clark's algorithm for RELAX NG validation, applied to element content alone). Patterns are interned by
their `Patterns` table, so that equal patterns are one object and derivatives are computed once. It is one
algorithm: the derivative of each kind of pattern is made of the others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, reduce
from itertools import accumulate, compress

from .model import ElementDecl, Wildcard

MANY = 2  # elements of a name: more than one


class Pattern:
    """A set of sequences of child elements. Made by `Patterns` only; equal patterns of one table are identical.

    `unordered` says that it is a set of elements, each at most once, that may come in any order.
    """

    unordered = False

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

    @property
    def parts(self) -> tuple[Pattern, ...]:
        """The patterns that this one is made of, in the order of the schema."""
        return self._parts

    def after(self, name: str) -> Pattern:
        """The pattern of the children behind one of this name; `table.nothing` where no such child is allowed here."""
        known = self._after.get(name)
        if known is None:
            known = self._after[name] = self._derive(name)
        return known

    def after_all(self, names: Iterable[str]) -> Pattern:
        """The pattern of the children behind several of these names."""
        return reduce(Pattern.after, names, self)

    @cached_property
    def first(self) -> tuple[ElementDecl, ...]:
        """The declarations of the elements that may come next, in the order of the schema."""
        if self.decl is not None:
            return (self.decl,)
        return tuple(dict.fromkeys(decl for part in self._beginning_parts() for decl in part.first))

    @cached_property
    def openings(self) -> tuple[ElementDecl, ...]:
        """Those of the `first` declarations whose element admits children that are not admitted without it."""
        found = (decl for part in self._beginning_parts() for decl in part.openings)
        some = (self.decl,) if self.decl is not None else dict.fromkeys(found)
        return tuple(decl for decl in some if decl.wildcard is None and not self.includes(self.after(decl.name)))

    @cached_property
    def _first_named(self) -> Mapping[str, ElementDecl]:
        return {decl.name: decl for decl in reversed(self.first) if decl.name}

    def declaration(self, name: str) -> ElementDecl | None:
        """The declaration of the next child, by its name: a named one before a wildcard; None where there is none."""
        found = self._first_named.get(name)
        if found is None and len(self._first_named) < len(self.first):
            found = next((decl for decl in self.first if not decl.name and decl.matches(name)), None)
        return found

    @cached_property
    def declarations(self) -> tuple[ElementDecl, ...]:
        """Every declaration in the pattern, once, in the order of the schema."""
        seen: dict[Pattern, None] = {}
        stack = [self]
        while stack:
            pattern = stack.pop()
            if pattern not in seen:
                seen[pattern] = None
                stack += reversed(pattern.parts)
        return tuple(pattern.decl for pattern in seen if pattern.decl is not None)

    @cached_property
    def declared(self) -> tuple[Mapping[str, ElementDecl], tuple[Wildcard, ...]]:
        """The first declaration of each name anywhere in the pattern, and its wildcards."""
        named = {decl.name: decl for decl in reversed(self.declarations) if decl.wildcard is None}
        return named, tuple(decl.wildcard for decl in self.declarations if decl.wildcard is not None)

    def names(self, name: str) -> bool:
        """Whether an element of this name may occur anywhere in it."""
        named, wildcards = self.declared
        return name in named or any(wildcard.matches(name) for wildcard in wildcards)

    @cached_property
    def holders(self) -> Mapping[str, list[ElementDecl]]:
        """By name, the declarations in the pattern that admit such a child, except those of wildcards."""
        found: dict[str, list[ElementDecl]] = {}
        for decl in self.declarations:
            for name in decl.type.content.declared[0] if decl.type and not decl.wildcard else ():
                found.setdefault(name, []).append(decl)
        return found

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """The number of elements of each name that may occur: one, or MANY for any number above."""
        found = {self.decl.name: 1} if self.decl is not None else {}
        times = MANY if self.kind == "repeat" and self.maximum != 1 else 1
        for part in self.parts:
            for name, limit in part.limits.items():
                here, known = limit * times, found.get(name, 0)
                found[name] = min(MANY, max(known, here) if self.kind == "choice" else known + here)
        return found

    def admits_one(self, name: str) -> bool:
        """Whether an element of this name may occur, but never a second one."""
        return self.limits.get(name) == 1 and not any(wildcard.matches(name) for wildcard in self.declared[1])

    @property
    def width(self) -> int:
        """The number of parts that a derivative has to copy, where they may come in any order."""
        return sum(part.width for part in self.parts) if self.kind == "choice" else 0

    def includes(self, other: Pattern) -> bool:
        """Whether this pattern plainly allows all sequences of another one, so that a change to get there is no use."""
        if other is self or (other is self.table.empty and self.nullable):
            return True
        if not self.kind == other.kind == "repeat" or self._parts != other._parts or self.minimum > 0:
            return False
        return self.maximum is None or (other.maximum is not None and other.maximum <= self.maximum)

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
        return table.nothing

    def _beginning_with(self, name: str) -> list[int]:
        """The numbers of the parts that an element of this name may begin, in the order of the schema."""
        return sorted({*self._beginnings.get(name, ()), *self._beginnings.get("", ())})

    @cached_property
    def _beginnings(self) -> Mapping[str, list[int]]:
        return _beginnings(self._parts)

    def _beginning_parts(self) -> Iterable[Pattern]:
        """The parts that may match the first child, in the order of the schema."""
        return self.parts


def _beginnings(parts: Iterable[Pattern]) -> dict[str, list[int]]:
    """By element name, the numbers of the parts that such an element may begin; "" for those that a wildcard may."""
    found: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        for name in {decl.name for decl in part.first}:
            found.setdefault(name, []).append(number)
    return found


class _Line:
    """The parts of a sequence, shared by the patterns of its rest behind each of them, however many there are."""

    def __init__(self, parts: tuple[Pattern, ...]) -> None:
        self.parts = parts
        # behind each part, and in front of all, the number of the next one that must not be left out
        self.required = list(accumulate(
            range(len(parts) - 1, -1, -1),
            lambda known, number: known if parts[number].nullable else number,
            initial=len(parts),
        ))[::-1]  # fmt: skip

    @cached_property
    def beginnings(self) -> dict[str, list[int]]:
        return _beginnings(self.parts)

    def next_parts(self, name: str, at: int) -> list[int]:
        """The numbers of the parts from one on that an element of this name may begin, those in front left out."""
        found: list[int] = []
        for known in {name, ""}:
            numbers = self.beginnings.get(known, [])
            found += numbers[bisect_left(numbers, at) : bisect_right(numbers, self.required[at])]
        return sorted(found)


class _Sequence(Pattern):
    """One pattern, and behind it the parts of a line from a number on."""

    def __init__(self, table: Patterns, head: Pattern, line: _Line, at: int) -> None:
        super().__init__(table, "sequence", nullable=head.nullable and line.required[at] == len(line.parts))
        self.head = head
        self.line = line
        self.at = at

    @property
    def parts(self) -> tuple[Pattern, ...]:
        return (self.head, *self.line.parts[self.at :])

    def includes(self, other: Pattern) -> bool:
        if isinstance(other, _Sequence) and other.line is self.line:
            if other.at == self.at:
                return self.head.includes(other.head)
            left_out = self.head.nullable and self.at < other.at <= self.line.required[self.at] + 1
            return left_out and self.line.parts[other.at - 1].includes(other.head)
        last = len(self.line.parts) - 1  # behind all the others it is what remains
        alone = self.head.nullable and self.line.required[self.at] >= last and self.line.parts[last].includes(other)
        return alone or super().includes(other)

    def _derive(self, name: str) -> Pattern:
        line, at = self.line, self.at
        ways = [self.table.led(self.head.after(name), line, at)]
        if self.head.nullable:
            ways += (self.table.led(line.parts[n].after(name), line, n + 1) for n in line.next_parts(name, at))
        return self.table.choice(ways)

    def _beginning_parts(self) -> Iterable[Pattern]:
        line = self.line
        behind = line.parts[self.at : line.required[self.at] + 1] if self.head.nullable else ()
        return (self.head, *behind)


class _Interleave(Pattern):
    """All parts, mingled in any way."""

    @property
    def width(self) -> int:
        return len(self._parts)

    def _derive(self, name: str) -> Pattern:
        return self.table.choice(self._mingled(number, name) for number in self._beginning_with(name))

    def _mingled(self, number: int, name: str) -> Pattern:
        """The pattern of the rest behind a child that one of the parts takes."""
        part = self._parts[number]
        left = part.after(name)
        if left is part or left is self.table.nothing:
            return self if left is part else left
        return self.table.interleave((*self._parts[:number], left, *self._parts[number + 1 :]))


class _Unordered(Pattern):
    """An interleave of elements of different names, each at most once, such as xs:all.

    Which of them are `left` is one number, of a bit each, so that a child among thousands costs no more than among few.
    """

    unordered = True

    def __init__(self, parts: tuple[Pattern, ...], numbers: Mapping[str, int], required: int, left: int) -> None:
        super().__init__(parts[0].table, "interleave", nullable=not left & required)
        self._all = parts
        self.numbers = numbers
        self._required = required
        self.left = left

    @property
    def parts(self) -> tuple[Pattern, ...]:
        """The parts that are left."""
        if not self._parts:
            self._parts = tuple(compress(self._all, map("1".__eq__, reversed(f"{self.left:b}"))))
        return self._parts

    def includes(self, other: Pattern) -> bool:
        if isinstance(other, _Unordered) and other.numbers is self.numbers:
            return not other.left & ~self.left and not self.left & ~other.left & self._required
        return super().includes(other)

    def _derive(self, name: str) -> Pattern:
        number = self.numbers.get(name)
        if number is None or not self.left >> number & 1:
            return self.table.nothing
        left = self.left ^ (1 << number)
        if left & (left - 1) == 0:  # one at most
            return self._all[left.bit_length() - 1] if left else self.table.empty
        return self.table.interned(
            ("unordered", id(self.numbers), left),
            lambda: _Unordered(self._all, self.numbers, self._required, left),
        )


def _only(part: Pattern) -> str:
    """The name of the one element that a pattern allows, once at most; "" for other patterns."""
    once = part.parts[0] if part.kind == "repeat" and part.maximum == 1 else part
    return once.decl.name if once.kind == "element" and once.decl is not None and once.decl.wildcard is None else ""


class Patterns:
    """Makes the patterns of one grammar, each once."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Pattern] = {}
        self._lines: dict[tuple[Pattern, ...], _Line] = {}
        self.empty = Pattern(self, "empty", nullable=True)
        self.nothing = Pattern(self, "nothing", nullable=False)

    def element(self, decl: ElementDecl) -> Pattern:
        """Exactly one element of a declaration."""
        return self.interned(("element", decl), lambda: Pattern(self, "element", nullable=False, decl=decl))

    def sequence(self, parts: Iterable[Pattern]) -> Pattern:
        """The parts one behind another."""
        flat = tuple(self._flat("sequence", parts))
        if len(flat) < 2:  # noqa: PLR2004 - no sequence
            return flat[0] if flat else self.empty
        line = self._lines.get(flat) or self._lines.setdefault(flat, _Line(flat))
        return self.led(flat[0], line, 1)

    def led(self, head: Pattern, line: _Line, at: int) -> Pattern:
        """A pattern, and behind it the parts of a line from a number on."""
        if at == len(line.parts) or head is self.nothing:
            return head
        if head is self.empty:
            return self.led(line.parts[at], line, at + 1)
        if head.kind == "sequence":
            return self.sequence((head, *line.parts[at:]))
        return self.interned(("sequence", head, line, at), lambda: _Sequence(self, head, line, at))

    def choice(self, parts: Iterable[Pattern]) -> Pattern:
        """One of the parts."""
        flat: dict[Pattern, None] = {}
        for part in parts:
            if part.kind == "choice":
                flat.update(dict.fromkeys(part.parts))
            elif part is not self.nothing:
                flat[part] = None
        if len(flat) == 2 and self.empty in flat:  # noqa: PLR2004 - one that may be left out
            return self.repeat(next(part for part in flat if part is not self.empty), 0, 1)
        if len(flat) < 2:  # noqa: PLR2004 - no choice
            return next(iter(flat), self.nothing)
        nullable = any(part.nullable for part in flat)
        return self.interned(("choice", *flat), lambda: Pattern(self, "choice", tuple(flat), nullable=nullable))

    def interleave(self, parts: Iterable[Pattern]) -> Pattern:
        """All parts, mingled in any way (xs:all, RELAX NG interleave)."""
        flat = self._flat("interleave", parts)
        if len(flat) < 2:  # noqa: PLR2004 - nothing to mingle
            return flat[0] if flat else self.empty
        return self.interned(("interleave", *flat), lambda: self._mingled(tuple(flat)))

    def _mingled(self, parts: tuple[Pattern, ...]) -> Pattern:
        numbers = {name: number for number, part in enumerate(parts) if (name := _only(part))}
        if len(numbers) < len(parts):
            return _Interleave(self, "interleave", parts, nullable=all(part.nullable for part in parts))
        required = sum(1 << number for number, part in enumerate(parts) if not part.nullable)
        return _Unordered(parts, numbers, required, (1 << len(parts)) - 1)

    def repeat(self, part: Pattern, minimum: int, maximum: int | None) -> Pattern:
        """The part at least `minimum` and at most `maximum` times (None: any number)."""
        if maximum == 0 or part is self.empty:
            return self.empty
        if part is self.nothing:
            return self.empty if minimum == 0 else self.nothing
        if (minimum, maximum) == (1, 1):
            return part
        if minimum == 0 and part.kind == "repeat" and part.minimum < MANY and part.maximum is None:
            (part,), maximum = part.parts, None
        key = ("repeat", part, minimum, maximum)
        nullable = minimum == 0 or part.nullable
        return self.interned(
            key, lambda: Pattern(self, "repeat", (part,), nullable=nullable, minimum=minimum, maximum=maximum)
        )

    def _flat(self, kind: str, parts: Iterable[Pattern]) -> list[Pattern]:
        """The parts that are all wanted, those of the same kind taken apart."""
        flat: list[Pattern] = []
        for part in parts:
            if part is self.nothing:
                return [part]
            if part.kind == kind:
                flat += part.parts
            elif part is not self.empty:
                flat.append(part)
        return flat

    def interned(self, key: tuple[object, ...], make: Callable[[], Pattern]) -> Pattern:
        """The pattern of a key, made when it is first needed."""
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = make()
        return known
