"""Mails: each to one person, once, whatever names people choose and however often the server fails."""

import email
import email.policy
import re
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select, update

from sciflask_reflex import links, secrets, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.jobs import envelope, letters, mail
from sciflask_reflex.models import Mail, MailKind, Status
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


def plain(message: email.message.EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def html(message: email.message.EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


def test_without_a_server_mails_land_in_files_once():
    row = put()
    assert [mail.send_due() for _ in range(2)] == [1, 0]
    [message] = files()
    assert (message["To"], message["Subject"], plain(message)) == ("ada@example.org", "News", "Hello\n")
    assert row.id in message["Message-ID"]
    assert read().sent_at is not None
    [path] = storage.mail_folder().iterdir()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "subject", ["a\nBcc: everybody@example.org", "a\r\nX: y", "a\u2028Bcc: b@example.org", "a\x07b", "ünï\U0001f9ea" * 10]
)
def test_no_subject_makes_a_header(subject):
    message = email.message_from_bytes(envelope.compose(put(subject=subject)).as_bytes(), policy=email.policy.default)
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
    message = envelope.compose(read())
    assert message["Bcc"] is None
    assert f"{settings().public_url}/analyses/{analysis.id}" in plain(message)


class Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a test needs: it takes, or refuses, and remembers."""

    def handle(self) -> None:
        if self.server.hang.is_set():
            self.rfile.readline()  # nothing comes, and nothing goes, until the other side has had enough
            return
        self.wfile.write(b"220 hi\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go\r\n")
                taken = []
                while (data := self.rfile.readline()) != b".\r\n":
                    taken.append(data)
                self.server.taken.append(b"".join(taken))
                if self.server.dies:
                    return
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
        server.hang, server.dies = threading.Event(), False
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


def test_a_server_that_hangs_costs_one_try_of_one_mail(smtp, monkeypatch):
    put(cause="1")
    put(cause="2")
    smtp.hang.set()
    monkeypatch.setattr(mail, "SMTP_SECONDS", 0.2)
    began = time.monotonic()
    assert mail.send_due() == 0
    assert time.monotonic() - began < 2, "others wait for the next round"
    assert sorted(tries_of()) == [0, 1]
    smtp.hang.clear()
    make_due()
    assert mail.send_due() == 2


def test_an_outcome_that_nobody_knows_makes_one_duplicate_of_the_same_id(smtp):
    row = put()
    smtp.dies = True
    assert mail.send_due() == 0
    smtp.dies = False
    make_due()
    assert [mail.send_due(), mail.send_due()] == [1, 0]
    assert [row.id.encode() in taken for taken in smtp.taken] == [True, True]


def test_one_bad_recipient_does_not_hold_up_the_others(smtp):
    put(cause="1", to="no address")
    put(cause="2")
    assert mail.send_due() == 1
    assert sorted(tries_of()) == [1, 1]


def tries_of() -> list[int]:
    with reading() as session:
        return list(session.exec(select(Mail.tries)))


@pytest.mark.parametrize(("env", "here", "sent"), [("production", (), 0), ("production", mail.HERE, 1), ("development", (), 1)])
def test_nothing_travels_unencrypted_in_production(smtp, monkeypatch, env, here, sent):
    monkeypatch.setenv("SCIFLASK_ENV", env)
    monkeypatch.setenv("SCIFLASK_PUBLIC_URL", "https://science.example.org")
    settings.cache_clear()
    monkeypatch.setattr(mail, "HERE", here)
    put()
    assert mail.send_due() == sent
    assert len(smtp.taken) == sent
    assert ("STARTTLS" in read().last_error) is not bool(sent)


@pytest.fixture
def _master_key(database):
    secrets.subkey.cache_clear()
    secrets.ensure()
    yield
    secrets.subkey.cache_clear()


@pytest.mark.usefixtures("_master_key")
def test_a_secret_link_is_in_the_mail_and_nowhere_else():
    body = letters_body(f"open this:\n\n{links.PLACE}\n\nThanks.", link_page="/confirm", link_id="a" * 32)
    assert mail.send_due() == 1
    [message] = files()
    secret = links.address_of("/confirm", "a" * 32)
    assert plain(message).splitlines().count(secret) == 1
    assert f'<a href="{secret}"' in html(message)
    assert "Confirm this address" in html(message)
    row = read()
    assert secret not in body + row.body
    assert links.token_of("a" * 32) not in repr(row)
    assert row.link_id is None, "once it is out, nothing here leads to it"


@pytest.mark.usefixtures("_master_key")
def test_without_the_key_it_waits(monkeypatch):
    letters_body(links.PLACE, link_page="/confirm", link_id="a" * 32)
    secrets.master_file().rename(secrets.master_file().with_suffix(".away"))
    secrets.subkey.cache_clear()
    assert mail.send_due() == 0
    assert "missing" in read().last_error


def letters_body(body: str, **more) -> str:
    with writing() as session:
        letters.write(session, to="ada@example.org", subject="News", body=body, cause="c", kind=MailKind.ACCOUNT, **more)
    return read().body


def test_html_is_the_text_escaped_and_loads_nothing():
    letters_body(f'<script>alert(1)</script> "x" & y\nhttps://evil.example/?a=b {settings().public_url}/analyses/1.')
    shown = html(envelope.compose(read()))
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;x&quot; &amp; y<br>" in shown
    assert f'<a href="{settings().public_url}/analyses/1"' in shown
    assert 'href="https://evil' not in shown
    assert not re.search(r"<(img|link|script|iframe)|\bsrc=|url\(", shown)


def test_own_addresses_only_become_links():
    letters_body(f"{settings().public_url}.evil.example/x and {settings().public_url}@evil.example")
    assert "evil.example/x</a>" not in html(envelope.compose(read()))
    assert re.findall(r'href="([^"]*)"', html(envelope.compose(read()))) == [settings().public_url], "that of the footer"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ada Lovelace", "Hello Ada Lovelace,"),
        ("J. R. O\u2019Neill-Østergård 3rd", "Hello J. R. O\u2019Neill-Østergård 3rd,"),
        ("", "Hello,"),
        ("Win money at evil.example", "Hello,"),
        ("http://evil.example", "Hello,"),
        ("Ada\r\nBcc: x", "Hello,"),
    ],
)
def test_greetings_carry_names_and_no_addresses(name, greeting):
    owner = make_owner(name=name)
    letters_body("news", owner=owner)
    assert read().body.splitlines()[0] == greeting


def test_what_a_person_turned_off_is_not_written():
    owner = make_owner(unwanted_mails=[MailKind.FINISHED])
    study = make_study(owner.id)
    with writing() as session:
        letters.write_finished(session, make_analysis(study, status=Status.DONE))
    with writing() as session:
        letters.write_finished(session, make_analysis(study, status=Status.FAILED, error="Too few samples."))
    row = read()
    assert row.kind == MailKind.FAILED
    assert "Too few samples." in row.body
    assert f"To turn such mails off: {settings().public_url}/account" in row.body


def test_account_mails_cannot_be_turned_off():
    letters_body("news", owner=make_owner(unwanted_mails=list(MailKind)))
    assert read().kind == MailKind.ACCOUNT


def test_racers_write_one_letter_for_one_cause():
    gate = threading.Barrier(8)

    def race() -> bool:
        gate.wait()
        with writing() as session:
            return letters.write(session, to="a@example.org", subject="s", body="b", cause="same", kind=MailKind.ACCOUNT)

    with ThreadPoolExecutor(8) as pool:
        written = [future.result() for future in [pool.submit(race) for _ in range(8)]]
    assert sorted(written) == [False] * 7 + [True]
    assert read().subject == f"{settings().site_name}: s"


def test_an_address_of_ours_that_stands_alone_is_a_button():
    base = settings().public_url
    letters_body(f"Its result is here:\n\n{base}/analyses/1\n\n{base}.evil.example/analyses/1\n\n{base}/help")
    shown = html(envelope.compose(read()))
    assert f'<a href="{base}/analyses/1"' in shown
    assert shown.count(">Open the analysis</a>") == 1
    assert f">{base}/help</a>" in shown
