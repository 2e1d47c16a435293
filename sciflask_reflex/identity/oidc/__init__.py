"""Sign-in with OpenID Connect: what is asked of a provider, what is believed of its answer, and whose account it opens."""
