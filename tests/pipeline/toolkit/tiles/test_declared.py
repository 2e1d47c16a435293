"""What cannot be drawn is refused where it is said, not when the result is written."""

import pytest

from pipeline.toolkit.tiles import Axis, Tiles

TWO, THREE = Axis("genes", ["a", "b"]), Axis("genes", ["a", "b", "c"])


def test_the_shape_follows_from_the_names() -> None:
    assert Tiles(TWO, THREE, lambda: iter([])).shape == (2, 3)


@pytest.mark.parametrize(
    ("tiles", "sentence"),
    [
        (lambda: Tiles(TWO, Axis("genes", []), lambda: iter([])), "at least one row and one column"),
        (lambda: Tiles(TWO, THREE, lambda: iter([]), limit=0), "above zero"),
        (lambda: Tiles(TWO, THREE, lambda: iter([]), symmetric=True), "as many rows as columns"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tiles, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        tiles()
