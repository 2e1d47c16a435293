"""Selection, missing values and order: arrays in, arrays out."""

import numpy as np

from pipeline.correlation.measures.chosen import MEASURES
from pipeline.correlation.missing import complete_columns, fill_with_median, present_columns
from pipeline.correlation.ordering import Ordering, leaf_order, name_order, units
from pipeline.correlation.selection import top_variance

NAN = np.nan


def test_the_most_variable_columns_come_in_table_order():
    values = np.random.default_rng(0).normal(size=(30, 6)) * np.array([1, 5, 2, 9, 3, 7])
    assert top_variance(values, 3).tolist() == [1, 3, 5]
    assert top_variance(values, 99).tolist() == [0, 1, 2, 3, 4, 5]


def test_among_equals_the_first_ones_win():
    column = np.arange(5.0)
    scale = np.where(np.arange(600) % 3 == 1, 1, 2)  # two levels, many of each: an unstable sort shows
    assert top_variance(column[:, None] * scale, 150).tolist() == np.flatnonzero(scale == 2)[:150].tolist()
    assert top_variance(np.column_stack([column * 0, column, -column, column + 3]), 2).tolist() == [1, 2]


def test_a_column_too_wide_for_floating_point_varies_most():
    assert top_variance(np.array([[1e308, 1.0], [-1e308, 2.0], [1e308, 3.0]]), 1).tolist() == [0]


def test_gaps_take_the_median_and_the_input_stays():
    values = np.array([[1.0, NAN], [NAN, 4.0], [5.0, 5.0], [9.0, 9.0]])
    before = values.copy()
    assert fill_with_median(values).tolist() == [[1.0, 5.0], [5.0, 4.0], [5.0, 5.0], [9.0, 9.0]]
    assert np.array_equal(values, before, equal_nan=True)
    assert complete_columns(np.array([[1.0, NAN, NAN], [2.0, 3.0, NAN]])).tolist() == [True, False, False]
    assert present_columns(np.array([[1.0, NAN, NAN], [2.0, 3.0, NAN]])).tolist() == [True, True, False]


def test_similar_features_stand_side_by_side():
    random = np.random.default_rng(5)
    hidden = random.normal(size=(50, 2))
    values = hidden[:, [0, 1, 0, 1, 0, 1]] + 0.1 * random.normal(size=(50, 6))
    rows = MEASURES["spearman"].measure.rows(values)
    order = leaf_order(units(rows.exact, rows.squares)).tolist()
    assert sorted(order) == list(range(6))
    assert {place % 2 for place in order[:3]} in ({0}, {1})


def test_a_chain_of_thousands_of_leaves_has_an_order():
    # each vector turns a little further from the first: every merge adds one leaf, and a recursive walk would fail
    features = 2_500
    angle = np.cumsum(np.linspace(1e-5, 6e-4, features))
    order = leaf_order(np.column_stack([np.cos(angle), np.sin(angle)]))
    assert sorted(order.tolist()) == list(range(features))


def test_one_feature_is_in_order():
    assert leaf_order(np.ones((1, 4))).tolist() == [0]


def test_names_are_in_order_as_people_count():
    names = ["f10", "F9", "f2", "b", "f2 (genes)", "2", "f02", "10", ""]
    assert [names[place] for place in name_order(names)] == ["", "2", "10", "b", "f02", "f2", "f2 (genes)", "F9", "f10"]


def test_an_ordering_orders_some_features_and_the_same_ones_once():
    random = np.random.default_rng(5)
    hidden = random.normal(size=(50, 2))
    values = hidden[:, [0, 1, 0, 1, 0, 1]] + 0.1 * random.normal(size=(50, 6))
    ordering, told = Ordering(list("fedcba"), MEASURES["spearman"].measure.rows(values)), []
    some = np.array([0, 1, 2, 5])
    order = ordering(some, told.append)
    assert sorted(order.tolist()) == some.tolist()
    assert {place % 2 for place in order[:2]} in ({0}, {1})
    assert ordering(some) is order
    assert Ordering(list("fedcba"))(some).tolist() == [5, 2, 1, 0]


def test_the_variance_of_what_is_there():
    values = np.array([[1.0, NAN, 0.0], [3.0, 5.0, NAN], [2.0, NAN, 9.0]])
    assert top_variance(values, 1).tolist() == [2]
    assert top_variance(values, 2).tolist() == [0, 2]  # one value alone does not vary
