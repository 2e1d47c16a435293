"""Mails: each to one person, once, whatever names people choose and however often the server fails."""

import email
import email.policy
import socketserver
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from sciflask_reflex import storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import letters, mail
from sciflask_reflex.models import Mail, Status
from sciflask_reflex.settings import settings
from tests.factories import make_analysis, make_owner, make_study

pytestmark = pytest.mark.usefixtures("database")


def put(**fields) -> Mail:
    row = Mail(**({"to": "ada@example.org", "subject": "News", "body": "Hello\n", "cause": "test"} | fields))
    with writing() as session:
        session.add(row)
    return row


def read() -> Mail:
    with reading() as session:
        return session.exec(select(Mail)).one()


def files() -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in sorted(storage.mail_folder().iterdir())]


def test_without_a_server_mails_land_in_files_once():
    row = put()
    assert [mail.send_due() for _ in range(2)] == [1, 0]
    [message] = files()
    assert (message["To"], message["Subject"], message.get_content()) == ("ada@example.org", "News", "Hello\n")
    assert row.id in message["Message-ID"]
    assert read().sent_at is not None
    [path] = storage.mail_folder().iterdir()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "subject", ["a\nBcc: everybody@example.org", "a\r\nX: y", "a\u2028Bcc: b@example.org", "a\x07b", "ünï\U0001f9ea" * 10]
)
def test_no_subject_makes_a_header(subject):
    message = email.message_from_bytes(mail.compose(put(subject=subject)).as_bytes(), policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["X"] is None
    assert message["Subject"] == letters.one_line(subject)


@pytest.mark.parametrize("to", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "nobody", ""])
def test_what_is_no_single_address_gets_nothing(to):
    put(to=to)
    assert mail.send_due() == 0
    assert files() == []
    assert read().sent_at is None


def test_names_that_people_choose_stay_text():
    analysis = make_analysis(make_study(make_owner().id), status=Status.DONE, name="x\r\nBcc: all@example.org")
    with writing() as session:
        letters.write_finished(session, analysis)
        letters.write_finished(session, analysis)
    message = mail.compose(read())
    assert message["Bcc"] is None
    assert f"{settings().public_url}/analyses/{analysis.id}" in message.get_content()


class Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a test needs: it takes, or refuses, and remembers."""

    def handle(self) -> None:
        self.wfile.write(b"220 hi\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go\r\n")
                taken = []
                while (data := self.rfile.readline()) != b".\r\n":
                    taken.append(data)
                self.server.taken.append(b"".join(taken))
                self.wfile.write(self.server.answer)
            elif line == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                if line.startswith(b"RCPT"):
                    self.server.recipients.append(line)
                self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def smtp(monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.daemon_threads = True
        server.taken, server.recipients, server.answer = [], [], b"250 ok\r\n"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("SCIFLASK_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}")
        settings.cache_clear()
        yield server
        server.shutdown()


def make_due() -> None:
    with writing() as session:
        session.exec(update(Mail).values(next_try_at=datetime.now(UTC) - timedelta(seconds=1)))


def test_a_server_gets_it_for_one_recipient(smtp):
    put()
    assert mail.send_due() == 1
    assert smtp.recipients == [b"RCPT TO:<ADA@EXAMPLE.ORG>"]
    assert b"Hello" in smtp.taken[0]
    assert files() == []


def test_a_refusal_is_tried_again_later_with_the_same_id(smtp):
    row = put()
    smtp.answer = b"451 later\r\n"
    assert [mail.send_due() for _ in range(2)] == [0, 0], "not at once"
    assert read().tries == 1
    smtp.answer = b"250 ok\r\n"
    make_due()
    assert mail.send_due() == 1
    assert len(smtp.taken) == 2
    assert all(row.id.encode() in taken for taken in smtp.taken)


@pytest.mark.usefixtures("database")
def test_a_server_that_is_away_costs_patience_only(monkeypatch):
    monkeypatch.setenv("SCIFLASK_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    put()
    assert mail.send_due() == 0
    pauses = []
    for _ in range(3):
        pauses.append((read().next_try_at - datetime.now(UTC)).total_seconds())
        make_due()
        mail.send_due()
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[2]


def test_after_a_day_it_is_given_up():
    put(created_at=datetime.now(UTC) - timedelta(hours=25))
    assert mail.send_due() == 0
    assert read().tries == 0
