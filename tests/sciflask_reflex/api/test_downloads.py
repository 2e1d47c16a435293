"""Files and archives: only to their owner, as they were stored, resumable, never run on our origin."""

import hashlib
import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.api.names import safe_name, unique_names
from sciflask_reflex.models import Analysis, Study
from sciflask_reflex.settings import MIB

CSV = b"feature_1,feature_2\na,b\n"


def file_of(row: Analysis, name: str = "pairs.csv") -> str:
    """Return the address of a result file."""
    return f"/api/v1/analyses/{row.id}/files/{name}"


def test_files_are_listed_as_the_manifest_has_them(ask: Any, ada: Any, done: Analysis, waiting: Analysis) -> None:
    listed = ask("GET", f"/api/v1/analyses/{done.id}/files", ada.read).json()
    assert [(item["name"], item["bytes"]) for item in listed] == [("pairs.csv", len(CSV)), ("figure.svg", 24), ("numbers.json", 2000)]
    assert listed[0]["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert ask("GET", f"/api/v1/analyses/{waiting.id}/files", ada.read).json() == []


def test_a_file_comes_whole_and_private(ask: Any, ada: Any, done: Analysis) -> None:
    answer = ask("GET", file_of(done), ada.read)
    assert answer.content == CSV
    assert answer.headers["etag"] == f'"{hashlib.sha256(CSV).hexdigest()}"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''pairs.csv"
    head = ask("HEAD", file_of(done), ada.read)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(CSV)))


def test_what_could_run_does_not(ask: Any, ada: Any, done: Analysis) -> None:
    answer = ask("GET", file_of(done, "figure.svg"), ada.cookie)
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(("wanted", "part"), [("bytes=0-3", CSV[:4]), ("bytes=-3", CSV[-3:]), ("bytes=5-", CSV[5:]), ("bytes=0-9999", CSV)])
def test_one_range(ask: Any, ada: Any, done: Analysis, wanted: str, part: bytes) -> None:
    answer = ask("GET", file_of(done), ada.read | {"range": wanted})
    assert (answer.status_code, answer.content) == (206, part)
    start = CSV.rindex(part) if wanted != "bytes=0-3" else 0
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(part) - 1}/{len(CSV)}"


@pytest.mark.parametrize(
    "wanted", ["bytes=99-", "bytes=5-2", "bytes=-0", "bytes=-", "lines=0-1", "bytes=", "bytes=a-b", "0-3", "bytes=" + "9" * 500 + "-"]
)
def test_a_range_that_is_not_there(ask: Any, ada: Any, done: Analysis, wanted: str) -> None:
    answer = ask("GET", file_of(done), ada.read | {"range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(CSV)}"
    assert answer.json()["status"] == 416


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "bytes=" + ",".join(["0-"] * 1000), "bytes=0-5,0-5"])
def test_many_ranges_get_the_whole_file(ask: Any, ada: Any, done: Analysis, wanted: str) -> None:
    answer = ask("GET", file_of(done), ada.read | {"range": wanted})
    assert (answer.status_code, answer.content) == (200, CSV)


def test_resuming_a_changed_file_starts_again(ask: Any, ada: Any, done: Analysis) -> None:
    etag = ask("HEAD", file_of(done), ada.read).headers["etag"]
    assert ask("GET", file_of(done), ada.read | {"range": "bytes=2-", "if-range": etag}).status_code == 206
    assert ask("GET", file_of(done), ada.read | {"range": "bytes=2-", "if-range": '"other"'}).content == CSV


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "missing.csv", "....", "%2e%2e%2fmanifest.json", "%252e%252e%252f", "..%5cpairs.csv", "pairs.csv%00", "%2fetc%2fpasswd", "pairs.csv;", "x" * 5000, "%EF%BC%8Fetc", ".1.tmp", ""],
)  # fmt: skip
def test_only_what_the_manifest_names(ask: Any, ada: Any, done: Analysis, name: str) -> None:
    storage.result_file(done.id, 1, "manifest.json").write_text("secret")
    answer = ask("GET", file_of(done, name), ada.read)
    assert answer.status_code == 404
    assert "secret" not in answer.text
    assert str(storage.root()) not in answer.text


def test_a_damaged_file_is_not_sent(ask: Any, ada: Any, done: Analysis) -> None:
    storage.result_file(done.id, 1, "pairs.csv").write_bytes(b"short")
    storage.result_file(done.id, 1, "figure.svg").unlink()
    for name in ("pairs.csv", "figure.svg"):
        answer = ask("GET", file_of(done, name), ada.read)
        assert answer.status_code == 503
        assert "damaged or lost" in answer.json()["detail"]


def bundle_of(row: Analysis) -> str:
    """Return the address of the archive."""
    return f"/api/v1/analyses/{row.id}/bundle.zip"


def test_an_archive_leaves_room_for_the_database(ask: Any, ada: Any, done: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sciflask_reflex.api.bundle.shutil.disk_usage", lambda _: SimpleNamespace(free=512 * MIB + 1_000))
    answer = ask("GET", bundle_of(done), ada.read)
    assert answer.status_code == 503
    assert "too little room" in answer.json()["detail"]
    monkeypatch.setattr("sciflask_reflex.api.bundle.shutil.disk_usage", lambda _: SimpleNamespace(free=513 * MIB))
    assert ask("GET", bundle_of(done), ada.read).status_code == 200


def test_the_archive_holds_everything_and_its_checksums_hold(ask: Any, ada: Any, done: Analysis) -> None:
    answer = ask("GET", bundle_of(done), ada.read)
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''First%20look.zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"README.txt", "parameters.json", "versions.json", "manifest.json", "CHECKSUMS.sha256"} <= set(names)
        assert {"inputs/наука.csv", "inputs/dataset2_НАУКА.csv", "results/pairs.csv", "results/figure.svg", "results/numbers.json"} <= set(
            names
        )
        assert archive.read("inputs/наука.csv") == b"sample,f\ndataset1,1\n"
        assert archive.read("results/pairs.csv") == CSV
        assert json.loads(archive.read("parameters.json")) == {
            "tool": "correlation", "parameters": {"alpha": 0.05}, "seed": 7, "labels": {"dataset1": "genes", "dataset2": "genes"},
            "inputs": {"dataset1": "inputs/наука.csv", "dataset2": "inputs/dataset2_НАУКА.csv"},
        }  # fmt: skip
        sums = {line[66:]: line[:64] for line in archive.read("CHECKSUMS.sha256").decode().splitlines()}
        assert set(sums) == set(names) - {"CHECKSUMS.sha256"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == found for name, found in sums.items())
        assert all(not name.startswith("/") and ".." not in name and "\\" not in name for name in names)
        text = archive.read("README.txt").decode()
    assert "Mice & men" in text
    assert "Please cite" in text


def test_the_archive_is_the_same_when_made_again(ask: Any, ada: Any, done: Analysis) -> None:
    first = ask("GET", bundle_of(done), ada.read).content
    for made in storage.analysis_folder(done.id).glob(".*.zip"):
        made.unlink()
    assert ask("GET", bundle_of(done), ada.read).content == first


def test_the_archive_can_be_resumed(ask: Any, ada: Any, done: Analysis) -> None:
    whole = ask("GET", bundle_of(done), ada.read)
    rest = ask("GET", bundle_of(done), ada.read | {"range": "bytes=100-", "if-range": whole.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert len(list(storage.analysis_folder(done.id).glob(".*"))) == 1


def test_a_new_name_is_in_a_new_archive(ask: Any, ada: Any, done: Analysis) -> None:
    ask("GET", bundle_of(done), ada.read)
    service.rename(done.id, "Second: look", owner_id=ada.owner_id)
    answer = ask("GET", bundle_of(done), ada.read)
    assert answer.headers["content-disposition"].endswith("Second_%20look.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "Second: look" in archive.read("README.txt").decode()


def test_no_archive_before_there_is_a_result(ask: Any, ada: Any, waiting: Analysis) -> None:
    assert ask("GET", bundle_of(waiting), ada.read).status_code == 409


@pytest.mark.parametrize("what", ["result", "input"])
def test_no_archive_of_damaged_files(ask: Any, ada: Any, study: Study, done: Analysis, what: str) -> None:
    path = storage.result_file(done.id, 1, "pairs.csv") if what == "result" else storage.study_input(study.id, "dataset2")
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)
    answer = ask("GET", bundle_of(done), ada.read)
    assert answer.status_code == 503
    assert list(storage.analysis_folder(done.id).glob(".*")) == []


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../x", "x"), ("C:\\x.csv", "x.csv"), ("/etc/passwd", "passwd"), ("a/b/c.csv", "c.csv"), (".htaccess", "htaccess"), ("CON", "_CON"),
        ("con.csv", "_con.csv"), ("a\r\nb\x00.csv", "a__b_.csv"), ("x.csv.exe", "x.csv.exe"), ("наука.csv", "наука.csv"), ("...", "slot"), ("", "slot"),
        ("x.csv ", "x.csv"), ("e\u0301.csv", "\u00e9.csv"), ("a\u202egnp.csv", "a_gnp.csv"), ("\ud800.csv", "csv"), ("н" * 300 + ".csv", "н" * 58 + ".csv"),
    ],
)  # fmt: skip
def test_names_in_archives(given: str, safe: str) -> None:
    assert safe_name(given, "slot") == safe


def test_names_in_archives_do_not_collide() -> None:
    assert unique_names({"one": "a.csv", "two": "A.CSV", "three": "x/a.csv"}) == {
        "one": "a.csv",
        "two": "two_A.CSV",
        "three": "three_a.csv",
    }
