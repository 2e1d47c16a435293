"""Who is asking: accounts, passwords, sessions, tokens, limits. A matter of the web; no worker looks in here.

rows          models, accounts, addresses, details, principal
may they      eligibility, academic, institutions, human, consent
ways in       registering, newcomers, by_password, forgotten, factors/, oidc/, signing_in (where all of them end), ways_in (one must stay)
sessions      cookies, sessions, idle, session_list, devices, looking, adoption, sweeping
secrets       passwords, strength, common_passwords, one_time, sealed, tokens
changes       changing and proving (by the person), people (by admins), service (by commands), last_admin
limits        limits (in the database), buckets (in memory)
at the edge   visit, acts, threads, same_site, internals, payloads, redaction, state
"""
