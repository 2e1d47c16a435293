from pathlib import Path

import numpy as np
import pytest

from pipeline.ensembles import fit_ensemble
from pipeline.ensembles.curves import prepare
from pipeline.ensembles.example.make import MIX, make
from pipeline.toolkit import CurveTable, Limits, ToolError
from pipeline.toolkit.findings import errors_in
from pipeline.toolkit.studies import check_files

FILES = fit_ensemble.examples[0].files


def values(slot):
    return CurveTable.read(Path(FILES[slot])).values.copy()


def test_the_script_makes_the_files_that_ship():
    assert make() == {path.name: path.read_bytes() for path in FILES.values()}


def test_the_known_mix_is_found_with_its_structures():
    result = fit_ensemble(**FILES, iterations=400, seed=1)
    frame = result.weights.frame
    assert list(frame.columns) == ["model", "mean", "sd", "ci_low", "ci_high", "mcse", "ess", "rhat"]
    assert list(frame["model"]) == [name for name, weight in MIX.items() if weight]
    assert (np.abs(frame["mean"] - [weight for weight in MIX.values() if weight]) < 3 * frame["sd"]).all()
    assert 0.7 < result.metrics.values()["chi2"] < 1.4
    assert result.metrics.values()["cormap_p"] > 0.01
    assert result.structure.pdb.count("\nMODEL ") == 3
    assert result.structure.weights == tuple(frame["mean"])


def test_curves_on_a_q_of_their_own_are_interpolated_and_the_notes_say_so():
    measured, simulated = values("measured"), values("simulated")
    own = np.column_stack([measured[:, 0], simulated])[:-10:2]
    found = prepare(CurveTable.of(measured), CurveTable.of(own))
    assert found.simulated == pytest.approx(simulated[: len(found.q)], rel=2e-3)
    assert len(found.notes) == 2
    assert "interpolated" in found.notes[0]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: data[:, :2], "three are needed"),
        (lambda data: data[::-1], "q does not rise"),
        (lambda data: data * [1, 1, 0], "Sigma is not above 0"),
        (lambda data: data[:5], "at least 10"),
        (lambda data: data * [1, -1, 1], "No intensity is above 0"),
        (lambda data: data[:-1], "first column is not q"),
    ],
)
def test_bad_data_are_refused_with_a_sentence_by_check_and_by_call(spoil, sentence, tmp_path):
    np.savetxt(tmp_path / "measured.dat", spoil(values("measured")))
    files = {"measured": tmp_path / "measured.dat", "simulated": Path(FILES["simulated"])}
    assert sentence in errors_in(check_files(fit_ensemble, files, Limits()).findings)[0].message
    with pytest.raises(ToolError, match=sentence):
        fit_ensemble(**files, iterations=400)


def test_a_threshold_that_nobody_passes_is_answered():
    curve = np.exp(-((np.linspace(0.01, 0.3, 50)[:, None] * np.array([12.0, 20.0, 30.0])) ** 2) / 3)
    measured = np.column_stack([np.linspace(0.01, 0.3, 50), curve.mean(axis=1), np.full(50, 1e-3)])
    with pytest.raises(ToolError, match="Lower the weight threshold"):
        fit_ensemble(measured, curve, weight_threshold=0.5, iterations=400)
