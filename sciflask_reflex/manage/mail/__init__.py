"""The letters that wait, and whether letters arrive."""
