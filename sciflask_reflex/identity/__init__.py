"""Who is asking: accounts, passwords, sessions, tokens, limits. A matter of the web; no worker looks in here."""
