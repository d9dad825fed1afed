"""XSD 1.1 through the library xmlschema, which is slower than libxml2 by far and knows assertions and alternatives."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, SupportsIndex
from urllib.request import OpenerDirector

from ..disk.bounds import real_path
from ..document.parsing import Element, Tree
from ..errors import SchemaError
from ..grammar.lexical_spaces import is_lexical
from ..schema_files import catalog
from ..schema_files.resolver import SchemaSources, broken
from .libxml2_errors import ValidatorError, about_text, diagnostics
from .subject import Subject
from .validator import Judgement

_BLANKS = " \t\n\r"  # those of XML; Python strips and parts at those of Unicode, such as the no-break space
_SPACE, _SPACES = re.compile(f"[{_BLANKS}]"), re.compile(f"[{_BLANKS}]+")


class Xsd11:
    """A compiled XSD 1.1 schema."""

    def __init__(self, schema: Any, unchecked: Iterable[str]) -> None:  # noqa: ANN401 - of an extra, may be missing
        """`unchecked` are the namespaces whose schemas may not be read."""
        self._schema = schema
        self._unchecked = {f"unavailable namespace {namespace!r}" for namespace in unchecked}

    def judge(self, subject: Subject) -> Judgement:
        """The verdict on the tree."""
        tree = subject.completed()
        locator = subject.locator()
        told = diagnostics(
            [
                ValidatorError(name, message, locator.of_path(tree.getpath(element), stray=about_text(name)))
                for name, message, element in self._errors(tree)
            ]
        )
        return Judgement(told, total=len(told), rejected=bool(told))

    def _errors(self, tree: Tree) -> Iterator[tuple[str, str, Element]]:
        """Every error: the name of the schema component that it violates, the message and the element."""
        root: Element = tree.getroot()
        for error in self._schema.iter_errors(tree, extra_validator=_stray_blanks):
            if error.reason in self._unchecked:
                continue
            element = error.elem if error.elem is not None else root
            kind = type(error.validator).__name__
            if type(error).__name__ == "XMLSchemaChildrenValidationError":
                child = error.invalid_child
                kind = "Unexpected" if child is not None else "Missing"
                element = child if child is not None else element
            message = str(error.reason or error.message)
            test = getattr(error.validator, "path", None) if kind.startswith("XsdAssert") else None
            yield f"XSD11_{kind}", f"{message}: {test}" if test else message, element


def compiled_xsd11(sources: SchemaSources) -> Any:  # noqa: ANN401 - of an extra
    """The schema as the library has it; raises SchemaError, also where the extra is not installed."""
    return _built(sources, sources.schema.as_uri(), "strict")


def complaints(sources: SchemaSources, root: Element, *, version: str = "1.1") -> list[tuple[Element | None, str]]:
    """The errors of the library in a schema, by the element and in words; raises SchemaError."""
    schema = _built(sources, root, "lax", version)
    return [(error.elem, " ".join(str(error.message).split())) for error in schema.all_errors]


@cache
def _library() -> Any:  # noqa: ANN401 - of an extra
    """The library, made to read values as XML Schema part 2 has them; raises ImportError.

    By itself it takes numbers as Python does ("1_000", "1 000" and digits of any script), and all blanks of Unicode.
    """
    import xmlschema  # noqa: PLC0415 - an extra

    library: Any = xmlschema
    for build in (library.XMLSchema10, library.XMLSchema11):
        for name, kind in build.builtin_types().items():
            if getattr(getattr(kind, "primitive_type", None), "local_name", "") == "decimal":
                kind.to_python = _number(name, kind.to_python)
    library.validators.XsdSimpleType.normalize = _normalize
    return library


def _number(builtin: str, convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The conversion of a numeric type, which accepts the lexical forms of the type alone."""

    def to_python(value: Any) -> Any:  # noqa: ANN401 - numbers pass
        if isinstance(value, str) and not is_lexical(builtin, value.strip(_BLANKS)):
            raise ValueError(f"{value!r} is no xs:{builtin}")
        return convert(value)

    return to_python


def _normalize(kind: Any, text: str | bytes) -> str:  # noqa: ANN401 - a simple type of the library
    """A value with its white space treated as the type says."""
    text = text.decode() if isinstance(text, bytes) else text
    match kind.white_space:
        case "replace":
            return _SPACE.sub(" ", text)
        case "collapse":
            return _Collapsed(_SPACES.sub(" ", text).strip(" "))
        case _:
            return text


class _Collapsed(str):
    """A value with collapsed white space, which the library parts where it is a list."""

    __slots__ = ()

    def split(self, sep: str | None = " ", maxsplit: SupportsIndex = -1) -> list[str]:
        """The items of a list, parted at the blanks of XML alone."""
        return super().split(sep, maxsplit) if self else []


def _stray_blanks(element: Element, declared: Any) -> Iterator[Exception]:  # noqa: ANN401 - a declaration of the library
    """Errors for blank characters that XML takes for text, in an element that allows only child elements."""
    texts = [text for text in (element.text, *(child.tail for child in element)) if text and not text.strip()]
    if any(text.strip(_BLANKS) for text in texts) and declared.type.is_element_only():
        reason = "character data between child elements not allowed"
        yield _library().XMLSchemaValidationError(declared.type.content, element, reason)


def _built(sources: SchemaSources, source: Any, validation: str, version: str = "1.1") -> Any:  # noqa: ANN401 - of an extra
    try:
        xmlschema = _library()
    except ImportError:
        raise SchemaError(
            f"{sources.schema} is an XSD 1.1 schema; install xml-troubleshooter[xsd11] to validate against it."
        ) from None
    own = Path(xmlschema.__file__).parent

    def allowed(address: str) -> str:
        path = catalog.local_path(address)
        if path is not None and (path == sources.schema or real_path(path).is_relative_to(own)):
            return address
        found = sources.find(address)
        if found is None:
            raise PermissionError(f"{address} is not there or outside the allowed folders")
        return found.as_uri()

    class Opener(OpenerDirector):
        """Opens the files that the library asks for, with the limits of every other engine."""

        def open(self, fullurl: Any, data: Any = None, timeout: float | None = None) -> Any:  # noqa: ANN401, ARG002
            path = catalog.local_path(fullurl)
            path = real_path(path) if path is not None else None
            if path is not None and (path in (sources.schema, *sources.read) or path.is_relative_to(own)):
                return BytesIO(sources.content(path))
            raise PermissionError(f"{fullurl} is not there or outside the allowed folders")

    build = xmlschema.XMLSchema11 if version == "1.1" else xmlschema.XMLSchema10
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about imports that fail; a schema that needs them does not compile
            return build(
                source, base_url=sources.schema.parent.as_uri() + "/", validation=validation, allow="local",
                defuse="always", uri_mapper=allowed, opener=Opener(),
            )  # fmt: skip
    except (xmlschema.XMLSchemaException, OSError, ValueError) as error:
        reason = getattr(error, "message", "") or str(error)
        raise broken(sources, (), reason[:300]) from None
