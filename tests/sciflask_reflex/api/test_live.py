"""Live tools over REST: the result and its files, the same limits and sentences as on the page, and nothing private anywhere."""

import io
import json
import zipfile

import pytest

from pipeline import tools
from pipeline.toolkit.execute import execute
from pipeline.toolkit.result import MANIFEST
from sciflask_reflex.instant import keeper as keeping
from sciflask_reflex.instant import service
from sciflask_reflex.instant.keeper import Keeper


@pytest.fixture
def live(site, monkeypatch):
    """A keeper of this test's own."""
    one = Keeper(2)
    monkeypatch.setattr(keeping, "keeper", lambda: one)
    monkeypatch.setattr(service, "keeper", lambda: one)
    yield one
    one.close()


def compute(ask, who, slug="smoothing", **body):
    return ask("POST", f"/api/v1/tools/{slug}/live", headers=who, json=body)


def test_a_result_with_its_files(live, ask, ada, tmp_path):
    answer = compute(ask, ada.submit, parameters={"sigma": 2.5}, seed=4)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["tool"], found["seed"], found["parameters"]) == ("smoothing", 4, {"sigma": 2.5, "points": 200, "noise": 0.3})
    manifest = execute(tools()["smoothing"], {}, {}, {"sigma": 2.5}, tmp_path, seed=4)
    assert [(file["name"], file["sha256"]) for file in found["files"]] == [(file["name"], file["sha256"]) for file in manifest["files"]]
    assert found["metrics"] == {name: metric["value"] for name, metric in manifest["metrics"].items()}
    for file in found["files"]:
        got = ask("GET", file["url"])
        assert (got.status_code, got.content) == (200, (tmp_path / file["name"]).read_bytes())
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["content-security-policy"].startswith("sandbox")
        assert got.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(ask("GET", found["bundle"]).content)) as archive:
        assert json.loads(archive.read(f"smoothing/{MANIFEST}")) == json.loads((tmp_path / MANIFEST).read_text())


def test_equal_wishes_are_computed_once(live, ask, ada):
    first, second = (compute(ask, ada.submit, parameters=given).json() for given in ({"sigma": 3}, {"sigma": "3.0", "points": 200}))
    assert first["bundle"] == second["bundle"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"parameters": {"sigma": 500}}, {"sigma"}),
        ({"parameters": {"sigma": "wide", "points": 1}}, {"sigma", "points"}),
        ({"parameters": {"other": 1}}, {"other"}),
        ({"seed": -1}, {"seed"}),
        ({"parameters": {"noise": "1" * 40_000}}, {"parameters"}),
        ({"parameters": [1]}, {"parameters"}),
        ({"nothing": 1}, {"nothing"}),
    ],
)
def test_what_cannot_be_accepted_gets_a_sentence(live, ask, ada, body, fields):
    answer = compute(ask, ada.submit, **body)
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == fields


def test_only_live_tools_are_computed_like_this(live, ask, ada):
    assert compute(ask, ada.submit, "correlation").status_code == 422
    assert compute(ask, ada.submit, "nothing").status_code == 404
    assert compute(ask, {}).status_code == 401
    assert compute(ask, ada.read).status_code == 403


def test_whoever_asks_too_often_is_told_when_to_come_back(live, ask, ada, configure, monkeypatch):
    configure(live_per_minute="1")
    monkeypatch.setattr(service, "_buckets", service.Buckets())
    answers = [compute(ask, ada.submit, parameters={"sigma": 1 + number / 10}) for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[-1].headers["retry-after"] == "2"
    assert compute(ask, ada.submit, parameters={"sigma": 1.0}).status_code == 200  # known already, and costs nothing


def test_a_closed_tool_is_closed_here_too(live, ask, ada, configure):
    configure(roles='{"user": {"tools": ["correlation"]}}')
    assert compute(ask, ada.submit).status_code == 403


@pytest.mark.parametrize(
    "path", ["0" * 32 + "/files/series.csv", "x/files/series.csv", "..%2f..%2f/files/series.csv", "0" * 32 + "/bundle.zip"]
)
def test_nothing_else_is_found(live, ask, path):
    assert ask("GET", f"/api/v1/tools/smoothing/live/{path}").status_code == 404


def test_the_document_knows_the_parameters(ask, site):
    schemas = ask("GET", "/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["LiveRequest"]["properties"]["parameters"]["anyOf"] == [{"$ref": "#/components/schemas/SmoothingParameters"}]
    assert {"$ref": "#/components/schemas/SmoothingParameters"} not in schemas["NewAnalysis"]["properties"]["parameters"]["anyOf"]


def test_a_table_of_stored_rows_is_downloaded_as_narrow_as_the_address_says(live, live_tools, ask, ada):
    found = compute(ask, ada.submit, "live-rows", parameters={"count": 9}).json()
    address = next(file["url"] for file in found["files"] if file["name"] == "numbers.csv")
    assert ask("GET", address).text == "number,kind\n" + "".join(f"{n},{('even', 'odd')[n % 2]}\n" for n in range(9, 0, -1))
    assert ask("GET", f"{address}?kind=odd&most=2").text == "number,kind\n9,odd\n7,odd\n"
    refused = ask("GET", f"{address}?kind=green&colour=red")
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"kind", "colour"})


def test_a_table_too_long_for_a_file_is_made_while_it_is_sent(live, live_tools, ask, ada):
    found = compute(ask, ada.submit, "live-rows", parameters={"count": 300_000}).json()
    (file,) = [file for file in found["files"] if file["name"] == "numbers.csv"]
    assert (file["bytes"], file["sha256"], file["made"]) == (None, None, True)
    lines = ask("GET", file["url"]).text.splitlines()
    assert (len(lines), lines[1], lines[-1]) == (300_001, "300000,even", "1,odd")
    assert ask("GET", file["url"].replace("numbers.csv", "other.csv")).status_code == 404
