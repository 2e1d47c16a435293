from itertools import groupby, product

import numpy as np
import pytest

from pipeline.ensembles.cormap import longest_run, p_longer, p_value
from pipeline.ensembles.divergence import jensen_shannon


@pytest.mark.parametrize("tosses", [1, 2, 5, 11])
def test_the_probability_as_by_counting_every_sequence(tosses):
    longest = [max(len(list(group)) for _, group in groupby(sides)) for sides in product("+-", repeat=tosses)]
    for run in range(1, tosses + 2):
        assert p_longer(tosses, run) == pytest.approx(sum(one >= run for one in longest) / 2**tosses, abs=1e-12)


def test_the_numbers_of_schilling():
    """Of the 256 sequences of 8 tosses 208 have no run of more than 3 heads (Schilling 1990); as repeats, that is 9 tosses."""
    assert p_longer(9, 5) == pytest.approx(1 - 208 / 256)


def test_runs_are_counted_in_order():
    assert longest_run(np.array([1.0, 2, -1, -2, -3, 4])) == 3
    assert p_value(np.ones(40)) < 1e-10
    assert p_value(np.tile([1.0, -1.0], 20)) == 1.0


def test_divergence_of_equal_and_of_disjoint_weights():
    assert jensen_shannon(np.array([0.3, 0.7]), np.array([0.3, 0.7])) == pytest.approx(0)
    assert jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1)
