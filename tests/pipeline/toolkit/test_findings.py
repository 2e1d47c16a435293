"""Findings as plain values."""

import pytest

from pipeline.toolkit.findings import Finding, Severity, error, errors_in, note, warning


@pytest.mark.parametrize("finding", [error("a", "b", row=3, column="c"), warning("a", "b"), note("a")])
def test_there_and_back(finding):
    assert Finding.from_dict(finding.as_dict()) == finding
    assert finding.as_dict()["severity"] in ("error", "warning", "note")


def test_said_of_an_input():
    assert error("a", "b").about("dataset1").input == "dataset1"


def test_only_errors_stop():
    assert errors_in([warning("a", "b"), error("c", "d"), note("e")]) == [Finding(Severity.ERROR, "c", "d")]
