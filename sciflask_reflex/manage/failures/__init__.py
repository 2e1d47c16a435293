"""What failed and why; looking at the site as somebody else sees it."""
