"""Analyses: a study, parameters and a status."""
