"""A tool on files of one's own computer: the same check, bounds and files as on the site, and an exit code that scripts can trust."""

import json
from pathlib import Path

import pytest

from pipeline import tools
from pipeline.toolkit.execute import execute
from sciflask_reflex.commands.run import DONE, FAILED, MISUSED, run
from tests.every_kind.sciflask_every_kind import DATA as EVERY

TOOL = tools()["correlation"]
EXAMPLE = TOOL.examples[0]
FILES = [part for slot, path in EXAMPLE.files.items() for part in (f"--{slot}", str(path))]


def digests(folder: Path) -> dict[str, str]:
    return {file["name"]: file["sha256"] for file in json.loads((folder / "manifest.json").read_text())["files"]}


def test_the_result_is_the_sites_own(tmp_path, capsys):
    out = tmp_path / "out"
    labels = [part for slot, text in EXAMPLE.labels.items() for part in (f"--{slot}-label", text)]
    assert run("correlation", [*FILES, *labels, "--feature-count", "40", "--out", str(out)]) == DONE
    execute(TOOL, EXAMPLE.files, EXAMPLE.labels, EXAMPLE.parameters, tmp_path / "site", seed=0)
    assert digests(out) == digests(tmp_path / "site")
    said = capsys.readouterr()
    assert f"Significant pairs: {EXAMPLE.expected['significant']}" in said.out
    assert "Correlating" in said.err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([*FILES], MISUSED, "-o/--out"),
        (["-o", "x"], MISUSED, "--dataset1"),
        ([*FILES, "-o", "x", "--alpha", "7"], MISUSED, "--alpha: Alpha must be a number, greater than 0 and at most 0.5."),
        ([*FILES, "-o", "x", "--alpha", "0,05"], MISUSED, "--alpha: Alpha must be a number"),
        ([*FILES, "-o", "x", "--colour", "red"], MISUSED, "unrecognized arguments: --colour red"),
        (["--dataset1", "gone.csv", "-o", "x"], MISUSED, "There is no file gone.csv."),
        (["--dataset1", "words.csv", "-o", "x"], FAILED, "error: Dataset 1"),
        (["--dataset1", "warned.csv", "-o", "x"], FAILED, "add --accept-warnings to go on"),
        (["--dataset1", "flat.csv", "-o", "x", "--accept-warnings"], FAILED, "vary"),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_written(tmp_path, monkeypatch, capsys, arguments, code, sentence):
    monkeypatch.chdir(tmp_path)
    names = ",".join(f"f{n}" for n in range(12))
    (tmp_path / "words.csv").write_text("just\nwords\n")
    rows = [",".join([f"s{i}", *(str((i * 7 + n * 3 + i * n) % 11) for n in range(12))]) for i in range(20)]
    (tmp_path / "warned.csv").write_text("\n".join([f"id,{names},site", *(f"{row},north" for row in rows)]))
    (tmp_path / "flat.csv").write_text("\n".join([f"id,{names}", *(f"s{i}" + ",1" * 12 for i in range(20))]))
    assert run("correlation", arguments) == code
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "x").exists()


def test_warnings_may_be_accepted(tmp_path):
    path = tmp_path / "warned.csv"
    names = ",".join(f"f{n}" for n in range(12))
    rows = [",".join([f"s{i}", *(str((i * 7 + n * 3 + i * n) % 11) for n in range(12)), "north"]) for i in range(20)]
    path.write_text("\n".join([f"id,{names},site", *rows]))
    assert run("correlation", ["--dataset1", str(path), "-o", str(tmp_path / "out"), "--accept-warnings", "--quiet"]) == DONE
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_a_result_is_never_written_over(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text("{}")
    assert run("correlation", [*FILES, "-o", str(tmp_path)]) == MISUSED
    assert "holds a result already" in " ".join(capsys.readouterr().err.split())


def test_quiet_says_nothing(tmp_path, capsys):
    assert run("correlation", [*FILES, "--feature-count", "10", "-o", str(tmp_path / "out"), "--quiet"]) == DONE
    assert capsys.readouterr() == ("", "")


def test_an_unknown_tool_is_named_with_the_known_ones(capsys):
    assert run("nope", []) == MISUSED
    assert "There is no tool called 'nope'. There are: correlation" in " ".join(capsys.readouterr().err.split())


def test_help_lists_every_input_and_parameter(capsys):
    with pytest.raises(SystemExit) as ended:
        run("correlation", ["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"--{name.replace('_', '-')}" in said for name in (*(s.name for s in TOOL.inputs), *(p.name for p in TOOL.parameters)))


CURVES = [str(EVERY / name) for name in ("first.dat", "second.dat", "third.dat")]
EACH = ["--table", str(EVERY / "samples.csv"), "--curve", str(EVERY / "curve.dat")]


@pytest.mark.parametrize(
    "arguments",
    [["--curves", *CURVES], ["--curves", CURVES[0], "--curves", *CURVES[1:]], [part for one in CURVES for part in ("--curves", one)]],
)
def test_several_files_come_after_one_option_or_after_one_each(every_kind, tmp_path, arguments):
    assert run("every-kind", [*EACH, *arguments, "--quiet", "-o", str(tmp_path / "out")]) == DONE
    inputs = json.loads((tmp_path / "out" / "manifest.json").read_text())["inputs"]
    assert [(item["filename"], item["position"]) for item in inputs[2:]] == [("first.dat", 1), ("second.dat", 2), ("third.dat", 3)]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ["--curves", CURVES[0]],
            FAILED,
            "error: Further curves: Further curves takes 2 to 20 files, and there is 1. Add files, or leave some out.",
        ),
        (["--curves", *CURVES, "gone.dat"], MISUSED, "There is no file gone.dat."),
        (["--curves", *CURVES, "bad.dat"], FAILED, "error: Further curves bad.dat, line 2, column 2: 'x' is not a finite number."),
        (
            ["--only-words", "feature_1"],
            MISUSED,
            "--only-words: A column of words takes columns of words of Samples, and 'feature_1' is none.",
        ),
    ],
)
def test_what_is_wrong_with_several_files_is_said_of_each(every_kind, tmp_path, monkeypatch, capsys, arguments, code, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.dat").write_text("1 2\n2 x\n3 4\n")
    assert run("every-kind", [*EACH, *arguments, "-o", "x"]) == code
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_a_live_tool_runs_without_a_site_too(tmp_path):
    assert run("smoothing", ["--sigma", "2.5", "--seed", "4", "-o", str(tmp_path / "out"), "--quiet"]) == DONE
    execute(tools()["smoothing"], {}, {}, {"sigma": 2.5}, tmp_path / "site", seed=4)
    assert digests(tmp_path / "out") == digests(tmp_path / "site")
