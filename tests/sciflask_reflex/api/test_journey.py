"""From a file to a queued analysis, as a program does it."""

from pathlib import Path
from typing import Any

import pytest

from tests.factories import small_table

TEXT = {"content-type": "application/json"}


def upload(ask: Any, who: dict[str, str], data: bytes, name: str = "genes.csv") -> str:
    """Send a file and return its id."""
    answer = ask("POST", "/api/v1/uploads", who, files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def study_of(name: str, inputs: dict[str, str], **more: Any) -> dict[str, Any]:
    """Return the body that makes a study."""
    return {"tool": "correlation", "name": name, "inputs": inputs, "labels": dict.fromkeys(inputs, "genes")} | more


@pytest.mark.parametrize("role", ["token", "cookie", "guest"])
def test_from_a_file_to_the_queue(ask: Any, ada: Any, guest: dict[str, str], role: str) -> None:
    who = {"token": ada.submit, "cookie": ada.cookie, "guest": guest}[role]
    inputs = {"dataset1": upload(ask, who, small_table()), "dataset2": upload(ask, who, small_table(), "more.csv")}
    made = ask("POST", "/api/v1/studies", who, json=study_of("Mice", inputs, accept_warnings=True))
    assert made.status_code == 201, made.text
    study = made.json()["id"]
    shown = ask("GET", f"/api/v1/studies/{study}", who).json()
    assert shown["name"] == "Mice"
    assert {item["slot"]: item["filename"] for item in shown["inputs"]} == {"dataset1": "genes.csv", "dataset2": "more.csv"}
    assert [item["id"] for item in ask("GET", "/api/v1/studies", who).json()] == [study]
    submitted = ask("POST", f"/api/v1/studies/{study}/analyses", who, json={"name": "First look", "parameters": {"alpha": 0.01}})
    assert submitted.status_code == 202, submitted.text
    analysis = ask("GET", f"/api/v1/analyses/{submitted.json()['id']}", who).json()
    assert (analysis["study"], analysis["status"], analysis["parameters"]["alpha"]) == (study, "queued", 0.01)
    assert ask("DELETE", f"/api/v1/studies/{study}", who).status_code == 204
    assert ask("GET", f"/api/v1/analyses/{analysis['id']}", who).status_code == 404


def test_faults_come_back_as_findings(ask: Any, ada: Any) -> None:
    broken = upload(ask, ada.submit, b"sample,a,b\ns1,1,2\ns1,3,oops\n")
    answer = ask("POST", "/api/v1/studies", ada.submit, json=study_of("Broken", {"dataset1": broken}))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    findings = answer.json()["findings"]
    assert findings
    assert all({"severity", "input", "row", "column", "message", "cure"} <= set(item) for item in findings)
    assert any(item["severity"] == "error" and item["input"] == "dataset1" for item in findings)
    assert ask("GET", "/api/v1/studies", ada.submit).json() == []


def test_somebody_elses_upload_does_not_exist(ask: Any, ada: Any, bob: Any) -> None:
    mine = upload(ask, ada.submit, small_table())
    answer = ask("POST", "/api/v1/studies", bob.submit, json=study_of("Theirs", {"dataset1": mine}))
    assert answer.status_code in (404, 422)
    kept = ask("POST", "/api/v1/studies", ada.submit, json=study_of("Mine", {"dataset1": mine}, accept_warnings=True))
    assert kept.status_code == 201, kept.text


@pytest.mark.parametrize(
    "inputs", [{"dataset1": "http://169.254.169.254/"}, {"dataset1": "file:///etc/passwd"}, {"dataset1": "../x"}, {"other": "0" * 32}, {}]
)
def test_inputs_are_uploads_and_nothing_else(ask: Any, ada: Any, inputs: dict[str, str]) -> None:
    answer = ask("POST", "/api/v1/studies", ada.submit, json=study_of("Odd", inputs))
    assert answer.status_code in (404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_tool(ask: Any, ada: Any) -> None:
    body = study_of("Odd", {"dataset1": "0" * 32}) | {"tool": "nothing"}
    assert ask("POST", "/api/v1/studies", ada.submit, json=body).status_code in (404, 422)


def test_the_example_data_of_the_repository(ask: Any, ada: Any) -> None:
    folder = Path(__file__).parents[3] / "pipeline" / "correlation" / "example"
    files = sorted(folder.glob("*.csv"))
    assert files
    inputs = {f"dataset{number}": upload(ask, ada.submit, path.read_bytes(), path.name) for number, path in enumerate(files[:2], 1)}
    made = ask("POST", "/api/v1/studies", ada.submit, json=study_of("Example", inputs, accept_warnings=True))
    assert made.status_code == 201, made.text


FILES = {"table": "samples.csv", "curve": "curve.dat", "log": "run.log", "files": "parts.zip"}


def test_files_of_every_kind_become_a_study(ask: Any, ada: Any, every_kind: Any) -> None:
    described = ask("GET", "/api/v1/tools/every-kind", {}).json()
    assert [(item["name"], item["kind"], item["required"]) for item in described["inputs"]] == [
        ("table", "sample_table", True), ("curve", "curve_table", True), ("log", "text_file", False), ("files", "archive", False),
        ("curves", "curve_table", False), ("notes", "text_file", False),
    ]  # fmt: skip
    assert [(item["repeated"], item["at_least"], item["at_most"]) for item in described["inputs"][3:5]] == [(False, 1, 1), (True, 2, 20)]
    samples = {slot: ask("GET", f"/api/v1/tools/every-kind/examples/{name}", {}) for slot, name in FILES.items()}
    assert samples["files"].content == every_kind.examples[0].files["files"].read_bytes()
    inputs = {slot: upload(ask, ada.submit, samples[slot].content, name) for slot, name in FILES.items()}
    made = ask("POST", "/api/v1/studies", ada.submit, json={"tool": "every-kind", "name": "All", "inputs": inputs})
    assert made.status_code == 201, made.text
    shown = ask("GET", f"/api/v1/studies/{made.json()['id']}", ada.submit).json()
    assert {item["slot"]: (item["filename"], item["facts"].get("rows")) for item in shown["inputs"]} == {
        "table": ("samples.csv", 20), "curve": ("curve.dat", 40), "log": ("run.log", 3), "files": ("parts.zip", 2),
    }  # fmt: skip


def test_what_is_wrong_with_a_file_of_another_kind_is_said_of_its_input(ask: Any, ada: Any, every_kind: Any) -> None:
    bad = {"table": (b"no table", "a.csv"), "curve": (b"1 2\n3\n", "c.dat"), "files": (b"no zip", "p.zip")}
    inputs = {slot: upload(ask, ada.submit, *sent) for slot, sent in bad.items()}
    refused = ask("POST", "/api/v1/studies", ada.submit, json={"tool": "every-kind", "name": "Bad", "inputs": inputs})
    assert refused.status_code == 422
    assert {finding["input"] for finding in refused.json()["findings"] if finding["severity"] == "error"} == set(bad)
