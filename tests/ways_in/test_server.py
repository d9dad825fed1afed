"""The server as a client sees it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult, TextContent

Connect = Callable[[], AbstractAsyncContextManager[Client]]
pytestmark = pytest.mark.anyio
SNAPSHOTS = Path(__file__).resolve().parents[1] / "snapshots"


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def structure_of(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, text_of(result)
    structure: dict[str, Any] | None = result.structured_content
    assert structure is not None
    return structure


async def test_what_the_server_offers_is_what_was_agreed(connect_in_each_era: Connect) -> None:
    """Changed on purpose? Delete tests/snapshots/server.json and run again."""
    async with connect_in_each_era() as client:
        offered = {
            "instructions": client.instructions,
            "tools": [tool.model_dump(mode="json", exclude_none=True) for tool in (await client.list_tools()).tools],
            "resources": [
                template.model_dump(mode="json", exclude_none=True)
                for template in (await client.list_resource_templates()).resource_templates
            ],
            "prompts": [
                prompt.model_dump(mode="json", exclude_none=True) for prompt in (await client.list_prompts()).prompts
            ],
        }
    snapshot = SNAPSHOTS / "server.json"
    if not snapshot.exists():
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(json.dumps(offered, indent=1) + "\n")
        pytest.fail("there was no snapshot; look at the new one and commit it")
    assert offered == json.loads(snapshot.read_text())


async def test_schemas_are_flat_enough_for_every_client(connect: Connect) -> None:
    def unions(schema: object, path: str) -> Iterator[str]:
        if isinstance(schema, dict):
            if {"anyOf", "oneOf", "allOf", "not"} & schema.keys() or schema.get("type") in ("null", ["null"]):
                yield path
            for key, value in schema.items():
                yield from unions(value, f"{path}/{key}")
        elif isinstance(schema, list):
            for item in schema:
                yield from unions(item, path)

    async with connect() as client:
        for tool in (await client.list_tools()).tools:
            assert list(unions(tool.input_schema, tool.name)) == []
            assert list(unions(tool.output_schema, tool.name)) == []
            assert "$defs" not in tool.input_schema
            assert tool.annotations is not None
            assert None not in tool.annotations.model_dump(exclude={"title"}).values()
            assert all("description" in argument for argument in tool.input_schema["properties"].values())


async def test_a_broken_document_comes_back_repaired_and_explained(connect_in_each_era: Connect, folder: Path) -> None:
    async with connect_in_each_era() as client:
        result = await client.call_tool(
            "troubleshoot_xml", {"path": str(folder / "broken.xml"), "output_path": str(folder / "out.xml")}
        )
    answer = structure_of(result)
    assert (folder / "out.xml").read_text() == (folder / "valid.xml").read_text()
    assert (answer["status"], answer["remaining"], answer["output_path"]) == ("fixed", [], str(folder / "out.xml"))
    assert answer["schema_used"] == str(folder / "order.xsd")
    assert {row["code"] for row in answer["diagnostics"]} >= {"bare-ampersand", "tag-mismatch"}
    assert [(row["line"], row["applied"]) for row in answer["edits"]] == [(6, True), (7, True)]
    text = text_of(result)
    for row in answer["diagnostics"]:
        assert f"{row['line']}:{row['column']} {row['code']}" in text
        assert row["explanation"] in text
    for row in answer["edits"]:
        assert row["reason"] in text
    assert answer["summary"] in text
    assert answer["diff"].rstrip("\n") in text


async def test_inline_text_comes_back_inline(connect: Connect, folder: Path) -> None:
    async with connect() as client:
        result = await client.call_tool(
            "troubleshoot_xml",
            {"xml": (folder / "broken.xml").read_text(), "schema_path": str(folder / "order.xsd")},
        )
    expected = (folder / "valid.xml").read_text()
    assert structure_of(result)["document"] == expected
    assert expected in text_of(result)


async def test_a_valid_document_comes_back_byte_for_byte(connect_in_each_era: Connect, folder: Path) -> None:
    source, target = folder / "valid.xml", folder / "copy.xml"
    async with connect_in_each_era() as client:
        result = await client.call_tool("troubleshoot_xml", {"path": str(source), "output_path": str(target)})
    assert (structure_of(result)["status"], structure_of(result)["edits"]) == ("valid", [])
    assert target.read_bytes() == source.read_bytes()


async def test_a_file_is_replaced_in_place_and_its_old_self_kept(connect: Connect, folder: Path) -> None:
    path = folder / "broken.xml"
    before = path.read_bytes()
    async with connect() as client:
        arguments = {"path": str(path), "output_path": str(path)}
        assert structure_of(await client.call_tool("troubleshoot_xml", arguments))["status"] == "fixed"
        assert structure_of(await client.call_tool("troubleshoot_xml", arguments))["status"] == "valid"
    assert (folder / "broken.xml.bak").read_bytes() == before
    assert path.read_text() == (folder / "valid.xml").read_text()
    assert not (folder / "broken.xml.bak.1").exists()


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0' encoding='utf-7'?><a>+ADw-b/+AD4-</a>",
        '<?xml version="1.0" encoding="UTF7"?><a/>',
        "+/v8-<a/>",
    ],
)
async def test_utf_7_is_refused(text: str, connect: Connect, folder: Path) -> None:
    (folder / "seven.xml").write_text(text)
    async with connect() as client:
        for arguments in ({"xml": text}, {"path": "seven.xml"}):
            result = await client.call_tool("validate_xml", arguments)
            assert result.is_error
            assert "UTF-7" in text_of(result)


async def test_another_file_is_replaced_only_where_that_was_said(connect: Connect, folder: Path) -> None:
    (folder / "other.xml").write_text("<mine/>")
    names = [name for name in os.listdir(folder) if name.endswith(".xsd")]  # noqa: PTH208 - names are what is meant
    schemas = [(folder / name).read_bytes() for name in names]
    async with connect() as client:
        arguments = {"path": "broken.xml", "output_path": "other.xml"}
        refused = await client.call_tool("troubleshoot_xml", arguments)
        assert "other.xml is there already; nothing was done." in text_of(refused)
        for name in names:
            over = {"path": "broken.xml", "schema_path": name, "output_path": name}
            assert (await client.call_tool("troubleshoot_xml", over)).is_error
        answer = structure_of(await client.call_tool("troubleshoot_xml", {**arguments, "overwrite": True}))
        again = await client.call_tool("troubleshoot_xml", {"run_id": answer["run_id"], "output_path": "other.xml"})
        assert structure_of(again)["status"] == "fixed"  # its own result it may replace
    assert (folder / "other.xml").read_text() == (folder / "valid.xml").read_text()
    assert (folder / "other.xml.bak").read_text() == "<mine/>"
    assert [(folder / name).read_bytes() for name in names] == schemas


async def test_a_result_that_cannot_be_written_is_kept(connect: Connect, folder: Path) -> None:
    async def change(progress: float, total: float | None, message: str | None) -> None:
        if "schema" in (message or "") or "validating" in (message or ""):  # it was read by then
            (folder / "broken.xml").write_text("<another/>")

    async with connect() as client:
        arguments = {"path": "broken.xml", "output_path": "broken.xml"}
        failed = await client.call_tool("troubleshoot_xml", arguments, progress_callback=change)
        assert failed.is_error
        kept = re.search(r'changed while it was worked on .* kept: call again with run_id="(\w+)"\.$', text_of(failed))
        assert kept
        arguments = {"run_id": kept[1], "output_path": "out.xml"}
        answer = structure_of(await client.call_tool("troubleshoot_xml", arguments))
    assert answer["status"] == "fixed"
    assert (folder / "out.xml").read_text() == (folder / "valid.xml").read_text()


async def test_without_a_schema_form_decides_and_the_summary_says_so(connect: Connect) -> None:
    async with connect() as client:
        answer = structure_of(await client.call_tool("troubleshoot_xml", {"xml": "<note>Tea & cake</note>"}))
    assert (answer["status"], answer["document"]) == ("fixed", "<note>Tea &amp; cake</note>")
    assert "Whether it is valid was not checked" in answer["summary"]


async def test_declarations_in_the_document_itself_are_no_missing_schema(connect: Connect) -> None:
    own = "<!DOCTYPE note [<!ELEMENT note (to, body)><!ELEMENT to ANY><!ELEMENT body ANY>]>\n"
    async with connect() as client:
        answer = structure_of(
            await client.call_tool("troubleshoot_xml", {"xml": f"{own}<note><body>b</body><to>t</to></note>"})
        )
    assert (answer["status"], answer["document"]) == ("fixed", f"{own}<note><to>t</to><body>b</body></note>")
    assert "is valid against its own DOCTYPE" in answer["summary"]
    assert answer["schema_used"] == "its own DOCTYPE"


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [("order.xsd", "is therefore not a matter of this schema"), ("", "give these as schema_path")],
)
async def test_a_problem_with_a_document_that_nothing_is_wrong_with_is_not_left_unanswered(
    connect: Connect, folder: Path, schema: str, sentence: str
) -> None:
    if not schema:
        (folder / "order.xsd").unlink()
    async with connect() as client:
        answer = structure_of(
            await client.call_tool(
                "troubleshoot_xml", {"path": "valid.xml", "schema_path": schema, "problem": "The portal refuses it."}
            )
        )
    assert answer["status"] == ("valid" if schema else "well_formed")
    assert sentence in answer["summary"]


RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="/a">
<assert test="b" role="warning">A b is nice to have.</assert><assert test="not(@x)">No x, please</assert>
</rule></pattern></schema>"""
OWN = "<!DOCTYPE a [<!ELEMENT a (#PCDATA)>]>\n<a>"
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
SUMMARIES = {
    "valid with a warning": (
        {"xml": "<a/>", "schema_path": "rules.sch"},
        r"is valid against rules\.sch, with 1 warning\. Nothing has to be done\.",
    ),
    "a fault beside a warning": (
        {"xml": "<a x='1'/>", "schema_path": "rules.sch"},
        r"1 fault and 1 warning\. .* line 1: .*No x, please\. Here: @x is \"1\"\. .* 1 repair waits for consent",
    ),
    "its own DOCTYPE": ({"xml": f"{OWN}<b/>x</a>"}, r"not valid against its own DOCTYPE: "),
    "valid by its own DOCTYPE": ({"xml": f"{OWN}x</a>"}, r"valid against its own DOCTYPE\. Nothing has to be done\."),
    "a limit of the parser": (
        {"xml": f'<!DOCTYPE a [<!ENTITY e0 "haha">{BOMB}]><a>&e8;</a>'},
        r"The document cannot be checked to its end: 1 fault\. .*The entities stand for more text",
    ),
    "the wrong schema": (
        {"xml": "<a/>", "schema_path": "order.xsd"},
        r"It may be the wrong schema: give that of this document as schema_path\.",
    ),
    "questions after edits": (
        {"path": "behind.xml"},
        r"^2 edits made\. The result is .*: 2 faults left\. 2 values .* by their ids, with run_id and answers\.$",
    ),
    "a question alone": (
        {"xml": "<order xmlns='urn:example:order'/>", "schema_path": "order.xsd"},
        r"^The document is .* not valid against order\.xsd: ",
    ),
}


async def test_a_summary_says_what_is_the_matter_and_what_to_do(
    connect: Connect, folder: Path, subtests: pytest.Subtests
) -> None:
    (folder / "rules.sch").write_text(RULES)
    text = (folder / "broken.xml").read_text()
    (folder / "behind.xml").write_text(text.replace("AB-1234", "none").replace(">6<", ">six<"))
    async with connect() as client:
        for case, (arguments, sentence) in SUMMARIES.items():
            with subtests.test(case):
                answer = structure_of(await client.call_tool("troubleshoot_xml", arguments))
                assert re.search(sentence, answer["summary"]), answer["summary"]
        found = structure_of(await client.call_tool("validate_xml", {"path": "behind.xml"}))
        text = text_of(await client.call_tool("validate_xml", {"path": "behind.xml"}))
    assert [row["line"] for row in found["diagnostics"]] == [3, 6, 7, 7]
    assert "The first that is reported, in line 6: " in found["summary"]
    assert "3:11 pattern-mismatch (hidden behind another fault)" in text


async def test_a_text_for_people_names_what_else_the_caller_can_do(connect: Connect, folder: Path) -> None:
    (folder / "noted.xml").write_text((folder / "valid.xml").read_text().replace("<line>", "<note>5</note><line>", 1))
    async with connect() as client:
        plain = text_of(await client.call_tool("troubleshoot_xml", {"xml": "<a>x</a>"}))
        waiting = await client.call_tool("troubleshoot_xml", {"path": "noted.xml"})
        written = await client.call_tool("troubleshoot_xml", {"path": "broken.xml", "output_path": "broken.xml"})
        spaced = await client.call_tool("troubleshoot_xml", {"xml": "<a>&nbsp;</a>"})
    assert plain.startswith("WELL_FORMED: The document is well-formed. Whether it is valid was not checked")
    run_id = structure_of(waiting)["run_id"]
    assert f'Call troubleshoot_xml with run_id="{run_id}" and accept=' in text_of(waiting)
    assert f"; what was there is in {folder / 'broken.xml.bak'}." in structure_of(written)["summary"]
    assert "`&nbsp;` -> `\\xa0`" in text_of(spaced)


async def test_a_value_that_was_moved_and_rewritten_reads_as_a_move_and_a_rewriting(
    connect: Connect, folder: Path
) -> None:
    date, number = "  <date>27.03.2025</date>\n", "  <number>AB-1234</number>\n"
    (folder / "order.xml").write_text(
        (folder / "valid.xml").read_text().replace(f"{number}  <date>2025-03-01</date>\n", date + number)
    )
    async with connect() as client:
        text = text_of(await client.call_tool("troubleshoot_xml", {"path": "order.xml", "allow_unsafe": True}))
    edits = text.partition("Edits made (a move counts as two):\n")[2].partition("To read:")[0]
    assert [re.sub(r"\[.*", "", line) for line in edits.splitlines() if not line.startswith("    ")] == [
        "  3:3 move `<date>27.03.2025</date>` to 4:27 ",
        "  3:9 `27.03.2025` -> `2025-03-27` ",
    ]


async def test_what_is_still_wrong_is_told_by_the_lines_of_the_result(connect: Connect, folder: Path) -> None:
    text = (folder / "broken.xml").read_text().replace("AB-1234", "none of these")
    (folder / "order.xml").write_text("\n\n" + text)
    async with connect() as client:
        result = await client.call_tool("troubleshoot_xml", {"path": "order.xml"})
    assert "3:11 pattern-mismatch" in text_of(result).partition("Still wrong in the result, at its lines (1):")[2]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"no-such": "x"}, "Nothing asks for the answer no-such; it was not used."),
        ({"{id}": "ab"}, "The answer “ab” to {id} does not fit: it must be "),
        ({"{id}": ""}, "The answer “” to {id} does not fit: it must be "),
    ],
)
async def test_an_answer_that_is_of_no_use_is_named(
    connect: Connect, folder: Path, answer: dict[str, str], sentence: str
) -> None:
    (folder / "lacking.xml").write_text((folder / "valid.xml").read_text().replace("  <number>AB-1234</number>\n", ""))
    async with connect() as client:
        (question,) = structure_of(await client.call_tool("troubleshoot_xml", {"path": "lacking.xml"}))["questions"]
        answers = {key.format(id=question["id"]): value for key, value in answer.items()}
        told = structure_of(await client.call_tool("troubleshoot_xml", {"path": "lacking.xml", "answers": answers}))
    assert (told["status"], [{**row, "refused": ""} for row in told["questions"]]) == ("needs_input", [question])
    assert sentence.format(id=question["id"]) in told["summary"]


async def test_a_missing_value_is_asked_for_and_the_answer_goes_in(connect_in_each_era: Connect, folder: Path) -> None:
    xml = (folder / "valid.xml").read_text().replace("  <number>AB-1234</number>\n", "")
    async with connect_in_each_era() as client:
        first = await client.call_tool("troubleshoot_xml", {"xml": xml, "schema_path": str(folder / "order.xsd")})
        asked = structure_of(first)
        assert asked["status"] == "needs_input"
        (question,) = asked["questions"]
        assert question["id"] in text_of(first)
        assert question["needed"] in text_of(first)
        assert question["why"].endswith(" The schema says of it: “The number that the buyer gave.”")
        wrong = await client.call_tool("troubleshoot_xml", {"run_id": asked["run_id"], "answers": {"no-such": "x"}})
        assert wrong.is_error
        assert question["id"] in text_of(wrong)
        for what in ({"xml": xml}, {"schema_path": "order.xsd"}):
            both = await client.call_tool("troubleshoot_xml", {"run_id": asked["run_id"], **what})
            assert "not both" in text_of(both)
        second = await client.call_tool(
            "troubleshoot_xml", {"run_id": asked["run_id"], "answers": {question["id"]: "CD-5678"}}
        )
        answer = structure_of(second)
        collected = structure_of(await client.call_tool("troubleshoot_xml", {"run_id": asked["run_id"]}))
    assert answer["status"] == "fixed"
    assert answer["run_id"] == asked["run_id"]
    assert "<number>CD-5678</number>" in answer["document"]
    assert collected == answer


BAD_INPUT = {
    "nothing": ({}, "Give the document once"),
    "both": ({"xml": "<a/>", "path": "valid.xml"}, "both xml and path were given"),
    "no such file": ({"path": "valit.xml"}, "There is no file valit.xml.*Near it: valid.xml"),
    "HTML": ({"path": "page.xml"}, "is an HTML page, not XML"),
    "an address": ({"path": "https://example.org/a.xml"}, "is an address.*save it to a file"),
    "outside": ({"path": "/etc/passwd"}, "lies outside the allowed folders"),
    "a file name as text": ({"xml": "orders/valid.xml"}, "give it as path"),
    "text as a path": ({"path": "<a/>"}, "is no path but text"),
    "20 MB inline": ({"xml": f"<a>{'x' * 20_000_000}</a>"}, "longer than 10 MB.*save it to a file"),
}


@pytest.mark.parametrize("tool", ["validate_xml", "troubleshoot_xml"])
async def test_a_call_that_cannot_work_gets_one_sentence_that_says_what_to_do(
    folder: Path, connect: Connect, tool: str, subtests: pytest.Subtests
) -> None:
    (folder / "page.xml").write_text("<!DOCTYPE html><html><title>502</title><body><p>Bad<br>gateway</body></html>")
    async with connect() as client:
        for case, (arguments, sentence) in BAD_INPUT.items():
            with subtests.test(case):
                result = await client.call_tool(tool, arguments)
                assert result.is_error
                assert re.search(sentence, text_of(result), re.DOTALL), text_of(result)
                assert len(text_of(result)) < 600
                assert not text_of(result).startswith("Error executing")
        # the server lives on
        assert structure_of(await client.call_tool("validate_xml", {"path": "valid.xml"}))["status"] == "valid"


UNUSABLE = {  # the schema that is named, and why it does not judge
    "no such schema": ("ordre.xsd", "There is no file ordre.xsd.*order.xsd"),
    "a schema outside": ("/etc/a.xsd", "SCHEMA_DIRS or ALLOWED_ROOTS"),
    "a broken schema": ("bad.xsd", "bad.xsd, line 1: "),
    "a schema that is none": ("valid.xml", "valid.xml is no schema that is known here"),
    "rules without their engine": ("odd.sch", "query binding is odd, which is not known here"),
}


@pytest.mark.parametrize("tool", ["validate_xml", "troubleshoot_xml"])
async def test_a_schema_that_cannot_be_used_costs_its_own_verdict_alone(
    folder: Path, connect: Connect, tool: str, subtests: pytest.Subtests
) -> None:
    (folder / "bad.xsd").write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element/></xs:schema>')
    (folder / "odd.sch").write_text('<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="odd"/>')
    (folder / "unclosed.xml").write_text("<order><line></order>")
    async with connect() as client:
        for case, (schema, reason) in UNUSABLE.items():
            with subtests.test(case):
                named = {"schema_path": f"order.xsd;{schema}"}
                answer = structure_of(await client.call_tool(tool, {"path": "valid.xml", **named}))
                states = {row["name"]: row["state"] for row in answer["layers"]}
                assert states == {"syntax": "passed", "order.xsd": "passed", Path(schema).name: "not_run"}
                assert re.search(reason, answer["layers"][-1]["reason"])
                assert re.search(reason, answer["summary"])
                assert answer["status"] == {"validate_xml": "well_formed", "troubleshoot_xml": "unchanged"}[tool]
                ill = structure_of(await client.call_tool(tool, {"path": "unclosed.xml", "schema_path": schema}))
                assert [row["code"] for row in ill["diagnostics"]] == ["missing-end-tag"]


NO_DOCUMENT = {
    "empty": (b"", "empty-document"),
    "blank": (b" \n", "empty-document"),
    "binary": (bytes(range(256)) * 4, "not-xml"),
    "JSON": (b'{"order": {"number": "AB-1234"}}', "not-xml"),
}


async def test_what_is_no_xml_is_said_to_be_none(folder: Path, connect: Connect, subtests: pytest.Subtests) -> None:
    target = folder / "out.xml"
    async with connect() as client:
        for case, (content, code) in NO_DOCUMENT.items():
            with subtests.test(case):
                (folder / "it.xml").write_bytes(content)
                result = await client.call_tool("troubleshoot_xml", {"path": "it.xml", "output_path": str(target)})
                answer = structure_of(result)
                assert (answer["status"], answer["diagnostics"][0]["code"]) == ("unchanged", code)
                assert answer["diagnostics"][0]["explanation"] in answer["summary"]
                assert not target.exists()


SLOW = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><pattern><rule context="*[local-name() = 'article']">
<assert test="count(//*[. = //*]) = 0">x</assert></rule></pattern></schema>"""


async def test_a_layer_that_takes_too_long_costs_itself_alone(
    connect: Connect, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_TIMEOUT", "10")
    monkeypatch.setenv("AGENT_DEADLINE", "12")
    (folder / "slow.sch").write_text(SLOW)
    line = "<line><article>Cups</article><quantty>6</quantty></line>\n"  # behind its repair the layer is asked again
    many = "".join(f"<line><article>Cup {number}</article><quantity>1</quantity></line>" for number in range(5000))
    (folder / "many.xml").write_text((folder / "valid.xml").read_text().replace("</order>", f"{line}{many}</order>"))
    async with connect() as client:
        result = structure_of(
            await client.call_tool("validate_xml", {"path": "many.xml", "schema_path": "order.xsd;slow.sch"})
        )
    assert [(layer["name"], layer["state"]) for layer in result["layers"]] == [
        ("syntax", "passed"),
        ("order.xsd", "failed"),
        ("slow.sch", "not_run"),
    ]
    assert "time was up" in result["layers"][2]["reason"]
    assert [fault["code"] for fault in result["diagnostics"]] == ["unexpected-element"]


async def test_a_document_of_another_vocabulary_is_told_from_a_faulty_one(connect: Connect, folder: Path) -> None:
    async with connect() as client:
        answer = structure_of(
            await client.call_tool(
                "troubleshoot_xml",
                {"xml": "<invoice xmlns='urn:other'><id>1</id></invoice>", "schema_path": "order.xsd"},
            )
        )
    assert answer["status"] == "unchanged"
    assert answer["diagnostics"][0]["code"] in ("undeclared-root", "wrong-namespace")
    assert "invoice" in answer["summary"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"file": "a.xml"}, "validate_xml has no argument 'file'; it takes xml, path, schema_path"),
        ({"xml": 3}, "xml: input should be a valid string"),
    ],
)
async def test_wrong_arguments_are_named(
    connect_in_each_era: Connect, arguments: dict[str, object], sentence: str
) -> None:
    async with connect_in_each_era() as client:
        result = await client.call_tool("validate_xml", arguments)
        unknown = await client.call_tool("validate", {})
    assert result.is_error
    assert sentence in text_of(result)
    assert "the tools are troubleshoot_xml, validate_xml" in text_of(unknown)


async def test_arguments_that_a_client_sends_as_null_count_as_left_out(connect: Connect) -> None:
    async with connect() as client:
        result = await client.call_tool("validate_xml", {"path": "valid.xml", "xml": None, "schema_path": None})
    assert structure_of(result)["status"] == "valid"


async def test_a_result_stays_small_whatever_the_document_holds(connect: Connect, folder: Path) -> None:
    lines = "".join(f"<line><article>{'é' * 300}</article><quantity>none</quantity></line>\n" for _ in range(1500))
    start = (folder / "valid.xml").read_text().partition("  <line>")[0]
    (folder / "large.xml").write_text(f"{start}{lines}</order>", encoding="utf-8")
    async with connect() as client:
        for tool in ("validate_xml", "troubleshoot_xml"):
            result = await client.call_tool(tool, {"path": "large.xml"})
            answer = structure_of(result)
            assert answer["diagnostics_total"] >= 1500
            assert 0 < len(answer["diagnostics"]) < 100
            assert len(text_of(result).encode()) + len(json.dumps(answer)) < 30_000
            assert f"({answer['diagnostics_total']}, the first {len(answer['diagnostics'])} shown)" in text_of(result)


async def test_a_long_list_of_allowed_values_says_that_it_was_cut(connect: Connect, folder: Path) -> None:
    values = "".join(f'<xs:enumeration value="C{number}"/>' for number in range(200))
    (folder / "code.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="code"><xs:simpleType>'
        f'<xs:restriction base="xs:string">{values}</xs:restriction></xs:simpleType></xs:element></xs:schema>'
    )
    async with connect() as client:
        result = await client.call_tool("troubleshoot_xml", {"xml": "<code>?</code>", "schema_path": "code.xsd"})
    (question,) = structure_of(result)["questions"]
    assert question["allowed"][-1] == "... 200 in all"
    assert "C0, C1, " in text_of(result).partition("Allowed:")[2]


async def test_undecodable_bytes_are_shown_and_not_passed_off_as_text(connect: Connect, folder: Path) -> None:
    (folder / "bytes.xml").write_bytes(b"<a>caf\xe9 \xff\xfe</a")
    async with connect() as client:
        answer = structure_of(await client.call_tool("validate_xml", {"path": "bytes.xml"}))
    assert "encoding-mismatch" in {row["code"] for row in answer["diagnostics"]}
    json.dumps(answer).encode()


async def test_a_run_can_be_read_as_resources(connect_in_each_era: Connect, folder: Path) -> None:
    async with connect_in_each_era() as client:
        answer = structure_of(await client.call_tool("troubleshoot_xml", {"path": "broken.xml"}))
        document = await client.read_resource(f"run://{answer['run_id']}/document")
        diff = await client.read_resource(f"run://{answer['run_id']}/diff")
        article = await client.read_resource(answer["articles"][0]["uri"])
    texts = [
        contents.model_dump().get("text", "") for result in (document, diff, article) for contents in result.contents
    ]
    assert texts[0] == (folder / "valid.xml").read_text()
    assert texts[1] == answer["diff"]
    assert answer["articles"][0]["title"] in texts[2]


async def test_without_keeping_runs_no_document_is_left_on_the_disk(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEP_RUNS_HOURS", "0")
    async with connect() as client:
        answer = structure_of(await client.call_tool("troubleshoot_xml", {"xml": "<a>Tea & cake</a>"}))
        again = structure_of(await client.call_tool("troubleshoot_xml", {"run_id": answer["run_id"]}))
        health = await client.call_tool("health_check", {})
    assert again == answer
    assert not [path for path in (tmp_path / "state").rglob("*") if path.is_file() and b"cake" in path.read_bytes()]
    assert "Usage is kept in" in text_of(health)


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("kb://article/no-such", "There is no article 'no-such'"),
        ("run://0123456789abcdef/document", "There is no run 0123456789abcdef any more"),
        ("run://no-such/diff", "That is no run id"),
    ],
)
async def test_a_resource_that_is_not_there_is_named(connect_in_each_era: Connect, uri: str, sentence: str) -> None:
    async with connect_in_each_era() as client:
        with pytest.raises(MCPError, match=sentence):
            await client.read_resource(uri)


async def test_the_prompt_names_the_document_and_the_problem(connect_in_each_era: Connect) -> None:
    async with connect_in_each_era() as client:
        prompt = await client.get_prompt("fix_xml", {"path": "order.xml", "problem": "cvc-complex-type.2.4.a"})
    (message,) = prompt.messages
    assert isinstance(message.content, TextContent)
    assert "order.xml" in message.content.text
    assert "cvc-complex-type.2.4.a" in message.content.text


async def test_progress_names_the_run_and_the_step(connect_in_each_era: Connect) -> None:
    told: list[tuple[float, str]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message or ""))

    async with connect_in_each_era() as client:
        result = await client.call_tool("troubleshoot_xml", {"path": "broken.xml"}, progress_callback=listen)
    run_id = structure_of(result)["run_id"]
    assert told
    assert all(message.startswith(f"run {run_id}: ") for _, message in told)
    assert [progress for progress, _ in told] == sorted({progress for progress, _ in told})


async def test_health_and_usage_tell_what_is_so(connect: Connect, folder: Path) -> None:
    async with connect() as client:
        await client.call_tool("troubleshoot_xml", {"path": "broken.xml"})
        health = await client.call_tool("health_check", {})
        usage = await client.call_tool("usage_stats", {})
    checks = {row["check"]: row for row in structure_of(health)["checks"]}
    assert checks["knowledge base"]["status"] == "ok"
    assert str(folder) in checks["folders"]["meaning"]
    for row in checks.values():
        assert row["meaning"] in text_of(health)
    assert structure_of(usage)["session"]["runs"] == {"fixed": 1}
    assert "fixed 1" in text_of(usage)


async def test_a_continued_run_writes_where_the_run_wrote_and_keeps_the_first_backup(
    connect: Connect, folder: Path
) -> None:
    path = folder / "broken.xml"
    lacking = path.read_text().replace("  <number>AB-1234</number>\n", "")
    path.write_text(lacking)
    async with connect() as client:
        asked = structure_of(await client.call_tool("troubleshoot_xml", {"path": str(path), "output_path": str(path)}))
        assert (asked["status"], asked["output_path"]) == ("needs_input", "")
        assert path.read_text() == lacking
        answers = {asked["questions"][0]["id"]: "AB-1234"}
        answer = structure_of(
            await client.call_tool("troubleshoot_xml", {"run_id": asked["run_id"], "answers": answers})
        )
    assert (answer["status"], answer["output_path"]) == ("fixed", str(path))
    assert path.read_text() == (folder / "valid.xml").read_text()
    assert (folder / "broken.xml.bak").read_text() == lacking
    assert not (folder / "broken.xml.bak.1").exists()
    made = {row["id"] for row in answer["edits"]}
    assert made > {row["id"] for row in asked["edits"]}, "what is written is shown with all that changed"
    assert answer["edits_total"] > asked["edits_total"]


async def test_a_large_file_is_diagnosed_without_being_held(connect: Connect, folder: Path) -> None:
    line = "  <line><article>Tea</article><quantity>2</quantity></line>\n"
    start = (folder / "valid.xml").read_text().partition("  <line>")[0]
    with (folder / "large.xml").open("w") as file:
        file.write(start)
        file.writelines([line] * 400_000)
        file.write(line.replace(">2<", ">two<"))
        file.write("</order>\n")
    async with connect() as client:
        answer = structure_of(await client.call_tool("validate_xml", {"path": "large.xml"}))
    assert [(row["line"], row["code"]) for row in answer["diagnostics"]] == [(400_005 + 1, "invalid-value")]


async def test_a_setting_that_cannot_be_used_is_named_when_it_is_needed(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENT_MAX_ITERATIONS", "ninety")
    async with connect() as client:
        result = await client.call_tool("validate_xml", {"path": "valid.xml"})
        with pytest.raises(MCPError, match="AGENT_MAX_ITERATIONS"):
            await client.read_resource("kb://article/bare-ampersand")
        monkeypatch.setenv("AGENT_MAX_ITERATIONS", "4")
        again = await client.call_tool("validate_xml", {"path": "valid.xml"})
    assert result.is_error
    assert "AGENT_MAX_ITERATIONS" in text_of(result)
    assert structure_of(again)["status"] == "valid"


async def test_the_tools_cost_a_model_little_before_it_calls_one(connect: Connect) -> None:
    """Counted as characters by four, and as pieces of words and signs, which comes near to what tokenizers make."""
    async with connect() as client:
        tools = (await client.list_tools()).tools
    listed = [tool.model_dump(mode="json", exclude_none=True, by_alias=True) for tool in tools]
    text = json.dumps(listed, separators=(",", ":"), ensure_ascii=False)
    assert len(tools) == 7
    assert len(text) / 4 <= 3_500
    assert len(re.findall(r"[A-Za-z]{1,8}|\d{1,3}|[^\sA-Za-z\d]{1,3}", text)) <= 3_500
