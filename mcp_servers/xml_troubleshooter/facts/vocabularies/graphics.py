"""Facts about drawings and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.tree import Tree
from .. import misspelt_names, root_namespaces
from ..attribute_facts import misnamed, repeated
from ..finding import Fact, Finding, local, native, of_value
from ..misspelt_names import sibling_name

_SVG = "https://www.w3.org/TR/SVG2/struct.html#Namespace"
_IDS = "https://www.w3.org/TR/SVG2/struct.html#IDAttribute"
_NAMES = "https://www.w3.org/TR/SVG2/attindex.html"
_MATHML = "https://www.w3.org/TR/MathML3/chapter2.html"
_ELEMENTS = (
    "altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix "
    "feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow "
    "feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset "
    "fePointLight feSpecularLighting feSpotLight feTile feTurbulence foreignObject glyphRef linearGradient "
    "radialGradient textPath"
)
_ATTRIBUTES = (
    "attributeName attributeType baseFrequency calcMode clipPathUnits diffuseConstant edgeMode filterUnits "
    "gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust "
    "limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength "
    "patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio "
    "primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant "
    "specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues "
    "targetX targetY textLength viewBox xChannelSelector yChannelSelector zoomAndPan "
    # attributes that scripts write without the hyphen
    "alignment-baseline baseline-shift clip-path clip-rule color-interpolation-filters dominant-baseline fill-opacity "
    "fill-rule flood-color flood-opacity font-family font-size font-style font-weight letter-spacing lighting-color "
    "marker-end marker-mid marker-start paint-order pointer-events shape-rendering stop-color stop-opacity "
    "stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width "
    "text-anchor text-decoration text-rendering vector-effect word-spacing writing-mode"
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def _by_letters(names: str) -> dict[str, str]:
    return {_letters(name): name for name in names.split()}


def _letters(name: str) -> str:
    return name.replace("-", "").lower()


_ELEMENT, _ATTRIBUTE = _by_letters(_ELEMENTS), _by_letters(_ATTRIBUTES)


def _spelling(tree: Tree) -> Iterator[Finding]:
    """Names as HTML or a script writes them: in XML viewbox is not viewBox, and strokeWidth not stroke-width."""
    for node in native(tree):
        name = _ELEMENT.get(_letters(local(node)), local(node))
        if name != local(node):
            written = sibling_name(node, name)
            words = f"SVG has no element <{node.written}>; <{written}> is meant."
            yield misspelt_names.misnamed(node, written, words)
        for item in node.attributes:
            meant = _ATTRIBUTE.get(_letters(item.name), item.name)
            if meant != item.name and node.attribute(meant) is None:
                words = f"SVG has no attribute {item.name}, so that it has no effect; {meant} is meant."
                yield misnamed(node, item, meant, words)


def _view_box(tree: Tree) -> Iterator[Finding]:
    for node in native(tree):
        item = node.attribute("viewBox")
        if item is None:
            continue
        value = tree.attribute_value(item).strip()
        numbers = re.split(r"\s*,\s*|\s+", value)
        if len(numbers) != 4 or not all(map(_NUMBER.fullmatch, numbers)) or any(n[0] == "-" for n in numbers[2:]):  # noqa: PLR2004
            words = (
                f'viewBox="{value[:60]}" must be four numbers without units: the left and upper edge, the width and '
                "the height, of which these two are not negative."
            )
            yield of_value(tree, node, item, words)


def _ids(tree: Tree) -> Iterator[Finding]:
    for node, item, value, line in repeated(tree, native(tree), "id"):
        words = (
            f"The id \u201c{value}\u201d stands twice, the first time in line {line}; what refers to it finds the "
            "first alone."
        )
        yield of_value(tree, node, item, words, code=Code.DUPLICATE_ID, severity=Severity.WARNING)


FACTS = (
    root_namespaces.fact("svg-namespace", _SVG, ("svg",), "http://www.w3.org/2000/svg", "every browser"),
    Fact(id="svg-names", source=_NAMES, vocabularies=("svg",), check=_spelling, structural=True),
    Fact(id="svg-ids", source=_IDS, vocabularies=("svg",), check=_ids, structural=True, mark="id="),
    Fact(id="svg-view-box", source=_NAMES, vocabularies=("svg",), check=_view_box, mark="viewBox"),
    root_namespaces.fact(
        "mathml-namespace", _MATHML, ("mathml",), "http://www.w3.org/1998/Math/MathML", "every browser"
    ),
)
