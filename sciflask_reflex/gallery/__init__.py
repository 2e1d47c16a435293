"""Lessons that run: each page does one thing and shows the code that does it."""
