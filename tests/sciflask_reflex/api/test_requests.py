"""Requests that are not as they should be get a sentence and a true status; nothing is done."""

from typing import Any

import pytest

from sciflask_reflex.analyses import service
from sciflask_reflex.models import Analysis, Study


def problem(answer: Any, status: int) -> dict[str, Any]:
    """Assert a problem document and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def test_unknown_address_and_method(ask: Any, site: str) -> None:
    assert problem(ask("GET", "/api/v1/nothing"), 404)["detail"] == "There is nothing here."
    assert problem(ask("PUT", "/api/v1/tools"), 405)["title"] == "Method Not Allowed"
    assert ask("PUT", "/api/v1/studies/x").headers["allow"] == "DELETE, GET"
    assert ask("PUT", "/api/v1/analyses/x/files/y").headers["allow"] == "GET, HEAD"
    assert ask("POST", "/api/v1/docs").headers["allow"] == "GET"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_only_json_is_taken(ask: Any, ada: Any, study: Study, kind: str) -> None:
    for path in ("/api/v1/studies", f"/api/v1/studies/{study.id}/analyses"):
        problem(ask("POST", path, ada.cookie | {"content-type": kind}, content=b'{"name": "x"}'), 415)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"name": 1}', b'{"name": "x", "owner_id": "y"}', b'{"name": "x", "parameters": []}', b'{"name": "x", "parameters": {"alpha": NaN}}', b"[" * 5000],
)  # fmt: skip
def test_bodies_of_the_wrong_form(ask: Any, ada: Any, study: Study, body: bytes) -> None:
    headers = ada.submit | {"content-type": "application/json"}
    problem(ask("POST", f"/api/v1/studies/{study.id}/analyses", headers, content=body), 400 if body.startswith(b"[[") else 422)
    assert service.list_for(ada.owner_id) == []


def test_values_are_not_repeated(ask: Any, ada: Any, study: Study) -> None:
    answer = ask("POST", "/api/v1/studies", ada.submit, json={"tool": "correlation", "name": "x", "inputs": {}, "password": "hunter2"})
    document = problem(answer, 422)
    assert "password" in document["fields"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize(
    "parameters", [{"alpha": 0}, {"alpha": 1}, {"alpha": "much"}, {"feature_count": 1}, {"feature_count": True}, {"output_folder": "/"}]
)
def test_parameters_out_of_bounds(ask: Any, ada: Any, study: Study, parameters: dict[str, Any]) -> None:
    answer = ask("POST", f"/api/v1/studies/{study.id}/analyses", ada.submit, json={"name": "x", "parameters": parameters})
    document = problem(answer, 422)
    assert list(document["fields"]) == list(parameters)


@pytest.mark.parametrize("key", ["", "x" * 101, "a\tb"])
def test_idempotency_key_of_the_wrong_form(ask: Any, ada: Any, study: Study, key: str) -> None:
    problem(ask("POST", f"/api/v1/studies/{study.id}/analyses", ada.submit | {"idempotency-key": key}, json={"name": "x"}), 422)


def test_the_same_key_is_the_same_analysis(ask: Any, ada: Any, study: Study) -> None:
    headers = ada.submit | {"idempotency-key": "run-1"}
    first, second = (ask("POST", f"/api/v1/studies/{study.id}/analyses", headers, json={"name": "x"}) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json() == {"id": first.json()["id"], "status": "queued"}
    assert first.headers["location"] == f"/api/v1/analyses/{first.json()['id']}"
    without = ask("POST", f"/api/v1/studies/{study.id}/analyses", ada.submit, json={"name": "x"})
    assert without.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("limit", ["0", "-1", "1000000000", "x"])
def test_lists_are_capped(ask: Any, ada: Any, limit: str) -> None:
    problem(ask("GET", f"/api/v1/analyses?limit={limit}", ada.submit), 422)


def test_a_waiting_analysis_is_cancelled_and_deleted(ask: Any, ada: Any, waiting: Analysis) -> None:
    shown = ask("GET", f"/api/v1/analyses/{waiting.id}", ada.submit).json()
    assert shown["status"] == "queued"
    assert (shown["queue_position"], shown["eta_seconds"]) == (1, None)
    assert shown["progress"] == {"stage": "", "fraction": 0.0}
    assert ask("POST", f"/api/v1/analyses/{waiting.id}/cancel", ada.submit).json()["status"] == "cancelled"
    assert ask("POST", f"/api/v1/analyses/{waiting.id}/cancel", ada.submit).json()["status"] == "cancelled"
    assert ask("DELETE", f"/api/v1/analyses/{waiting.id}", ada.submit).status_code == 204
    problem(ask("DELETE", f"/api/v1/analyses/{waiting.id}", ada.submit), 404)


def test_a_finished_analysis_shows_its_result(ask: Any, ada: Any, done: Analysis) -> None:
    shown = ask("GET", f"/api/v1/analyses/{done.id}", ada.submit).json()
    assert {"id", "study", "name", "status", "attempt", "progress", "queue_position", "error", "metrics", "outputs", "files"} <= set(shown)
    assert (shown["status"], shown["study"], shown["metrics"], shown["queue_position"]) == ("done", done.study_id, {"tests": 190}, None)
    assert [item["name"] for item in shown["outputs"]] == ["pairs"]
    assert [item["name"] for item in ask("GET", "/api/v1/analyses", ada.submit).json()] == ["First look"]


def test_our_own_fault_is_told_without_details(ask: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        message = "secret detail"
        raise KeyError(message)

    monkeypatch.setattr(service, "get", broken)
    answer = ask("GET", "/api/v1/analyses/x", ada.submit)
    assert "secret" not in answer.text
    problem(answer, 500)
