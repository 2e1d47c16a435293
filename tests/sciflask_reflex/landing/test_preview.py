"""The picture on the front page is a result, not a decoration."""

import math

import pandas as pd
import pytest

from pipeline import tools
from sciflask_reflex.landing.preview import MOST, colour, example_matrix, heatmap


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "rgb(247,247,247)"),
        (1, "rgb(178,24,43)"),
        (-1, "rgb(33,102,172)"),
        (9, "rgb(178,24,43)"),
        (0.25, "rgb(253,219,199)"),
        (-0.125, "rgb(228,238,244)"),
    ],
)
def test_colours_are_those_of_the_results(value, expected):
    assert colour(value) == expected


def test_the_matrix_is_the_first_of_the_examples_result():
    tool = tools()["correlation"]
    frame = example_matrix(tool)
    example = tool.examples[0]
    whole = tool(**example.files, **example.parameters).r_within_1.frame
    pd.testing.assert_frame_equal(frame, whole.iloc[:MOST, :MOST])
    assert 2 <= len(frame) <= MOST


def test_a_tool_without_an_example_has_no_picture():
    import dataclasses

    assert example_matrix(dataclasses.replace(tools()["correlation"], examples=())) is None


def test_every_cell_says_what_it_is():
    text = str(heatmap(pd.DataFrame([[0.5, math.nan]], ["<row>"], ["a", "b"])))
    assert text.count('"rect"') == 2
    assert "r = 0.500" in text
    assert "not significant" in text
