"""Attack every regular expression of the package by inputs made of itself, and tell which take longer than linear time.

usage: python -m benchmarks.trust.pattern_growth [--only MODULE ...] [--length 5000]

Each pattern is read from the code with the methods it is called by, also those that a function makes, with a word in
place of an unknown part. Of each repetition inputs are made that lead up to it, repeat a text that it takes or that
brings it about again, and then fail. Where four times as long takes more than seven times as long, the times are told
of the length and of its multiples. Patterns that only ever meet short texts are told too: whether an input of any
length reaches a pattern is for the reader. Exit status 1 where there is such a pattern. Takes ten minutes and more.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import chain
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, cast

import mcp_servers.xml_troubleshooter as package

parser: Any = importlib.import_module("re._parser")  # what `re` itself reads patterns with; private, as is its tree
SCANS = {"search", "finditer", "findall", "sub", "subn", "split"}  # which try every place of a text
METHODS = SCANS | {"match", "fullmatch"}
_REPEATS = (parser.MAX_REPEAT, parser.MIN_REPEAT, parser.POSSESSIVE_REPEAT)
_MANY = 20  # times; a repetition that may be longer is attacked
_LENGTH = 5000
_NOTICED = 0.0004  # seconds
_GROWTH = 7.0
_SURE = 0.05  # seconds, at which a growth is no chance
_PATIENCE = 2.0
_BUDGET = 20.0  # for one expression
_CLASSES = {"CATEGORY_DIGIT": "1", "CATEGORY_NOT_DIGIT": "a", "CATEGORY_SPACE": " ", "CATEGORY_NOT_SPACE": "a"}
_CLASSES |= {"CATEGORY_WORD": "a", "CATEGORY_NOT_WORD": "-"}


@dataclass
class Expression:
    """A regular expression of the code: its place, and the methods it is used by."""

    place: str
    pattern: str | bytes
    flags: int
    methods: set[str] = field(default_factory=set)

    def attempt(self) -> Callable[[str], object]:
        """The heaviest use that the code makes of it."""
        compiled: Any = re.compile(self.pattern, self.flags)
        if isinstance(self.pattern, bytes):
            return lambda text: [None for _ in compiled.finditer(text.encode())]
        if not self.methods or self.methods & SCANS:
            return lambda text: [None for _ in compiled.finditer(text)]
        return lambda text: (compiled.match(text), compiled.fullmatch(text))


class _Reader(ast.NodeVisitor):
    """The expressions that a module makes, and the names that it calls methods of."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.found: list[tuple[str | None, ast.Call, str]] = []  # the name that it gets, the call, how it is used
        self.called: list[tuple[str, str]] = []
        self._names: dict[int, str] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.targets[0], ast.Name):
            self._names[id(node.value)] = node.targets[0].id
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="re"), attr=("compile" | "template") as method):
                self.found.append((self._names.get(id(node)), node, ""))
            case ast.Attribute(value=ast.Name(id="re"), attr=method) if method in METHODS:
                self.found.append((None, node, method))
            case ast.Attribute(value=ast.Name(id=name), attr=method) if method in METHODS:
                # a match at a given place is one of many
                self.called.append((name, "search" if method == "match" and len(node.args) > 1 else method))
        self.generic_visit(node)


def _text(node: ast.AST, module: ModuleType) -> str:
    """The value of an expression of the code, with a word for a part that only a call knows."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, module) for part in parts)
        case ast.FormattedValue(value=value):
            return _text(value, module)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, module) + _text(right, module)
        case _:
            try:
                value = eval(ast.unparse(node), vars(module))  # noqa: S307 - our own code
            except Exception:  # noqa: BLE001 - a name of a function
                return "word"
            return value.pattern if isinstance(value, re.Pattern) else str(value)


def modules() -> Iterator[ModuleType]:
    for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not each.name.endswith("__main__"):
            yield importlib.import_module(each.name)


def expressions() -> list[Expression]:
    """All of the package: those of names, those of tables and those made where they are used."""
    found: dict[tuple[str | bytes, int], Expression] = {}
    named: dict[str, list[Expression]] = {}
    called: list[tuple[str, str]] = []
    for module in modules():
        place = module.__name__.removeprefix(f"{package.__name__}.")
        reader = _Reader(module)
        reader.visit(ast.parse(Path(cast("str", module.__file__)).read_text(encoding="utf-8")))
        called += reader.called
        for name, call, method in reader.found:
            flags = sum(_flags(each, module) for each in (*call.args[1:], *(word.value for word in call.keywords)))
            known = vars(module).get(name) if name else None
            pattern = known.pattern if isinstance(known, re.Pattern) else _text(call.args[0], module)
            flags = known.flags if isinstance(known, re.Pattern) else flags
            try:
                re.compile(pattern, flags)
            except re.error:
                continue
            made = found.setdefault(
                (pattern, flags), Expression(f"{place}:{call.lineno} {name or ''}".strip(), pattern, flags)
            )
            if method:
                made.methods.add(method)
            elif name:
                named.setdefault(name, []).append(made)
        for inside in _inside(list(vars(module).values()), set()):
            found.setdefault((inside.pattern, inside.flags), Expression(place, inside.pattern, inside.flags))
    for name, method in called:
        for each in named.get(name, []):
            each.methods.add(method)
    return sorted(found.values(), key=lambda each: each.place)


def _flags(node: ast.AST, module: ModuleType) -> int:
    try:
        value = eval(ast.unparse(node), vars(module))  # noqa: S307 - our own code
    except Exception:  # noqa: BLE001 - a name of a function
        return 0
    return int(value) if isinstance(value, re.RegexFlag) else 0


def _inside(values: Iterable[object], seen: set[int]) -> Iterator[re.Pattern[str]]:
    """The patterns in the tables of a module."""
    for value in values:
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield value
        elif isinstance(value, dict):
            yield from _inside(chain(value.keys(), value.values()), seen)
        elif isinstance(value, (list, tuple, set, frozenset)):
            yield from _inside(value, seen)
        elif is_dataclass(value):
            yield from _inside([getattr(value, each.name, None) for each in fields(value)], seen)


def _character(items: list[tuple[Any, Any]]) -> str:
    """One that a set takes."""
    negated = bool(items) and items[0][0] is parser.NEGATE
    if negated:
        taken = re.compile(_written(items))
        return next((each for each in "ax1 -\n" if taken.match(each)), "\u1234")
    kind, value = items[0]
    return _leaf(kind, value)


def _written(items: list[tuple[Any, Any]]) -> str:
    def item(kind: Any, value: Any) -> str:  # noqa: ANN401 - private to `re`
        if kind is parser.LITERAL:
            return re.escape(chr(value))
        if kind is parser.RANGE:
            return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        names = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
        last = str(value).rpartition("_")[2]
        return "\\" + (names[last].upper() if "_NOT_" in str(value) else names[last])

    return "[^" + "".join(item(kind, value) for kind, value in items[1:]) + "]"


def _leaf(kind: Any, value: Any) -> str:  # noqa: ANN401
    if kind is parser.LITERAL:
        return chr(value)
    if kind is parser.RANGE:
        return chr(value[0])
    if kind is parser.CATEGORY:
        return _CLASSES[str(value)]
    return "x" if kind in (parser.ANY, parser.NOT_LITERAL) else ""


def sample(tree: Any) -> str:  # noqa: ANN401
    """A text that a part of a pattern takes, as far as that is seen at once."""
    return "".join(_sample(kind, value) for kind, value in tree)


def _sample(kind: Any, value: Any) -> str:  # noqa: ANN401 - a table
    if kind is parser.IN:
        return _character(value)
    if kind in _REPEATS:
        return sample(value[2]) * int(max(value[0], 1 if value[1] else 0))
    if kind is parser.SUBPATTERN:
        return sample(value[-1])
    if kind is parser.ATOMIC_GROUP:
        return sample(value)
    if kind is parser.BRANCH:
        return sample(value[1][0])
    if kind is parser.ASSERT:
        return sample(value[1]) if value[0] > 0 else ""
    return _leaf(kind, value)


def repetitions(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Each long repetition: the text that leads up to it, and the text that it repeats."""
    for kind, value in tree:
        if kind in _REPEATS:
            if value[1] is parser.MAXREPEAT or value[1] > _MANY:
                yield before, sample(value[2])
            yield from repetitions(value[2], before)
        elif kind is parser.SUBPATTERN:
            yield from repetitions(value[-1], before)
        elif kind is parser.ATOMIC_GROUP:
            yield from repetitions(value, before)
        elif kind is parser.BRANCH:
            for each in value[1]:
                yield from repetitions(each, before)
        elif kind in (parser.ASSERT, parser.ASSERT_NOT):
            yield from repetitions(value[1], before)
        before += _sample(kind, value)


def alphabet(tree: Any) -> Iterator[str]:  # noqa: ANN401
    """A character of each kind that a pattern speaks of."""
    for kind, value in tree:
        if kind is parser.IN:
            yield _character(value)
            for each in value:
                yield _leaf(*each)
        elif kind in _REPEATS:
            yield from alphabet(value[2])
        elif kind is parser.SUBPATTERN:
            yield from alphabet(value[-1])
        elif kind is parser.ATOMIC_GROUP:
            yield from alphabet(value)
        elif kind is parser.BRANCH:
            for each in value[1]:
                yield from alphabet(each)
        elif kind in (parser.ASSERT, parser.ASSERT_NOT):
            yield from alphabet(value[1])
        else:
            yield chr(value) if kind is parser.NOT_LITERAL else _leaf(kind, value)


def inputs(pattern: str | bytes, flags: int) -> Iterator[Callable[[int], str]]:
    """The inputs to try on a pattern: makers of texts of about a length."""
    tree = parser.parse(pattern, flags)
    letters = dict.fromkeys(each for each in (*alphabet(tree), " ", "a") if each)
    if len(letters) > _MANY:
        letters = dict.fromkeys([*letters][:_MANY])
    seen = set()
    for before, repeated in dict.fromkeys(repetitions(tree)):
        for pump in dict.fromkeys(("", repeated, *letters)):
            for first, again in ((before, pump), ("", before + pump), (before, before + pump)):
                for tail in ("\0", ""):
                    if again and (first, again, tail) not in seen:
                        seen.add((first, again, tail))
                        yield lambda length, f=first, a=again, t=tail: f + a * (length // len(a)) + t  # type: ignore[misc]


class _TooLong(Exception):  # noqa: N818 - no error
    pass


def seconds(attempt: Callable[[str], object], text: str) -> float:
    """The processor time, at most _PATIENCE."""

    def stop(_: int, __: FrameType | None) -> None:
        raise _TooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _PATIENCE)
    started = time.process_time()
    try:
        attempt(text)
    except _TooLong:
        return _PATIENCE
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started


def worst(expression: Expression, length: int = _LENGTH) -> tuple[str, list[float]] | None:
    """The first input on which an expression takes more than linear time, as it begins, and the times that it took."""
    attempt = expression.attempt()
    ends = time.process_time() + _BUDGET
    for make in inputs(expression.pattern, expression.flags):
        if time.process_time() > ends:
            break
        times = [seconds(attempt, make(length))]
        while times[-1] < _PATIENCE and (len(times) == 1 or times[-1] < _SURE):
            if times[-1] < _NOTICED or (len(times) > 1 and times[-1] < _GROWTH * times[-2]):
                break  # what comes before may have been chance, and is seen again by the next step
            times.append(seconds(attempt, make(length * 4 ** len(times))))
        else:
            if times[-1] >= _PATIENCE or times[-1] > _GROWTH * times[-2]:
                return make(40)[:60], times
    return None


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", nargs="*", default=[""])
    arguments.add_argument("--length", type=int, default=_LENGTH)
    asked = arguments.parse_args()
    chosen = [each for each in expressions() if any(each.place.startswith(part) for part in asked.only)]
    bad = 0
    for each in chosen:
        if found := worst(each, asked.length):
            bad += 1
            told = " ".join(f"{one:.3f}" for one in found[1])
            sys.stdout.write(f"{each.place} [{' '.join(sorted(each.methods))}] {told}\n  {each.pattern[:200]!r}\n")
            sys.stdout.write(f"  {found[0]!r}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} expressions, {bad} that grow more than linearly\n")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
