"""Population weights of structural models from a scattering curve: arrays below, the tool on top."""

from pipeline.ensembles.tool import fit_ensemble

__all__ = ["fit_ensemble"]
