"""However float32 has moved the pairs within its bound: no significant pair is lost, and what is sure is right."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.correlation.engine.bounds import bounds, least_counted
from pipeline.correlation.engine.corrections import CORRECTIONS, Rule, correct
from pipeline.correlation.engine.counting import BINS
from pipeline.correlation.engine.tails import least_r, student_tail


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    correction=st.sampled_from(CORRECTIONS),
    alpha=st.sampled_from([0.01, 0.05, 0.3]),
    slack=st.sampled_from([1e-6, 1e-3, 0.02]),
    shift=st.sampled_from([-1.0, 0.0, 1.0, None]),
    crowd=st.floats(0.05, 0.6),
)
def test_no_pair_is_lost_and_none_is_kept_by_mistake(seed, correction, alpha, slack, shift, crowd):
    random = np.random.default_rng(seed)
    freedom = 60
    true = np.clip(np.concatenate([np.abs(random.normal(0, 0.13, 400)), crowd + random.normal(0, 0.01, 200)]), 0.0, 1.0)
    seen = np.clip(true + slack * (random.uniform(-1, 1, true.size) if shift is None else shift), 0.0, 1.0)
    rule = Rule(correction, true.size, alpha)
    rejected = correct(student_tail(true, freedom), rule)[1]
    seen = seen[seen >= least_counted(least_r(alpha, freedom), slack)]
    counts = np.bincount(np.minimum((seen * BINS).astype(int), BINS - 1), minlength=BINS)
    found = bounds(counts, slack, rule, freedom, 50)
    assert found.may <= found.sure
    assert not rejected[true < found.may].any()
    assert rejected[true >= found.sure].all()
    assert found.edges[-1] == found.may
    assert np.all(np.diff(found.edges) < 0)
    if (true >= found.sure).any():
        assert found.sure in found.edges


def test_the_margin_is_thin():
    random = np.random.default_rng(0)
    true = np.abs(np.concatenate([random.normal(0, 0.1, 9_000), random.uniform(0.2, 0.9, 1_000)]))
    counts = np.bincount((true * BINS).astype(int), minlength=BINS)
    for correction in CORRECTIONS:
        found = bounds(counts, 1e-6, Rule(correction, true.size, 0.05), 98, 10**6)
        assert ((true >= found.may) & (true < found.sure)).sum() <= 3
