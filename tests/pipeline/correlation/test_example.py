from pathlib import Path

from pipeline.correlation import correlate
from pipeline.correlation.example.make import make, write

SERVED = Path(__file__).parents[3] / "assets" / "example"


def test_the_script_makes_the_files_that_ship():
    files = {path.name: path.read_text(encoding="utf-8") for path in correlate.examples[0].files.values()}
    assert make() == files


def test_what_is_served_is_what_is_shipped(tmp_path):
    write(tmp_path)
    for path in correlate.examples[0].files.values():
        assert (SERVED / path.name).read_bytes() == path.read_bytes() == (tmp_path / path.name).read_bytes()
