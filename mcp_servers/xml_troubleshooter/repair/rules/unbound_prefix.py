"""A prefix that no declaration binds to a namespace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ...document.edits import Edit
from ...document.tokens import Kind
from ...loop.proposal import Fix, Safety
from ...wellformedness.faults import Fault
from ...wellformedness.tags.pairing import similarity
from ..syntax_context import Case, fix

RULE = "unbound-prefix"
SHORT = 2  # shorter prefixes differ by a letter without being slips
ALIKE = 0.6
MANY = 100  # declared prefixes among which a near one says nothing
MOST_SLIPS = 20  # a prefix used more often is no slip of the pen
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"

# Prefixes that mean one namespace wherever they are used.
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
    }
)


def repair(case: Case, fault: Fault) -> list[Fix]:
    """Declare the prefix on the root element, or rename it to the declared prefix that it misspells."""
    prefix = fault.value
    root = next((token for token in case.head.tokens if token.kind in (Kind.START, Kind.EMPTY)), None)
    if root is None or any(item.name == f"xmlns:{prefix}" for item in root.attributes):
        return []
    made: list[Fix] = []
    declared = case.declared_prefixes
    for uri, why, sure in _namespaces(case, prefix, declared):
        edit = Edit(root.name_start + len(root.name), root.name_start + len(root.name), f' xmlns:{prefix}="{uri}"')
        note = f'The prefix "{prefix}" is declared on the root element "{root.name}" as {uri}, {why}.'
        made.append(fix(RULE, fault, (edit,), note, safe=sure, confidence=0.95 if sure else 0.6))
    renamed = _misspelt(case, fault, declared)
    if renamed:
        made.insert(1 if made and made[0].safety is Safety.SAFE and renamed.safety is not Safety.SAFE else 0, renamed)
    return made or _surplus(case, fault)


def _surplus(case: Case, fault: Fault) -> list[Fix]:
    """Leave the prefix out, wherever it stands, where the schema has all names behind it in no namespace."""
    prefix, vocabulary, names = fault.value, case.vocabulary, case.names_with(fault.value)
    if vocabulary is None or not all(
        vocabulary.namespaces(name) == {""} or (vocabulary.knows_element(name) and not vocabulary.namespaces(name))
        for name in names
    ):
        return []
    edits = tuple(Edit(start, start + len(prefix) + 1, "") for start in _places(case.text, prefix))
    note = f'The prefix "{prefix}" was removed: the schema has {", ".join(list(names)[:3])} in no namespace.'
    return [fix(RULE, fault, edits, note, confidence=0.9)] if edits else []


def _namespaces(case: Case, prefix: str, declared: Mapping[str, Counter[str]]) -> list[tuple[str, str, bool]]:
    """The namespaces that a prefix may mean, best first: with the reason, and whether it is beyond doubt."""
    if prefix in declared:
        uris = declared[prefix].most_common()
        return [(uri, "as elsewhere in the document", len(uris) == 1) for uri, _ in uris]
    located = [uri for uri in case.located_namespaces if _names(uri, prefix)]
    if len(located) == 1:
        return [(located[0], "which its schemaLocation names", True)]
    if case.vocabulary:
        votes: Counter[str] = Counter()
        names = case.names_with(prefix)
        for name, count in names.items():
            for uri in case.vocabulary.namespaces(name):
                if uri:
                    votes[uri] += count
        known = WELL_KNOWN.get(prefix)
        if votes:
            total = sum(names.values())
            ranked = sorted(
                votes.items(), key=lambda vote: (-vote[1], vote[0] != known, not _names(vote[0], prefix), vote)
            )
            first, best = ranked[0]
            alone = len(ranked) == 1 or ranked[1][1] < best or first == known or _names(first, prefix)
            sure = best >= 0.5 * total and alone
            return [
                (uri, "where the schema has these names", sure and number == 0)
                for number, (uri, count) in enumerate(ranked[:4])
                if count >= 0.5 * best
            ]
    if prefix in WELL_KNOWN:
        return [(WELL_KNOWN[prefix], "which this prefix commonly means", True)]
    return []


def _names(uri: str, prefix: str) -> bool:
    """Whether a namespace has the prefix for its last part: http://example.org/schema/jms and jms."""
    return re.split(r"[/:#]", uri.rstrip("/#"))[-1].lower() == prefix.lower()


def _misspelt(case: Case, fault: Fault, declared: Mapping[str, Counter[str]]) -> Fix | None:
    """Rename the prefix, wherever it stands, to a declared one that differs in a letter."""
    prefix = fault.value
    near = [other for other in declared if other != prefix and _close(prefix, other)] if len(declared) < MANY else []
    near = [other for other in near if other.lower() == prefix.lower()] or near
    if len(near) != 1:
        return None
    if case.names_with(prefix).total() > MOST_SLIPS:
        return None
    edits = tuple(Edit(start, start + len(prefix), near[0]) for start in _places(case.text, prefix))
    note = f'The prefix "{prefix}" is a misspelling of "{near[0]}", which is declared.'
    same = near[0].lower() == prefix.lower()
    return fix(RULE, fault, edits, note, safe=same, confidence=0.9 if same else 0.7)


def _close(first: str, second: str) -> bool:
    if first.lower() == second.lower():
        return True
    shortest, longest = sorted((len(first), len(second)))
    return shortest > SHORT and longest - shortest <= 1 and similarity(first, second) > ALIKE


def _places(text: str, prefix: str) -> Iterator[int]:
    """Where a prefix stands in tags."""
    written = re.escape(prefix)
    for match in re.finditer(rf"{written}(?<=[<\s/]{written})(?=:)", text):
        tag = text.rfind("<", 0, match.start())
        if tag > text.rfind(">", 0, match.start()) and text[tag + 1] not in "!?":
            yield match.start()
