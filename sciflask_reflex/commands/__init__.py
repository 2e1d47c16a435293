"""What the commands do that are more than a line: one file each."""
