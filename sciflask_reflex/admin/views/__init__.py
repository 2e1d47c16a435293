"""The lists of the panel, a file for each subject."""
