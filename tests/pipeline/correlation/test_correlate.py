"""The tool as a scientist meets it: tables in, result out, and sentences where there can be none."""

import gc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pipeline.correlation import correlate
from pipeline.toolkit import ParameterError, Progress, SampleTable, ToolError
from pipeline.toolkit.tiles import TileFile, write_tiles

DATA = Path(__file__).parents[4] / "shared" / "data" / "two_datasets"
known = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not on this machine")


def frame(values, prefix="f", samples=None):
    values = np.asarray(values, dtype=float)
    names = samples or [f"s{i}" for i in range(len(values))]
    return pd.DataFrame(values, index=names, columns=[f"{prefix}{i}" for i in range(values.shape[1])])


def tied(samples=30, features=6, seed=0, prefix="f"):
    """Features that all follow one hidden one: every pair is significant."""
    random = np.random.default_rng(seed)
    return frame(random.normal(size=(samples, 1)) + 0.1 * random.normal(size=(samples, features)), prefix)


def read(name):
    return pd.read_csv(DATA / name, index_col=0)


@known
def test_known_answer_of_both_tables():
    result = correlate(read("test_dataset1.csv"), read("test_dataset2.csv"), feature_count=10)
    numbers = result.metrics.values()
    assert [numbers[name] for name in ("samples", "tests", "significant")] == [90, 190, 11]
    assert [numbers[f"significant_{name}"] for name in ("within_1", "within_2", "between")] == [5, 6, 0]
    first = result.pairs.frame.iloc[0]
    assert (first.feature_1, first.feature_2, first.n) == ("feat2_5", "feat2_22", 90)
    assert first.r == pytest.approx(0.7219574433, abs=5e-11)
    assert first.p_corrected == pytest.approx(1.8632102607e-13, rel=1e-9)
    assert result.heatmap_between is None
    assert result.r_between.frame.empty
    assert result.p_between.frame.empty
    assert result.r_within_1.frame.shape == result.p_within_1.frame.shape


@known
def test_known_answer_of_the_first_table_alone():
    numbers = correlate(read("test_dataset1.csv"), feature_count=10).metrics.values()
    assert (numbers["samples"], numbers["tests"], numbers["significant"]) == (100, 45, 6)
    assert numbers["significant_within_2"] is None


@pytest.mark.parametrize("example", correlate.examples, ids=lambda example: example.title)
def test_examples_give_what_they_promise(example):
    inputs = {name: SampleTable(pd.read_csv(path, index_col=0), label=example.labels[name]) for name, path in example.files.items()}
    numbers = correlate(**inputs, **example.parameters).metrics.values()
    assert example.expected
    assert {name: numbers[name] for name in example.expected} == dict(example.expected)


def test_all_pairs_of_the_joined_set_are_corrected_together():
    one, two = tied(40, 4, 1, "a"), tied(40, 5, 2, "b")
    two.iloc[:, 0] += 2 * one.iloc[:, 0].to_numpy()
    result = correlate(one, two, alpha=0.2)
    joined = pd.concat([one, two], axis=1)
    places = [(i, j) for i in range(9) for j in range(i + 1, 9)]
    answers = [stats.spearmanr(joined.iloc[:, i], joined.iloc[:, j]) for i, j in places]
    rejected, corrected, *_ = multipletests([answer.pvalue for answer in answers], alpha=0.2, method="fdr_bh")
    table = result.pairs.frame.set_index(["feature_1", "feature_2"])
    assert len(table) == rejected.sum()
    for (i, j), answer, q, reject in zip(places, answers, corrected, rejected, strict=True):
        if reject:
            row = table.loc[(joined.columns[i], joined.columns[j])]
            assert row.r == pytest.approx(answer.statistic, abs=1e-12)
            assert row.p_corrected == pytest.approx(q, rel=1e-9)
    numbers = result.metrics.values()
    assert numbers["significant"] == sum(numbers[f"significant_{name}"] for name in ("within_1", "within_2", "between")) == len(table)


def test_matrices_hold_the_pairs_and_nothing_else():
    random = np.random.default_rng(7)
    one, two = frame(random.normal(size=(60, 8)), "a"), frame(random.normal(size=(60, 7)), "b")
    one["a1"] += one["a0"]
    two["b3"] -= 2 * one["a4"]
    two["b5"] += two["b6"]
    result = correlate(one, two)
    pairs = result.pairs.frame
    for name, symmetric in (("within_1", True), ("within_2", True), ("between", False)):
        r, p = getattr(result, f"r_{name}").frame, getattr(result, f"p_{name}").frame
        assert r.index.equals(p.index)
        assert r.columns.equals(p.columns)
        assert r.notna().any(axis=1).all()
        assert r.notna().any(axis=0).all()
        mine = pairs[pairs.feature_1.isin(r.index) & pairs.feature_2.isin(r.columns)]
        assert r.notna().sum().sum() == len(mine) * (2 if symmetric else 1)
        for row in mine.itertuples():
            assert r.loc[row.feature_1, row.feature_2] == row.r
            assert p.loc[row.feature_1, row.feature_2] == row.p_corrected
        if symmetric:
            assert r.equals(r.T)


def test_samples_are_matched_by_id_in_any_order():
    one, two = tied(40, 3, 1, "a"), tied(40, 3, 1, "b")
    shuffled = two.sample(frac=1, random_state=4).iloc[:30]
    result = correlate(one, shuffled)
    assert result.metrics.values()["samples"] == 30
    pd.testing.assert_frame_equal(result.pairs.frame, correlate(one.loc[one.index.isin(shuffled.index)], shuffled).pairs.frame)
    assert any("10 samples not in the other dataset" in note for note in result.notes)


def test_variance_is_taken_over_all_samples_of_the_own_table():
    random = np.random.default_rng(0)
    one, two = frame(random.normal(size=(40, 3)), "a"), tied(20, 3, 2, "b")
    one.iloc[20:, 2] *= 1_000  # varies only on samples that the other table lacks
    one.iloc[:20, 2] = two["b0"].to_numpy() * 1e-3
    found = correlate(one, two, feature_count=2, alpha=0.5).pairs.frame
    assert "a2" in set(found.feature_1) | set(found.feature_2)


def test_missing_values_by_both_policies():
    table = tied(30, 5)
    table.iloc[[1, 2], 3] = np.nan
    table["empty"] = np.nan
    before = table.copy()
    filled = correlate(table)
    assert filled.metrics.values()["features"] == 5
    assert any("2 missing values in 1 feature filled" in note for note in filled.notes)
    assert any("1 feature without any value left out" in note for note in filled.notes)
    by_hand = table.drop(columns="empty")
    by_hand["f3"] = by_hand["f3"].fillna(by_hand["f3"].median())
    pd.testing.assert_frame_equal(filled.pairs.frame, correlate(by_hand).pairs.frame)
    dropped = correlate(table, missing_values="drop")
    assert dropped.metrics.values()["features"] == 4
    assert any("2 features with missing values left out" in note for note in dropped.notes)
    pd.testing.assert_frame_equal(table, before)


def test_constant_columns_are_left_out_of_the_tests():
    table = tied(30, 5)
    table.insert(0, "flat", 3.0)
    table["nought"] = 0.0
    for method in ("spearman", "pearson"):
        result = correlate(table, correlation_method=method)
        assert result.metrics.values()["tests"] == 10
        assert result.metrics.values()["significant"] == 10
        assert any("2 constant features" in note for note in result.notes)


def test_the_least_r_shortens_the_list_but_not_the_tests():
    random = np.random.default_rng(11)
    table = frame(random.normal(size=(200, 1)) * np.linspace(0.1, 3, 10) + random.normal(size=(200, 10)))
    everything, strong = correlate(table), correlate(table, least_r=0.6)
    expected = everything.pairs.frame[everything.pairs.frame.r.abs() >= 0.6]
    assert 0 < len(expected) < len(everything.pairs.frame)
    pd.testing.assert_frame_equal(strong.pairs.frame, expected.reset_index(drop=True))
    assert strong.metrics.values()["significant"] == everything.metrics.values()["significant"]
    assert strong.metrics.values()["listed"] == len(expected)
    assert any("not listed" in note for note in strong.notes)


def test_names_in_both_tables_stay_apart():
    one = SampleTable(tied(30, 3), label="genes")
    two = SampleTable(tied(30, 3, seed=1), label="proteins")
    two.frame["f0"] = one.frame["f0"]
    two.frame["f1 (proteins)"] = np.arange(30.0) % 7
    result = correlate(one, two, alpha=0.5)
    pairs = result.pairs.frame
    assert {"f0 (genes)", "f0 (proteins)"} <= set(pairs.feature_1) | set(pairs.feature_2)
    assert not ((pairs.feature_1 == pairs.feature_2).any())
    assert any("3 feature names in both datasets" in note for note in result.notes)
    assert result.r_between.frame.index.is_unique


def test_the_same_label_twice_is_told_apart():
    result = correlate(SampleTable(tied(30, 3), "genes"), SampleTable(tied(30, 3, seed=1), "genes"), alpha=0.5)
    assert "f0 (genes 1)" in set(result.pairs.frame.feature_1)


def test_two_columns_are_one_test():
    result = correlate(tied(20, 2))
    assert result.metrics.values()["tests"] == 1
    assert len(result.pairs.frame) == 1
    assert result.r_within_1.frame.shape == (2, 2)


def test_one_pair_between_is_one_cell():
    random = np.random.default_rng(2)
    one, two = frame(random.normal(size=(50, 2)), "a"), frame(random.normal(size=(50, 2)), "b")
    two["b1"] = one["a0"] * 2 + 1
    result = correlate(one, two, correction_method="bonferroni", alpha=0.001, correlation_method="pearson")
    assert result.r_between.frame.shape == (1, 1)
    assert result.pairs.frame[["feature_1", "feature_2"]].to_numpy().tolist() == [["a0", "b1"]]
    assert result.heatmap_within_1 is None


def test_nothing_significant_is_a_result():
    result = correlate(frame(np.random.default_rng(0).normal(size=(20, 4))), alpha=1e-6)
    assert result.metrics.values()["significant"] == 0
    assert result.metrics.values()["strongest_pair"] is None
    assert list(result.pairs.frame.columns) == ["feature_1", "feature_2", "r", "p", "p_corrected", "n"]
    assert result.pairs.frame.empty
    assert result.heatmap_within_1 is None
    assert any("No pair is significant at alpha 1e-06" in note for note in result.notes)


def test_four_samples_are_enough_and_come_with_a_warning():
    result = correlate(frame([[1, 2], [2, 1], [3, 4], [4, 3]]))
    assert any("rough approximations" in note for note in result.notes)


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ((frame([[1, 2], [2, 3], [3, 1]]),), "has 3 samples"),
        ((tied(20, 3), frame(np.eye(5), "b", list("abcde"))), "share 0 samples"),
        ((frame(np.ones((10, 3))),), "nothing to compare"),
        ((frame(np.column_stack([np.arange(10), np.ones(10)])),), "1 feature of 2 varies"),
        ((frame(np.full((10, 3), np.nan)),), "nothing to compare"),
        ((tied(10, 3).set_axis(["a", "b", "a"], axis=1),), "'a' appears more than once"),
        ((tied(5, 3).set_axis(["x", "x", "y", "z", "w"], axis=0),), "sample id 'x' appears more than once"),
        ((tied(10, 3).replace(tied(10, 3).iloc[0, 0], np.inf),), "infinite values"),
        ((pd.DataFrame(index=["a", "b", "c", "d"]),), "nothing to compare"),
    ],
)
def test_impossible_data_get_a_sentence(tables, sentence):
    with pytest.raises(ToolError, match=sentence):
        correlate(*tables)


@pytest.mark.parametrize(
    "values",
    [
        {"alpha": 0},
        {"alpha": 0.51},
        {"alpha": float("nan")},
        {"feature_count": 1},
        {"least_r": 1.1},
        {"correlation_method": "kendall"},
        {"color": 1},
    ],
)
def test_settings_out_of_bounds_get_a_sentence(values):
    with pytest.raises(ParameterError) as caught:
        correlate(tied(), **values)
    assert list(caught.value.fields) == list(values)


def test_progress_only_rises_and_ends_near_one():
    seen = []
    correlate(tied(30, 20), progress=Progress(lambda stage, fraction, line: seen.append((stage, fraction, line))))
    fractions = [fraction for _, fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] >= 0.9
    stages = list(dict.fromkeys(stage for stage, _, _ in seen))
    assert stages == ["Selecting features", "Correlating", "Ordering features", "Drawing", "Summing up"]
    assert any("190 tests" in line for _, _, line in seen)


def test_a_matrix_too_large_to_be_useful_is_left_out(monkeypatch):
    monkeypatch.setattr("pipeline.correlation.present.MOST_MATRIX_CELLS", 10)
    result = correlate(tied(30, 6))
    assert result.r_within_1 is None
    assert result.heatmap_within_1 is not None
    assert any("pairs.csv" in note for note in result.notes)


def test_what_is_left_out_is_named():
    table = tied(30, 5)
    table["flat"], table["nought"], table["empty"] = 3.0, 0.0, np.nan
    notes = correlate(table).notes
    assert any("1 feature without any value left out (empty)" in note for note in notes)
    assert any("(flat, nought)" in note for note in notes)
    table[[f"c{i}" for i in range(15)]] = 1.0
    assert any("c7 and 7 more)" in note for note in correlate(table).notes)


@pytest.mark.parametrize(("correction", "peer"), [("holm", "holm"), ("benjamini-yekutieli", "fdr_by"), ("none", None)])
def test_further_corrections(correction, peer):
    random = np.random.default_rng(4)
    table = frame(random.normal(size=(40, 1)) * np.linspace(0, 1, 9) + random.normal(size=(40, 9)))
    result = correlate(table, correction_method=correction, alpha=0.2)
    answers = [stats.spearmanr(table.iloc[:, i], table.iloc[:, j]).pvalue for i in range(9) for j in range(i + 1, 9)]
    rejected, corrected = multipletests(answers, alpha=0.2, method=peer)[:2] if peer else (np.array(answers) <= 0.2, np.array(answers))
    assert 0 < rejected.sum() < 36
    assert sorted(result.pairs.frame.p_corrected) == pytest.approx(sorted(corrected[rejected]), rel=1e-9)


def test_biweight_midcorrelation_shrugs_off_an_outlier():
    table = tied(40, 3)
    table.iloc[0, 0] = 1e6
    robust, plain = (correlate(table, correlation_method=method).pairs.frame for method in ("bicor", "pearson"))
    assert (robust.r > 0.9).all()
    assert len(robust) == 3
    assert plain[(plain.feature_1 == "f0") | (plain.feature_2 == "f0")].empty


def many(features=720, seed=0):
    """More features than a picture shows, each in some pairs."""
    random = np.random.default_rng(seed)
    return frame(random.normal(size=(40, features)) + 3 * random.normal(size=(40, 60))[:, np.arange(features) % 60])


def test_what_is_larger_than_a_picture_can_be_zoomed_into(tmp_path):
    result = correlate(many(), feature_count=1_000)
    r, tiles = result.r_within_1.frame, result.heatmap_within_1.tiles
    assert tiles.shape == r.shape == (720, 720)
    write_tiles(tiles, tmp_path / "map.tiles")
    drawn = TileFile(tmp_path / "map.tiles")
    assert drawn.names("rows") == list(r.index)
    assert np.array_equal(np.isnan(drawn.matrix()), r.isna())
    assert np.nanmax(np.abs(drawn.matrix() - r.to_numpy())) < 1 / 127
    assert len(result.heatmap_within_1.drawing()["data"][0]["z"]) == 360
    assert correlate(many(700), feature_count=1_000).heatmap_within_1.tiles is None


def side_by_side(names, some):
    places = [place for place, name in enumerate(names) if name in some]
    return places[-1] - places[0] == len(places) - 1


def test_features_are_ordered_as_asked():
    random = np.random.default_rng(3)
    table = frame(random.normal(size=(60, 2))[:, np.arange(12) % 2] + 0.1 * random.normal(size=(60, 12)))
    table.iloc[0, :6] += 300  # to Pearson's coefficient these six are alike, to Spearman's the even ones and the odd ones
    names = {order: list(correlate(table, feature_order=order).r_within_1.frame.index) for order in ("name", "data", "r")}
    assert names["name"] == [f"f{i}" for i in range(12)]
    assert side_by_side(names["data"], table.columns[:6])
    assert side_by_side(names["r"], table.columns[::2])
    assert not side_by_side(names["r"], table.columns[:6])


def test_captions_say_the_order():
    for order, words in (("r", "similar features stand"), ("data", "features of similar values stand"), ("name", "ordered by name")):
        assert words in correlate(tied(), feature_order=order).heatmap_within_1.caption


def test_the_pairs_stay_on_disk_for_as_long_as_the_result_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = correlate(tied(30, 6))
    (scratch,) = tmp_path.iterdir()
    assert len(result.pairs.rows) == 15
    assert result.pairs.rows.read(3, 5).equals(result.pairs.frame.iloc[3:5].reset_index(drop=True))
    del result
    gc.collect()
    assert not scratch.exists()
