"""The tools of this site and their pages."""
