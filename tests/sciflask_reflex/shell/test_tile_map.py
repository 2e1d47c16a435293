"""The parts of the map in the browser: each is handed to the build, none imports what is not there, and they keep to the file's format."""

import re
from pathlib import Path

from pipeline.toolkit.tiles.writer import BEGIN, INDEX, MAGIC
from sciflask_reflex.shell import tile_map

FOLDER = Path(tile_map.__file__).parent
SOURCES = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir() if path.suffix in (".js", ".jsx")}


def test_every_part_is_handed_to_the_build() -> None:
    assert set(SOURCES) == {*tile_map._PARTS, "tile_map.jsx"}


def test_parts_import_each_other_and_react_alone() -> None:
    wanted = {name for source in SOURCES.values() for name in re.findall(r'from "(.+)"', source)}
    assert {name.removeprefix("./") for name in wanted if name.startswith("./")} <= set(SOURCES)
    assert {name for name in wanted if not name.startswith("./")} == {"react"}


def test_names_that_are_imported_are_exported() -> None:
    for source in SOURCES.values():
        for names, part in re.findall(r'import \{ (.+) \} from "\./(.+)"', source):
            exported = set(re.findall(r"export (?:const|class) (\w+)", SOURCES[part]))
            assert set(names.split(", ")) <= exported


def test_browser_and_writer_agree_on_the_format() -> None:
    said = dict(re.findall(r'^const (MAGIC|BEGIN|ENTRY) = "?(\w+)"?;', SOURCES["file.js"], re.MULTILINE))
    assert said == {"MAGIC": MAGIC.decode(), "BEGIN": str(BEGIN.size), "ENTRY": str(INDEX.itemsize)}
    assert "ZERO = 128" in SOURCES["colours.js"]
    assert "STEPS = 127" in SOURCES["colours.js"]


def test_the_component_takes_an_address_and_a_name() -> None:
    drawn = str(tile_map.tile_map(src="/f/map.tiles", label="A map"))
    assert "TileMap" in drawn
    assert "/f/map.tiles" in drawn
