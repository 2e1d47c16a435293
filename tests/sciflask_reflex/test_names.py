"""A free name is found, and fits."""

import pytest

from sciflask_reflex.models import LONGEST_NAME, LONGEST_NAME_KEY
from sciflask_reflex.names import free_name, name_key


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("Rats", [], "Rats"),
        ("Rats", ["RATS"], "Rats (2)"),
        ("Rats", ["rats", "Rats (2)"], "Rats (3)"),
        ("Rats (2)", ["Rats (2)"], "Rats (2) (2)"),
    ],
)
def test_the_first_number_that_is_free(name, taken, free):
    assert free_name(name, {name_key(each) for each in taken}) == free


@pytest.mark.parametrize("name", ["x" * LONGEST_NAME, "ß" * LONGEST_NAME, "\ufdfa" * 13])
def test_it_fits_its_columns(name):
    free = free_name(name, {name_key(name)})
    assert free.endswith(" (2)")
    assert len(free) <= LONGEST_NAME
    assert len(name_key(free)) <= LONGEST_NAME_KEY
