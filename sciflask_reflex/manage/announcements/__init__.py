"""Sentences that every page shows for a while."""
