"""Gaussian smoothing of a noisy series: arrays below, the tool on top."""

from pipeline.smoothing.tool import smooth_series

__all__ = ["smooth_series"]
