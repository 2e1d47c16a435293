"""The Model Context Protocol with its own client: who may, what is offered, and the way from data to a result."""

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from jsonschema import Draft202012Validator
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from sqlmodel import col, select

from pipeline import tools
from pipeline.toolkit import describe
from pipeline.toolkit.execute import execute
from sciflask_reflex import storage
from sciflask_reflex.agents.catalogue import FURTHEST, MOST_BYTES, MOST_CHARACTERS, catalogue
from sciflask_reflex.agents.reading import _skip, piece_made
from sciflask_reflex.agents.server import Agents
from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import acts, tokens
from sciflask_reflex.identity.service import create_account
from sciflask_reflex.models import Analysis, AuditEvent, Status, Study, StudyInput
from tests.every_kind.sciflask_every_kind import DATA

TOOL = tools()["correlation"]
EXAMPLE = TOOL.examples[0]
GENES = EXAMPLE.files["dataset1"].read_text()


def ask(token: str, *calls: tuple[str, dict[str, Any]], before: Callable[[int, list[Any]], None] | None = None) -> list[Any]:
    """Call acts one after another, as a language model's host does; arguments may be made from earlier answers."""

    async def go() -> list[Any]:
        agents, answers = Agents(), []
        serving = asyncio.create_task(agents.run())
        await asyncio.sleep(0)
        headers = {"authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(transport=httpx2.ASGITransport(agents.app()), base_url="http://site", headers=headers) as http,
            Client(streamable_http_client("http://site/mcp", http_client=http)) as client,
        ):
            for name, given in calls:
                if before:
                    before(len(answers), answers)
                values = {key: value(answers) if callable(value) else value for key, value in given.items()}
                answers.append(await client.call_tool(name, values))
        serving.cancel()
        return answers

    return asyncio.run(go())


@pytest.fixture
def token(sqlite: str, keys: None) -> str:
    create_account("ada@example.org", "a long enough passphrase", confirmed=True)
    return tokens.create("ada@example.org", "submit")


def test_nobody_without_a_token_gets_in(sqlite, keys):
    async def go() -> list[int]:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Agents().app()), base_url="http://site") as http:
            tries = [{}, {"authorization": "Bearer sfk_wrong"}, {"authorization": "Basic x"}, {"cookie": "sciflask_session=x"}]
            return [(await http.post("/mcp", json={}, headers=headers)).status_code for headers in tries]

    assert asyncio.run(go()) == [401, 401, 401, 401]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_is_nothing_to_listen_to(token, method):
    async def go() -> int:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(Agents().app()), base_url="http://site") as http:
            headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
            return (await asyncio.wait_for(http.request(method, "/mcp", headers=headers), 5)).status_code

    assert asyncio.run(go()) == 405


def test_every_schema_is_one_and_a_tools_is_its_own_description():
    for tool in catalogue():
        Draft202012Validator.check_schema(tool.input_schema)
    run = next(tool for tool in catalogue() if tool.name == "run_correlation")
    described = describe(TOOL)
    assert run.input_schema["properties"]["parameters"]["properties"] == described["parameters_schema"]["properties"]
    assert run.input_schema["required"] == ["dataset1"]
    assert described["help"] in run.description


def finish(answers: list[Any]) -> None:
    """Do the worker's part, as it does it."""
    with writing() as session:
        analysis = session.exec(select(Analysis)).one()
        analysis.attempt = 1
        files = {slot: storage.study_input(analysis.study_id, slot) for slot in ("dataset1",)}
        folder = storage.analysis_folder(analysis.id) / "1"
        analysis.manifest = execute(TOOL, files, {}, analysis.parameters, folder, seed=0)
        analysis.status = Status.DONE


def test_from_data_to_numbers(token):
    answers = ask(
        token,
        ("list_tools", {}),
        ("upload_data", {"filename": "genes.csv", "content": GENES}),
        ("run_correlation", {"dataset1": lambda seen: seen[1].structured_content["upload"], "parameters": {"alpha": 0.01}, "name": "Mine"}),
        ("run_correlation", {"dataset1": lambda seen: seen[1].structured_content["upload"], "parameters": {"alpha": 0.01}, "name": "Mine"}),
        ("analysis_status", {"analysis": lambda seen: seen[2].structured_content["id"]}),
        ("read_result", {"analysis": lambda seen: seen[2].structured_content["id"], "file": "pairs.csv"}),
        ("read_result", {"analysis": lambda seen: seen[2].structured_content["id"], "file": "heatmap_within_1.png"}),
        before=lambda count, seen: finish(seen) if count == 4 else None,
    )
    told = [answer.structured_content for answer in answers]
    assert [tool["slug"] for tool in told[0]["tools"]] == list(tools())
    assert (told[2]["status"], told[3]["id"]) == ("queued", told[2]["id"])
    assert told[4]["status"] == "done"
    assert told[4]["metrics"]["samples"] == 60
    assert told[4]["page"].endswith(f"/analyses/{told[2]['id']}")
    assert told[5]["text"].startswith("feature_1,feature_2,r,p,p_corrected,n\n")
    assert len(told[5]["text"]) <= MOST_CHARACTERS
    assert answers[6].is_error
    assert "The person can download it" in told[6]["error"]
    assert json.loads(answers[4].content[0].text) == told[4]
    with reading() as session:
        assert len(session.exec(select(Study)).all()) == 1
        assert {"file:upload", "study:create", "analysis:submit"} <= {event.tag for event in session.exec(select(AuditEvent)).all()}


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("upload_data", {"filename": "x.csv"}, "'content' is a required property"),
        ("upload_data", {"filename": "x.csv", "content": "x", "path": "/etc/passwd"}, "Additional properties are not allowed"),
        ("upload_data", {"filename": "x.csv", "content": "é" * (MOST_BYTES // 2 + 1)}, "The file is larger than"),
        ("analysis_status", {"analysis": "../../etc/passwd"}, "does not match"),
        ("analysis_status", {"analysis": "0" * 32}, "This analysis does not exist, or it is not yours."),
        ("cancel_analysis", {"analysis": "0" * 32}, "This analysis does not exist, or it is not yours."),
        ("read_result", {"analysis": "0" * 32, "file": "../manifest.json"}, "does not exist"),
        ("run_correlation", {"dataset1": "0" * 32}, "upload"),
        ("run_correlation", {"parameters": {}}, "'dataset1' is a required property"),
        ("run_correlation", {"dataset1": "0" * 32, "parameters": {"alpha": 7}}, "Some parameters cannot be accepted."),
        ("run_correlation", {"dataset1": "0" * 32, "parameters": {"alpha": "0.01"}, "name": {"a": 1}}, "name: {'a': 1} is not of type"),
        ("run_correlation", {"dataset1": "0" * 32, "parameters": {"alpha": "0.01"}, "evil": 1}, "Additional properties are not allowed"),
        ("run_correlation", {"dataset1": "0" * 32, "parameters": {"alpha": 7}, "accept_warnings": "no"}, "accept_warnings: 'no' is not"),
        ("run_correlation", {"dataset1": "0" * 32, "parameters": [1]}, "parameters: [1] is not of type"),
        ("no_such_act", {}, "does not exist"),
    ],
)
def test_a_refusal_is_a_sentence(token, name, given, sentence):
    (answer,) = ask(token, (name, given))
    assert answer.is_error
    assert sentence in answer.structured_content["error"]


def test_parameters_are_refused_one_by_one_and_leave_nothing(token):
    (answer,) = ask(token, ("run_correlation", {"dataset1": "0" * 32, "parameters": {"alpha": 7, "colour": 1}}))
    assert answer.structured_content["fields"]["alpha"] == "Alpha must be a number, greater than 0 and at most 0.5."
    with reading() as session:
        assert session.exec(select(Study)).all() == []


def test_findings_of_the_check_come_back(token):
    answers = ask(
        token,
        ("upload_data", {"filename": "words.csv", "content": "just\nwords\n"}),
        ("run_correlation", {"dataset1": lambda seen: seen[0].structured_content["upload"]}),
    )
    assert answers[1].is_error
    assert answers[1].structured_content["findings"][0]["input"] == "dataset1"


def test_a_token_that_may_only_read_changes_nothing(token):
    reader = tokens.create("ada@example.org", "read")
    answers = ask(reader, ("list_tools", {}), ("upload_data", {"filename": "x.csv", "content": "x"}))
    assert not answers[0].is_error
    assert "lacks the scope 'submit'" in answers[1].structured_content["error"]


def test_a_far_offset_holds_little_in_memory():
    class Endless(io.StringIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> str:
            assert size is not None
            Endless.largest = max(Endless.largest, size)
            return super().read(size)

    text = Endless("x" * 200_000)
    _skip(text, 10**20)
    assert (text.read(1), Endless.largest) == ("", MOST_CHARACTERS)


def test_a_table_is_read_as_narrow_as_wished(token):
    found = {"analysis": lambda seen: seen[1].structured_content["id"], "file": "pairs.csv"}
    answers = ask(
        token,
        ("upload_data", {"filename": "genes.csv", "content": GENES}),
        ("run_correlation", {"dataset1": lambda seen: seen[0].structured_content["upload"], "name": "Mine"}),
        ("analysis_status", {"analysis": found["analysis"]}),
        ("read_result", found | {"filters": {"strongest": 2}}),
        ("read_result", found | {"filters": {"strongest": "few"}}),
        ("read_result", found | {"filters": {"strongest": 2}, "offset": FURTHEST + 1}),
        ("read_result", found | {"file": "r_within_1.csv", "filters": {"strongest": 2}}),
        before=lambda count, seen: finish(seen) if count == 2 else None,
    )
    told = [answer.structured_content for answer in answers]
    listed = {file["name"]: file for file in told[2]["files"]}
    assert [one["name"] for one in listed["pairs.csv"]["filters"]] == ["least_r", "feature", "strongest"]
    assert "filters" not in listed["r_within_1.csv"]
    assert (told[3]["rows"], told[3]["text"].count("\n"), told[3]["next_offset"]) == (2, 3, None)
    assert told[4]["fields"] == {"strongest": "Strongest: give a whole number."}
    assert "too far into a table" in told[5]["error"]
    assert told[6]["error"] == "r_within_1.csv has no filters."


def test_pieces_of_a_table_that_is_made_put_together_are_the_table():
    lines = ["name,r\n", *(f"µ{number},0.5\n" * 100 for number in range(200))]
    text, offset = "", 0
    while offset is not None:
        piece = piece_made((line.encode() for line in lines), offset)
        assert len(piece["text"]) <= MOST_CHARACTERS
        text, offset = text + piece["text"], piece["next_offset"]
    assert text == "".join(lines)
    assert len(text) > 2 * MOST_CHARACTERS


def test_others_see_nothing_of_it(token):
    create_account("eve@example.org", "a long enough passphrase", confirmed=True)
    answers = ask(
        token,
        ("upload_data", {"filename": "genes.csv", "content": GENES}),
        ("run_correlation", {"dataset1": lambda seen: seen[0].structured_content["upload"]}),
    )
    mine = answers[1].structured_content["id"]
    theirs = ask(
        tokens.create("eve@example.org", "submit"), ("analysis_status", {"analysis": mine}), ("cancel_analysis", {"analysis": mine})
    )
    assert {answer.structured_content["error"] for answer in theirs} == {"This analysis does not exist, or it is not yours."}
    acts.settle()
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.tag == "authz:denied")).all()
    assert {event.thing for event in events} == {"mcp analysis_status", "mcp cancel_analysis"}


def test_several_files_are_a_list_of_uploads(token, every_kind):
    sent = [
        ("upload_data", {"filename": name, "content": (DATA / name).read_text()})
        for name in ("samples.csv", "curve.dat", "first.dat", "second.dat")
    ]

    def upload(number: int) -> Callable[[list[Any]], str]:
        return lambda seen: seen[number].structured_content["upload"]

    one = {"table": upload(0), "curve": upload(1)}
    few, more = (lambda seen: [upload(2)(seen)]), (lambda seen: [upload(3)(seen), upload(2)(seen)])
    *_, refused, done = ask(token, *sent, ("run_every_kind", one | {"curves": few}), ("run_every_kind", one | {"curves": more}))
    assert refused.is_error
    assert done.structured_content["status"] == "queued"
    with reading() as session:
        inputs = session.exec(select(StudyInput).where(StudyInput.slot == "curves").order_by(col(StudyInput.position))).all()
    assert [item.filename for item in inputs] == ["second.dat", "first.dat"]
