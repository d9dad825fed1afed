"""Facts about drawings and formulas."""

from __future__ import annotations

from .. import namespaces

_SVG = "https://www.w3.org/TR/SVG2/struct.html#Namespace"
_MATHML = "https://www.w3.org/TR/MathML3/chapter2.html"

FACTS = (
    namespaces.fact("svg-namespace", _SVG, ("svg",), "http://www.w3.org/2000/svg", "every browser"),
    namespaces.fact("mathml-namespace", _MATHML, ("mathml",), "http://www.w3.org/1998/Math/MathML", "every browser"),
)
