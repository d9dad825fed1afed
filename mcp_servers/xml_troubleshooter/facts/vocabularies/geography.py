"""GPX and KML: the order of children and the numbers of places. Nothing is ever taken out, only moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from ...codes import Code
from ...document.edits import Edit
from ...document.tree import Node, Tree
from .. import root_namespaces
from ..attribute_facts import demanded, new_value
from ..children import known_names, ordered
from ..finding import Fact, Finding, Reading, local, native, of_element, of_text, of_value, only_text, space, trimmed
from ..value_facts import DATE_TIME, date

_GPX = "https://www.topografix.com/GPX/1/1/gpx.xsd"
_KML = "https://docs.ogc.org/is/12-007r2/12-007r2.html"

_POINT = (
    "ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type", "fix", "sat", "hdop",
    "vdop", "pdop", "ageofdgpsdata", "dgpsid", "extensions",
)  # fmt: skip
_GPX_CHILDREN: Mapping[str, tuple[str, ...]] = {
    "gpx": ("metadata", "wpt", "rte", "trk", "extensions"),
    "metadata": ("name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"),
    "wpt": _POINT,
    "rtept": _POINT,
    "trkpt": _POINT,
    "rte": ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"),
    "trk": ("name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"),
    "trkseg": ("trkpt", "extensions"),
}
_HOMES = {
    "gpx": {
        **dict.fromkeys(("name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"), "metadata"),
        "trkseg": "trk", "trkpt": "trk", "rtept": "rte",
    },
    "trk": {"trkpt": "trkseg"},
}  # fmt: skip

_VIEWS = ("Camera", "LookAt")
_GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model")
_FEATURES = ("NetworkLink", "Placemark", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Document", "Folder")
_FEATURE: tuple[tuple[str, ...], ...] = (
    ("name",), ("visibility",), ("open",), ("address",), ("phoneNumber",), ("Snippet", "snippet"), ("description",),
    _VIEWS, ("TimeStamp", "TimeSpan"), ("styleUrl",), ("Style", "StyleMap"), ("Region",), ("Metadata", "ExtendedData"),
)  # fmt: skip
_KML_ORDER: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "Placemark": (*_FEATURE, _GEOMETRIES),
    "Document": (*_FEATURE, ("Schema",), _FEATURES),
    "Folder": (*_FEATURE, _FEATURES),
    "NetworkLink": (*_FEATURE, ("refreshVisibility",), ("flyToView",), ("Url", "Link")),
    "Style": (("IconStyle",), ("LabelStyle",), ("LineStyle",), ("PolyStyle",), ("BalloonStyle",), ("ListStyle",)),
    "Point": (("extrude",), ("altitudeMode",), ("coordinates",)),
    "LineString": (("extrude",), ("tessellate",), ("altitudeMode",), ("coordinates",)),
    "LinearRing": (("extrude",), ("tessellate",), ("altitudeMode",), ("coordinates",)),
    "Polygon": (("extrude",), ("tessellate",), ("altitudeMode",), ("outerBoundaryIs",), ("innerBoundaryIs",)),
}
_TUPLE = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SPACED = re.compile(r"(?<!\s)\s*+,\s*+")
_LATITUDE, _LONGITUDE = 90, 180  # degrees, in both directions
_KML_CHILDREN = tuple(chain(*_KML_ORDER["Document"]))  # of a folder too


def _gpx(tree: Tree) -> Iterator[Finding]:
    if space(tree.root) != "http://www.topografix.com/GPX/1/1":
        return  # another version, or a wrong namespace, which a fact of its own reports
    for node in native(tree):
        allowed = _GPX_CHILDREN.get(local(node))
        if allowed:
            yield from known_names(node, allowed, "GPX 1.1", _HOMES.get(local(node)))
            yield from ordered(node, allowed, "GPX 1.1")


def _gpx_points(tree: Tree) -> Iterator[Finding]:
    yield from demanded(tree.root, ("version", "creator"), "GPX")
    for node in native(tree):
        if local(node) in ("wpt", "rtept", "trkpt"):
            yield from _coordinate(tree, node, "lat", _LATITUDE)
            yield from _coordinate(tree, node, "lon", _LONGITUDE)
        elif local(node) == "time":
            yield from date(tree, node, DATE_TIME, "GPX", "2024-05-06T09:30:00Z")


def _coordinate(tree: Tree, node: Node, name: str, limit: int) -> Iterator[Finding]:
    item = node.attribute(name)
    if item is None:
        words = f"<{node.written}> lacks {name}; a point of GPX has both lat and lon."
        yield of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=(name,))
        return
    value = tree.attribute_value(item).strip()
    if not _TUPLE.fullmatch(value) or abs(float(value)) > limit:
        words = f'{name}="{value}" must be a number of degrees from -{limit} to {limit}, with a decimal point.'
        reading: Reading | None = None
        if re.fullmatch(r"[+-]?\d{1,3},\d+", value):
            reason, edit = "The decimal comma is a point in GPX.", new_value(item, value.replace(",", "."))
            reading = Reading(reason=reason, confidence=0.95, edits=(edit,), rewrites=True)
        yield of_value(tree, node, item, words, reading=reading)


def _kml(tree: Tree) -> Iterator[Finding]:
    for node in native(tree):
        groups = _KML_ORDER.get(local(node))
        if groups:
            yield from ordered(node, groups, "KML")
        if local(node) in ("Document", "Folder"):
            slips = known_names(node, _KML_CHILDREN, "KML")
            yield from (finding for finding in slips if finding.reading)  # others may be of an extension


def _kml_coordinates(tree: Tree) -> Iterator[Finding]:
    for node in native(tree):
        if local(node) != "coordinates":
            continue
        value = tree.value(node)
        if bad := next((each for each in value.split() if not _is_place(each)), ""):
            words = (
                f"\u201c{bad[:60]}\u201d in <{node.written}> is no place: KML wants longitude,latitude or "
                "longitude,latitude,altitude, with no blank behind a comma."
            )
            tight = _SPACED.sub(",", value.strip())
            reading: Reading | None = None
            if all(map(_is_place, tight.split())) and only_text(node) is not None:
                reason, edit = "Without the blanks all places are read.", Edit(*trimmed(tree, node), tight)
                reading = Reading(reason=reason, confidence=0.93, edits=(edit,), rewrites=True)
            yield of_text(tree, node, words, reading=reading)
        elif node.parent and local(node.parent) == "Point" and len(value.split()) != 1:
            words = f"A <{node.parent.written}> has one place in <{node.written}>; here are {len(value.split())}."
            yield of_text(tree, node, words)


def _is_place(written: str) -> bool:
    numbers = written.split(",")
    if len(numbers) not in (2, 3) or not all(map(_TUPLE.fullmatch, numbers)):
        return False
    return abs(float(numbers[0])) <= 2 * _LONGITUDE and abs(float(numbers[1])) <= _LATITUDE


FACTS = (
    root_namespaces.fact("gpx-namespace", _GPX, ("gpx",), "http://www.topografix.com/GPX/1/1", "GPX 1.1"),
    Fact(id="gpx-order", source=_GPX, vocabularies=("gpx",), check=_gpx, structural=True),
    Fact(id="gpx-places", source=_GPX, vocabularies=("gpx", "gpx-1.0"), check=_gpx_points, structural=True),
    root_namespaces.fact("kml-namespace", _KML, ("kml",), "http://www.opengis.net/kml/2.2", "KML"),
    Fact(id="kml-order", source=_KML, vocabularies=("kml",), check=_kml, structural=True),
    Fact(id="kml-places", source=_KML, vocabularies=("kml",), check=_kml_coordinates, mark="coordinates"),
)
