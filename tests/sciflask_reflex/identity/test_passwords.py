import asyncio
import threading

import pytest

from sciflask_reflex.errors import Unavailable
from sciflask_reflex.identity import passwords

GOOD = [
    "\u00e9" * 4 + "plus a few words",
    "correct horse battery staple",
    "x7" + "q" * 126,
    " leading and trailing ",
    "\U0001f600 emoji are fine",
    "nul\0inside is fine",
]
BAD = [
    "short", "123456789", "1234567890", "0987654321", "qwertyuiop", "asdfghjklasdfghjkl", "aaaaaaaaaaaa", "abcabcabcabc", "Password123!", "P@ssw0rd2024", "letmein12345",
    "!!!Sunshine!!!", "passwordpassword", "Welcome2026", "sciflask-2026", "ada@example.org", "ADA@EXAMPLE.ORG", "\ud800 lone surrogate",
]  # fmt: skip


@pytest.mark.parametrize("password", GOOD)
def test_accepted_and_good_only_exactly_as_typed(password):
    assert passwords.find_fault(password, email="ada@example.org") is None
    stored = passwords.hash_password(password)
    assert passwords.verify(stored, password)
    for other in (password[:-1], password + " ", password.swapcase(), password.strip() if password != password.strip() else "other"):
        assert other == password or not passwords.verify(stored, other)


@pytest.mark.parametrize("password", BAD)
def test_refused_with_a_reason(password):
    assert passwords.find_fault(password, email="ada@example.org")


def test_sixty_four_letters_of_two_bytes():
    word = "".join(chr(0xE0 + i % 20) for i in range(64))
    assert passwords.find_fault(word) is None
    assert not passwords.verify(passwords.hash_password(word), word[:-1] + "x")


def test_too_long_is_refused_before_hashing(monkeypatch):
    class Never:
        def verify(self, *args):
            raise AssertionError

    monkeypatch.setattr(passwords, "_hasher", Never())
    assert "too long" in (passwords.find_fault("x" * 1_000_000) or "")
    assert passwords.verify(b"whatever", "x" * 1_025) is False
    assert passwords.verify(b"whatever", "\ud800") is False


def test_unknown_people_cost_the_same(monkeypatch):
    asked = []
    real = passwords._hasher.verify

    class Counting:
        hash = passwords._hasher.hash

        def verify(self, stored, data):
            asked.append(stored)
            return real(stored, data)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert passwords.verify(None, "nobody has this password") is False
    assert len(asked) == 1
    assert passwords.verify(b"not a hash", "x" * 10) is False


def test_hashes_are_argon2id_and_renewed_when_weak():
    stored = passwords.hash_password("correct horse battery")
    assert stored.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.outdated(stored)
    assert passwords.outdated(stored.replace(b"m=19456", b"m=8192"))


def test_hashing_has_two_threads_and_a_bounded_queue():
    seen, release = set(), threading.Event()

    def work():
        seen.add(threading.get_ident())
        release.wait(10)

    async def rush():
        waiting = [asyncio.ensure_future(passwords.in_hash_pool(work)) for _ in range(passwords.MOST_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await passwords.in_hash_pool(work)
        release.set()
        await asyncio.gather(*waiting)
        assert await passwords.in_hash_pool(lambda: 7) == 7

    asyncio.run(rush())
    assert len(seen) <= passwords.THREADS
    assert threading.get_ident() not in seen
