from pipeline.correlation import correlate
from pipeline.correlation.example.make import make, write


def test_the_script_makes_the_files_that_ship():
    files = {path.name: path.read_text(encoding="utf-8") for path in correlate.examples[0].files.values()}
    assert make() == files


def test_it_writes_them_where_it_is_told(tmp_path):
    write(tmp_path)
    for path in correlate.examples[0].files.values():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
