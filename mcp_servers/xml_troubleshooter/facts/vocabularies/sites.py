"""Sitemaps and feeds: the demands of search engines and readers."""

from __future__ import annotations

from collections.abc import Iterator

from ...codes import Code
from ...diagnostics import Severity
from ...document.tree import Node, Tree
from .. import root_namespaces
from ..attribute_facts import demanded, new_attribute
from ..children import known_names, once, required
from ..finding import Fact, Finding, Reading, children, local, of_element, of_text, of_value, text_of, value_of
from ..value_facts import RFC_822, RFC_3339, W3C_DATE, date, listed, number

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PROTOCOL = "https://www.sitemaps.org/protocol.html"
_MOST = 50_000  # addresses in one sitemap
_RSS = "https://www.rssboard.org/rss-specification"
_ATOM = "https://www.rfc-editor.org/rfc/rfc4287"
_FREQUENCIES = ("always", "hourly", "daily", "weekly", "monthly", "yearly", "never")
_EXAMPLE_822 = "Mon, 06 May 2024 09:30:00 +0200"
_EXAMPLE_3339 = "2024-05-06T09:30:00+02:00"


def _sitemap(tree: Tree) -> Iterator[Finding]:
    who = "the sitemap protocol"
    entries = children(tree.root)
    if len(entries) > _MOST:
        words = f"The sitemap lists {len(entries):,} addresses; the protocol allows {_MOST:,} in one file. Split it."
        yield of_element(entries[_MOST], words)
    yield from known_names(tree.root, ("sitemap",) if local(tree.root) == "sitemapindex" else ("url",), who)
    for entry in entries:
        yield from required(tree, entry, ("loc",), who)
        yield from once(tree, entry, ("loc", "lastmod", "changefreq", "priority"), who)
        for child in children(entry):
            yield from _sitemap_value(tree, child)


def _sitemap_value(tree: Tree, node: Node) -> Iterator[Finding]:
    match local(node):
        case "loc" if not tree.value(node).strip().startswith(("http://", "https://")):
            words = (
                f"\u201c{tree.value(node).strip()[:80]}\u201d in <{node.written}> must be a whole address that begins "
                "with http or https."
            )
            yield of_text(tree, node, words)
        case "lastmod":
            yield from date(tree, node, W3C_DATE, "the sitemap protocol", f"2024-05-06 or {_EXAMPLE_3339}")
        case "changefreq":
            yield from listed(tree, node, _FREQUENCIES, "the sitemap protocol")
        case "priority":
            yield from number(tree, node, 0, 1)
        case _:
            pass


def _rss(tree: Tree) -> Iterator[Finding]:
    who = "RSS 2.0"
    version = tree.root.attribute("version")
    if version is None:
        words = f'<{tree.root.written}> has no version, which RSS demands; write version="2.0".'
        edit = new_attribute(tree.root, 'version="2.0"')  # older versions are hardly met any more, but they are there
        reading = Reading(confidence=0.85, edits=(edit,), provenance="fact: the version of RSS in use")
        yield of_element(tree.root, words, code=Code.MISSING_ATTRIBUTE, expected=("version",), reading=reading)
    yield from required(tree, tree.root, ("channel",), who)
    yield from once(tree, tree.root, ("channel",), who)
    yield from known_names(tree.root, ("channel",), who, dict.fromkeys(("item", "image", "textInput"), "channel"))
    for channel in children(tree.root, "channel"):
        yield from required(tree, channel, ("title", "link", "description"), who)
        yield from once(tree, channel, ("title", "link", "description", "pubDate", "lastBuildDate", "language"), who)
        yield from _rss_dates(tree, channel)
        for item in children(channel, "item"):
            yield from _rss_item(tree, item)


def _rss_item(tree: Tree, item: Node) -> Iterator[Finding]:
    if not text_of(tree, item, "title") and not text_of(tree, item, "description"):
        words = f"<{item.written}> has neither a title nor a description; RSS 2.0 demands one of them."
        yield of_element(item, words, code=Code.MISSING_ELEMENT, expected=("title", "description"))
    yield from once(tree, item, ("title", "link", "description", "guid", "pubDate"), "RSS 2.0")
    yield from _rss_dates(tree, item)
    for guid in children(item, "guid"):
        if value_of(tree, guid, "isPermaLink") in (None, "true") and ":" not in tree.value(guid):
            words = (
                f"\u201c{tree.value(guid).strip()[:60]}\u201d in <{guid.written}> is no address, and counts as one "
                'without isPermaLink="false".'
            )
            reading = Reading(confidence=0.9, edits=(new_attribute(guid, 'isPermaLink="false"'),))
            can_be_said = guid.attribute("isPermaLink") is None
            yield of_text(tree, guid, words, severity=Severity.WARNING, reading=reading if can_be_said else None)
    for enclosure in children(item, "enclosure"):
        yield from demanded(enclosure, ("url", "length", "type"), "RSS 2.0")


def _rss_dates(tree: Tree, parent: Node) -> Iterator[Finding]:
    for name in ("pubDate", "lastBuildDate"):
        for node in children(parent, name):
            yield from date(tree, node, RFC_822, "RFC 822", _EXAMPLE_822)


def _atom(tree: Tree) -> Iterator[Finding]:
    who = "Atom"
    feed = tree.root
    entries = [feed] if local(feed) == "entry" else [feed, *children(feed, "entry")]
    for each in entries:
        yield from required(tree, each, ("id", "title", "updated"), who)
        yield from once(tree, each, ("id", "title", "updated", "published", "subtitle", "summary", "content"), who)
        for name in ("updated", "published"):
            for node in children(each, name):
                yield from date(tree, node, RFC_3339, "RFC 3339", _EXAMPLE_3339)
        for link in children(each, "link"):
            if value_of(tree, link, "href") is None:
                words = f"<{link.written}> has no href; in Atom the address of a link is that attribute, not its text."
                yield of_element(link, words, code=Code.MISSING_ATTRIBUTE, expected=("href",))
        sources = children(each, "source")
        if local(each) == "entry" and not any(children(holder, "author") for holder in (each, feed, *sources)):
            words = f"<{each.written}> has no author, and the feed has none either; Atom demands one of them."
            yield of_element(each, words, code=Code.MISSING_ELEMENT, expected=("author",))


def _opml(tree: Tree) -> Iterator[Finding]:
    yield from required(tree, tree.root, ("body",), "OPML")
    for body in children(tree.root, "body"):
        for node in body.iterate():
            if local(node) == "outline" and node.attribute("text") is None:
                item = node.attribute("title")
                words = f"<{node.written}> has no text, which OPML demands of an outline."
                finding = of_element(node, words, code=Code.MISSING_ATTRIBUTE, expected=("text",))
                yield of_value(tree, node, item, words, code=Code.MISSING_ATTRIBUTE) if item else finding


FACTS = (
    root_namespaces.fact("sitemap-namespace", _PROTOCOL, ("sitemap", "sitemap-index"), _SITEMAP, "every search engine"),
    Fact(
        id="sitemap-content",
        source=_PROTOCOL,
        vocabularies=("sitemap", "sitemap-index"),
        check=_sitemap,
        structural=True,
    ),
    Fact(id="rss-content", source=_RSS, vocabularies=("rss",), check=_rss),
    Fact(id="atom-content", source=_ATOM, vocabularies=("atom",), check=_atom, structural=True),
    Fact(id="opml-content", source="https://opml.org/spec2.opml", vocabularies=("opml",), check=_opml),
)
