"""The test of a rule taken apart: the demands of each part that does not hold.

One recursion, which goes through each form of test: any form may contain any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from ....validators.schematron.findings import RuleFinding
from ....validators.schematron.xpath.expression_parts import (
    TRANSPARENT,
    Context,
    Node,
    Token,
    at_item,
    atoms,
    bare,
    bindings,
    is_binary,
    is_path,
    nodes,
    place_of,
    select,
    truth,
    unrounded,
)
from ....validators.schematron.xpath.operands import Evaluation, Part
from ..allowed_values.pattern_texts import spelled_out
from ..slots import Slot
from .comparisons import COMPARED, call, in_function
from .demand import Demand, Kind
from .gaps import another, gap, step

_ARITHMETIC = {"+", "-", "*", "div", "idiv", "mod", "sum", "round", "abs", "decimal", "number", "double", "count"}
_PARTS = {"substring", "substring-before", "substring-after", "replace", "translate", "string-length", "tokenize"}
_FOLLOWED = 3  # nodes whose predicates are looked into
_TRUTHS = {"exists", "boolean", "empty", "not"}
_CONSTANT = ("false()", "true()")
_SEPARATORS = " |,;#~\t\n"
_NEGATED = {"=": "!=", "eq": "!=", "!=": "=", "ne": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}


def demands(found: RuleFinding, root: Node) -> list[Demand]:
    """The demands of a finding; none where its test cannot be read."""
    with suppress(Exception):  # whatever it is, the rule can still be asked about
        reader = _Reader(found, root)
        made = [*reader.forbidden(), *(item for part in reader.parts() for item in reader.of(part))]
        return _joined(dict.fromkeys(item for item in made if item.slots or item.kind is Kind.AMOUNTS))
    return []


def _joined(made: Iterable[Demand]) -> list[Demand]:
    """The demands; several values that each would do for the same slots are a list."""
    literals: dict[tuple[Slot, ...], list[str]] = {}
    for item in made:
        if item.kind is Kind.LITERAL:
            literals.setdefault(item.slots, []).extend(item.values)
    lists = {slots: tuple(values) for slots, values in literals.items() if len(values) > 1}
    joined = (
        Demand(Kind.LISTED, item.slots, lists[item.slots])
        if item.kind is Kind.LITERAL and item.slots in lists
        else item
        for item in made
    )
    return list(dict.fromkeys(joined))


class _Reader:
    def __init__(self, found: RuleFinding, root: Node) -> None:
        self.test = Evaluation(found, root)

    def forbidden(self) -> Iterator[Demand]:
        """The demand that the node goes: nothing can meet the test, and it is empty or its context has no predicate."""
        node = self.test.found.node
        if self.test.found.test.strip() not in _CONSTANT or node.attribute:
            return
        alternatives = _alternatives(self.test.parsed(self.test.found.context))
        if self.test.is_empty(node) or not any(True for each in alternatives for _ in _predicates(each)):
            yield Demand(Kind.ABSENT, (Slot(node),))

    def parts(self) -> list[Part]:
        """The parts that do not hold; of a test that nothing can meet, the predicates of its context that hold."""
        if self.test.found.test.strip() not in _CONSTANT:
            # where the two that evaluate it disagree, all of it is looked at
            whole = Part(self.test.token, self.test.context_at(self.test.found.node), not self.test.found.report)
            return self.test.failing() or [whole]
        found: list[Part] = []
        for alternative in _alternatives(self.test.parsed(self.test.found.context)):
            for predicate in _predicates(alternative):
                context = self.test.context_at(self.test.found.node)
                if truth(predicate, context):
                    found += self.test.failing_in(Part(predicate, context, wanted=False))
            if found:
                break
        return found

    def of(self, part: Part) -> Iterator[Demand]:
        """The demands of a part."""
        made = list(self._of(part))
        yield from made
        if not any(item.slots or item.kind is Kind.AMOUNTS for item in made if item.kind is not Kind.LEFT_OUT):
            slots = self._seen(part.token, part.context)
            yield from self._patterns(part.token, part.context)
            figures = any(True for _ in in_function(self.test, bare(part.token), part.context))
            yield Demand(Kind.AMOUNTS if figures else Kind.OTHER, slots)

    def _of(self, part: Part) -> Iterator[Demand]:  # noqa: C901, PLR0912 - one case a form of test
        token, context, wanted = bare(part.token), part.context, part.wanted
        symbol = token.symbol
        while symbol in _TRUTHS:
            wanted = wanted if symbol in ("exists", "boolean") else not wanted
            token = bare(token[0])
            symbol = token.symbol
        if is_path(token) or symbol == "$":
            yield from self._presence(token, context, wanted=wanted)
        elif symbol == "/" and is_binary(token):
            yield from self._at_end(token, context, wanted=wanted)
        elif symbol in COMPARED:
            yield from self._comparison(token, context, wanted=wanted)
        elif symbol in ("normalize-space", "string", "data"):
            yield Demand(Kind.PRESENT if wanted else Kind.ABSENT, self._slots(token, context))
        elif not wanted:
            return
        elif symbol in ("starts-with", "ends-with"):
            kind = Kind.BEGIN if symbol == "starts-with" else Kind.END
            yield self._of_whole(kind, token[0], context, tuple(map(str, atoms(token[1], context))))
        elif symbol == "contains":
            yield from self._contains(token, context)
        elif symbol in ("some", "index-of"):
            yield from self._some(token, context)
        elif symbol == "matches":
            pattern = tuple(map(str, atoms(token[1], context)))
            listed = spelled_out(pattern[0]) if len(pattern) == 1 and len(token) == 2 else ()  # noqa: PLR2004 - no flags
            if listed:
                yield self._of_whole(Kind.LISTED if len(listed) > 1 else Kind.LITERAL, token[0], context, listed)
            else:
                yield Demand(Kind.PATTERN, self._slots(token[0], context), pattern)
        elif (inner := call(self.test, token, context)) is not None:
            given = self._seen(token, context)  # a parameter that holds a number has no place any more
            for failing in self.test.failing_in(Part(*inner, wanted)):
                yield from (each if each.slots else replace(each, slots=given) for each in self._of(failing))
        elif symbol == "castable":
            yield Demand(Kind.FORM, self._slots(token[0], context), (token.source.rpartition(" as ")[2].strip("? "),))

    def _presence(self, token: Token, context: Context, *, wanted: bool) -> Iterator[Demand]:
        if token.symbol == "$":
            inside = self.test.variable(token)
            if inside is not None:
                inner = self.test.context_of(token[0].value)
                yield from self.of(Part(inside, inner, wanted))
            return
        found = nodes(token, context)
        if wanted and not found:
            yield from self._unmet(token, context)
            yield Demand(Kind.PRESENT, self._slots(token, context))
        elif not wanted and found:
            yield from self._avoided(token, context)
            yield Demand(Kind.ABSENT, tuple(Slot(place_of(node)) for node in found))

    def _avoided(self, token: Token, context: Context) -> Iterator[Demand]:
        """The demands by which forbidden nodes would be allowed: those of the negation that finds them."""
        token = bare(token)
        if token.symbol != "[" or bare(token[1]).symbol != "not":
            return
        for node in nodes(token, context)[:_FOLLOWED]:
            for part in self.test.failing_in(Part(token[1], at_item(context, node), wanted=False)):
                yield from self._of(part)

    def _at_end(self, token: Token, context: Context, *, wanted: bool) -> Iterator[Demand]:
        """The demands of a test at the end of a path: cac:TaxScheme/(normalize-space(cbc:ID) = 'VAT')."""
        for node in nodes(token[0], context)[:_FOLLOWED]:
            for part in self.test.failing_in(Part(token[1], at_item(context, node), wanted)):
                yield from self._of(part)
        test, outer = bare(token[1]), gap(self.test, token[0], context)
        if wanted and outer is not None and test.symbol in ("=", "eq") and (name := step(self.test, test[0])):
            slot = replace(outer, missing=(*outer.missing, name))
            yield Demand(Kind.LITERAL, (slot,), tuple(map(str, atoms(test[1], context))))

    def _unmet(self, token: Token, context: Context) -> Iterator[Demand]:
        """The demands of the predicates on a path that its nodes do not meet."""
        token = bare(token)
        if token.symbol in TRANSPARENT and len(token):
            yield from self._unmet(token[0], context)
            return
        if token.symbol not in ("/", "[") or not is_binary(token):
            return
        found = nodes(token[0], context)
        if not found:
            yield from self._unmet(token[0], context)
        for node in found[:_FOLLOWED]:
            inner = at_item(context, node)
            if token.symbol == "/":
                yield from self._unmet(token[1], inner)
                continue
            for part in self.test.failing_in(Part(token[1], inner, wanted=True)):
                for demand in self._of(part):
                    formal = demand.kind in (Kind.DECIMALS, Kind.FORM, Kind.LENGTH, Kind.PATTERN)
                    slots = tuple(slot for slot in demand.slots if formal or slot.missing or slot.is_attribute)
                    yield from (replace(demand, slots=slots),) if slots else ()

    def _comparison(self, token: Token, context: Context, *, wanted: bool) -> Iterator[Demand]:  # noqa: C901, PLR0912 - so
        left, right = bare(token[0]), bare(token[1])
        symbol = token.symbol if wanted else _NEGATED.get(token.symbol, token.symbol)
        if left.symbol in _TRUTHS and right.symbol in _TRUTHS:  # both or neither
            for side in (left, right):
                yield from self._of(Part(side, context, not truth(side, context)))
            return
        if left.symbol == "count" or right.symbol == "count":
            yield from self._count(left, right, symbol, context)
            return
        if (limit := _decimals(left, right, context)) is not None:
            looked = left if unrounded(right) is not None else bare(left[0])[0]
            yield Demand(Kind.DECIMALS, self._slots(looked, context), (limit,))
            return
        if left.source == right.source:  # NaN alone is not equal to itself
            yield Demand(Kind.FORM, self._slots(left, context), ("xs:decimal",))
            return
        if left.symbol == "string-length" or right.symbol == "string-length":
            counted, limit = (left, right) if left.symbol == "string-length" else (right, left)
            exact = tuple(map(str, atoms(limit, context))) if symbol in ("=", "eq") else ()
            yield Demand(Kind.LENGTH, self._slots(counted, context), exact)
            return
        if symbol in ("!=", "ne") and "NaN" in (left.value, right.value):
            yield Demand(Kind.FORM, self._seen(token, context), ("xs:decimal",))
            return
        if symbol in ("=", "eq") and (made := self._rewritten(left, right, context)):
            yield from made
            return
        mine, others = (left, right) if self._looks(left, context) else (right, left)
        looks = self._looks(left, context) and self._looks(right, context)
        if _calculates(left) or _calculates(right) or symbol not in ("=", "eq", "!=", "ne"):
            one, other = self._slots(left, context), self._slots(right, context)
            alone = [side for side, more in ((one, right), (other, left)) if len(side) == 1 and _calculates(more)]
            yield Demand(Kind.AMOUNTS, (*one, *other), result=alone[0][0] if alone else None)
            yield Demand(Kind.LEFT_OUT, tuple(self._gaps((left, right), context)))
        elif symbol in ("!=", "ne"):
            values = tuple(map(str, atoms(others, context)))
            if not looks and values == ("",):
                yield from self._unmet(mine, context)
                yield Demand(Kind.PRESENT, self._slots(mine, context))
            yield from self._patterns(mine, context)
            yield Demand(Kind.OTHERWISE, self._seen(mine, context))
            own = Slot(self.test.found.node)
            if looks and own in self._seen(mine, context) + self._seen(others, context):
                yield Demand(Kind.ABSENT, (own,))  # a node that repeats another one may go
        elif looks:
            yield from self._equal(left, right, context)
            more = (another(self.test, *sides, context) for sides in ((left, right), (right, left)))
            yield Demand(Kind.PRESENT, tuple(filter(None, more)))
        else:
            values = tuple(dict.fromkeys(map(str, self._atoms(others, context))))
            kind = Kind.LITERAL if len(values) == 1 else Kind.LISTED
            yield self._of_whole(kind, mine, context, values)

    def _rewritten(self, left: Token, right: Token, context: Context) -> tuple[Demand, ...]:
        """A value that must equal an expression over itself: . = normalize-space(.), . = format-number(., '0.00')."""
        path, other = (left, right) if is_path(left) else (right, left)
        slots = self._seen(path, context)
        if not is_path(path) or is_path(other) or len(slots) != 1 or slots != self._seen(other, context):
            return ()
        made = tuple(" ".join(str(item).split()) for item in self._atoms(other, context))
        whole = (Demand(Kind.LITERAL, slots, made),) if len(made) == 1 and made[0] else ()
        return (*whole, Demand(Kind.PATTERN, slots))

    def _of_whole(self, kind: Kind, token: Token, context: Context, values: tuple[str, ...]) -> Demand:
        """A demand on a value; on a part of one, only that it has another form."""
        slots = self._slots(token, context)
        part = any(at.symbol in _PARTS for at in token.iter()) or any(not value for value in values)
        return Demand(Kind.OTHER if part else kind, slots, values)

    def _equal(self, left: Token, right: Token, context: Context) -> Iterator[Demand]:
        """One value must be another one, or the other way round; the test does not show which of them is wrong."""
        base = self.test.found.node.steps
        made: list[Demand] = []
        for side, other in ((left, right), (right, left)):
            values = dict.fromkeys(" ".join(str(item).split()) for item in self._atoms(other, context))
            made += [Demand(Kind.EQUAL, self._slots(side, context), tuple(values))] if any(values) else []
        # demands inside the rule's own node come first
        yield from sorted(made, key=lambda each: all(slot.place.steps[: len(base)] != base for slot in each.slots))

    def _count(self, left: Token, right: Token, symbol: str, context: Context) -> Iterator[Demand]:
        counted, other = (left, right) if left.symbol == "count" else (right, left)
        if counted is right:
            symbol = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(symbol, symbol)
        path = bare(counted[0])
        number = len(select(path, context))
        limit = atoms(other, context)
        bound = int(limit[0]) if limit and str(limit[0]).isdigit() else 0
        few = symbol in ("=", "eq", ">", ">=") and number < bound + (symbol == ">")
        if few:
            yield from self._unmet(path, context)
            yield Demand(Kind.PRESENT, self._slots(path, context))
        elif symbol in ("=", "eq", "<", "<=") and number > bound:
            for condition in (at[0] for at in other.iter() if at.symbol == "if" and truth(at[0], context) is False):
                yield from self._presence(bare(condition), context, wanted=True)  # with it, there may be more
            kind = Kind.FEWER if bound else Kind.ABSENT
            yield Demand(kind, tuple(Slot(place_of(node)) for node in nodes(path, context)), (str(bound),))

    def _contains(self, token: Token, context: Context) -> Iterator[Demand]:
        whole, looked = atoms(token[0], context), atoms(token[1], context)
        if not whole or not looked:
            return
        if self._looks(token[0], context):
            if bare(token[0]).symbol == "concat" and not self._looks(token[1], context):
                yield self._of_whole(Kind.LITERAL, token[0], context, (str(looked[0]).strip(_SEPARATORS),))
            elif not self._looks(token[1], context):
                yield self._of_whole(Kind.HOLD, token[0], context, (str(looked[0]),))
            return
        text, mark = str(whole[0]), str(looked[0])[:1]
        separator = mark if mark and mark in _SEPARATORS else " "
        values = tuple(dict.fromkeys(item.strip() for item in text.split(separator) if item.strip()))
        yield self._of_whole(Kind.LISTED, token[1], context, values)

    def _some(self, token: Token, context: Context) -> Iterator[Demand]:
        if token.symbol == "index-of":
            listed, looked = token[0], token[1]
        else:
            listed = token[1]
            inner = bare(token[2])
            # in a list of the rule's own a value of the document is to be
            if inner.symbol not in ("=", "eq") or self._looks(token[1], context):
                yield from self._none_of(token, context)
                return
            looked = inner[1] if bare(inner[0]).symbol == "$" else inner[0]
        values = tuple(dict.fromkeys(map(str, self._atoms(listed, context))))
        yield self._of_whole(Kind.LISTED, looked, context, values)

    def _none_of(self, token: Token, context: Context) -> Iterator[Demand]:
        """The demands of a quantifier on the items of which at least one should satisfy it."""
        circumstances = bindings(token, context)
        if not circumstances:
            yield Demand(Kind.PRESENT, self._slots(token[1], context))
        for inner in circumstances[:_FOLLOWED]:
            for part in self.test.failing_in(Part(token[2], inner, wanted=True)):
                yield from self._of(part)

    def _patterns(self, token: Token, context: Context) -> Iterator[Demand]:
        """The patterns that a part, or a variable in it, looks for in vain."""
        for at in token.iter():
            if at.symbol == "$" and (inside := self.test.variable(at)) is not None:
                yield from self._patterns(inside, self.test.context_of(at[0].value))
            elif at.symbol == "matches" and truth(at, context) is False:
                yield Demand(Kind.PATTERN, self._slots(at[0], context), tuple(map(str, atoms(at[1], context))))

    def _atoms(self, token: Token, context: Context) -> list[object]:
        """The values of an expression, be it a function of the rule set's own."""
        return atoms(*(call(self.test, token, context) or (token, context)))

    def _looks(self, token: Token, context: Context) -> bool:
        """Whether an expression looks into the document."""
        return any(True for _ in self.test.seen(token, context))

    def _gaps(self, tokens: Iterable[Token], context: Context) -> Iterator[Slot]:
        """The missing nodes that expressions look for, as far as they can be determined."""
        for token in tokens:
            with suppress(Exception):  # a variable of the expression's own has no value here
                if (found := gap(self.test, token, context)) is not None:
                    yield found

    def _seen(self, token: Token, context: Context) -> tuple[Slot, ...]:
        return tuple(dict.fromkeys(Slot(place) for seen in self.test.seen(token, context) for place in seen.nodes))

    def _slots(self, token: Token, context: Context) -> tuple[Slot, ...]:
        """The nodes that the paths of an expression lead to, or the missing ones that would have to be made."""
        found = self._seen(token, context)
        return found or tuple(filter(None, [gap(self.test, token, context)]))


def _alternatives(token: Token) -> Iterator[Token]:
    token = bare(token)
    if token.symbol in ("|", "union"):
        for child in token:
            yield from _alternatives(child)
    else:
        yield token


def _predicates(token: Token) -> Iterator[Token]:
    """The predicates of the last step of a path."""
    token = bare(token)
    if token.symbol in ("/", "//") and len(token):
        yield from _predicates(token[-1])
    elif token.symbol == "[":
        yield from _predicates(token[0])
        yield token[1]


def _calculates(token: Token) -> bool:
    return any(str(at.symbol) in _ARITHMETIC and len(at) for at in token.iter())


def _decimals(left: Token, right: Token, context: Context) -> str | None:
    """The number of decimals that a comparison allows; None for any other comparison."""
    inner = unrounded(right)
    if inner is not None and inner.source.strip() == left.source.strip():
        return str(len(str(right[1].value)) - 1)  # it is its own rounding to hundredths, or to another place
    if left.symbol != "string-length" or not len(left) or bare(left[0]).symbol != "substring-after":
        return None
    limit = atoms(right, context)
    return str(limit[0]) if limit and str(limit[0]).isdigit() else None
