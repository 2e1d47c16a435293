"""Uploads: whole or not at all, counted, private, each with its owner."""

import hashlib
import os
from datetime import timedelta

import pytest
from sqlmodel import select

from sciflask_reflex import storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused, TooLarge, Unavailable
from sciflask_reflex.models import Role, Upload, utcnow
from sciflask_reflex.settings import MIB, settings
from sciflask_reflex.studies import service
from tests.factories import make_owner


def nothing_is_left() -> bool:
    with reading() as session:
        return not list((storage.root() / "incoming").iterdir()) and not session.exec(select(Upload)).all()


@pytest.fixture
def quota(monkeypatch):
    def set_to(**values: int) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"SCIFLASK_{name.upper()}", str(value))
        settings.cache_clear()

    return set_to


def test_a_file_arrives(database):
    owner = make_owner()
    intake = service.start_upload(owner.id, "../x.csv", 7)
    intake.write(b"abc")
    assert service.uploads_of(owner.id) == []
    intake.write(b"defg")
    row = intake.finish()
    assert (row.filename, row.bytes, row.sha256) == ("x.csv", 7, hashlib.sha256(b"abcdefg").hexdigest())
    path = storage.staging(row.id)
    assert path.read_bytes() == b"abcdefg"
    assert path.stat().st_mode & 0o777 == 0o600
    assert service.uploads_of(owner.id) == [row]
    assert service.uploads_of(make_owner().id) == []


def test_aborted_uploads_leave_nothing(database):
    intake = service.start_upload(make_owner().id, "x.csv", None)
    intake.write(b"abc")
    intake.abort()
    intake.abort()
    assert nothing_is_left()


def test_too_large_when_declared_and_when_not(database, quota):
    quota(max_file_mib=1)
    owner = make_owner()
    with pytest.raises(TooLarge):
        service.start_upload(owner.id, "x.csv", 2 * MIB)
    for declared in (None, 10):
        intake = service.start_upload(owner.id, "x.csv", declared)
        intake.write(b"x" * MIB)
        with pytest.raises(TooLarge):
            intake.write(b"x")
        assert nothing_is_left()


def test_exactly_as_large_as_allowed(database, quota):
    quota(max_file_mib=1)
    intake = service.start_upload(make_owner().id, "x.csv", MIB + 300)  # with the form around it
    intake.write(b"x" * MIB)
    assert intake.finish().bytes == MIB


def test_two_uploads_at_once_never_exceed_the_space(database, quota):
    quota(max_owner_mib_guest=1, max_file_mib=1)
    owner = make_owner(Role.GUEST)
    first = service.start_upload(owner.id, "x.csv", 600_000)
    with pytest.raises(Refused, match="1 MiB"):
        service.start_upload(owner.id, "y.csv", 600_000)
    first.write(b"x" * 10)
    first.finish()
    service.start_upload(owner.id, "y.csv", 600_000).abort()
    service.start_upload(make_owner(Role.GUEST).id, "y.csv", 600_000).abort()


def test_a_lie_about_the_size_is_no_way_round_the_space(database, quota):
    quota(max_owner_mib=1, max_file_mib=1)
    owner = make_owner()
    honest = service.start_upload(owner.id, "x.csv", 500_000)
    liar = service.start_upload(owner.id, "y.csv", 1)
    with pytest.raises(Refused):
        liar.write(b"x" * 600_000)
    assert not storage.staging(liar.upload_id).exists()
    honest.abort()


def test_a_file_of_unknown_size_takes_the_space_that_it_fills(database, quota):
    quota(max_owner_mib=1, max_file_mib=500)
    owner = make_owner()
    first = service.start_upload(owner.id, "x.csv", None)
    first.write(b"x" * 600_000)
    second = service.start_upload(owner.id, "y.csv", None)
    with pytest.raises(Refused, match="1 MiB"):
        second.write(b"y" * 600_000)
    first.write(b"x" * 400_000)
    assert first.finish().bytes == 1_000_000
    third = service.start_upload(owner.id, "z.csv", None)
    third.write(b"z" * 40_000)
    assert third.finish().bytes == 40_000


def test_what_was_cut_off_an_hour_ago_holds_no_space(database, quota):
    quota(max_owner_mib=1, max_file_mib=1)
    owner = make_owner()
    lost = service.start_upload(owner.id, "x.csv", MIB)
    with writing() as session:
        row = session.get_one(Upload, lost.upload_id)
        row.created_at = utcnow() - timedelta(hours=2)
        session.add(row)
    service.start_upload(owner.id, "y.csv", MIB).abort()
    lost.abort()


def test_a_full_disk_is_a_sentence_and_leaves_nothing(database, monkeypatch):
    intake = service.start_upload(make_owner().id, "x.csv", None)

    def full(handle, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Unavailable, match="disk may be full"):
        intake.write(b"abc")
    monkeypatch.undo()
    assert not storage.staging(intake.upload_id).exists()


def test_short_writes_are_completed(database, monkeypatch):
    intake = service.start_upload(make_owner().id, "x.csv", None)
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data[:3])))
    intake.write(b"abcdefgh")
    monkeypatch.undo()
    row = intake.finish()
    assert storage.staging(row.id).read_bytes() == b"abcdefgh"


def test_discard_by_owner_and_by_somebody_else(database, upload):
    owner = make_owner()
    upload_id = upload(owner.id)
    with pytest.raises(NotFound):
        service.discard_upload(upload_id, make_owner().id)
    assert storage.staging(upload_id).exists()
    service.discard_upload(upload_id, owner.id)
    assert nothing_is_left()
    for gone in (upload_id, "x", "../../etc/passwd", "\x00"):
        with pytest.raises(NotFound):
            service.discard_upload(gone, owner.id)


def test_an_upload_that_was_discarded_meanwhile_cannot_finish(database):
    owner = make_owner()
    intake = service.start_upload(owner.id, "x.csv", None)
    intake.write(b"abc")
    service.discard_upload(intake.upload_id, owner.id)
    with pytest.raises(NotFound):
        intake.finish()
    assert nothing_is_left()


def test_nobody_uploads_for_nobody(database):
    with pytest.raises(NotFound):
        service.start_upload("0" * 32, "x.csv", 1)
