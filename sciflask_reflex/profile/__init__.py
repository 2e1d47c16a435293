"""A person's overview: studies, analyses, account."""
