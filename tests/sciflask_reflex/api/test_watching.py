"""What the people who run the site ask: is it well, what does it do, how is it used from programs."""

import time
from typing import Any

import pytest

from pipeline import tools
from sciflask_reflex import storage
from sciflask_reflex.api import health
from sciflask_reflex.db import engine
from sciflask_reflex.models import Analysis
from sciflask_reflex.settings import settings


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that there is a broker."""
    monkeypatch.setitem(health.PARTS, "broker", lambda: None)


def test_all_is_well(ask: Any, site: str, well: None) -> None:
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "failing": [], "parts": {"database": "ok", "broker": "ok", "disk": "ok"}},
    )


def test_a_missing_broker_is_named(ask: Any, site: str) -> None:
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["broker"])
    assert ask("GET", "/live").status_code == 200


def test_a_broken_database_is_named(ask: Any, sqlite: str, well: None) -> None:
    (settings().data_dir / "sciflask.db").write_bytes(b"no database" * 500)
    engine().dispose()
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["database"])
    assert ask("GET", "/live").status_code == 200


def test_a_full_disk_is_named(ask: Any, site: str, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "FREE_FLOOR_BYTES", 2**60)
    answer = ask("GET", "/health")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["disk"])
    assert "MiB are free" in answer.json()["parts"]["disk"]


def test_a_part_that_hangs_is_named_in_time(ask: Any, site: str, well: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SECONDS", 0.1)
    monkeypatch.setitem(health.PARTS, "disk", lambda: time.sleep(0.5))
    monkeypatch.setitem(health.PARTS, "broker", lambda: time.sleep(0.5))
    assert ask("GET", "/health").json()["failing"] == ["broker", "disk"]


def test_numbers(ask: Any, done: Analysis, waiting: Analysis) -> None:
    answer = ask("GET", "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert 'sciflask_analyses{status="done"} 1' in lines
    assert 'sciflask_analyses{status="queued"} 1' in lines
    assert 'sciflask_analyses{status="running"} 0' in lines
    assert 'sciflask_rows{table="study"} 1' in lines
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)
    assert waiting.owner_id not in answer.text


def test_parameters_in_the_openapi_document_are_the_tools(ask: Any, site: str) -> None:
    document = ask("GET", "/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]
    names = {part["$ref"].rsplit("/", 1)[-1] for part in schemas["NewAnalysis"]["properties"]["parameters"]["anyOf"]}
    assert names == {tool.model.__name__ for tool in tools().values() if tool.inputs}
    alpha = schemas["CorrelationParameters"]["properties"]["alpha"]
    assert (alpha["exclusiveMinimum"], alpha["maximum"]) == (0, 0.5)
    for operations in document["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_every_reference_in_the_openapi_document_leads_somewhere(ask: Any, site: str) -> None:
    document = ask("GET", "/api/v1/openapi.json").json()

    def references(part: Any) -> Any:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found = set(references(document))
    assert found
    assert found <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}


def test_the_documentation_needs_nobody_else(ask: Any, site: str) -> None:
    answer = ask("GET", "/api/v1/docs")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "<script" not in answer.text
    assert "src=" not in answer.text
    for path in ask("GET", "/api/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in answer.text


def test_tools_describe_themselves(ask: Any, site: str) -> None:
    listed = {tool["slug"] for tool in ask("GET", "/api/v1/tools").json()}
    assert listed == set(tools())
    shown = ask("GET", "/api/v1/tools/correlation").json()
    assert [slot["name"] for slot in shown["inputs"]] == ["dataset1", "dataset2"]
    assert ask("GET", "/api/v1/tools/none").status_code == 404


def test_the_files_of_an_example_are_sent_as_they_are(ask: Any, site: str) -> None:
    for tool in tools().values():
        for path in [path for example in tool.examples for path in example.files.values()]:
            answer = ask("GET", f"/api/v1/tools/{tool.slug}/examples/{path.name}")
            assert answer.content == path.read_bytes()
            assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["none/examples/genes.csv", "correlation/examples/tool.py", "correlation/examples/..%2Ftool.py"])
def test_no_other_file_is_an_example(ask: Any, site: str, path: str) -> None:
    assert ask("GET", f"/api/v1/tools/{path}").status_code == 404
