"""Texts of which a new page is made."""
