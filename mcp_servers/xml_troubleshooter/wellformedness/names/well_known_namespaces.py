"""Prefixes that mean one namespace wherever they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_OPEN_OFFICE = "http://openoffice.org/"

WELL_KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xs": "http://www.w3.org/2001/XMLSchema",
        "xsd": "http://www.w3.org/2001/XMLSchema",
        "xlink": "http://www.w3.org/1999/xlink",
        "xi": "http://www.w3.org/2001/XInclude",
        "xsl": "http://www.w3.org/1999/XSL/Transform",
        "fo": "http://www.w3.org/1999/XSL/Format",
        "xhtml": "http://www.w3.org/1999/xhtml",
        "html": "http://www.w3.org/1999/xhtml",
        "svg": "http://www.w3.org/2000/svg",
        "mml": "http://www.w3.org/1998/Math/MathML",
        "m": "http://www.w3.org/1998/Math/MathML",
        "soap": "http://schemas.xmlsoap.org/soap/envelope/",
        "soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
        "SOAP-ENV": "http://schemas.xmlsoap.org/soap/envelope/",
        "soap12": "http://www.w3.org/2003/05/soap-envelope",
        "env": "http://www.w3.org/2003/05/soap-envelope",
        "wsdl": "http://schemas.xmlsoap.org/wsdl/",
        "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
        "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
        "wsa": "http://www.w3.org/2005/08/addressing",
        "ds": "http://www.w3.org/2000/09/xmldsig#",
        "dsig": "http://www.w3.org/2000/09/xmldsig#",
        "xenc": "http://www.w3.org/2001/04/xmlenc#",
        "xades": "http://uri.etsi.org/01903/v1.3.2#",
        "md": "urn:oasis:names:tc:SAML:2.0:metadata",
        "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
        "saml2": "urn:oasis:names:tc:SAML:2.0:assertion",
        "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
        "saml2p": "urn:oasis:names:tc:SAML:2.0:protocol",
        "mdui": "urn:oasis:names:tc:SAML:metadata:ui",
        "mdattr": "urn:oasis:names:tc:SAML:metadata:attribute",
        "mdrpi": "urn:oasis:names:tc:SAML:metadata:rpi",
        "mdalg": "urn:oasis:names:tc:SAML:metadata:algsupport",
        "alg": "urn:oasis:names:tc:SAML:metadata:algsupport",
        "idpdisc": "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol",
        "shibmd": "urn:mace:shibboleth:metadata:1.0",
        "cac": _UBL + "CommonAggregateComponents-2",
        "cbc": _UBL + "CommonBasicComponents-2",
        "ext": _UBL + "CommonExtensionComponents-2",
        "sig": _UBL + "CommonSignatureComponents-2",
        "sac": _UBL + "SignatureAggregateComponents-2",
        "sbc": _UBL + "SignatureBasicComponents-2",
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
        "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
        "atom": "http://www.w3.org/2005/Atom",
        "media": "http://search.yahoo.com/mrss/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "dct": "http://purl.org/dc/terms/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "db": "http://docbook.org/ns/docbook",
        "tei": "http://www.tei-c.org/ns/1.0",
        "gml": "http://www.opengis.net/gml",
        "kml": "http://www.opengis.net/kml/2.2",
        "sch": "http://purl.oclc.org/dsdl/schematron",
        "rng": "http://relaxng.org/ns/structure/1.0",
        "xbrli": "http://www.xbrl.org/2003/instance",
        "link": "http://www.xbrl.org/2003/linkbase",
        "iso4217": "http://www.xbrl.org/2003/iso4217",
        "xbrldi": "http://xbrl.org/2006/xbrldi",
        "msxsl": "urn:schemas-microsoft-com:xslt",
        "xalan": "http://xml.apache.org/xalan",
        "exsl": "http://exslt.org/common",
        "str": "http://exslt.org/strings",
        "date": "http://exslt.org/dates-and-times",
        "beans": "http://www.springframework.org/schema/beans",
        "context": "http://www.springframework.org/schema/context",
        "aop": "http://www.springframework.org/schema/aop",
        "tx": "http://www.springframework.org/schema/tx",
        "mvc": "http://www.springframework.org/schema/mvc",
        "util": "http://www.springframework.org/schema/util",
        "jee": "http://www.springframework.org/schema/jee",
        "lang": "http://www.springframework.org/schema/lang",
        "p": "http://www.springframework.org/schema/p",
        "c": "http://www.springframework.org/schema/c",
        "security": "http://www.springframework.org/schema/security",
        "jdbc": "http://www.springframework.org/schema/jdbc",
        "task": "http://www.springframework.org/schema/task",
        "cache": "http://www.springframework.org/schema/cache",
        "android": "http://schemas.android.com/apk/res/android",
        "app": "http://schemas.android.com/apk/res-auto",
        "tools": "http://schemas.android.com/tools",
        "x": "http://schemas.microsoft.com/winfx/2006/xaml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "fox": "http://xmlgraphics.apache.org/fop/extensions",
        "svrl": "http://purl.oclc.org/dsdl/svrl",
        "sqf": "http://www.schematron-quickfix.com/validator/process",
        "nvdl": "http://purl.oclc.org/dsdl/nvdl/ns/structure/1.0",
        "xforms": "http://www.w3.org/2002/xforms",
        "xf": "http://www.w3.org/2002/xforms",
        "ev": "http://www.w3.org/2001/xml-events",
        "its": "http://www.w3.org/2005/11/its",
        "xpath": "http://www.w3.org/2005/xpath-functions",
        "fn": "http://www.w3.org/2005/xpath-functions",
        "math": "http://www.w3.org/2005/xpath-functions/math",
        "map": "http://www.w3.org/2005/xpath-functions/map",
        "array": "http://www.w3.org/2005/xpath-functions/array",
        "err": "http://www.w3.org/2005/xqt-errors",
        "xproc": "http://www.w3.org/ns/xproc",
        "xenc11": "http://www.w3.org/2009/xmlenc11#",
        "ec": "http://www.w3.org/2001/10/xml-exc-c14n#",
        "soapbind": "http://schemas.xmlsoap.org/wsdl/soap/",
        "wsp": "http://schemas.xmlsoap.org/ws/2004/09/policy",
        "mathml": "http://www.w3.org/1998/Math/MathML",
        "opf": "http://www.idpf.org/2007/opf",
        "epub": "http://www.idpf.org/2007/ops",
        "ncx": "http://www.daisy.org/z3986/2005/ncx/",
        "src": "http://www.srcML.org/srcML/src",
        "cpp": "http://www.srcML.org/srcML/cpp",
        "xccdf": "http://checklists.nist.gov/xccdf/1.2",
        "mets": "http://www.loc.gov/METS/",
        "mods": "http://www.loc.gov/mods/v3",
        "marc": "http://www.loc.gov/MARC21/slim",
        "premis": "http://www.loc.gov/premis/v3",
        "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
        "georss": "http://www.georss.org/georss",
        "gpx": "http://www.topografix.com/GPX/1/1",
        "slash": "http://purl.org/rss/1.0/modules/slash/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
        "og": "http://ogp.me/ns#",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "v": "urn:schemas-microsoft-com:vml",
        "ix": "http://www.xbrl.org/2013/inlineXBRL",
        "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
        "image": "http://www.google.com/schemas/sitemap-image/1.1",
        "video": "http://www.google.com/schemas/sitemap-video/1.1",
        "news": "http://www.google.com/schemas/sitemap-news/0.9",
        "g": "http://base.google.com/ns/1.0",
        "podcast": "https://podcastindex.org/namespace/1.0",
        "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
        "thr": "http://purl.org/syndication/thread/1.0",
        "openSearch": "http://a9.com/-/spec/opensearch/1.1/",
        "gx": "http://www.google.com/kml/ext/2.2",
        "inkscape": "http://www.inkscape.org/namespaces/inkscape",
        "sodipodi": "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "cc": "http://creativecommons.org/ns#",
        "aapt": "http://schemas.android.com/aapt",
        "fx": "http://javafx.com/fxml/1",
        "th": "http://www.thymeleaf.org",
        "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
        "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
        "camunda": "http://camunda.org/schema/1.0/bpmn",
        "manifest": _ODF + "manifest:1.0",
        "office": _ODF + "office:1.0",
        "style": _ODF + "style:1.0",
        "text": _ODF + "text:1.0",
        "table": _ODF + "table:1.0",
        "draw": _ODF + "drawing:1.0",
        "number": _ODF + "datastyle:1.0",
        "meta": _ODF + "meta:1.0",
        "config": _ODF + "config:1.0",
        "presentation": _ODF + "presentation:1.0",
        "chart": _ODF + "chart:1.0",
        "form": _ODF + "form:1.0",
    }
)

# Words and single letters, which others may have chosen for namespaces of their own.
_COMMON_WORDS = frozenset(
    (
        *("a", "app", "array", "c", "cache", "chart", "config", "content", "context", "date", "draw", "err"),
        *("ev", "fn", "form", "lang", "link", "m", "map", "math", "meta", "number", "p", "pic"),
        *(
            "presentation",
            "g",
            "geo",
            "image",
            "news",
            "r",
            "security",
            "video",
            "src",
            "str",
            "style",
            "table",
            "task",
            "text",
            "tools",
            "util",
            "v",
        ),
        *("w", "wp", "x"),
    )
)

# Other namespaces that a prefix is used for: mostly other versions of the same schema_names.
_OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "soap": ("http://www.w3.org/2003/05/soap-envelope",),
        "env": ("http://schemas.xmlsoap.org/soap/envelope/",),
        "wsa": ("http://schemas.xmlsoap.org/ws/2004/08/addressing",),
        "wsp": ("http://www.w3.org/ns/ws-policy",),
        "saml": ("urn:oasis:names:tc:SAML:1.0:assertion",),
        "samlp": ("urn:oasis:names:tc:SAML:1.0:protocol",),
        "gml": ("http://www.opengis.net/gml/3.2",),
        "premis": ("info:lc/xmlns/premis-v2",),
        "xccdf": ("http://checklists.nist.gov/xccdf/1.1",),
    }
)

# What a prefix means instead where all the names behind it are among these: of a common word that takes two.
_BY_NAMES: Mapping[str, tuple[tuple[str, frozenset[str]], ...]] = MappingProxyType(
    {
        "src": (("http://nwalsh.com/xmlns/litprog/fragment", frozenset(("fragment", "fragref", "passthrough"))),),
        "image": (
            (
                "http://www.google.com/schemas/sitemap-image/1.1",
                frozenset(("image", "loc", "caption", "title", "geo_location", "license")),
            ),
        ),
        "soap": (  # of the description of a service, not of messages
            (
                "http://schemas.xmlsoap.org/wsdl/soap/",
                frozenset(("address", "binding", "body", "fault", "header", "headerfault", "operation")),
            ),
        ),
        "app": (
            (
                "http://www.w3.org/2007/app",
                frozenset(("service", "workspace", "collection", "categories", "accept", "control", "draft", "edited")),
            ),
        ),
        "c": (
            (
                "http://java.sun.com/jsp/jstl/core",
                frozenset(("if", "choose", "when", "otherwise", "forEach", "forTokens", "out", "set", "remove", "url")),
            ),
            (
                "http://schemas.openxmlformats.org/drawingml/2006/chart",
                frozenset(("chartSpace", "chart", "plotArea", "barChart", "lineChart", "pieChart", "ser", "val")),
            ),
        ),
    }
)

# What prefixes mean in the formats of OpenOffice.org 1, which its document types tell.
_OF_OPEN_OFFICE: Mapping[str, str] = MappingProxyType(
    {
        **{
            name: f"{_OPEN_OFFICE}2000/{name}"
            for name in ("office", "style", "text", "table", "meta", "presentation", "chart", "form", "script")
        },
        "draw": _OPEN_OFFICE + "2000/drawing",
        "number": _OPEN_OFFICE + "2000/datastyle",
        "config": _OPEN_OFFICE + "2001/config",
        "manifest": _OPEN_OFFICE + "2001/manifest",
    }
)


def well_known(prefix: str, names: Iterable[str], head: str) -> list[tuple[str, bool]]:
    """The namespaces that a prefix commonly means, the likeliest first, each with whether it is beyond doubt.

    `names` are the local names used with it in the document, `head` is the text in front of the root element.
    """
    if prefix in _OF_OPEN_OFFICE and '"-//OpenOffice.org//DTD' in head:
        return [(_OF_OPEN_OFFICE[prefix], True)]
    used = frozenset(names)
    for uri, known in _BY_NAMES.get(prefix, ()):
        if used and used <= known:
            return [(uri, prefix not in _COMMON_WORDS or len(used) > 1)]
    if prefix not in WELL_KNOWN:
        return []
    others = _OTHERS.get(prefix, ())
    return [(WELL_KNOWN[prefix], prefix not in _COMMON_WORDS and not others), *((uri, False) for uri in others)]
