"""Studies: named, checked sets of files, from the upload to the shelf."""
