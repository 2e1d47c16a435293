"""Who is asking, as the rest of the site sees them."""

from dataclasses import dataclass, field

from sciflask_reflex.errors import SignInNeeded
from sciflask_reflex.models import Role

ONLY_LOOKING = "You are looking at the site as somebody else sees it. Nothing can be changed while you do."


@dataclass(frozen=True)
class Principal:
    """A user, a guest, or nobody yet (then ``owner_id`` is empty). Holds no secret."""

    owner_id: str = ""
    role: str = Role.GUEST
    name: str = ""
    email: str = ""
    scopes: frozenset[str] = field(default_factory=lambda: frozenset({"read", "submit"}))
    viewed_by: str = ""
    """Id of the admin who looks at the site as this person sees it. Such a look changes nothing."""

    @property
    def is_somebody(self) -> bool:
        """Whether there is an owner to whom things can belong."""
        return bool(self.owner_id)

    @property
    def signed_in(self) -> bool:
        """Whether this is a person with an account."""
        return self.is_somebody and self.role != Role.GUEST

    @property
    def is_guest(self) -> bool:
        """Whether this is a guest who owns something already."""
        return self.is_somebody and self.role == Role.GUEST

    @property
    def is_admin(self) -> bool:
        """Whether this person runs the site."""
        return self.is_somebody and self.role == Role.ADMIN

    def may(self, scope: str) -> bool:
        """Whether the credential they came with allows this."""
        return scope in self.scopes

    def required(self) -> str:
        """Return the owner's id; raises SignInNeeded for nobody."""
        if not self.is_somebody:
            raise SignInNeeded
        return self.owner_id


NOBODY = Principal()
