"""Second factors: what a person may ask for beside the password."""
