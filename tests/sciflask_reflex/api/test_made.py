"""CSV that is made while it is sent: the rows that the address asks for, to those who may see them, a few at once."""

import asyncio
import io
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import anyio
import httpx
import pandas as pd
import pytest
from sqlmodel import select
from starlette.requests import ClientDisconnect, Request

from pipeline.correlation import pairtable
from pipeline.correlation.pairtable import PairTable
from sciflask_reflex import links, storage
from sciflask_reflex.api import made as api_made
from sciflask_reflex.api import takeout
from sciflask_reflex.api.made import Made, made_csv
from sciflask_reflex.db import reading
from sciflask_reflex.errors import TooOften
from sciflask_reflex.http.slots import TABLE_NETWORKS, TABLES, place_for_table
from sciflask_reflex.identity import acts
from sciflask_reflex.models import Analysis, AuditEvent
from sciflask_reflex.shares import service as shares
from tests.sciflask_reflex.analyses.conftest import stored_pairs, with_pairs  # noqa: F401 - fixtures

HEADER = b"feature_1,feature_2,r,p,p_corrected,n\n"


@pytest.fixture
def made(ada: Any, with_pairs: Callable[..., Analysis]) -> Analysis:  # noqa: F811 - the fixture
    """Return a finished analysis of Ada's whose pairs have no file of CSV."""
    return with_pairs(ada.owner_id, made=True)


@pytest.fixture
def written(ada: Any, with_pairs: Callable[..., Analysis]) -> Analysis:  # noqa: F811 - the fixture
    """Return a finished analysis of Ada's whose pairs have one."""
    return with_pairs(ada.owner_id)


def table(row: Analysis) -> PairTable:
    return PairTable.open(storage.result_folder(row.id, 1), "pairs")


def address(row: Analysis, query: str = "") -> str:
    return f"/api/v1/analyses/{row.id}/files/pairs.csv{query}"


def rows_in(answer: httpx.Response) -> pd.DataFrame:
    assert answer.status_code == 200, answer.text
    return pd.read_csv(io.BytesIO(answer.content))


def test_it_is_listed_without_size_and_digest(ask: Any, ada: Any, made: Analysis) -> None:
    listed = {item["name"]: item for item in ask("GET", f"/api/v1/analyses/{made.id}/files", ada.read).json()}
    assert listed["pairs.csv"] | {"title": ""} == {
        "name": "pairs.csv", "bytes": None, "sha256": None, "media_type": "text/csv", "title": "", "made": True,
    }  # fmt: skip
    assert listed["pairs.r.npy"]["bytes"] == 780 * 8 + 128
    assert listed["pairs.r.npy"]["made"] is False
    outputs = ask("GET", f"/api/v1/analyses/{made.id}", ada.read).json()["outputs"]
    assert [one["name"] for one in outputs[0]["filters"]] == ["least_r", "feature", "strongest"]


def test_all_rows_are_those_that_a_file_would_have(ask: Any, ada: Any, made: Analysis, written: Analysis, monkeypatch: Any) -> None:
    monkeypatch.setattr(pairtable, "PIECE_ROWS", 64)
    got = ask("GET", address(made), ada.read)
    assert got.content == storage.result_file(written.id, 1, "pairs.csv").read_bytes() == ask("GET", address(written), ada.read).content
    assert got.headers["x-sciflask-rows"] == "780"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''pairs.csv"
    assert got.headers["cache-control"] == "private, no-store"
    assert "sandbox" in got.headers["content-security-policy"]
    assert got.headers["accept-ranges"] == "none"
    assert not {"etag", "content-length"} & set(got.headers)


@pytest.mark.parametrize("stored", [True, False], ids=["a file is there", "no file is there"])
def test_filters_narrow_it(ask: Any, ada: Any, made: Analysis, written: Analysis, *, stored: bool) -> None:
    row = written if stored else made
    got = rows_in(ask("GET", address(row, "?feature=TP53&least_r=0.2&strongest=3"), ada.read))
    expected = table(row).read(0, 99, {"feature": "TP53", "least_r": 0.2, "strongest": 3})
    assert got["r"].tolist() == expected["r"].tolist()
    assert len(got) == 3
    everything = rows_in(ask("GET", address(row, "?least_r=&feature="), ada.read))
    assert len(everything) == 780


def test_what_cannot_be_wished_is_a_problem_document(ask: Any, ada: Any, made: Analysis) -> None:
    got = ask("GET", address(made, "?least_r=2&feature=nobody&strongest=few&colour=red"), ada.read)
    assert (got.status_code, got.headers["content-type"]) == (422, "application/problem+json")
    assert got.json()["fields"] == {
        "least_r": "Least |r|: give a number from 0 to 1.",
        "feature": "Feature: there is no 'nobody' among these rows.",
        "strongest": "Strongest: give a whole number.",
        "colour": "There is no filter 'colour'. There are: least_r, feature, strongest.",
    }


def test_a_look_at_the_head_makes_nothing(ask: Any, ada: Any, made: Analysis, monkeypatch: Any) -> None:
    monkeypatch.setattr(PairTable, "csv", lambda *_: pytest.fail("rows were made"))
    got = ask("HEAD", address(made, "?strongest=5"), ada.read)
    assert (got.status_code, got.content, got.headers["x-sciflask-rows"]) == (200, b"", "5")
    assert "content-length" not in got.headers


def test_only_the_owner_has_it(ask: Any, ada: Any, bob: Any, made: Analysis) -> None:
    assert ask("GET", address(made, "?strongest=5"), bob.read).status_code == 404
    assert ask("GET", address(made), None).status_code == 401


def test_a_private_link_leads_to_it_with_its_filters(ask: Any, ada: Any, made: Analysis) -> None:
    token = links.token_of(shares.create(made.id, owner_id=ada.owner_id).id)
    assert len(rows_in(ask("GET", f"/r/{token}/files/pairs.csv?strongest=4"))) == 4
    refused = ask("GET", f"/r/{token}/files/pairs.csv?strongest=none")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert ask("GET", f"/r/{'0' * 43}/files/pairs.csv?strongest=4").status_code == 404


def test_what_is_damaged_is_not_sent(ask: Any, ada: Any, made: Analysis) -> None:
    path = storage.result_file(made.id, 1, "pairs.r.npy")
    path.write_bytes(path.read_bytes()[:-8])
    got = ask("GET", address(made), ada.read)
    assert got.status_code == 503
    assert "pairs.r.npy was damaged or lost" in got.json()["detail"]


def test_somebody_has_few_at_once_and_others_are_not_in_the_way(ask: Any, ada: Any, bob: Any, made: Analysis) -> None:
    with TABLES.take(ada.owner_id), TABLES.take(ada.owner_id):
        assert ask("GET", address(made), ada.read).status_code == 200
        with TABLES.take(ada.owner_id):
            got = ask("GET", address(made), ada.read)
            assert (got.status_code, got.headers["retry-after"]) == (429, "5")
            token = links.token_of(shares.create(made.id, owner_id=ada.owner_id).id)
            assert ask("GET", f"/r/{token}/files/pairs.csv").status_code == 200, "a visitor counts for their own network"
    assert TABLES.taken == 0


def _scope() -> dict[str, Any]:
    return {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "asgi": {"spec_version": "2.4"}}


def test_a_piece_is_made_when_the_one_before_has_left(made: Analysis, monkeypatch: Any) -> None:
    monkeypatch.setattr(pairtable, "PIECE_ROWS", 100)
    rows, reads = table(made), list[int]()
    page = rows.page
    monkeypatch.setattr(rows, "page", lambda *place: reads.append(place[0]) or page(*place))
    seen: list[tuple[int, int]] = []

    async def go() -> None:
        async def send(message: dict[str, Any]) -> None:
            seen.append((len(reads), len(message.get("body", b""))))
            await anyio.sleep(0.02)  # a slow line: whoever made ahead would have more reads

        async def receive() -> dict[str, Any]:
            await anyio.sleep_forever()
            return {}

        await Made(rows.csv(), {}, "pairs.csv", "ada")(_scope(), receive, send)  # pyright: ignore[reportArgumentType]

    asyncio.run(go())
    assert [count for count, _ in seen] == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert max(size for _, size in seen) < 20_000
    assert TABLES.taken == 0


def test_whoever_goes_away_gives_up_the_place(made: Analysis, monkeypatch: Any) -> None:
    monkeypatch.setattr(pairtable, "PIECE_ROWS", 10)
    rows, sent = table(made), list[int]()

    async def go() -> None:
        async def send(message: dict[str, Any]) -> None:
            sent.append(TABLES.taken)
            if len(sent) > 3:
                raise OSError

        async def receive() -> dict[str, Any]:
            await anyio.sleep_forever()
            return {}

        with pytest.raises(ClientDisconnect):
            await Made(rows.csv(), {}, "pairs.csv", "ada")(_scope(), receive, send)  # pyright: ignore[reportArgumentType]

    asyncio.run(go())
    assert sent == [1, 1, 1, 1]
    assert TABLES.taken == 0


@pytest.mark.parametrize("spec", ["2.3", "2.4"])
def test_whoever_takes_nothing_gives_up_the_place(made: Analysis, monkeypatch: Any, spec: str) -> None:
    monkeypatch.setattr(api_made, "IDLE_SECONDS", 0.05)

    async def go() -> None:
        async def stuck(*_: Any) -> Any:
            await anyio.sleep_forever()

        with pytest.raises(ClientDisconnect):
            await Made(table(made).csv(), {}, "pairs.csv", "ada")(_scope() | {"asgi": {"spec_version": spec}}, stuck, stuck)

    asyncio.run(asyncio.wait_for(go(), 10))
    assert TABLES.taken == 0


def test_what_is_large_leaves_a_little_at_a_time_and_a_part_without_rows_ends_nothing(made: Analysis) -> None:
    sent: list[bytes] = []

    async def go() -> None:
        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b""))

        pieces = iter([b"a\n", b"", b"b" * 100_000])
        await Made(pieces, {}, "rows.csv", "ada")(_scope(), anyio.sleep_forever, send)  # pyright: ignore[reportArgumentType]

    asyncio.run(go())
    assert b"".join(sent) == b"a\n" + b"b" * 100_000
    assert max(map(len, sent)) == 65_536


def test_guests_behind_one_address_do_not_take_every_place(ask: Any, ada: Any, made: Analysis) -> None:
    with ExitStack() as places:
        for number in range(8):
            places.enter_context(place_for_table(f"guest {number}", "testclient"))
        with pytest.raises(TooOften):
            places.enter_context(place_for_table("one more", "testclient"))
        places.enter_context(place_for_table("somebody", "192.0.2.1"))
    assert TABLES.taken == TABLE_NETWORKS.taken == 0


def test_who_has_every_place_counts_no_more_rows(ask: Any, ada: Any, made: Analysis, monkeypatch: Any) -> None:
    monkeypatch.setattr(PairTable, "count", lambda *_: pytest.fail("rows were counted"))
    with TABLES.take(ada.owner_id), TABLES.take(ada.owner_id), TABLES.take(ada.owner_id):
        assert ask("HEAD", address(made, "?feature=TP53"), ada.read).status_code == 429


def test_what_is_made_is_written_down_whatever_range_is_asked_for(ask: Any, ada: Any, made: Analysis) -> None:
    assert ask("GET", address(made), ada.read | {"range": "bytes=1-"}).status_code == 200
    acts.settle()
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.tag == "file:download")).all()
    assert [event.thing for event in events] == [f"analysis:{made.id}"]


def test_the_archive_holds_what_is_stored_and_says_what_is_made(ask: Any, ada: Any, made: Analysis) -> None:
    got = ask("GET", f"/api/v1/analyses/{made.id}/bundle.zip", ada.read)
    with zipfile.ZipFile(io.BytesIO(got.content)) as archive:
        names = archive.namelist()
        text = " ".join(archive.read("README.txt").decode().split())
    assert "results/pairs.csv" not in names
    assert {"results/pairs.r.npy", "results/pairs.names.json"} <= set(names)
    assert "Not here: pairs.csv." in text
    assert "sciflask csv . pairs -o pairs.csv" in text


def test_everything_that_is_kept_of_somebody_has_the_packed_files(ada: Any, made: Analysis) -> None:
    content = b"".join(takeout.takeout(ada.owner_id, "Site"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert "packed" in archive.read("README.txt").decode()
    assert any(name.endswith("/pairs.r.npy") for name in names)
    assert not any(name.endswith("/pairs.csv") for name in names)
    assert "MISSING.txt" not in names


def test_an_answer_is_made_of_a_request(made: Analysis) -> None:
    answer = made_csv(Request(_scope() | {"query_string": b"least_r=0.5"}), table(made), "pairs.csv", who="ada")
    assert answer.headers["x-sciflask-rows"] == str(table(made).count({"least_r": 0.5}))


def test_a_result_that_is_deleted_meanwhile_ends_without_an_end_and_is_no_fault(
    ask: Any, ada: Any, made: Analysis, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pairtable, "PIECE_ROWS", 10)
    csv = PairTable.csv

    def interrupted(self: PairTable, wish: Any) -> Any:
        pieces = csv(self, wish)
        yield next(pieces)
        storage.discard(storage.analysis_folder(made.id))
        yield from pieces

    monkeypatch.setattr(PairTable, "csv", interrupted)
    faults: list[Any] = []
    monkeypatch.setattr("sciflask_reflex.api.problems.record_soon", lambda *what: faults.append(what))
    ask("GET", address(made), ada.read)
    assert faults == []
    assert TABLES.taken == 0
