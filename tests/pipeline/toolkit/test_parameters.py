from typing import Annotated

import pytest

from pipeline.toolkit import Parameter, parameter
from pipeline.toolkit.annotations import parameter_of


def told(kind, **more):
    return Parameter("x", kind, "Width", "How wide.", default=None, **more)


@pytest.mark.parametrize(
    ("described", "rule"),
    [
        (told("integer"), "Width must be a whole number."),
        (told("integer", ge=2), "Width must be a whole number, at least 2."),
        (told("number", gt=0, lt=1), "Width must be a number, greater than 0 and less than 1."),
        (told("number", le=0.5), "Width must be a number, at most 0.5."),
        (told("text"), "Width must be text."),
        (told("boolean"), "Width must be yes or no."),
        (told("choice", choices=(("a", "Apple"), ("b", "Bread"))), "Width must be one of: Apple, Bread."),
    ],
)
def test_the_rule_is_a_sentence(described, rule):
    assert described.rule == rule


def test_words_and_bounds_are_read_from_the_annotation():
    annotation = Annotated[float, parameter(title="Width", description="How wide.", unit="nm", ge=1, lt=9)]
    described, _, _ = parameter_of("width", annotation, 2.0, required=False, where="here")
    assert described == Parameter("width", "number", "Width", "How wide.", 2.0, "nm", ge=1.0, lt=9.0)
