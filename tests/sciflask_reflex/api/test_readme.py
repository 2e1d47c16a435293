"""What the README of a bundle says for a paper's methods section: made from the description, of what counted."""

import pytest

from pipeline import tools
from sciflask_reflex.api.readme import methods
from sciflask_reflex.models import Analysis

VERSIONS = {"sciflask-reflex": "1.2"}


def analysis(tool: str, manifest: dict | None = None, **parameters) -> Analysis:
    given = parameters if tool not in tools() else tools()[tool].validate(parameters)
    return Analysis(study_id="s", owner_id="o", tool=tool, name="A", parameters=given, idempotency_key="k", manifest=manifest)


def test_every_setting_that_counted_is_named_with_its_value():
    said = methods(analysis("correlation", {"versions": VERSIONS, "seed": 0}, alpha=0.01))
    assert said.startswith("Correlation (sciflask-reflex 1.2) was run with correlation method: Spearman; ")
    for part in ("correction method: Benjamini-Hochberg; ", "alpha: 0.01; ", "number of top-variance features: 50; ", "least |r|: 0"):
        assert part in said
    assert said.endswith(". Finds the significant correlations between the features of one or two datasets.")


def test_the_seed_is_named_where_chance_plays_a_part():
    said = methods(analysis("ensembles", {"seed": 7}, prior="uniform"))
    assert "Seed of random numbers: 7." in said
    assert "concentration" not in said, "it did not count"


@pytest.mark.parametrize("manifest", [None, {}])
def test_a_tool_that_is_gone_has_its_name(manifest):
    assert methods(analysis("gone", manifest)) == "gone (sciflask-reflex) was run."
