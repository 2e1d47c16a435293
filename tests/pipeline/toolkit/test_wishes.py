"""What somebody wishes is read as the filter's kind, or refused by a sentence."""

import pytest

from pipeline.toolkit.wishes import LONGEST_TEXT, Filter, checked

STRENGTH = Filter("least_r", "Least |r|", "number", low=0, high=1)
NAME = Filter("feature", "Feature", "choice")
MOST = Filter("strongest", "Strongest", "count")
FREE = Filter("score", "Score", "number")
FILTERS = (STRENGTH, NAME, MOST, FREE)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("least_r", "0.8", 0.8),
        ("least_r", 1, 1.0),
        ("strongest", "1e3", 1000),
        ("strongest", 7.0, 7),
        ("score", "-3", -3.0),
        ("feature", " a", " a"),
        ("feature", 12, "12"),
    ],
)
def test_text_and_numbers_become_values(name, given, value):
    good, faults = checked(FILTERS, {name: given})
    assert (good, faults) == ({name: value}, {})
    assert type(good[name]) is type(value)


@pytest.mark.parametrize("empty", ["", None])
def test_nothing_wishes_nothing(empty):
    assert checked(FILTERS, {"least_r": empty, "feature": empty}) == ({}, {})


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("least_r", "strong", "Least |r|: give a number."),
        ("least_r", "nan", "Least |r|: give a number."),
        ("least_r", "1.1", "Least |r|: give a number from 0 to 1."),
        ("least_r", "-0.1", "Least |r|: give a number from 0 to 1."),
        ("strongest", "1.5", "Strongest: give a whole number."),
        ("strongest", "inf", "Strongest: give a whole number."),
        ("strongest", 10**400, "Strongest: give a whole number."),
        ("strongest", "0", "Strongest: give a number of at least 1."),
        ("feature", "x" * (LONGEST_TEXT + 1), "Feature: at most 1,000 characters."),
        ("colour", "red", "There is no filter 'colour'. There are: least_r, feature, strongest, score."),
    ],
)
def test_what_cannot_be_wished_is_said(name, given, sentence):
    assert checked(FILTERS, {name: given, "score": "1"}) == ({"score": 1.0}, {name: sentence})
