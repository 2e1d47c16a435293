"""Correlations between the features of one or two tables: arrays below, the tool on top."""

from pipeline.correlation.tool import correlate

__all__ = ["correlate"]
