"""Pages for the people who run the site: queue, failures, usage, audit, announcements."""
