"""Inputs that take several files, as programs use them: lists of uploads, findings of one file, archives with all of them in order."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from sciflask_reflex.jobs.actors import run_analysis
from tests.every_kind.sciflask_every_kind import DATA
from tests.sciflask_reflex.api.test_journey import upload

CURVE = b"1 2\n2 3\n3 4\n"


@pytest.fixture
def body(ask: Any, ada: Any, every_kind: Any) -> Any:
    """Return a function that makes the body of a new study, with these uploads for the lists."""

    def make(**lists: Any) -> dict[str, Any]:
        one = {
            slot: upload(ask, ada.submit, (DATA / name).read_bytes(), name)
            for slot, name in (("table", "samples.csv"), ("curve", "curve.dat"))
        }
        return {"tool": "every-kind", "name": f"Lists {len(lists)}", "inputs": one | lists}

    return make


def curves(ask: Any, ada: Any, *names: str) -> list[str]:
    return [upload(ask, ada.submit, CURVE + f"4 {number}\n".encode(), name) for number, name in enumerate(names)]


def test_a_list_is_kept_in_its_order(ask: Any, ada: Any, body: Any) -> None:
    made = ask(
        "POST", "/api/v1/studies", ada.submit, json=body(curves=curves(ask, ada, "b.dat", "a.dat", "c.dat")) | {"labels": {"curves": "x"}}
    )
    assert made.status_code == 201, made.text
    shown = ask("GET", f"/api/v1/studies/{made.json()['id']}", ada.submit).json()
    assert [(item["slot"], item["position"], item["filename"], item["label"]) for item in shown["inputs"]] == [
        ("table", 0, "samples.csv", ""), ("curve", 0, "curve.dat", ""),
        ("curves", 1, "b.dat", "x"), ("curves", 2, "a.dat", "x"), ("curves", 3, "c.dat", "x"),
    ]  # fmt: skip


def test_one_upload_alone_is_a_list_of_one(ask: Any, ada: Any, body: Any) -> None:
    made = ask("POST", "/api/v1/studies", ada.submit, json=body(notes=upload(ask, ada.submit, b"words\n", "n.txt")))
    assert made.status_code == 201, made.text
    shown = ask("GET", f"/api/v1/studies/{made.json()['id']}", ada.submit).json()
    assert [(item["filename"], item["position"]) for item in shown["inputs"] if item["slot"] == "notes"] == [("n.txt", 1)]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [(1, "Further curves takes 2 to 20 files, and there is 1."), (21, "Further curves takes 2 to 20 files, and there are 21.")],
)
def test_too_few_and_too_many_are_said(ask: Any, ada: Any, body: Any, count: int, sentence: str) -> None:
    answer = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=[f"{number:032x}" for number in range(count)]))
    assert (answer.status_code, answer.json()["fields"]) == (422, {"curves": sentence})


def test_no_files_are_none(ask: Any, ada: Any, body: Any) -> None:
    assert ask("POST", "/api/v1/studies", ada.submit, json=body(curves=[])).status_code == 201


def test_a_list_for_an_input_of_one_file_is_refused(ask: Any, ada: Any, body: Any) -> None:
    made = body()
    made["inputs"]["curve"] = [made["inputs"]["curve"]]
    answer = ask("POST", "/api/v1/studies", ada.submit, json=made)
    assert answer.json()["fields"] == {"curve": "Measured curve takes one file: send one upload, not a list."}


def test_one_upload_does_not_stand_twice_but_two_of_the_same_bytes_may(ask: Any, ada: Any, body: Any) -> None:
    (one,) = curves(ask, ada, "a.dat")
    answer = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=[one, one]))
    assert answer.json()["fields"] == {"curves": "The same upload stands twice. Upload the file again if you mean it."}
    again = curves(ask, ada, "a.dat")
    made = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=[one, *again]))
    assert made.status_code == 201, made.text
    assert any("the very same data" in item["message"] and item["input"] == "curves" for item in made.json()["findings"])


@pytest.mark.parametrize("given", [[1, 2], [["a"]], {"a": "b"}, [None], ["x" * 65], ["0" * 32] * 101])
def test_what_is_no_list_of_uploads_is_refused(ask: Any, ada: Any, body: Any, given: Any) -> None:
    answer = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=given))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_finding_names_the_file_among_ten(ask: Any, ada: Any, body: Any) -> None:
    good = curves(ask, ada, *(f"{letter}.dat" for letter in "abcdefghi"))
    bad = upload(ask, ada.submit, b"1 2\n2 x\n", "<script>.dat")
    answer = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=[*good[:6], bad, *good[6:]]))
    assert answer.status_code == 422
    faults = [item for item in answer.json()["findings"] if item["severity"] == "error"]
    assert {(item["input"], item["filename"], item["position"], item["row"]) for item in faults} == {("curves", "<script>.dat", 7, 2)} | {
        ("curves", "<script>.dat", 7, None)
    }


def test_somebody_elses_upload_in_a_list_does_not_exist(ask: Any, ada: Any, bob: Any, body: Any) -> None:
    theirs = upload(ask, bob.submit, CURVE, "theirs.dat")
    made = body(curves=[*curves(ask, ada, "mine.dat"), theirs])
    assert ask("POST", "/api/v1/studies", ada.submit, json=made).status_code == 404


def test_archives_hold_all_files_and_say_their_order(ask: Any, ada: Any, body: Any) -> None:
    made = ask("POST", "/api/v1/studies", ada.submit, json=body(curves=curves(ask, ada, "x.dat", "X.dat", "x.dat"))).json()
    run = ask(
        "POST", f"/api/v1/studies/{made['id']}/analyses", ada.submit, json={"name": "All", "parameters": {"only_words": "batch"}}
    ).json()
    run_analysis(run["id"])
    done = ask("GET", f"/api/v1/analyses/{run['id']}", ada.submit).json()
    assert (done["status"], done["metrics"]["curves"]) == ("done", 3)
    archive = ZipFile(io.BytesIO(ask("GET", f"/api/v1/analyses/{run['id']}/bundle.zip", ada.submit).content))
    names = ["inputs/x.dat", "inputs/curves.2_X.dat", "inputs/curves.3_x.dat"]
    assert json.loads(archive.read("parameters.json"))["inputs"] == {
        "table": "inputs/samples.csv",
        "curve": "inputs/curve.dat",
        "curves": names,
    }
    assert [archive.read(name) for name in names] == [CURVE + f"4 {number}\n".encode() for number in range(3)]
    assert "inputs/curves.2_X.dat  (curves, file 2)" in archive.read("README.txt").decode()
    manifest = json.loads(archive.read("manifest.json"))
    assert [(item["position"], item["filename"]) for item in manifest["inputs"] if item["slot"] == "curves"] == [
        (1, "x.dat"),
        (2, "X.dat"),
        (3, "x.dat"),
    ]
    taken = ZipFile(io.BytesIO(ask("GET", "/api/v1/me/export.zip", ada.cookie).content))
    assert len([name for name in taken.namelist() if "/files/" in name]) == 5


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"only_numbers": "batch"}, "A column of numbers takes columns of numbers of Samples, and 'batch' is none."),
        ({"only_words": "feature_1"}, "A column of words takes columns of words of Samples, and 'feature_1' is none."),
        ({"only_numbers": "nothing"}, "Samples has no column called 'nothing'."),
    ],
)
def test_columns_of_the_wrong_kind_are_refused(ask: Any, ada: Any, body: Any, given: Any, sentence: str) -> None:
    made = ask("POST", "/api/v1/studies", ada.submit, json=body()).json()
    answer = ask("POST", f"/api/v1/studies/{made['id']}/analyses", ada.submit, json={"parameters": given})
    assert (answer.status_code, answer.json()["fields"]) == (422, {next(iter(given)): sentence})


def test_the_document_says_lists(ask: Any, site: Any) -> None:
    schema = ask("GET", "/api/v1/openapi.json").json()["components"]["schemas"]["NewStudy"]["properties"]["inputs"]
    assert {one["type"] for one in schema["additionalProperties"]["anyOf"]} == {"string", "array"}
