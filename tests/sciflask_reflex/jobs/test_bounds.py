"""A run's limits: the tool's own class within those of the site."""

import pytest

from pipeline import tools
from pipeline.toolkit import Resources
from sciflask_reflex.jobs.bounds import LIBRARIES_MIB, bounds_of
from sciflask_reflex.jobs.causes import Cause, sentence

SITE = (900, 8_192)


@pytest.mark.parametrize(
    ("resources", "seconds", "memory"),
    [
        (Resources(), *SITE),
        (Resources(seconds=30, memory_mib=500), 30, 500 + LIBRARIES_MIB),
        (Resources(seconds=9_000, memory_mib=64_000), *SITE),
    ],
)
def test_the_smaller_one_holds(data_dir, resources, seconds, memory):
    tool = tools()["correlation"]
    object.__setattr__(tool, "resources", resources)
    try:
        found = bounds_of("correlation")
    finally:
        object.__setattr__(tool, "resources", Resources())
    assert (found.seconds, found.memory_mib, found.output_mib) == (seconds, memory, 8_192)


def test_a_tool_that_is_gone_has_the_sites_limits(data_dir):
    assert (bounds_of("gone").seconds, bounds_of("gone").memory_mib) == SITE


def test_the_sentence_names_the_limit_that_held(data_dir):
    assert "longer than the 15 minutes" in sentence(Cause.WALLTIME, bounds_of("correlation"), "correlation")
    assert "8192 MiB" in sentence(Cause.MEMORY, bounds_of("correlation"), "correlation")


@pytest.mark.parametrize(
    ("slug", "relief"),
    [
        ("correlation", "Try fewer features, a larger least |r| or a smaller alpha."),
        ("ensembles", "Try fewer models, or fewer iterations."),
        ("gone", "Try other parameters."),
    ],
)
def test_what_to_try_is_said_in_the_words_of_the_tool(data_dir, slug, relief):
    for cause in (Cause.MEMORY, Cause.WALLTIME, Cause.CPU, Cause.OUTPUT):
        assert sentence(cause, bounds_of(slug), slug).endswith(f". {relief}")


def test_a_tool_that_says_nothing_has_the_words_of_its_inputs(every_kind):
    assert every_kind.relief == "Try fewer features or samples, or fewer curves or points, or a shorter text, or fewer or smaller files."
