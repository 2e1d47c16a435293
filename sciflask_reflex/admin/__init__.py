"""The tables of the site, to look at and to edit, for the people who run it."""
