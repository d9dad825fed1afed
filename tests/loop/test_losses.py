"""What counts as lost or brought in by edits, and which fixes are unsafe for it."""

from __future__ import annotations

import pytest

from mcp_servers.xml_troubleshooter.document.edits import Edit, apply
from mcp_servers.xml_troubleshooter.loop.consent import grade
from mcp_servers.xml_troubleshooter.loop.losses import gains, losses, unclear, undeclared_losses
from mcp_servers.xml_troubleshooter.loop.proposal import Fix, Safety


def edits_of(*parts: str | tuple[str, str]) -> tuple[str, tuple[Edit, ...]]:
    """A text from its parts, and an edit for each part that is a pair (before, after)."""
    text, edits = "", []
    for part in parts:
        before, after = (part, part) if isinstance(part, str) else part
        if before != after:
            edits.append(Edit(len(text), len(text) + len(before), after))
        text += before
    return text, tuple(edits)


@pytest.mark.parametrize(
    ("parts", "lost"),
    [
        (("<a>one ", ("two ", ""), "three</a>"), ["two"]),
        (("<a>on", ("e", ""), " two</a>"), ["one"]),
        # what ends the part of a mail, behind what begins it, is no content; any other last line may be
        (("--b1\nContent-Type: text/xml\n\n<a>one</a>\n", ("\n--b1--\n", "")), []),
        (("--b1\n\n<a>one</a>\n", ("--b2--", "")), ["--b2--"]),
        (("<a>one</a>\n", ("--b1--", "")), ["--b1--"]),
        (("--b1\n\n<a>one</a>", ("\nkept\n--b1--", "")), ["--b1--", "kept"]),
        (("--b1\n\n<a>", ("one", ""), "</a>", ("\n--b1--", "")), ["one"]),
        (("<a", (" b='x y'", ""), ">t</a>"), ["x", "y"]),
        (("<a b='", ("x", "z"), "'/>"), ["x"]),
        (("<r>", ("<a>t</a>", ""), "</r>"), ["<a", "t"]),
        (("<r>", ("<a/>", ""), "</r>"), ["<a"]),
        (("<a>AT", ("&", "&amp;"), "T</a>"), []),
        (("<a>Tom ", ("&", "&amp;"), " Eve</a>"), []),
        (("<a>x", ("&nbsp;", "&#160;"), "y</a>"), []),
        (("<a>5 &euro", ("", ";"), " net</a>"), []),
        (("<a>", ("[b]", "<b>"), "one</b></a>"), []),
        # a name that comes in elsewhere has nothing to do with a word that goes
        (("<a", ("", " unit='m'"), "><unit>7</unit><b", ("", " unit='m'"), "/>", ("<b>143</b>", "")), ["<b", "143"]),
        (("<a ", ("uni t", "unit"), "='m'/>"), []),
        (("<a><b>one", ("/b", "</b"), "></a>"), []),
        (("<a>", ("24/12/2024", "2024-12-24"), "</a>"), []),
        (("<a>", ("1.234,50", "1234.50"), "</a>"), []),
        (("<a>", ("TRUE", "true"), "</a>"), []),
        (("<a>", ("12 days", "12"), "</a>"), ["days"]),
        (("<a b=", ("x", '"x"'), ">t</a>"), []),
        (("<", ("Nmae", "Name"), ">t</", ("Nmae", "Name"), ">"), ["<Nmae"]),
        (("<r>", ("<a>t</a>", ""), "<b/>", ("", "<a>t</a>"), "</r>"), []),
        (("<r>", ("<!-- old words -->", ""), "</r>"), []),
        ((("Here is your file: ", ""), "<a>t</a>"), []),
        (("<a>t</a>", ("and more", "")), ["and", "more"]),
        (("<a b='1'", (" b='1'", ""), "/>"), []),
        (("<a b='1'", (" b='2'", ""), "/>"), ["2"]),
        (("<a b='1'", (" c='1'", ""), "/>"), ["1"]),
        (("<a b='1'>", (" b='1'", ""), "</a>"), ["1"]),
        (("<a ", ("colr", "color"), "='red'/>"), []),
        (("<a ", ("colr", "color"), " = 'red'/>"), []),
        (("<a>AbCd", ("\x0b", ""), "EfGh</a>"), []),
        (("<a><b", ("\x0b", ""), "c>EfGh</bc></a>"), ["<b\x0bc"]),  # the name, and no word
        (("<a>10", ("\x08", ""), "01.00</a>"), []),
        (("<a>caf", ("\udce9", "é"), "</a>"), []),
        (("<a>caf", ("\udce9", ""), "</a>"), ["caf\udce9"]),
        (("<r><a>5</a>", ("<a>5</a>", ""), "</r>"), []),  # it stands there still
        (("<r>", ("<a i='x'>5</a>", ""), "\n <a i='x'>5</a></r>"), []),
        (("<r><a>5</a>", ("<a>6</a>", ""), "</r>"), ["6", "<a"]),
        (("<r><a>5</a><b/>", ("<a>5</a>", ""), "</r>"), ["5", "<a"]),
        (("<r><!-- run ", ("--all", "-a"), " -->5</r>"), []),  # what a comment says is no content
        (("<r><!-- run ", ("--all -->5", "-a -->"), "</r>"), ["--all", "5"]),
    ],
)
def test_losses(parts: tuple[str | tuple[str, str], ...], lost: list[str]) -> None:
    text, edits = edits_of(*parts)
    assert sorted(losses(text, edits).elements()) == sorted(lost)


@pytest.mark.parametrize(
    ("parts", "words", "values"),
    [
        (("<a", ("", ' cur="EUR"'), ">1</a>"), ["EUR"], ["EUR"]),
        (("<r>", ("", "<t>Net 30 days</t>"), "</r>"), ["30", "Net", "days"], ["Net 30 days"]),
        (("<a>100", ("", " EUR"), "</a>"), ["EUR"], ["100 EUR"]),
        (("<a b='", ("x", "z"), "'/>"), ["z"], ["z"]),
        (("<r>", ("", "<a>t</a>"), "<b/>", ("<a>t</a>", ""), "</r>"), [], []),
        (("<", ("Nmae", "Name"), "/>"), [], []),
        (("<a>", ("24/12/2024", "2024-12-24"), "</a>"), [], []),
        (("<a>x", ("&", "&amp;"), "y</a>"), [], []),
        (("<r>", ("", "<!-- a remark -->"), "</r>"), [], []),
        (("<version4.13", ("", ">"), ".1</version>"), [], []),
        (("<r><version", ("", ">"), "4.13.1</version></r>"), [], []),
        (("<a>see ", ("&", "&amp;"), "#03</a>"), [], []),
        (("<r>", ("", "<a x='1' y='2'>3</a>"), "</r>"), ["1", "2", "3"], ["1", "2", "3"]),
        (("<a>${x}", ("", "<"), "/a>"), [], []),
        (("<t>3.0", ("", "</"), "t>"), [], []),
        (("<t>3.0", ("x", "</t"), ">"), ["3.0"], ["3.0"]),
        (("<r><!-- by ", ("hand", "machine"), " --></r>"), [], []),
        (("<r><!-- by hand ", ("", "--><a>5</a><!--"), " --></r>"), ["5"], ["5"]),
    ],
)
def test_gains(parts: tuple[str | tuple[str, str], ...], words: list[str], values: list[str]) -> None:
    text, edits = edits_of(*parts)
    new, whole = gains(text, edits)
    assert sorted(new.elements()) == words
    assert sorted(whole) == sorted(values)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("03/04/2024", "2024-04-03", True),
        ("03/04/2024", "2024-03-04", True),
        ("24/12/2024", "2024-12-24", False),
        ("2024/03/04", "2024-03-04", False),
        ("04/04/2024", "2024-04-04", False),
        ("caf\udce9", "caf\u00e9", True),
    ],
)
def test_what_can_be_read_in_two_ways_is_ambiguous(old: str, new: str, *, expected: bool) -> None:
    text, edits = edits_of("<a>", (old, new), "</a>")
    assert unclear(text, edits) == [new] * expected


@pytest.mark.parametrize(
    ("change", "declares", "safety"),
    [
        (("two ", ""), {}, Safety.UNSAFE),
        (("two ", ""), {"rewrites": True}, Safety.SAFE),
        (("two ", "2 "), {"provenance": "schema: the fixed value"}, Safety.SAFE),
        (("two ", "2 "), {}, Safety.UNSAFE),
        (("", "<b/>"), {}, Safety.SAFE),
    ],
)
def test_a_fix_that_loses_words_is_unsafe_unless_it_says_why(
    change: tuple[str, str], declares: dict[str, object], safety: Safety
) -> None:
    text, edits = edits_of("<a>one ", change, "three</a>")
    fix = Fix(edits=edits, source="rule:x", reason="", safety=Safety.SAFE, confidence=1, at=0, **declares)  # type: ignore[arg-type]
    assert [graded.safety for graded in grade(text, [fix])] == [safety]


def test_many_openings_that_are_never_closed_are_read_in_linear_time() -> None:
    text = "<r>" + "<!-- <? <![CDATA[ " * 50_000 + "</r>"
    edits = [Edit(3, 3, "<!--")]
    assert undeclared_losses(text, apply(text, edits), edits) == []


@pytest.mark.parametrize(
    ("parts", "vanished"),
    [
        (("<r><a><![CDATA[one", (" </a>]]>", "]]></a>"), "</r>"), []),
        (("<r><a><![CDATA[one", ("", "]]>"), " </a>", ("]]>", ""), "</r>"), []),
        (("<r>see ", ("", "<![CDATA["), "<key> of", ("", "]]>"), "</r>"), []),
        (("<r>see ", ("", "<![CDATA["), "<key>5</key>", ("", "]]>"), "</r>"), ["<key"]),
        (("<r>see ", ("", "<!--"), "<key> of ", ("", "-->"), "</r>"), ["<key", "of"]),
    ],
)
def test_what_edits_hide_in_sections(parts: tuple[str | tuple[str, str], ...], vanished: list[str]) -> None:
    text, edits = edits_of(*parts)
    assert undeclared_losses(text, apply(text, edits), edits) == vanished
