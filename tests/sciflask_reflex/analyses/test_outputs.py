"""Outputs on a page: in their sections, with what is drawn and what can be downloaded, whatever their kind."""

import json

import pytest

from pipeline.toolkit.execute import execute
from sciflask_reflex.analyses.outputs import DEEPEST, sections_of
from sciflask_reflex.analyses.texts import MOST_CHARACTERS, text_shown
from tests.every_kind.sciflask_every_kind import DATA, every_kind

FILES = {"table": "samples.csv", "curve": "curve.dat", "log": "run.log", "files": "parts.zip"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory):
    """What a run of the tool with every kind of output leaves behind."""
    folder = tmp_path_factory.mktemp("result")
    return execute(every_kind, {slot: DATA / name for slot, name in FILES.items()}, {}, {}, folder, filenames=FILES)


def test_every_kind_of_output_is_drawn_from_what_its_run_wrote(manifest):
    shown = {output.name: output for section in sections_of("/f", manifest["outputs"]) for output in (*section.outputs, *section.matrices)}
    assert {name: (one.kind, one.src, one.about) for name, one in shown.items()} == {
        "words": ("text", "", ""),
        "pictures_figure": ("figure", "/f/pictures_figure.json", ""),
        "pictures_inner_network": ("network", "/f/pictures_inner_network.json", ""),
        "pictures_inner_structure": ("structure", "/f/pictures_inner_structure.pdb", "/f/pictures_inner_structure.models.json"),
        "rows": ("table", "", ""),
        "grid": ("matrix", "", ""),
        "raw": ("file", "", ""),
    }
    assert {name: [item.text for item in one.downloads] for name, one in shown.items() if one.downloads} == {
        "words": ["Text"],
        "pictures_inner_structure": ["PDB"],
        "grid": ["CSV"],
        "raw": ["Download raw.bin"],
    }
    assert [(table.name, table.title) for table in shown["pictures_inner_network"].tables] == [
        ("pictures_inner_network_nodes", "Which features go together: nodes"),
        ("pictures_inner_network_edges", "Which features go together: edges"),
    ]
    named = {item["name"] for item in manifest["files"]}
    pointed = [url for one in shown.values() for url in (one.src, one.about, *(item.url for item in (*one.downloads, *one.tables))) if url]
    assert all(url.removeprefix("/f/") in named for url in pointed)


def test_a_figure_with_tiles_is_zoomed_into_and_its_pictures_are_downloads():
    files = ["map.json", "map.png", "map.svg", "map.tiles"]
    [section] = sections_of("/f", [{"name": "map", "kind": "figure", "title": "Map", "files": files}])
    [shown] = section.outputs
    assert (shown.tiles, shown.picture, shown.src) == ("/f/map.tiles", "/f/map.png", "/f/map.json")
    assert [item.text for item in shown.downloads] == ["PNG", "SVG"]


def test_sections_stand_in_sections_and_headings_are_said_once(manifest):
    sections = sections_of("/f", manifest["outputs"])
    said = [[(heading.text, heading.level) for heading in section.headings] for section in sections]
    assert said == [[], [("Pictures", 2)], [("In space", 3)], [("Numbers", 2)]]
    levels = [[output.level for output in (*section.outputs, *section.matrices)] for section in sections]
    assert levels == [[2], [3], [4, 4], [3, 3, 3]]


def output(name, section, title="T"):
    return {"name": name, "kind": "text", "title": title, "section": section, "files": [f"{name}.txt"]}


def test_a_section_that_is_named_like_its_only_output_is_not_said_twice():
    alone, two = sections_of("/f", [output("a", "Pairs", "Pairs"), output("b", "More", "More"), output("c", "More")])
    assert (alone.headings, alone.outputs[0].level) == ([], 2)
    assert ([heading.text for heading in two.headings], two.outputs[0].level) == (["More"], 3)


def test_headings_end_at_a_level_that_browsers_have():
    (deep,) = sections_of("/f", [output("a", "A / B / C / D / E")])
    assert [heading.level for heading in deep.headings] == [2, 3, 4, 4, 4]
    assert deep.outputs[0].level == DEEPEST


def test_a_text_is_its_paragraphs_and_nothing_of_it_is_markup(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("One <b>bold</b>\n  line.\n\n \n\nTwo.\n")
    shown = text_shown(path)
    assert (shown.paragraphs, shown.cut) == (["One <b>bold</b>\n  line.", "Two."], "")
    path.write_text("")
    assert text_shown(path).paragraphs == []


def test_of_a_long_text_the_beginning_is_shown(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("x" * (MOST_CHARACTERS + 5))
    shown = text_shown(path)
    assert len(shown.paragraphs[0]) == MOST_CHARACTERS
    assert shown.cut.startswith("The first 20,000 characters")
    assert json.dumps(shown.paragraphs)


def test_a_table_of_stored_rows_names_its_reader_and_one_of_its_files(stored_pairs):
    _, manifest = stored_pairs
    (section,) = sections_of("/f", manifest["outputs"])
    ((table,), downloads) = section.outputs[0].tables, section.outputs[0].downloads
    assert (table.name, table.url, table.reader) == ("pairs", "/f/pairs.csv", "pipeline.correlation.pairtable:PairTable")
    assert table.packed in {item["name"] for item in manifest["files"]} - {"pairs.csv"}
    assert downloads == []  # the packed files stand in the list of all files


def test_a_table_whose_packed_files_are_not_named_is_browsed_as_csv():
    item = {"name": "t", "kind": "table", "title": "T", "files": ["t.csv"], "reader": "a:B"}
    assert sections_of("/f", [item])[0].outputs[0].tables[0].reader == ""
