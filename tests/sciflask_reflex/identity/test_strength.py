import time

import pytest

from sciflask_reflex.errors import Invalid
from sciflask_reflex.identity import passwords, strength

KNOWN = ("ada.lovelace@imperial.ac.uk", "ada.lovelace", "imperial.ac.uk", "Ada", "Lovelace", "SciFlask")


@pytest.mark.parametrize(
    "password",
    [
        "Tr0ub4dor&3",
        "correct horse battery",
        "four quiet brown instruments",
        "x7" + "q" * 126,
        "\u00e0\u00e9" * 4 + "plus words",
        "\U0001f600 emoji are fine",
    ],
)
def test_what_nobody_guesses_is_fine(password):
    assert strength.find_fault(password, KNOWN) is None


@pytest.mark.parametrize(
    "password",
    [
        "lovelace12", "ada.lovelace", "Imperial.ac.uk", "SciFlask11", "1234512345", "qwertyuiop[]", "aaaaaaaaaab", "abcdabcdabcd", "passwordpassword1",
        "ab" * 36, "p@55w0rd" * 9, "1" * 72, "trustno1trustno1",
    ],
)  # fmt: skip
def test_what_is_soon_guessed_is_refused_with_a_reason(password):
    fault = strength.find_fault(password, KNOWN)
    assert fault
    assert password not in fault


def test_it_counts_for_every_new_password(sqlite, keys):
    with pytest.raises(Invalid) as refusal:
        passwords.require_good("lovelace1815", email="ada.lovelace@imperial.ac.uk")
    assert "guess" in refusal.value.fields["password"]
    assert passwords.find_fault("lovelace1815", names=("Ada", "Lovelace"))


@pytest.mark.parametrize(
    "password",
    [
        "4@8({[<3691!|7$0+%2" * 2,
        "0123456789abcdefghijklm!@(01234567899876",
        "\u0131" * 40,
        "IiIIiIIiIIiIIiIIiIIiIIiIIiIIiIIiIIiIIiIIi"[:40],
        "4@8(3" * 8,
        "l33t@$(5" * 100,
        "12/12/2012" * 4,
        "a1" * 500_000,
    ],
)
def test_no_password_takes_long_to_judge(password):
    strength.find_fault("warm up the dictionaries", KNOWN)
    before = time.process_time()
    strength.find_fault(password, (*KNOWN, "x" * 500))
    assert time.process_time() - before < 0.5


def test_every_password_of_the_top_lists_that_is_long_enough_is_refused():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    common = [word for word in FREQUENCY_LISTS["passwords"][:10_000] if len(word) >= passwords.MIN_CHARS]
    assert len(common) > 50
    assert [word for word in common if not passwords.find_fault(word)] == []
