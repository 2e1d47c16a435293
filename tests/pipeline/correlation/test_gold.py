"""Numbers that were made elsewhere: R 4.2.2 (stats, Hmisc). The engine's own tests hold more of them."""

import numpy as np
import pytest
from sklearn import datasets

from pipeline.correlation.measures.chosen import MEASURES
from pipeline.correlation.ordering import tree, units

# data, tests, significant by BH, by Bonferroni, sum of corrected p (BH), largest of them, sum of |r| over all pairs, lowest heights, top height
R_SAYS = [
    ("wine", 78, 60, 47, 0.138805763135, 0.0396822867588, 24.116633267545, (0.135436499905, 0.256428366671, 0.356279962822), 1.15490664586),
    ("diabetes", 45, 43, 40, 0.0730072358371, 0.0411175607244, 14.9364462371063, (0.103337042190, 0.382141026006, 0.491029060325), 1.28394958859),
    (
        "breast_cancer", 435, 399, 352, 0.334999748111, 0.0369272142581, 183.465686740513,
        (0.00214471850619, 0.00629208389705, 0.013068012976), 0.915750945558,
    ),
    ("iris", 6, 6, 5, 0.0419422427321, 0.0413679942488, 3.41929821887873, (0.0371345685972, 0.1551525489209, 1.3040452736667), 1.3040452736667),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tests", "bh", "bonf", "sum_q", "max_q", "sum_r", "heights", "top"), R_SAYS, ids=[row[0] for row in R_SAYS]
)
def test_known_data_give_the_numbers_of_r(pairs_of, name, tests, bh, bonf, sum_q, max_q, sum_r, heights, top):
    values = getattr(datasets, f"load_{name}")().data
    ranked = MEASURES["spearman"].measure.rows(values)
    features = ranked.features
    assert features * (features - 1) // 2 == tests
    found = pairs_of(ranked, "benjamini-hochberg", 0.05)
    assert len(found) == bh
    assert len(pairs_of(ranked, "bonferroni", 0.05)) == bonf
    assert found.q.sum() == pytest.approx(sum_q, rel=1e-10)
    assert found.q.max() == pytest.approx(max_q, rel=1e-10)
    vectors = units(ranked.exact, ranked.squares)
    everything = (vectors @ vectors.T)[np.tril_indices(features, -1)]
    assert np.abs(everything).sum() == pytest.approx(sum_r, rel=1e-12)
    centred = MEASURES["pearson"].measure.rows(values)
    levels = tree(units(centred.exact, centred.squares))[:, 2]  # R was asked for the tree of Pearson's coefficient
    assert levels[:3] == pytest.approx(heights, rel=1e-9)
    assert levels[-1] == pytest.approx(top, rel=1e-9)
