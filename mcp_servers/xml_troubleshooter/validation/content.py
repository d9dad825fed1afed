"""Where a document departs from a grammar, all of it, and the cheapest change at each place.

libxml2 remains the judge of validity; this tells what its verdict hides: exact spans, everything that was expected, and
the faults behind the first one of a content model and below it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from statistics import median

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ..document.tokens import Attribute
from ..document.tree import XML_NAMESPACE, XSI_NAMESPACE, Node, Text, Tree, resolve
from .alignment import Alignment, Change, Step, align
from .departures import Amend, Departure
from .diagnostics import Code
from .grammar.datatypes import SimpleType
from .grammar.model import AttributeDecl, ElementDecl, Grammar, Pattern, TypeDef, Wildcard, local_name, namespace
from .restructure import restructure

INFINITE = float("inf")


def examine(tree: Tree, grammar: Grammar, suspects: Collection[int] = ()) -> list[Departure]:
    """All departures of a document from a grammar, in document order.

    Where a validator has cleared the rest of the document, `suspects` are the offsets of what it complains about: then
    only the elements there, their parents, and what these faults hide are looked at.
    """
    found = _Examination(tree, grammar, suspects).run()
    return sorted(found, key=lambda item: (item.start, item.end))


def closeness(written: str, meant: str) -> float:
    """How far one name is from another: 0 the same, up to 1.5 a likely slip, 3 unrelated.

    Counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), case aside.
    """
    if written == meant:
        return 0.0
    one, two = written.lower(), meant.lower()
    if one == two:
        return 0.4
    if one.translate(_SEPARATORS) == two.translate(_SEPARATORS):
        return 0.5
    length = max(len(one), len(two))
    distance = OSA.distance(one, two, score_cutoff=max(2, length // 3))
    if distance == 1 and length > 1:
        return 0.6 if length > 2 else 1.2  # noqa: PLR2004
    if distance == 2 and length > 4:  # noqa: PLR2004
        return 0.9
    if distance <= length // 3:
        return 1.3
    return 3.0


_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);|#)[^\s;&<]+;")
_BLANKS = re.compile(r"[ \t\r\n]*")
_SEPARATORS = str.maketrans("", "", "-_. ")


class _Examination:
    def __init__(self, tree: Tree, grammar: Grammar, suspects: Collection[int]) -> None:
        self.tree = tree
        self.grammar = grammar
        self.literal = grammar.kind == "dtd"  # a DTD knows names as written
        self.found: list[Departure] = []
        self.used: dict[str, set[str]] = {}  # local names by namespace
        self.pending: list[tuple[Node, ElementDecl, bool]] = []
        self.types: dict[Node, TypeDef | None] = {}
        self.ids: dict[str, list[tuple[int, Node, Attribute | None, SimpleType]]] = {}
        self.references: list[tuple[str, Node, Attribute | None, SimpleType]] = []
        self.suspects = {tree.at(offset) for offset in suspects}
        self.suspects |= {node.parent for node in self.suspects if node.parent is not None}
        self.ways = set(self.suspects)  # and all that lies on the way to them
        for node in self.suspects:
            while node.parent is not None and node.parent not in self.ways:
                node = node.parent
                self.ways.add(node)
        if self.literal:
            for node in tree.nodes:
                node.name = node.written

    def run(self) -> list[Departure]:
        if not self.literal:
            self.check_namespaces()
        self.check_root()
        while self.pending:
            node, decl, masked = self.pending.pop()
            self.types[node] = self.definition(node, decl)
            if masked or not self.suspects or node in self.suspects:
                self.check_element(node, decl, masked)
            else:
                self.pass_through(node)
        if not self.suspects:
            self.check_identities()
        return restructure(self.found, self.types.get)

    def add(self, amend: Amend, code: Code, node: Node, start: int, end: int, sentence: str, **rest: object) -> None:
        self.found.append(
            Departure(amend=amend, code=code, node=node, start=start, end=end, sentence=sentence, **rest)  # type: ignore[arg-type]
        )

    # -- namespaces

    def check_namespaces(self) -> None:
        """Find namespace declarations that the grammar does not know but comes close to, and read on as if mended."""
        used = self.used
        for node in self.tree.nodes:
            used.setdefault(namespace(node.name), set()).add(local_name(node.name))
        aliases: dict[str, str] = {}
        for uri, names in used.items():
            meant = self.meant_namespace(uri, names)
            if meant is not None:
                aliases[uri] = meant
        if not aliases:
            return
        reported: set[tuple[int, str]] = set()
        for node in self.tree.nodes:
            uri = namespace(node.name)
            if uri in aliases:
                node.name = f"{{{aliases[uri]}}}{local_name(node.name)}"
                prefix = node.written.partition(":")[0] if ":" in node.written else ""
                holder = declarer(node, prefix)
                if (holder.start, prefix) not in reported:
                    reported.add((holder.start, prefix))
                    self.wrong_namespace(holder, prefix, uri, aliases[uri])

    def wrong_namespace(self, node: Node, prefix: str, uri: str, meant: str) -> None:
        written = f"xmlns:{prefix}" if prefix else "xmlns"
        attribute = next((item for item in node.attributes if item.name == written), None)
        start, end = (
            (attribute.name_start, attribute.end) if attribute else (node.start, node.start + 1 + len(node.written))
        )
        sentence = (
            f"The namespace {uri} of {node.written} is not one of the schema's; {meant} is meant."
            if uri
            else f"{node.written} is in no namespace; the schema declares it in {meant}."
        )
        self.add(
            Amend.NAMESPACE, Code.WRONG_NAMESPACE, node, start, end, sentence,
            attribute=attribute, name=meant, expected=(meant,), value=uri, cost=1.0,
        )  # fmt: skip

    def meant_namespace(self, uri: str, names: set[str]) -> str | None:
        """The namespace of the grammar that an unknown one stands for, judged by its spelling and by its names."""
        known = self.grammar.namespaces
        if uri in known:
            return None
        by_local = self.grammar.by_local_name
        is_root = namespace(self.tree.root.name) == uri
        roots = {decl.name for decl in self.grammar.roots}
        best: tuple[float, str] | None = None
        for candidate in known - {""}:
            shared = sum(f"{{{candidate}}}{name}" in by_local.get(name, ()) for name in names) / len(names)
            if is_root and f"{{{candidate}}}{local_name(self.tree.root.name)}" in roots:
                shared = max(shared, 0.8)
            alike = fuzz.ratio(plain_uri(uri), plain_uri(candidate)) / 100 if uri else 0.0
            if shared >= 0.8 or (alike >= 0.8 and shared > 0) or (shared >= 0.5 and alike >= 0.6):  # noqa: PLR2004
                score = shared + alike
                if best is None or score > best[0]:
                    best = (score, candidate)
        return best[1] if best else None

    # -- elements

    def check_root(self) -> None:
        root, roots = self.tree.root, self.grammar.roots
        decl = next((item for item in roots if item.matches(root.name)), None)
        if decl is not None:
            self.pending.append((root, decl, False))
            return
        named = [item for item in roots if item.wildcard is None]
        ranked = sorted(((self.rename_cost(root, item), index) for index, item in enumerate(named)))
        names = tuple(item.name for item in named)
        local = local_name(root.name)
        sentence = f"The document element {root.written} is not one that the schema allows as a root."
        span = (root.start, root.start + 1 + len(root.written))
        if ranked and ranked[0][0] < 2.0:  # noqa: PLR2004
            decl = named[ranked[0][1]]
            code = Code.WRONG_NAMESPACE if local_name(decl.name) == local else Code.UNDECLARED_ROOT
            others = sum(cost <= ranked[0][0] for cost, _ in ranked) - 1
            self.add(
                Amend.RENAME, code, root, *span, sentence,
                name=decl.name, expected=names, cost=ranked[0][0], others=others, value=root.written,
            )  # fmt: skip
            self.pending.append((root, decl, True))
        else:
            self.add(
                Amend.NONE, Code.UNDECLARED_ROOT, root, *span, sentence, expected=names, cost=5.0, value=root.written
            )

    def definition(self, node: Node, decl: ElementDecl) -> TypeDef | None:
        """The type of an element: the one that xsi:type names, else the declared one."""
        attribute = node.attribute(f"{{{XSI_NAMESPACE}}}type") if self.grammar.types else None
        if attribute is not None:
            named = self.grammar.types.get(resolve(self.tree.attribute_value(attribute).strip(), node.scope))
            if named is not None:
                return named
        return decl.type

    def check_element(self, node: Node, decl: ElementDecl, masked: bool) -> None:  # noqa: FBT001
        definition = self.types[node]
        if definition is None:
            return
        self.check_attributes(node, definition, masked)
        nil = node.attribute(f"{{{XSI_NAMESPACE}}}nil")
        if nil is not None and self.tree.attribute_value(nil).strip() in ("true", "1"):
            return
        self.check_text(node, definition, decl, masked)
        self.check_children(node, definition, masked)

    def pass_through(self, node: Node) -> None:
        """Go on to the children on the way to what is suspect; the element itself is in order."""
        definition = self.types[node]
        if definition is None:
            return
        decls = list(definition.content.declarations())
        for child in node.children:
            if child in self.ways:
                named = next((decl for decl in decls if decl.wildcard is None and decl.name == child.name), None)
                wild = next((decl for decl in decls if decl.wildcard and decl.wildcard.matches(child.name)), None)
                self.follow(child, named or wild, masked=False)

    def check_children(self, node: Node, definition: TypeDef, masked: bool) -> None:  # noqa: FBT001
        children = node.children
        pattern = definition.content
        decls: list[ElementDecl | None] = []
        for child in children:
            following = pattern.after(child.name)
            if following is pattern.table.nothing:
                break
            decls.append(self.choose(pattern, child))
            pattern = following
        else:
            if pattern.nullable:
                for child, decl in zip(children, decls, strict=True):
                    self.follow(child, decl, masked=masked)
                return
        if self.opaque(node):
            for child, decl in zip(children, decls, strict=False):
                self.follow(child, decl, masked=masked)
            return
        names = [child.name for child in children]
        costs = _Costs(self, node)
        found = align(names, definition.content, costs)
        if not found:
            self.unaligned(node, decls, pattern, masked)
            return
        self.amend(node, definition.content, found, masked, len(decls))

    def unaligned(self, node: Node, decls: Sequence[ElementDecl | None], pattern: Pattern, masked: bool) -> None:  # noqa: FBT001
        """The content is too far from the model for a proposal: report where it breaks off and look below."""
        for child, decl in zip(node.children, decls, strict=False):
            self.follow(child, decl, masked=masked)
        expected = tuple(item.name for item in pattern.first if item.name)
        if len(decls) < len(node.children):
            child = node.children[len(decls)]
            start, end = child.start, child.start + 1 + len(child.written)
            sentence = f"{child.written} is not allowed here."
            self.add(
                Amend.NONE, Code.UNEXPECTED_ELEMENT, child, start, end, sentence,
                expected=expected, masked=masked, cost=4.0, value=child.written,
            )  # fmt: skip
        else:
            self.add(
                Amend.NONE, Code.MISSING_ELEMENT, node, node.start, node.start + 1 + len(node.written),
                f"The content of {node.written} is not complete.", expected=expected, masked=masked, cost=4.0,
            )  # fmt: skip

    def amend(
        self,
        node: Node,
        pattern: Pattern,
        found: Sequence[Alignment],
        masked: bool,
        broken: int,  # noqa: FBT001
    ) -> None:
        """Turn the best alignment's steps into departures, and look below the children that stay.

        A validator gives up at the child number `broken`: what comes behind or below it, it does not see.
        """
        best = max(found, key=lambda alignment: self.gaps(node, alignment)) if len(found) > 1 else found[0]
        others = len(found) - 1
        place = node.content[0]
        first_fault = True
        for step in best.steps:
            expected = tuple(decl.name for decl in pattern.first if decl.name)
            child = node.children[step.child] if step.child >= 0 else node
            hidden = masked or not first_fault
            below = masked or step.child >= broken
            decl = step.decl
            if step.change is Change.UNWRAP:
                for inner in child.children:
                    self.follow(inner, self.choose(pattern, inner), masked=True)
                    pattern = pattern.after(inner.name)
            elif step.change is not Change.REMOVE:
                changed = step.change in (Change.RENAME, Change.INSERT, Change.WRAP)
                decl = step.decl if changed else self.choose(pattern, child)
                pattern = pattern.after(decl.name if changed and decl else child.name)
            if step.change is Change.KEEP:
                place = child.end
                self.follow(child, decl, masked=below)
                continue
            first_fault = False
            if step.change in (Change.WRAP, Change.UNWRAP):
                last = node.children[step.child + step.count - 1]
                self.nested(child, last, step, hidden, others)
                place = last.end
                continue
            if step.change is Change.INSERT:
                self.missing(node, step, place, expected, hidden, others)
                continue
            self.misplaced(child, step, place, expected, hidden, others)
            if step.change is Change.RENAME:
                place = child.end
            if step.change is not Change.REMOVE:
                self.follow(child, decl, masked=True)

    def nested(self, first: Node, last: Node, step: Step, hidden: bool, others: int) -> None:  # noqa: FBT001
        """A level of elements is missing around some children, or one too many."""
        parent = first.parent.written if first.parent is not None else ""
        start, end = first.start, first.start + 1 + len(first.written)
        if step.change is Change.WRAP and step.decl is not None:
            self.add(
                Amend.WRAP, Code.MISSING_ELEMENT, first, start, end,
                f"{parent} lacks the element {local_name(step.decl.name)} around {first.written}.", decl=step.decl,
                name=step.decl.name, place=last.end, cost=1.6, others=others, masked=hidden,
                expected=(step.decl.name,), value=first.written,
            )  # fmt: skip
        else:
            self.add(
                Amend.UNWRAP, Code.UNEXPECTED_ELEMENT, first, start, end,
                f"{parent} does not allow {first.written} here, but what it holds.", cost=1.6, others=others,
                masked=hidden, value=first.written,
            )  # fmt: skip

    def gaps(self, node: Node, alignment: Alignment) -> int:
        """How well the layout speaks for an alignment: room left where something stood, children glued where it went."""
        text, place, score = self.tree.text, node.content[0], 0
        usual = median([self.line_breaks(child.end) for child in node.children] or [1])
        for step in alignment.steps:
            if step.change in (Change.MOVE, Change.INSERT):
                score += 2 * (self.line_breaks(place) > usual)
            if step.change is Change.MOVE:
                score += 2 * (text[node.children[step.child].end] == "<")
            elif step.child >= 0 and step.change is not Change.REMOVE:
                place = node.children[step.child].end
        return score

    def line_breaks(self, offset: int) -> int:
        """How many line breaks the white space at an offset holds."""
        blanks = _BLANKS.match(self.tree.text, offset)
        return blanks.group().count("\n") if blanks else 0

    def missing(
        self,
        node: Node,
        step: Step,
        place: int,
        expected: tuple[str, ...],
        hidden: bool,
        others: int,  # noqa: FBT001
    ) -> None:
        assert step.decl is not None
        local = local_name(step.decl.name)
        start, end = (place, place) if node.close else (node.start, node.tag.end)
        following = next((child for child in node.children if child.start >= place), None)
        if following is not None:
            start, end = following.start, following.start + 1 + len(following.written)
        elif node.close is not None:
            start, end = node.close.start, node.close.end
        sentence = f"{node.written} lacks the element {local} here."
        self.add(
            Amend.INSERT, Code.MISSING_ELEMENT, node, start, end, sentence, decl=step.decl, place=place,
            name=step.decl.name, expected=expected, cost=1.8, others=others, masked=hidden,
        )  # fmt: skip

    def misplaced(
        self,
        child: Node,
        step: Step,
        place: int,
        expected: tuple[str, ...],
        hidden: bool,
        others: int,  # noqa: FBT001
    ) -> None:
        costs = _Costs(self, child.parent) if child.parent is not None else None
        code, start, end = Code.UNEXPECTED_ELEMENT, child.start, child.start + 1 + len(child.written)
        parent = child.parent.written if child.parent is not None else ""
        name, cost, duplicate = "", 0.0, False
        if step.change is Change.RENAME and step.decl is not None:
            amend, name = Amend.RENAME, step.decl.name
            cost = self.rename_cost(child, step.decl)
            if local_name(name) == local_name(child.name):
                code = Code.WRONG_NAMESPACE
                sentence = (
                    f"{child.written} is in the wrong namespace; the schema expects it in {namespace(name) or 'none'}."
                )
            else:
                sentence = f"{parent} does not allow {child.written} here; {local_name(name)} fits."
        elif step.change is Change.MOVE:
            amend, cost = Amend.MOVE, 1.0
            sentence = f"{child.written} stands at the wrong place in {parent}."
        else:
            amend = Amend.REMOVE
            duplicate = self.repeats(child)
            cost = costs.remove(step.child) if costs else 2.0
            sentence = (
                f"{child.written} stands twice in {parent}, where the schema allows one."
                if duplicate
                else f"{parent} does not allow {child.written} here."
            )
        self.add(
            amend, code, child, start, end, sentence, name=name, place=place, expected=expected, cost=cost,
            others=others, masked=hidden, duplicate=duplicate, decl=step.decl, value=child.written,
            held=self.tree.value(child),
        )  # fmt: skip

    def repeats(self, child: Node) -> bool:
        """Whether an element says the same as the sibling in front of it."""
        siblings = child.parent.children if child.parent is not None else []
        index = siblings.index(child)
        text = self.tree.text
        return index > 0 and text[siblings[index - 1].start : siblings[index - 1].end] == text[child.start : child.end]

    def choose(self, pattern: Pattern, child: Node) -> ElementDecl | None:
        """The declaration that a child falls under; where several of its name may come, the one that it fits best."""
        named = [decl for decl in pattern.first if decl.wildcard is None and decl.name == child.name]
        if len(named) > 1:
            return min(named, key=lambda decl: self.misfit(child, decl, deep=True))
        return named[0] if named else pattern.declaration(child.name)

    def follow(self, child: Node, decl: ElementDecl | None, *, masked: bool) -> None:
        """Look into a child that stands where it may."""
        if self.suspects and not masked and child not in self.ways:
            return  # the validator has seen it
        if decl is None or decl.wildcard is None:
            found = decl
        elif decl.wildcard.process == "skip":
            return
        else:
            found = self.grammar.elements.get(child.name)
            if found is None and decl.wildcard.process == "strict":
                self.stranger(child, decl.wildcard, masked)
        if found is not None:
            self.pending.append((child, found, masked))

    def stranger(self, child: Node, wildcard: Wildcard, masked: bool) -> None:  # noqa: FBT001
        """An element that stands where any declared one may, but is not declared."""
        ranked = sorted(
            (self.rename_cost(child, decl), name)
            for name, decl in self.grammar.elements.items()
            if wildcard.matches(name) and closeness(local_name(child.name), local_name(name)) < 2.0  # noqa: PLR2004
        )
        start, end = child.start, child.start + 1 + len(child.written)
        sentence = f"The schema declares no element {child.written}."
        if ranked:
            cost, name = ranked[0]
            code = Code.WRONG_NAMESPACE if local_name(name) == local_name(child.name) else Code.UNEXPECTED_ELEMENT
            self.add(
                Amend.RENAME, code, child, start, end, sentence, name=name, expected=(name,), cost=cost, masked=masked,
                others=sum(other <= cost + 0.05 for other, _ in ranked) - 1, value=child.written,
            )  # fmt: skip
            self.pending.append((child, self.grammar.elements[name], True))
        else:
            self.add(
                Amend.REMOVE, Code.UNEXPECTED_ELEMENT, child, start, end, sentence, cost=2.0, masked=masked,
                value=child.written,
            )  # fmt: skip

    # -- attributes and text

    def check_attributes(self, node: Node, definition: TypeDef, masked: bool) -> None:  # noqa: FBT001
        present: dict[str, Attribute] = {}
        unknown: list[tuple[str, Attribute]] = []
        for attribute in node.attributes:
            name = attribute.name if self.literal else node.attribute_name(attribute)
            if not name or attribute.name == "xmlns" or attribute.name.startswith("xmlns:"):
                continue
            if namespace(name) == XSI_NAMESPACE and name not in definition.attributes and self.grammar.kind == "xsd":
                continue
            declared = definition.attributes.get(name)
            if declared is not None:
                present[name] = attribute
                self.check_attribute_value(node, attribute, declared, masked)
            elif not (definition.any_attribute and definition.any_attribute.matches(name)):
                unknown.append((name, attribute))
        missing = {name: item for name, item in definition.attributes.items() if item.required and name not in present}
        free = {name: item for name, item in definition.attributes.items() if name not in present}
        for name, attribute in unknown:
            self.unexpected_attribute(node, attribute, name, free, masked)
            taken = self.found[-1].name
            missing.pop(taken, None)
            free.pop(taken, None)
        for name, item in missing.items():
            self.add(
                Amend.ADD_ATTRIBUTE, Code.MISSING_ATTRIBUTE, node, node.start, node.start + 1 + len(node.written),
                f"{node.written} lacks the attribute {self.attribute_as_written(node, name)}, which the schema requires.",
                declared=item, name=name, type=item.type, cost=1.0, masked=masked,
                expected=(name,),
            )  # fmt: skip

    def unexpected_attribute(
        self,
        node: Node,
        attribute: Attribute,
        name: str,
        free: dict[str, AttributeDecl],
        masked: bool,  # noqa: FBT001
    ) -> None:
        value = self.tree.attribute_value(attribute)
        ranked = []
        for candidate, item in free.items():
            cost = self.attribute_cost(name, candidate)
            if cost < 3.0 and item.type.violation(value) is not None:  # noqa: PLR2004
                cost += 0.7
            ranked.append((cost - (0.1 if item.required else 0.0), candidate))
        ranked.sort()
        span = (attribute.name_start, attribute.name_start + len(attribute.name))
        known = tuple(free)
        if ranked and ranked[0][0] < 2.0:  # noqa: PLR2004
            cost, meant = ranked[0]
            others = sum(other <= cost + 0.05 for other, _ in ranked) - 1
            self.add(
                Amend.RENAME_ATTRIBUTE, Code.UNEXPECTED_ATTRIBUTE, node, *span,
                f"{node.written} has no attribute {attribute.name}; {self.attribute_as_written(node, meant)} is meant.",
                attribute=attribute, name=meant, declared=free[meant], expected=known, cost=cost, others=others,
                masked=masked, value=attribute.name,
            )  # fmt: skip
            self.check_attribute_value(node, attribute, free[meant], masked=True)
            self.found.append(self.found.pop(-2) if self.found[-1].amend is Amend.ATTRIBUTE_VALUE else self.found.pop())
        else:
            self.add(
                Amend.REMOVE_ATTRIBUTE, Code.UNEXPECTED_ATTRIBUTE, node, *span,
                f"{node.written} may not have the attribute {attribute.name}.",
                attribute=attribute, expected=known, cost=1.4, masked=masked, value=attribute.name, held=value,
            )  # fmt: skip

    def attribute_cost(self, name: str, candidate: str) -> float:
        cost = closeness(local_name(name), local_name(candidate))
        return cost + (0.5 if namespace(name) != namespace(candidate) else 0.0)

    def attribute_as_written(self, node: Node, name: str) -> str:
        """How an attribute name is written at an element, with the prefix in force for its namespace."""
        uri = namespace(name)
        if not uri:
            return name
        if uri == XML_NAMESPACE:
            return "xml:" + local_name(name)
        prefix = next((item for item, bound in node.scope.items() if bound == uri and item), "")
        return f"{prefix}:{local_name(name)}" if prefix else local_name(name)

    def check_attribute_value(
        self,
        node: Node,
        attribute: Attribute,
        declared: AttributeDecl,
        masked: bool,  # noqa: FBT001
    ) -> None:
        value = self.tree.attribute_value(attribute)
        if _ENTITY.search(value):
            return
        violation = declared.type.violation(value)
        if declared.type.is_id or declared.type.is_idref:
            self.identify(value, node, attribute, declared.type)
        if violation is None and declared.fixed is not None and value != declared.fixed:
            self.add(
                Amend.ATTRIBUTE_VALUE, Code.NOT_IN_ENUMERATION, node, attribute.value_start, attribute.value_end,
                f"The attribute {attribute.name} of {node.written} must be {declared.fixed}.",
                attribute=attribute, declared=declared, type=declared.type, expected=(declared.fixed,),
                value=value, cost=1.0, masked=masked,
            )  # fmt: skip
        elif violation is not None:
            self.add(
                Amend.ATTRIBUTE_VALUE, violation.code, node, attribute.value_start, attribute.value_end,
                f"The value “{clip(value)}” of the attribute {attribute.name} of {node.written} is not {declared.type.describe()}.",
                attribute=attribute, declared=declared, type=declared.type, expected=violation.expected,
                value=value, cost=1.0, masked=masked,
            )  # fmt: skip

    def opaque(self, node: Node) -> bool:
        """Whether an entity stands in the element, so that its content is not what the text shows."""
        text = self.tree.text
        return any(not piece.cdata and _ENTITY.search(text, piece.start, piece.end) for piece in node.texts)

    def check_text(self, node: Node, definition: TypeDef, decl: ElementDecl, masked: bool) -> None:  # noqa: FBT001
        if self.opaque(node):
            return
        if definition.value is not None:
            if node.children and definition.content is not definition.content.table.empty:
                return
            value = self.tree.value(node)
            if definition.value.is_id or definition.value.is_idref:
                self.identify(value, node, None, definition.value)
            if not value and (decl.default is not None or decl.fixed is not None):
                return
            violation = definition.value.violation(value)
            expected: tuple[str, ...] = ()
            if violation is not None:
                code, expected = violation.code, violation.expected
            elif decl.fixed is not None and value.strip() != decl.fixed.strip():
                code, expected = Code.NOT_IN_ENUMERATION, (decl.fixed,)
            else:
                return
            start, end = self.value_span(node)
            self.add(
                Amend.VALUE, code, node, start, end,
                f"The value “{clip(value)}” of {node.written} is not {definition.value.describe()}."
                if value.strip()
                else f"{node.written} is empty, but {definition.value.describe()} is required.",
                type=definition.value, value=value, expected=expected, cost=1.0, masked=masked, decl=decl,
            )  # fmt: skip
            return
        if definition.mixed:
            return
        for piece in node.texts:
            if self.tree.characters(piece).strip("\t\n\r "):
                start, end = self.trimmed(piece)
                self.add(
                    Amend.TEXT, Code.TEXT_NOT_ALLOWED, node, start, end,
                    f"{node.written} may hold elements only, not the text “{clip(self.tree.text[start:end])}”.",
                    value=self.tree.text[start:end], cost=1.2, masked=masked,
                )  # fmt: skip

    def value_span(self, node: Node) -> tuple[int, int]:
        if not node.close:
            return node.start, node.end
        return node.content if node.content[0] < node.content[1] else (node.start, node.end)

    def trimmed(self, piece: Text) -> tuple[int, int]:
        text = self.tree.text[piece.start : piece.end]
        start = piece.start + len(text) - len(text.lstrip("\t\n\r "))
        return start, start + len(text.strip("\t\n\r "))

    # -- identities

    def identify(self, value: str, node: Node, attribute: Attribute | None, type_: SimpleType) -> None:
        """Take note of a value that names an element, or refers to one."""
        if type_.is_id:
            start = attribute.value_start if attribute else node.start
            self.ids.setdefault(value.strip(), []).append((start, node, attribute, type_))
        elif type_.is_idref:
            self.references += [(item, node, attribute, type_) for item in value.split()]

    def check_identities(self) -> None:
        """Every ID once, every IDREF to an ID that is there (XML 1.0, validity constraints ID and IDREF)."""
        for value, bearers in self.ids.items():
            for _, node, attribute, type_ in sorted(bearers, key=lambda bearer: bearer[0])[1:]:
                copy = self.copied(node)
                if copy is not None:
                    sentence = f"{copy.written} stands twice, and the ID “{clip(value)}” with it."
                    self.add(
                        Amend.REMOVE, Code.DUPLICATE_ID, copy, copy.start, copy.start + 1 + len(copy.written), sentence,
                        cost=0.8, duplicate=True, value=value,
                    )  # fmt: skip
                else:
                    sentence = f"The ID “{clip(value)}” of {node.written} names another element already."
                    self.identity_fault(Code.DUPLICATE_ID, sentence, value, node, attribute, type_)
        for value, node, attribute, type_ in self.references:
            if value not in self.ids:
                near = tuple(item for item in self.ids if closeness(value, item) < 1.0)
                sentence = f"{node.written} refers to “{clip(value)}”, but no element has this ID."
                self.identity_fault(Code.DANGLING_REFERENCE, sentence, value, node, attribute, type_, near)

    def copied(self, node: Node) -> Node | None:
        """The element that repeats the sibling in front of it and holds the node, or is it."""
        while node.parent is not None:
            if self.repeats(node):
                return node
            node = node.parent
        return None

    def identity_fault(
        self, code: Code, sentence: str, value: str, node: Node, attribute: Attribute | None, type_: SimpleType,
        near: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        start, end = (attribute.value_start, attribute.value_end) if attribute else self.value_span(node)
        amend = Amend.ATTRIBUTE_VALUE if attribute else Amend.VALUE
        self.add(
            amend, code, node, start, end, sentence, attribute=attribute, type=type_, value=value, expected=near,
            cost=1.0, masked=False,
        )  # fmt: skip

    # -- costs

    def rename_cost(self, node: Node, decl: ElementDecl) -> float:
        """What it costs to call an element by a declared name: the distance of the names and the fit of the content."""
        written, meant = local_name(node.name), local_name(decl.name)
        declared = node.name in self.grammar.declarations
        if written == meant:
            # of several namespaces with this name, one that the document declares and does not use yet is the likeliest
            uri = namespace(decl.name)
            declared_here = uri in node.scope.values()
            return (
                0.5 + self.misfit(node, decl) - (0.12 if declared_here else 0) - (0.12 if uri not in self.used else 0)
            )
        cost = closeness(written, meant)
        if namespace(node.name) != namespace(decl.name):
            cost += 0.5
        misfit = self.misfit(node, decl)
        if cost >= 3.0 and not declared and misfit == 0 and len(node.children) > 1:  # noqa: PLR2004
            cost = 1.7  # a stranger by name that is built just like the element expected here
        if declared:
            cost += 0.8
        return cost + misfit

    def misfit(self, node: Node, decl: ElementDecl, *, deep: bool = False) -> float:
        """The share (0 to 1) of an element's children, attributes and text that a declaration has no room for.

        `deep` counts them instead, together with what is missing, to choose among declarations of one name.
        """
        definition = decl.type
        if definition is None:
            return 0.0
        names = {item.name for item in definition.content.declarations() if item.name}
        wild = [item.wildcard for item in definition.content.declarations() if item.wildcard]
        total = misses = 0
        for child in node.children:
            total += 1
            misses += child.name not in names and not any(item.matches(child.name) for item in wild)
        present = set()
        for attribute in node.attributes:
            name = attribute.name if self.literal else node.attribute_name(attribute)
            if name and not attribute.name.startswith("xmlns"):
                present.add(name)
                total += 1
                declared = definition.attributes.get(name)
                if declared is None:
                    misses += definition.any_attribute is None
                elif deep:
                    misses += declared.type.violation(self.tree.attribute_value(attribute)) is not None
        text = self.tree.value(node)
        if text.strip():
            total += 1
            if definition.value is not None:
                misses += definition.value.violation(text) is not None
            else:
                misses += not definition.mixed
        elif definition.value is not None and not node.children:
            total += 1
            misses += definition.value.violation(text) is not None
        if not deep:
            return misses / total if total else 0.0
        lacking = sum(item.required and name not in present for name, item in definition.attributes.items())
        found = align([child.name for child in node.children], definition.content, _Costs(self, node), limit=1)
        return misses + 0.5 * lacking + (found[0].cost if found else 3.0)


class _Costs:
    """What changing the children of one element costs."""

    def __init__(self, examination: _Examination, parent: Node) -> None:
        self.examination = examination
        self.children = parent.children
        self.renamed: dict[tuple[int, int], float] = {}

    def rename(self, child: int, decl: ElementDecl) -> float:
        if decl.abstract:
            return INFINITE
        key = (child, id(decl))
        if key not in self.renamed:
            self.renamed[key] = self.examination.rename_cost(self.children[child], decl)
        return self.renamed[key]

    def remove(self, child: int) -> float:
        node = self.children[child]
        if self.examination.repeats(node):
            return 0.8
        words = len(self.examination.tree.text[node.start : node.end].split()) if node.close else 1
        weight = 0.15 * min(8, words - 1 + len(node.children))
        known = node.name in self.examination.grammar.declarations
        return (2.2 if known else 1.4) + weight

    def insert(self, decl: ElementDecl) -> float:
        return INFINITE if decl.abstract else 1.8

    def wrap(self, child: int, decl: ElementDecl) -> tuple[float, int]:
        definition = None if decl.abstract else decl.type
        if definition is None or definition.content.after(self.children[child].name).kind == "nothing":
            return INFINITE, 0
        pattern, count, fitting = definition.content, 0, 0
        for node in self.children[child:]:
            pattern = pattern.after(node.name)
            if pattern.kind == "nothing":
                break
            count += 1
            fitting = count if pattern.nullable else fitting
        required = sum(item.required for item in definition.attributes.values())
        # a single element finds a wrapper that it fits too easily
        return 1.6 + required + (0.8 if fitting == 1 else 0.0), fitting

    def unwrap(self, child: int) -> tuple[float, Sequence[str]]:
        node = self.children[child]
        names = (
            [] if any(node.attribute_name(item) for item in node.attributes) else [item.name for item in node.children]
        )
        return 1.6, names


def declarer(node: Node, prefix: str) -> Node:
    """The element whose start tag declares the prefix that a node uses; the root where none does."""
    bound = node.scope.get(prefix)
    while node.parent is not None and node.parent.scope.get(prefix) == bound:
        node = node.parent
    return node


def plain_uri(uri: str) -> str:
    """A namespace without what people get wrong most: scheme, case, trailing separators."""
    return uri.strip().lower().removeprefix("https:").removeprefix("http:").strip("/#")


def clip(text: str, size: int = 60) -> str:
    """A text short enough for a sentence."""
    text = " ".join(text.split())
    return text if len(text) <= size else text[: size - 1] + "…"
