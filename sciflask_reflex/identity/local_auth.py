"""The two tables of reflex-local-auth, without its State: its handlers would be open to the whole internet."""

import reflex.state  # noqa: F401 - registers Reflex's own state first (`import reflex` alone loads nothing), so that only the library's lands in the fork
from reflex_base.registry import RegistrationContext

# Whatever the import registers goes into a copy of the registry, and the copy is thrown away. The gate would deny it as well.
with RegistrationContext.ensure_context().fork():
    from reflex_local_auth.auth_session import LocalAuthSession
    from reflex_local_auth.user import LocalUser

__all__ = ["LocalAuthSession", "LocalUser"]
