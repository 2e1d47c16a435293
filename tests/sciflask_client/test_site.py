"""The client: what it sends, what it makes of refusals, and what it does when answers get lost. The running site is in tests/browser."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sciflask_client import AnalysisFailed, CheckRefused, Site, SiteError, link

Answer = httpx.Response | Exception


class Script:
    """Answers requests in turn, and remembers them."""

    def __init__(self, *answers: Answer | Callable[[httpx.Request], Answer]) -> None:
        self.answers, self.requests = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer: Any = self.answers.pop(0)
        answer = answer(request) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def site(self) -> Site:
        return Site("https://science.example/", token="sfk_x", transport=httpx.MockTransport(self))


@pytest.fixture(autouse=True)
def pauses(monkeypatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    return slept


def ok(**values: Any) -> httpx.Response:
    return httpx.Response(200, json=values)


def analysis(status: str = "done", **more: Any) -> dict[str, Any]:
    return {"id": "a", "name": "A", "status": status, "progress": {"stage": "", "fraction": 1.0}, "error": None} | more


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    return httpx.Response(status, json={"status": status, "detail": detail} | more, headers=headers)


def test_the_token_is_a_header_and_never_in_an_address():
    script = Script(ok(id="me"))
    with script.site() as site:
        site.me()
    (request,) = script.requests
    assert str(request.url) == "https://science.example/api/v1/me"
    assert request.headers["authorization"] == "Bearer sfk_x"


def test_from_files_to_a_finished_analysis(tmp_path):
    (tmp_path / "genes.csv").write_text("id,a\ns,1\n")
    script = Script(
        httpx.Response(201, json={"id": "u", "filename": "genes.csv", "bytes": 9, "sha256": "0" * 64, "new": 1}),
        httpx.Response(201, json={"id": "s", "findings": [{"severity": "note", "message": "m", "cure": "c", "input": "", "row": 1, "column": None}]}),
        httpx.Response(202, json={"id": "a", "status": "queued"}),
        ok(**analysis("queued")),
        httpx.Response(200, text=f"retry: 3000\n\nevent: analysis\ndata: {json.dumps(analysis('running'))}\n\n: still here\n\nevent: analysis\ndata: {json.dumps(analysis())}\n\n"),
        ok(**analysis(metrics={"tests": 3})),
    )  # fmt: skip
    seen = []
    with script.site() as site:
        done = site.run("correlation", {"dataset1": tmp_path / "genes.csv"}, alpha=0.01, on_progress=lambda one: seen.append(one.status))
    assert seen == ["running", "done"]
    assert done.metrics == {"tests": 3}
    assert json.loads(script.requests[1].content)["inputs"] == {"dataset1": "u"}
    assert json.loads(script.requests[2].content)["parameters"] == {"alpha": 0.01}
    assert len(script.requests[2].headers["idempotency-key"]) == 32


def test_a_refused_check_brings_its_findings():
    finding = {"severity": "error", "message": "Ragged.", "cure": "Mend it.", "input": "dataset1", "row": 3, "column": None, "more": 1}
    script = Script(
        httpx.Response(201, json={"id": "u", "filename": "d", "bytes": 1, "sha256": ""}), problem(422, "No.", findings=[finding])
    )
    with script.site() as site, pytest.raises(CheckRefused, match=r"No\.") as caught:
        site.study("correlation", {"dataset1": b"x"})
    assert caught.value.findings[0].row == 3


@pytest.mark.parametrize(
    ("answer", "sentence", "status"),
    [
        (problem(422, "Look again.", fields={"alpha": "Alpha must be small."}), "Look again. Alpha must be small.", 422),
        (problem(401, "Sign in."), "Sign in.", 401),
        (httpx.Response(502, text="<html>"), "The site answered with status 502.", 502),
        (httpx.Response(500, json=["odd"]), "The site answered with status 500.", 500),
    ],
)
def test_a_refusal_is_the_sites_own_sentence(answer, sentence, status):
    with Script(answer).site() as site, pytest.raises(SiteError) as caught:
        site.tools()
    assert (str(caught.value), caught.value.status) == (sentence, status)


def test_reading_is_tried_again_and_submitting_keeps_its_key(pauses):
    lost = httpx.ConnectError("no route")
    script = Script(lost, lost, httpx.Response(202, json={"id": "a", "status": "queued"}), lost, ok(**analysis("queued")))
    with script.site() as site:
        assert site.submit("s").status == "queued"
    keys = {request.headers.get("idempotency-key") for request in script.requests[:3]}
    assert len(keys) == 1
    assert pauses == [0.5, 1.0, 0.5]


def test_a_change_that_may_have_happened_is_not_sent_again():
    script = Script(httpx.ReadError("cut"))
    with script.site() as site, pytest.raises(SiteError, match="did not answer: cut"):
        site.delete_study("s")
    assert len(script.requests) == 1


def test_come_back_later_is_obeyed(pauses):
    script = Script(problem(429, "Too fast.", {"retry-after": "7"}), ok(id="me"))
    with script.site() as site:
        assert site.me() == {"id": "me"}
    assert pauses == [7.0]
    late = Script(problem(429, "Too fast.", {"retry-after": "600"}))
    with late.site() as site, pytest.raises(SiteError) as caught:
        site.me()
    assert caught.value.retry_after == 600


def test_in_the_end_it_gives_up(pauses):
    script = Script(*[httpx.ConnectError("no route")] * link.TRIES)
    with script.site() as site, pytest.raises(SiteError, match="no route"):
        site.me()
    assert len(pauses) == link.TRIES - 1


def test_a_stream_that_breaks_off_costs_nothing():
    script = Script(httpx.ReadTimeout("silent"), ok(**analysis("running")), httpx.Response(404), ok(**analysis()), ok(**analysis()))
    with script.site() as site:
        assert site.wait("a").status == "done"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_an_analysis_without_a_result_is_an_error_with_its_sentence(status):
    told = analysis(status, error="Too few samples.")
    with (
        Script(httpx.Response(200, text=f"event: analysis\ndata: {json.dumps(told)}\n\n")).site() as site,
        pytest.raises(AnalysisFailed) as caught,
    ):
        site.wait("a")
    assert str(caught.value) == "Too few samples."
    assert caught.value.analysis.status == status


def test_waiting_has_an_end(monkeypatch):
    clock = iter([0.0, 0.0, 0.0, 9.0, 9.0, 9.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    script = Script(httpx.Response(404), ok(**analysis("running")))
    with script.site() as site, pytest.raises(TimeoutError, match="goes on by itself"):
        site.wait("a", timeout=5)


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_files_arrive_whole_or_not_at_all(tmp_path):
    good, bad = b"a,b\n1,2\n", b"other"
    listed = analysis(files=[file("pairs.csv", good), file("p.csv", good)])
    script = Script(ok(**listed), httpx.Response(200, content=good), httpx.Response(200, content=bad))
    with script.site() as site:
        found = site.analysis("a")
        with pytest.raises(SiteError, match=r"p\.csv arrived damaged"):
            found.download(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]
        assert (tmp_path / "pairs.csv").read_bytes() == good
        with pytest.raises(SiteError, match="has no file nope"):
            found.download(tmp_path, "nope")


@pytest.mark.parametrize("name", ["../evil", "a/b", "..", ""])
def test_a_site_cannot_write_elsewhere(tmp_path, name):
    with Script(ok(**analysis(files=[file(name, b"x")]))).site() as site, pytest.raises(SiteError, match="a file name that is none"):
        site.analysis("a").download(tmp_path / "in")
    assert list(tmp_path.rglob("*")) == [tmp_path / "in"]


def test_several_files_of_one_input_are_sent_one_by_one_and_named_in_order(tmp_path):
    for name in ("b.dat", "a.dat"):
        (tmp_path / name).write_text(name)
    uploads = [httpx.Response(201, json={"id": name, "filename": name, "bytes": 5, "sha256": "0" * 64}) for name in ("u1", "u2", "u3")]
    finding = {"severity": "note", "message": "m", "cure": "", "input": "curves", "filename": "a.dat", "position": 3}
    script = Script(*uploads, httpx.Response(201, json={"id": "s", "findings": [finding]}))
    with script.site() as site:
        known = site.upload(b"1 2", "known.dat")
        study = site.study("compare", {"curves": [tmp_path / "b.dat", known, str(tmp_path / "a.dat")], "curve": known})
    assert json.loads(script.requests[3].content)["inputs"] == {"curves": ["u2", "u1", "u3"], "curve": "u1"}
    assert (study.findings[0].filename, study.findings[0].position) == ("a.dat", 3)


def test_a_live_tool_is_computed_and_its_files_come_from_this_site(tmp_path):
    content = b"place,true\n0,0\n"
    file = {
        "name": "series.csv", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media_type": "text/csv", "title": "Series",
        "url": "http://known.by.another.name/api/v1/tools/smoothing/live/k/files/series.csv",
    }  # fmt: skip
    found = {"tool": "smoothing", "parameters": {"sigma": 2.5}, "seed": 4, "metrics": {"points": 200}, "files": [file], "bundle": "b"}
    script = Script(ok(**found), httpx.Response(200, content=content), httpx.Response(200, content=content))
    with script.site() as site:
        computed = site.compute("smoothing", seed=4, sigma=2.5)
        assert computed.read("series.csv") == content
        assert computed.download(tmp_path)[0].read_bytes() == content
        with pytest.raises(SiteError, match="no file other"):
            computed.read("other")
    assert json.loads(script.requests[0].content) == {"parameters": {"sigma": 2.5}, "seed": 4}
    assert (computed.metrics, computed.parameters) == ({"points": 200}, {"sigma": 2.5})
    assert {str(request.url) for request in script.requests[1:]} == {
        "https://science.example/api/v1/tools/smoothing/live/k/files/series.csv"
    }


MADE = {"name": "pairs.csv", "bytes": None, "sha256": None, "media_type": "text/csv", "made": True}


def rows(count: int, promised: int) -> httpx.Response:
    return httpx.Response(200, content=b"a,b\n" + b"1,2\n" * count, headers={"x-sciflask-rows": str(promised)})


def test_a_table_that_is_made_comes_when_it_is_named_and_as_narrow_as_wished(tmp_path):
    listed = analysis(files=[MADE, file("p.csv", b"x")])
    script = Script(ok(**listed), httpx.Response(200, content=b"x"), rows(3, 3), rows(2, 2))
    with script.site() as site:
        found = site.analysis("a")
        assert [path.name for path in found.download(tmp_path)] == ["p.csv"]
        (path,) = found.download(tmp_path, "pairs.csv", least_r=0.8, feature="a&b", strongest=3)
        assert path.read_bytes().count(b"1,2") == 3
        assert found.read("pairs.csv", strongest=2).count(b"1,2") == 2
    assert dict(script.requests[2].url.params) == {"least_r": "0.8", "feature": "a&b", "strongest": "3"}
    assert dict(script.requests[3].url.params) == {"strongest": "2"}


def test_filters_of_a_stored_file_are_not_held_against_its_digest(tmp_path):
    script = Script(ok(**analysis(files=[file("pairs.csv", b"everything")])), rows(1, 1))
    with script.site() as site:
        site.analysis("a").download(tmp_path, "pairs.csv", least_r=0.9)
    assert (tmp_path / "pairs.csv").read_bytes() == b"a,b\n1,2\n"


def test_a_table_that_is_cut_short_is_not_kept(tmp_path):
    cut_short = pytest.raises(SiteError, match=r"pairs\.csv arrived cut short: with 2 of 3 rows")
    with Script(ok(**analysis(files=[MADE])), rows(2, 3)).site() as site, cut_short:
        site.analysis("a").download(tmp_path, "pairs.csv")
    assert list(tmp_path.iterdir()) == []


def test_filters_want_a_name(tmp_path):
    with Script(ok(**analysis(files=[MADE]))).site() as site, pytest.raises(ValueError, match="Name the table"):
        site.analysis("a").download(tmp_path, least_r=0.5)


def test_what_the_filters_cannot_do_is_said_by_the_site(tmp_path):
    refusal = problem(422, "Some fields need another look.", fields={"least_r": "Least |r|: give a number from 0 to 1."})
    refuses = pytest.raises(SiteError, match="give a number from 0 to 1")
    with Script(ok(**analysis(files=[MADE])), refusal).site() as site, refuses as refused:
        site.analysis("a").download(tmp_path, "pairs.csv", least_r=7)
    assert (refused.value.status, list(tmp_path.iterdir())) == (422, [])


def test_everything_does_not_pass_for_what_filters_leave(tmp_path):
    script = Script(ok(**analysis(files=[file("all.csv", b"everything")])), *[httpx.Response(200, content=b"everything")] * 2)
    with script.site() as site:
        found = site.analysis("a")
        with pytest.raises(SiteError, match=r"all\.csv has no filters"):
            found.download(tmp_path, "all.csv", least_r=0.9)
        with pytest.raises(SiteError, match=r"all\.csv has no filters"):
            found.read("all.csv", least_r=0.9)
    assert list(tmp_path.iterdir()) == []
