import pytest

from sciflask_reflex.errors import Invalid
from sciflask_reflex.identity.addresses import MAX_NAME_CHARS, canonical, person_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("X@MIT.EDU", "x@mit.edu"),
        ("x@Mail.Mit.Edu", "x@mail.mit.edu"),
        (" ada@example.org ", "ada@example.org"),
        ("ada@example.org.", "ada@example.org"),
        ("\uff41da@example.org", "ada@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
        ("ada+lab@institute.test", "ada+lab@institute.test"),
    ],
)
def test_one_form_for_every_way_to_type_it(typed, kept):
    assert canonical(typed) == kept
    assert canonical(kept) == kept


BROKEN = [
    "",
    "nobody",
    "a@b@example.org",
    '"a b"@example.org',
    "a@[127.0.0.1]",
    "a" * 300 + "@example.org",
    "a@" + "b" * 300 + ".org",
    "a\0@example.org",
    "a\r\nBcc: b@example.org",
    "a@example.org\n",
    "a@example.org,b@example.org",
    "a@example",
    "a@-example.org",
    "a@exa mple.org",
    "a@example..org",
    "\ud800@example.org",
    "a\u202e@example.org",
    "Ada <a@example.org>",
]


@pytest.mark.parametrize("typed", BROKEN)
def test_what_is_no_address_gets_a_sentence_at_its_field(typed):
    with pytest.raises(Invalid) as refusal:
        canonical(typed)
    assert refusal.value.fields.keys() == {"email"}


def test_names_are_text_of_bounded_length():
    assert person_name("  Ada \t King  ") == "Ada King"
    assert person_name("A\u202eda\0\x1b") == "Ada"
    assert person_name("<img onerror=x>") == "<img onerror=x>"
    assert len(person_name("\u00e9" * 10_000)) == MAX_NAME_CHARS
    assert person_name("\u200b\n") == ""
