"""The digests of signatures, computed anew: the evidence whether the signed content is unchanged."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ..document.document import Document
from ..document.parsing import parser
from . import DSIG
from .coverage import CANONICAL, ENVELOPED, EXCLUSIVE
from .state import DigestState

DS = f"{{{DSIG}}}"
_HASHES = {
    f"{DSIG}sha1": "sha1",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "sha224",
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")  # the beginning of an absolute URI
_IDS = ("id", "assertionid", "requestid", "responseid")
LONGEST = 20_000_000  # characters of a document whose digests are computed
MOST = 20  # references of a signature that are looked at, and transforms of each
_MOST_IN_ALL = 60  # references of all signatures: each may take a copy of the document


@dataclass(frozen=True, slots=True)
class Digest:
    """The result for the digest of one reference; `reason` is why it could not be checked."""

    uri: str
    state: DigestState
    reason: str = ""


def digests(root: etree._Element) -> list[list[Digest]]:
    """For each signature of a document as it is `parsed`, in its order, the digests of its references."""
    found: list[list[Digest]] = []
    left = _MOST_IN_ALL
    for signature in root.iter(f"{DS}Signature"):
        references = signature.findall(f"{DS}SignedInfo/{DS}Reference")
        most = min(MOST, left)
        looked_at = [_digested(root, signature, reference) for reference in references[:most]]
        left -= len(looked_at)
        why = f"only {MOST} references of a signature are looked at, and {_MOST_IN_ALL} of a document"
        rest = [Digest(each.get("URI", ""), DigestState.UNCHECKABLE, why) for each in references[most:]]
        found.append([*looked_at, *rest])
    return found


def parsed(document: Document) -> etree._Element | None:
    """The document element; None where the document is not well-formed, or too large for its digests."""
    if len(document.text) > LONGEST:
        return None
    try:
        root: etree._Element = etree.fromstring(document.to_bytes(), parser(entities=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


class _Uncheckable(Exception):  # noqa: N818 - a reason, and no failure
    pass


def _digested(root: etree._Element, signature: etree._Element, reference: etree._Element) -> Digest:
    uri = reference.get("URI", "")
    if root.getroottree().docinfo.doctype:
        return Digest(uri, DigestState.UNCHECKABLE, "the document has a DOCTYPE, which may add to its content")
    try:
        holds = _digest(root, signature, reference) == _stated(reference)
    except _Uncheckable as reason:
        return Digest(uri, DigestState.UNCHECKABLE, str(reason))
    except Exception as error:  # noqa: BLE001 - whatever a hostile signature makes of the libraries
        return Digest(uri, DigestState.UNCHECKABLE, f"the digest cannot be computed ({type(error).__name__})")
    return Digest(uri, DigestState.HOLDS if holds else DigestState.BROKEN)


def _stated(reference: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join(reference.findtext(f"{DS}DigestValue", "").split()), validate=True)
    except ValueError:  # no base64, or no ASCII
        return b""


def _digest(root: etree._Element, signature: etree._Element, reference: etree._Element) -> bytes:
    method = reference.find(f"{DS}DigestMethod")
    algorithm = method.get("Algorithm", "") if method is not None else ""
    if algorithm not in _HASHES:
        raise _Uncheckable(
            f"the digest method {algorithm} is not known here" if algorithm else "it has no digest method"
        )
    target = _target(root, reference.get("URI", ""))
    exclusive, comments, prefixes = False, False, None
    transforms = reference.findall(f"{DS}Transforms/{DS}Transform")
    if len(transforms) > MOST:
        raise _Uncheckable(f"it has more than {MOST} transforms")
    for transform in transforms:
        name = transform.get("Algorithm", "")
        if name == ENVELOPED:
            target = _without(target, signature)
        elif name in CANONICAL:
            exclusive, comments = CANONICAL[name]
            prefixes = _prefixes(transform) if exclusive else None
        else:
            raise _Uncheckable(f"the transform {name} is not computed here")
    if not exclusive and any(_inherited(target)):
        raise _Uncheckable("attributes of the prefix xml: are inherited from outside of what is signed")
    # a reference by ID or to the whole leaves comments out, whatever the canonicalisation would keep
    keeps = comments and reference.get("URI", "").startswith("#xpointer")
    try:
        data = etree.tostring(
            target, method="c14n", exclusive=exclusive, with_comments=keeps, inclusive_ns_prefixes=prefixes
        )
    except etree.C14NError:
        raise _Uncheckable(_not_canonical(target)) from None
    return hashlib.new(_HASHES[algorithm], data, usedforsecurity=False).digest()


def _target(root: etree._Element, uri: str) -> Any:  # noqa: ANN401 - lxml's element or its tree
    if uri in ("", "#xpointer(/)"):
        return root.getroottree()
    if not uri.startswith("#"):
        raise _Uncheckable(f"{uri} lies outside of the document")
    if "(" in uri:
        raise _Uncheckable(f"the pointer {uri} is not followed here")
    found = [
        element
        for element in root.iter(etree.Element)
        if any(value == uri[1:] and name.rpartition("}")[2].lower() in _IDS for name, value in element.attrib.items())
    ]
    if len(found) != 1:
        raise _Uncheckable(f"{'no element has' if not found else 'several elements have'} the ID {uri[1:]}")
    return found[0]


def _not_canonical(target: Any) -> str:  # noqa: ANN401 - lxml's element or its tree
    """The reason why there is no canonical form: Canonical XML (section 1.3) allows no relative namespace URIs."""
    document = target.getroottree() if etree.iselement(target) else target
    declarations: Iterator[Any] = etree.iterwalk(document, events=("start-ns",))
    for _, (_, uri) in declarations:
        if uri and not _SCHEME.match(uri):
            return f'the namespace "{uri}" is a relative URI, for which there is no canonical form'
    return "what is signed has no canonical form"


def _without(target: Any, signature: etree._Element) -> Any:  # noqa: ANN401 - lxml's element or its tree
    """The target without the signature, in a copy; the text behind that stays."""
    whole = signature.getroottree()
    copy = deepcopy(whole)
    wanted = _twin(target, copy) if etree.iselement(target) else copy
    twin = _twin(signature, copy)
    parent = twin.getparent()
    if parent is None:
        raise _Uncheckable("the signature is the document element")
    before = twin.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (twin.tail or "")
    else:
        parent.text = (parent.text or "") + (twin.tail or "")
    parent.remove(twin)
    return wanted


def _twin(element: etree._Element, copy: etree._ElementTree[etree._Element]) -> etree._Element:
    """The element at the same place in a copy of the tree."""
    name = str(element.tag)
    pairs = zip(element.getroottree().iter(name), copy.iter(name), strict=True)
    return next(twin for original, twin in pairs if original is element)


def _inherited(target: Any) -> Iterator[str]:  # noqa: ANN401 - lxml's element or its tree
    if etree.iselement(target):
        for outer in target.iterancestors():
            yield from (name for name in outer.attrib if name.startswith("{http://www.w3.org/XML/1998/namespace}"))


def _prefixes(transform: etree._Element) -> list[str] | None:
    listed = transform.find(f"{{{EXCLUSIVE}}}InclusiveNamespaces")
    return listed.get("PrefixList", "").split() if listed is not None else None
