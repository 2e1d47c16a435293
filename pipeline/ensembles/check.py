"""Rules across the inputs of the ensemble tool."""

from collections.abc import Mapping
from typing import Any

from pipeline.toolkit import Finding, Limits
from pipeline.toolkit.findings import errors_in


def check(inputs: Mapping[str, Any], limits: Limits) -> list[Finding]:
    """Check the measured curve, then the simulated ones against it, then the structures against those."""
    from pipeline.ensembles.curves import findings_in_measured, findings_in_simulated, prepare
    from pipeline.ensembles.structures import findings_in_models

    measured, simulated, models = (inputs.get(name) for name in ("measured", "simulated", "models"))
    if measured is None or simulated is None:
        return []
    found = [finding.about("measured") for finding in findings_in_measured(measured)]
    if not errors_in(found):
        found += [finding.about("simulated") for finding in findings_in_simulated(simulated, measured)]
    if models is not None and not errors_in(found):
        curves = prepare(measured, simulated).simulated.shape[1]
        found += [finding.about("models") for finding in findings_in_models(models, curves)]
    return found
