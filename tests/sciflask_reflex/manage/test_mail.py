"""The state of the outbox and the test mail, on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused, TooOften
from sciflask_reflex.jobs import mail as sender
from sciflask_reflex.manage.mail import service
from sciflask_reflex.models import AuditEvent, Mail, utcnow
from sciflask_reflex.settings import settings
from tests.factories import make_owner


def letter(cause, **more):
    with writing() as session:
        session.add(Mail(to="a@example.org", subject="S", body="SECRET", cause=cause, **more))


def test_how_the_letters_stand(site):
    now = utcnow()
    letter("waits")
    letter("fails", tries=2, last_error="Connection refused", next_try_at=now + timedelta(minutes=1))
    letter("sent", tries=1, sent_at=now)
    letter("over", tries=9, created_at=now - timedelta(days=2))
    post = service.post()
    assert (post.waiting, post.failing, post.given_up, post.sent_today) == (2, 1, 1, 1)
    assert sorted((row.state, row.last_error) for row in post.letters) == [
        ("given up", ""), ("sent", ""), ("trying again", "Connection refused"), ("waiting", ""),
    ]  # fmt: skip
    assert "SECRET" not in repr(post)
    assert {row.state for row in service.post(only_unsent=True).letters} == {"given up", "trying again", "waiting"}


def test_a_test_mail_goes_to_oneself_and_leaves(site, ada):
    assert service.send_test(ada.owner_id) == "ada@example.org"
    assert sender.send_due() == 1
    (file,) = (settings().data_dir / "mail").glob("*.eml")
    assert "To: ada@example.org" in file.read_text()
    with reading() as session:
        assert session.exec(select(AuditEvent.tag)).all().count("admin:mail:test") == 1


def test_five_in_an_hour(site, ada):
    for _ in range(5):
        service.send_test(ada.owner_id)
    with pytest.raises(TooOften):
        service.send_test(ada.owner_id)
    assert service.post().waiting == 5


def test_nobody_to_write_to(site):
    with pytest.raises(NotFound):
        service.send_test("f" * 32)
    with pytest.raises(Refused):
        service.send_test(make_owner(email="").id)


def test_why_a_mail_did_not_leave_is_kept(site, monkeypatch):
    monkeypatch.setattr(sender, "deliver", lambda mail: (_ for _ in ()).throw(OSError("Connection\nrefused")))
    letter("fails")
    assert sender.send_due() == 0
    assert [row.last_error for row in service.post().letters] == ["Connection refused"]


@pytest.mark.parametrize(
    ("address", "words"),
    [("", "Written to files"), ("smtp://ann:s3cret@mail.example.org", "smtp://mail.example.org:25, with a user name."), ("smtps://h", "smtps://h:465, without")],
)  # fmt: skip
def test_the_way_is_said_without_its_password(sqlite, monkeypatch, address, words):
    monkeypatch.setenv("SCIFLASK_SMTP_URL", address)
    settings.cache_clear()
    assert service.way().startswith(words)
    assert "s3cret" not in service.way()
    settings.cache_clear()
