import math

import numpy as np
import pytest

from sciflask_reflex.shell.numbers import shown, shown_bytes, shown_mib, shown_seconds

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "text", "full"),
    [
        (None, "–", ""),
        (math.nan, "–", ""),
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (-12, f"{MINUS}12", "-12"),
        (1234567, "1,234,567", "1234567"),
        (12345678901234567, "1.23e16", "12345678901234567"),
        (0.1 + 0.2, "0.3", "0.30000000000000004"),
        (-0.98765, f"{MINUS}0.9877", "-0.98765"),
        (0.0009999, "1e-3", "0.0009999"),
        (1.9e-13, "1.9e-13", "1.9e-13"),
        (-1.85e-300, f"{MINUS}1.85e-300", "-1.85e-300"),
        (5e-324, "4.94e-324", "5e-324"),
        (999999.5, "1e6", "999999.5"),
        (math.inf, "inf", "inf"),
        (-math.inf, f"{MINUS}inf", "-inf"),
        (np.float64(0.25), "0.25", "0.25"),
        (np.int64(3), "3", "3"),
        (True, "True", "True"),
        ("0.5", "0.5", "0.5"),
        ("", "", ""),
    ],
)
def test_values_are_written_for_reading_and_in_full(value, text, full):
    assert shown(value) == (text, full)


@pytest.mark.parametrize("value", [1e-5, 3.3e-17, 1e-320])
def test_a_small_p_value_is_never_written_as_nothing(value):
    assert float(shown(value)[0]) > 0
    assert float(shown(value)[1]) == value


def test_sizes_and_times():
    assert [shown_bytes(n) for n in (0, 999, 1000, 52_428_800, 3_200_000_000_000)] == ["0 B", "999 B", "1.0 kB", "52.4 MB", "3200.0 GB"]
    assert [shown_seconds(s) for s in (0, 9.94, 42.4, 89.9, 900)] == ["0.0 s", "9.9 s", "42 s", "90 s", "15 min"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 MiB"), (1, "0.1 MiB"), (600 * 1024, "0.6 MiB"), (1024**2, "1 MiB"), (200 * 1024**2, "200 MiB"), (2048 * 1024**2, "2,048 MiB")],
)
def test_sizes_beside_a_limit(count, text):
    assert shown_mib(count) == text
