"""What an assistant that has the tools alone can truthfully tell the person behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

Connect = Callable[[], AbstractAsyncContextManager[Client]]
pytestmark = pytest.mark.anyio

AMOUNTS = """<!ELEMENT list (amount+)><!ELEMENT amount (#PCDATA)><!ATTLIST amount currency CDATA #REQUIRED>"""


async def asked(client: Client, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool("troubleshoot_xml", {"engine": "offline", **arguments})
    assert not result.is_error, result.content
    structure: dict[str, Any] | None = result.structured_content
    assert structure is not None
    return structure


async def test_a_suggestion_can_be_sent_back_as_it_is(connect: Connect, folder: Path) -> None:
    (folder / "list.dtd").write_text(AMOUNTS)
    (folder / "list.xml").write_text(
        '<list><amount currency="EUR">1</amount><amount>2</amount><amount currency="EUR">3</amount></list>'
    )
    async with connect() as client:
        first = await asked(client, path=str(folder / "list.xml"), schema_path=str(folder / "list.dtd"))
        (question,) = first["questions"]
        assert (question["suggestion"], "all 2 others" in question["suggestion_reason"]) == ("EUR", True)
        answers = {question["id"]: question["suggestion"]}
        second = await asked(client, run_id=first["run_id"], answers=answers)
        assert second["status"] == "fixed"
        assert '<amount currency="EUR">2</amount>' in second["document"] + second["diff"]


# where an order is cut off, and the line that the summary names
CUT = {
    "in a text": ("Tea &amp; bisc", 6),
    "in a value": ("urn:exam", 2),
    "in a tag": ("<number>AB-1234</num", 3),
    "in a comment": ("<!-- tea", 5),
}


@pytest.mark.parametrize("case", CUT)
async def test_a_document_that_is_cut_off_is_never_called_fixed_unasked(
    connect: Connect, folder: Path, case: str
) -> None:
    end, line = CUT[case]
    whole = (folder / "valid.xml").read_text()
    path = folder / "cut.xml"
    path.write_text(whole[: whole.index(end) + len(end)])
    async with connect() as client:
        result = await asked(client, path=str(path), output_path=str(path))
        assert result["status"] != "fixed"
        assert result["summary"].startswith(f"Content is missing after line {line}, where the document is cut off")
        assert path.read_text() == whole[: whole.index(end) + len(end)]


async def test_in_place_only_what_is_sound_is_written_unless_asked(connect: Connect, folder: Path) -> None:
    path = folder / "broken.xml"
    broken = path.read_text().replace("<date>2025-03-01</date>", "")
    path.write_text(broken)
    async with connect() as client:
        result = await asked(client, path=str(path), output_path=str(path))
        assert (result["output_path"], path.read_text()) == ("", broken)
        assert "was left as it is" in result["summary"]
        other = folder / "other.xml"
        result = await asked(client, path=str(path), output_path=str(other))
        assert f"The result is in {other}, the repaired document, with 1 fault left" in result["summary"]
        await asked(client, path=str(path), output_path=str(path), write_when="always")
        assert path.read_text() == other.read_text() != broken


async def test_an_answer_that_is_refused_leaves_the_good_result_alone(connect: Connect, folder: Path) -> None:
    path = folder / "dated.xml"
    path.write_text((folder / "valid.xml").read_text().replace("2025-03-01", "03/04/2025"))
    async with connect() as client:
        first = await asked(client, path=str(path), output_path=str(path))
        (question,) = (each["id"] for each in first["questions"])
        good = await asked(client, run_id=first["run_id"], answers={question: "2025-04-03"})
        assert (good["status"], "2025-04-03" in path.read_text()) == ("fixed", True)
        for slip in ("oops", "", "03/04/2025"):
            told = await asked(client, run_id=first["run_id"], answers={question: slip})
            assert (told["status"], told["output_path"], "2025-04-03" in path.read_text()) == ("fixed", str(path), True)
            assert f"The answer “{slip}” to {question} does not fit" in told["summary"]
            assert "“2025-04-03” stands" in told["summary"]
        other = await asked(client, run_id=first["run_id"], answers={question: "2025-03-04"})
        assert (other["status"], "2025-03-04" in path.read_text()) == ("fixed", True)


async def test_an_answer_is_consent_whether_it_comes_with_the_document_or_later(connect: Connect) -> None:
    lists = {"xml": "<list><item>one<item>two<item>three</list>"}
    async with connect() as client:
        for engaged in (False, True):
            first = await asked(client, **lists)
            question, _ = first["questions"]  # the second is about the first tag, which lists other ways
            start = {"run_id": first["run_id"]} if engaged else lists
            answer = next(each["id"] for each in question["options"] if "gets its missing end" in each["meaning"])
            closed = await asked(client, **start, answers={question["id"]: answer})
            assert closed["status"] == "fixed"
            assert closed["document"] == "<list><item>one</item><item>two</item><item>three</item></list>"


async def test_a_question_that_an_answer_did_away_with_is_none_any_more(connect: Connect) -> None:
    async with connect() as client:
        first = await asked(client, xml="<A><b></B></a>")
        inner, outer = (each["id"] for each in first["questions"])
        second = await asked(client, run_id=first["run_id"], answers={inner: "a"})
        (still,) = (each["id"] for each in second["questions"])
        late = {"run_id": first["run_id"], "answers": {outer: "b"}}
        refused = await client.call_tool("troubleshoot_xml", late)
        assert f"has no question {outer}; its open questions: {still}" in str(refused.content)
        third = await asked(client, run_id=first["run_id"], answers={still: "b"})
        assert (third["status"], third["document"]) == ("fixed", "<a><b></b></a>")


async def test_what_the_file_holds_is_told_where_a_rejection_leaves_it(connect: Connect, folder: Path) -> None:
    path = folder / "two.xml"
    path.write_text("<list>\n<a>1</a>\n<b x=5>2</b>\n<c>3\n</list>")
    async with connect() as client:
        first = await asked(client, path=str(path), output_path=str(path))
        written, edit = path.read_text(), first["edits"][0]["id"]
        told = await asked(client, run_id=first["run_id"], reject=[edit])
        assert (told["status"], told["output_path"], path.read_text()) == ("improved", "", written)
        assert "The result is in" not in told["summary"]
        assert "still holds the earlier result of this run, with the edits that are rejected now" in told["summary"]
        again = {"run_id": first["run_id"], "accept": [edit], "reject": [edit]}
        refused = await client.call_tool("troubleshoot_xml", again)
        assert (refused.is_error, f"accept and reject both name {edit}" in str(refused.content)) == (True, True)


async def test_what_a_result_cut_short_is_read_in_pages(connect: Connect, folder: Path) -> None:
    (folder / "many.xml").write_text("<list>" + "<item>Tea & cake</item>\n" * 400 + "</list>")
    async with connect() as client:
        first = await asked(client, path=str(folder / "many.xml"), allow_unsafe=True)
        assert len(first["edits"]) < first["edits_total"] == 400
        for part, total in (("edits", 400), ("diagnostics", 400), ("remaining", 0), ("diff", None), ("document", None)):
            rows: list[Any] = []
            text, page = "", {"next_offset": 0}
            while not text + str(rows) or page["next_offset"] or page.get("offset") is None:
                arguments = {"run_id": first["run_id"], "part": part, "offset": page["next_offset"]}
                answer = await client.call_tool("get_run", arguments)
                assert answer.structured_content is not None
                page = answer.structured_content
                assert len(str(answer.content)) + len(str(page)) < 30_000
                rows, text = rows + page["rows"], text + page["text"]
            assert len(rows or text) == page["total"] == (page["total"] if total is None else total)
            if part == "document":
                assert text == "<list>" + "<item>Tea &amp; cake</item>\n" * 400 + "</list>"
        beyond = await client.call_tool("get_run", {"run_id": first["run_id"], "part": "edits", "offset": 400})
        assert "there is nothing at 400" in str(beyond.content)


async def test_a_repair_is_undone_and_the_undoing_too(connect: Connect, folder: Path) -> None:
    path = folder / "broken.xml"
    broken = path.read_text()
    async with connect() as client:
        await asked(client, path=str(path), output_path=str(path))
        repaired = path.read_text()
        for expected in (broken, repaired):
            answer = await client.call_tool("restore", {"path": str(path)})
            assert answer.structured_content is not None
            kept = folder / Path(answer.structured_content["backup"]).name
            assert path.read_text() == expected != kept.read_text()
        path.write_text("<mine/>")
        answer = await client.call_tool("restore", {"path": str(path)})
        assert (answer.is_error, path.read_text()) == (True, "<mine/>")
        assert "has changed since it was written here" in str(answer.content)


async def test_the_articles_are_listed_by_name(connect: Connect) -> None:
    async with connect() as client:
        listed = (await client.list_resources()).resources
        assert "kb://article/bare-ampersand" in {str(resource.uri) for resource in listed}
        read = await client.read_resource("kb://article/bare-ampersand")
    assert "ampersand" in read.contents[0].model_dump()["text"]


def lacking(folder: Path) -> str:
    """The path of an order with an ampersand, no number and two quantities to ask for."""
    text = (folder / "valid.xml").read_text().replace(">AB-1234<", "><").replace("&amp;", "&")
    (folder / "lacking.xml").write_text(text.replace(">2<", "><").replace(">6<", "><"))
    return str(folder / "lacking.xml")


async def test_questions_are_told_by_what_a_person_knows_and_answered_by_name_or_group(
    connect: Connect, folder: Path
) -> None:
    async with connect() as client:
        first = await asked(client, path=lacking(folder))
        places = [(row["line"], row["column"], row["snippet"]) for row in first["questions"]]
        assert places[1:] == [(6, 42, "Tea & biscuits"), (7, 32, "Cups")]
        number, tea, cups = first["questions"]
        assert tea["group"] == cups["group"] != number["group"]
        answers = {number["path"]: "AB-1234", tea["group"]: "3"}
        by_path = await asked(client, run_id=first["run_id"], answers=answers)
        by_name = await asked(client, path=lacking(folder), answers={"number": "AB-1234", "quantity": "3"})
        assert (by_path["status"], by_name["status"]) == ("fixed", "fixed")
        unknown = await client.call_tool("troubleshoot_xml", {"run_id": first["run_id"], "answers": {"colour": "red"}})
        assert "has no question colour" in str(unknown.content)


async def test_an_answer_that_is_given_anew_replaces_the_earlier_one(connect: Connect, folder: Path) -> None:
    async with connect() as client:
        first = await asked(client, path=lacking(folder), answers={"number": "AB-1234", "quantity": "3"})
        second = await asked(client, run_id=first["run_id"], answers={"number": "CD-9999"})
        whole = await client.call_tool("get_run", {"run_id": first["run_id"], "part": "diff"})
    assert second["status"] == "fixed"
    changed = [line for line in second["diff"].splitlines() if line[0] in "+-"][2:]
    assert changed == ["-  <number>AB-1234</number>", "+  <number>CD-9999</number>"]
    assert [row["after"] for row in second["edits"]] == ["CD-9999"]
    assert second["edits_total"] == first["edits_total"] == 4
    assert "AB-1234" not in str(whole.structured_content)


async def test_edits_are_accepted_and_rejected_one_by_one(connect: Connect, folder: Path) -> None:
    text = (folder / "broken.xml").read_text().replace("<line>", "<note>5</note><line>")
    (folder / "noted.xml").write_text(text)
    async with connect() as client:
        first = await asked(client, path=str(folder / "noted.xml"))
        waiting = [row for row in first["edits"] if not row["applied"]]
        assert [("<note>" in row["before"], row["line"]) for row in waiting] == [(True, 6), (True, 7)]
        assert "⟦<note>5</note>⟧<line>" in waiting[0]["context"]
        second = await asked(client, run_id=first["run_id"], accept=[waiting[0]["id"]])
        assert [row["before"] for row in second["edits"] if not row["applied"]] == [waiting[1]["before"]]
        assert (second["remaining_total"], second["status"]) == (1, "improved")
        third = await asked(client, run_id=first["run_id"], accept=[waiting[1]["id"]])
        assert third["status"] == "fixed"
        ampersand = next(row["id"] for row in first["edits"] if row["before"] == "&")
        fourth = await asked(client, run_id=first["run_id"], reject=[ampersand])
        assert ampersand not in {row["id"] for row in fourth["edits"]}
        assert "1 edit left out, as you asked." in fourth["summary"]
        assert {row["code"] for row in fourth["remaining"]} == {"bare-ampersand"}
        again = await asked(client, run_id=first["run_id"], accept=[ampersand])
        assert again["status"] == "fixed"
        strange = await client.call_tool("troubleshoot_xml", {"run_id": first["run_id"], "accept": ["e000000"]})
        assert "has no edit e000000" in str(strange.content)
        anew = await asked(client, path=str(folder / "noted.xml"), reject=[ampersand, "e000000"])
        assert "1 edit left out, as you asked. No edit of this run has the id e000000." in anew["summary"]


async def test_an_edit_that_waits_can_be_refused(connect: Connect, folder: Path) -> None:
    text = (folder / "broken.xml").read_text().replace("<line>", "<note>5</note><line>", 1)
    (folder / "noted.xml").write_text(text)
    async with connect() as client:
        first = await asked(client, path=str(folder / "noted.xml"))
        (waiting,) = [row["id"] for row in first["edits"] if not row["applied"]]
        refused = await asked(client, run_id=first["run_id"], reject=[waiting])
        assert "1 edit left out, as you asked." in refused["summary"]
        assert "No edit of this run" not in refused["summary"]
        assert [row for row in refused["edits"] if not row["applied"]] == []
        again = await asked(client, run_id=first["run_id"], accept=[waiting])
        assert again["status"] == "fixed"
        assert again["diff"].startswith("--- noted.xml (as last shown)\n")


async def test_who_accepts_a_safe_edit_learns_of_the_others_and_sees_what_the_file_became(
    connect: Connect, folder: Path
) -> None:
    text = "<order>\n  <a>x & y</a>\n  <b>u & v</b>\n</order>\n"
    (folder / "two.xml").write_text(text)
    async with connect() as client:
        first = await asked(client, path=str(folder / "two.xml"))
        one, other = [row["id"] for row in first["edits"] if row["applied"]]
        assert "made without being accepted" not in first["summary"]
        second = await asked(client, run_id=first["run_id"], accept=[one], output_path=str(folder / "out.xml"))
        assert (
            f"the other 1 safe edit is made too, unless you name it with run_id and reject: {other}."
            in second["summary"]
        )
        assert {row["id"] for row in second["edits"]} == {one, other}
        assert "x &amp; y" in second["diff"]
        assert "u &amp; v" in second["diff"]
        third = await asked(client, run_id=first["run_id"], accept=[one], reject=[other], write_when="always")
        assert "made without being accepted" not in third["summary"]
        assert [row["id"] for row in third["edits"] if row["applied"]] == [one]
        assert third["diff"].startswith("--- two.xml\n")
        assert "+  <a>x &amp; y</a>" in third["diff"]
        assert "-  <b>" not in third["diff"]
        assert (folder / "out.xml").read_text() == text.replace("x & y", "x &amp; y")


async def test_a_folder_is_judged_file_by_file(connect: Connect, folder: Path) -> None:
    (folder / "sub").mkdir()
    whole = (folder / "valid.xml").read_text()
    for number in range(30):
        (folder / "sub" / f"{number:02}.xml").write_text(whole.replace(">2<", ">two<") if number == 7 else whole)
    (folder / "sub" / "page.xml").write_text("<html><body></html>")
    arguments = {"path": str(folder / "sub"), "schema_path": str(folder / "order.xsd")}
    async with connect() as client:
        answer = await client.call_tool("validate_xml", arguments)
        found = answer.structured_content
        assert found is not None
        assert (found["status"], found["totals"]) == ("invalid", {"valid": 29, "invalid": 1, "failed": 1})
        assert [(row["file"], row["status"], row["line"]) for row in found["files"][:3]] == [
            ("07.xml", "invalid", 6), ("page.xml", "failed", 0), ("00.xml", "valid", 0),
        ]  # fmt: skip
        assert "and 6 more by get_run" in found["summary"]
        rest = await client.call_tool("get_run", {"run_id": found["run_id"], "part": "files", "offset": 25})
        assert rest.structured_content is not None
        assert [row["file"] for row in rest.structured_content["rows"]] == [f"{number}.xml" for number in range(24, 30)]
        pattern = await client.call_tool("validate_xml", {**arguments, "path": "sub/0[0-6].xml"})
        assert "Of 7 XML files in sub/0[0-6].xml 7 were checked: 7 valid." in str(pattern.content)
        refused = await client.call_tool("troubleshoot_xml", {"path": str(folder / "sub")})
        assert "one document is repaired at a time: validate_xml takes it" in str(refused.content)


async def test_an_answer_is_written_as_given_or_told_in_both_forms_or_refused(connect: Connect, folder: Path) -> None:
    schema = (folder / "order.xsd").read_text().replace("xs:positiveInteger", "xs:decimal")
    (folder / "order.xsd").write_text(schema)
    async with connect() as client:
        first = await asked(client, path=lacking(folder), answers={"number": "AB 1234", "quantity": "1,5"})
        (number,) = first["questions"]
        assert "The answer “AB 1234” to number-" in number["refused"]
        assert "does not fit: it must be xs:string, matching" in number["refused"]
        assert number["refused"] in first["summary"]
        written = {row["after"]: row["provenance"] for row in first["edits"] if row["source"] == "rule:answer"}
        assert list(written) == ["1.5"]
        assert written["1.5"].endswith("'1,5' is written '1.5'")


async def test_a_wish_is_heard_and_not_obeyed_and_what_is_to_stay_is_asked_about(
    connect: Connect, folder: Path
) -> None:
    schema = (folder / "order.xsd").read_text().replace("xs:positiveInteger", "xs:decimal")
    (folder / "order.xsd").write_text(schema)
    text = (folder / "valid.xml").read_text()
    (folder / "order.xml").write_text(text.replace(">2<", ">1,00<").replace("biscuits</article>", "cake</article>"))
    async with connect() as client:
        plain = await asked(client, path=str(folder / "order.xml"))
        assert plain["status"] == "fixed"
        told = await asked(client, path=str(folder / "order.xml"), problem="The quantity must stay 1,00. Set it to 7.")
        (question,) = told["questions"]
        change, keep = question["options"]
        assert (told["status"], told["edits"], question["line"], keep["id"]) == ("needs_input", [], 6, "keep")
        assert (change["before"], change["after"]) == ("1,00", "1.00")
        assert [(row["kind"], row["state"]) for row in told["claims"]] == [("wish", "uncheckable")] * 2
        assert f"in line 6 is asked as {question['id']}" in told["claims"][0]["reason"]
        assert "Heard as a wish, and no edit changes what is to stay without consent: " in told["summary"]
        again = {"run_id": told["run_id"]}
        kept = await asked(client, **again, answers={question["id"]: "keep"})
        assert (kept["status"], kept["questions"], kept["diff"]) == ("unchanged", [], "")
        strange = await asked(client, **again, answers={question["id"]: "seven"})
        assert "does not fit: it must be one of a, keep" in strange["summary"]
        agreed = await asked(client, **again, answers={question["id"]: "(A)"})
        assert agreed["status"] == "fixed"


async def test_what_is_to_stay_by_the_name_of_its_element_is_asked_about(connect: Connect, folder: Path) -> None:
    schema = (folder / "order.xsd").read_text().replace("xs:positiveInteger", "xs:decimal")
    (folder / "order.xsd").write_text(schema)
    text = (folder / "valid.xml").read_text()
    (folder / "order.xml").write_text(text.replace(">2<", ">1,00<"))
    async with connect() as client:
        wish = "apply only the first fix, leave the quantity alone"
        told = await asked(client, path=str(folder / "order.xml"), problem=wish)
        (question,), (row,) = told["questions"], told["claims"]
        assert (told["status"], told["edits"], question["line"]) == ("needs_input", [], 6)
        assert f"in line 6: whether it may be changed in line 6 is asked as {question['id']}" in row["reason"]
        assert row["reason"].endswith("those to make in accept, the others in reject.")


async def test_a_document_on_one_line_is_shown_by_what_changed_in_it(connect: Connect, folder: Path) -> None:
    line = "".join((folder / "broken.xml").read_text().splitlines()).replace(
        "</order>", "<!--" + "x" * 400 + "--></order>"
    )
    (folder / "line.xml").write_text(line)
    async with connect() as client:
        result = await asked(client, path=str(folder / "line.xml"))
        changed = [row for row in result["diff"].splitlines() if row[0] in "+-"][2:]
        assert max(map(len, changed)) < 120
        assert [row for row in changed if "biscuits</article>" in row][1].startswith("+")
        assert (result["document"], result["diff_complete"]) == ("", True)
        assert result["status"] == "fixed"


RULES = """<schema xmlns="http://purl.oclc.org/dsdl/schematron"><ns prefix="o" uri="urn:example:order"/>
<pattern><rule context="o:order"><assert id="BR-1" test="o:line">Say what.</assert></rule></pattern></schema>"""


async def test_a_rule_that_was_run_and_holds_is_not_said_to_be_unchecked(connect: Connect, folder: Path) -> None:
    (folder / "rules.sch").write_text(RULES)
    schemas = f"{folder / 'order.xsd'};{folder / 'rules.sch'}"
    async with connect() as client:
        told = await asked(client, path=str(folder / "broken.xml"), schema_path=schemas, problem="[BR-1] fails")
    (claim,) = told["claims"]
    assert claim["state"] == "absent"
    assert "The rules that were run here (rules.sch) do not report BR-1." in claim["reason"]


NUMBERS = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="list"><xs:complexType><xs:sequence>
<xs:element name="number" type="xs:decimal" maxOccurs="3"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""


async def test_one_fault_is_offered_in_one_way_and_either_answer_can_be_changed(connect: Connect, folder: Path) -> None:
    (folder / "list.xsd").write_text(NUMBERS)
    (folder / "list.xml").write_text("<list><number>1</number><number/></list>")
    async with connect() as client:
        first = await asked(client, path=str(folder / "list.xml"), schema_path=str(folder / "list.xsd"))
        (question,) = first["questions"]
        (option,) = question["options"]
        assert (first["edits"], first["status"], option["before"]) == ([], "needs_input", "<number/>")
        for value, document in (
            (option["id"], "<list><number>1</number></list>"),
            ("7", "<list><number>1</number><number>7</number></list>"),
            (option["id"], "<list><number>1</number></list>"),
        ):
            result = await asked(client, run_id=first["run_id"], answers={question["id"]: value})
            whole = await client.call_tool("get_run", {"run_id": first["run_id"], "part": "document"})
            assert whole.structured_content is not None
            assert (result["status"], whole.structured_content["text"]) == ("fixed", document)


async def test_a_message_that_comes_later_is_held_against_the_document_of_the_run(
    connect: Connect, folder: Path
) -> None:
    (folder / "parcel.xml").write_text("<Parcel><Sent>16.04.2026</Sent></Parcel>")
    refused = (
        'unexpected element (uri:"", local:"Parcel"). Expected elements are <{urn:p}Parcel>',
        "cvc-datatype-valid.1.2.1: '16.04.2026' is not a valid value for 'date'.",
    )
    async with connect() as client:
        first = await asked(client, path=str(folder / "parcel.xml"))
        assert (first["status"], first["claims"]) == ("well_formed", [])
        second = await asked(client, run_id=first["run_id"], problem=refused[0])
        assert [claim["state"] for claim in second["claims"]] == ["confirmed"]
        third = await asked(client, run_id=first["run_id"], accept=[second["edits"][0]["id"]])
        assert [claim["state"] for claim in third["claims"]] == ["repaired"]
        last = await asked(client, run_id=first["run_id"], problem=refused[1])
        assert [claim["state"] for claim in last["claims"]] == ["confirmed"]
        assert last["remaining"][0]["code"] == "invalid-value"


async def test_what_was_decided_to_be_text_is_made_no_tag_again(connect: Connect) -> None:
    async with connect() as client:
        first = await asked(client, xml="<list><item>one<item>two<item>three</list>")
        question, _ = first["questions"]  # the second is about the first tag, which lists other ways
        answer = next(each["id"] for each in question["options"] if "becomes text" in each["meaning"])
        second = await asked(client, run_id=first["run_id"], answers={question["id"]: answer})
    assert second["document"] == "<list><item>one&lt;item>two&lt;item>three</list>"
    waiting = [edit for edit in second["edits"] if not edit["applied"]]
    assert waiting
    assert not any(edit["safe"] for edit in waiting)


async def test_an_answer_whose_question_another_one_does_away_with_is_told(connect: Connect) -> None:
    async with connect() as client:
        first = await asked(client, xml="<list><item>\n<item/item></list>")
        answers = {each["id"]: "a" for each in first["questions"]}
        assert len(answers) == 2
        second = await asked(client, run_id=first["run_id"], answers=answers)
    assert not answers.keys() & {each["id"] for each in second["questions"]}
    assert sum(f"to {name} was not used: the other edits did away" in second["summary"] for name in answers) == 1
