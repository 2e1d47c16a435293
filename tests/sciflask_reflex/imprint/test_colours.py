"""Contrast by the book, and a style sheet that can be read wherever an accent can."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from sciflask_reflex.imprint.colours import DARK_PAGES, LEAST_CONTRAST, LIGHT_PAGES, contrast, hexadecimal, ink, mix, nearest, weakest
from sciflask_reflex.imprint.model import Colours
from sciflask_reflex.imprint.sheet import style_sheet

colours = st.tuples(*[st.floats(0, 1)] * 3).map(hexadecimal)
RULE = re.compile(r"^(.*?) \{ (.*) \}$", re.MULTILINE)


def rules(sheet: str) -> list[dict[str, str]]:
    return [dict(part.split(": ") for part in body.removesuffix(";").split("; ")) for _, body in RULE.findall(sheet)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#ffff00", "#ffffff", 1.07),
    ],
)
def test_contrast_is_that_of_wcag(one, other, expected):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(expected, abs=0.005)


@given(colours, colours)
def test_mixing_keeps_both_ends(one, other):
    for share, wanted in ((1, one), (0, other)):
        assert [int(mix(one, other, share)[at : at + 2], 16) for at in (1, 3, 5)] == pytest.approx(
            [int(wanted[at : at + 2], 16) for at in (1, 3, 5)], abs=1
        )


@given(colours)
def test_the_nearest_colour_can_be_read(colour):
    for pages in (LIGHT_PAGES, DARK_PAGES):
        found = nearest(colour, pages)
        assert contrast(found, weakest(found, pages)) >= LEAST_CONTRAST
        if contrast(colour, weakest(colour, pages)) >= LEAST_CONTRAST:
            assert found == colour


@given(colours)
def test_every_accent_that_is_accepted_gives_pages_that_can_be_read(colour):
    try:
        chosen = Colours(accent=colour)
    except ValidationError:
        assume(False)
    light, _, dark, _ = rules(style_sheet(chosen))
    for values, pages in ((light, LIGHT_PAGES), (dark, DARK_PAGES)):
        for ground in (*pages, values["--accent-3"]):
            assert contrast(values["--accent-11"], ground) >= LEAST_CONTRAST
        assert contrast(values["--solid"], values["--solid-ink"]) >= LEAST_CONTRAST
        assert contrast(values["--solid-hover"], values["--solid-ink"]) >= LEAST_CONTRAST
        assert contrast(values["--solid"], weakest(values["--solid"], pages)) >= 3
        assert {f"--accent-{kind}{step}" for kind in ("", "a") for step in range(1, 13)} <= set(values)


def test_a_weak_colour_is_refused_with_one_that_would_do():
    with pytest.raises(ValidationError, match=r"#f5c400 is too weak on a light page: its contrast is 1\.6.*?(#[0-9a-f]{6}) "):
        Colours(accent="#f5c400")
    with pytest.raises(ValidationError, match="too weak on a dark page"):
        Colours(accent="#7a1f5c", accent_dark="#7a1f5c")
    assert Colours(accent=nearest("#f5c400", LIGHT_PAGES)).accent


def test_without_a_colour_there_is_no_rule():
    assert style_sheet(Colours()) == ""


def test_a_dark_accent_alone_leaves_light_pages_as_they_are():
    dark, panel = rules(style_sheet(Colours(accent_dark="#e3a3cb")))
    assert dark["--accent-9"] == dark["--solid"] == panel["--tblr-primary"] == "#e3a3cb"
    assert ink("#e3a3cb") == "#111113" == dark["--solid-ink"]
