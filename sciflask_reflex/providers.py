"""Where else people may prove who they are: OpenID Connect providers, as the setting ``SCIFLASK_OIDC`` names them."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

PRESETS: dict[str, dict[str, Any]] = {
    # ORCID gives no e-mail address; whoever comes from there confirms one by mail.
    "orcid": {"slug": "orcid", "title": "ORCID", "issuer": "https://orcid.org", "scopes": "openid"},
    "orcid-sandbox": {"slug": "orcid", "title": "ORCID (sandbox)", "issuer": "https://sandbox.orcid.org", "scopes": "openid"},
}


class Provider(BaseModel):
    """One provider. Its secret is in no text that this object becomes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,13}$")
    title: str = Field(min_length=1, max_length=40)
    issuer: str = Field(max_length=300)
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: SecretStr = SecretStr("")
    scopes: str = Field("openid email profile", max_length=200)
    trust_email: bool = False
    """Whether an address that it calls verified needs no mail of ours."""

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, values: Any) -> Any:
        """Fill in what is known of a provider that everybody uses."""
        if not isinstance(values, dict) or "preset" not in values:
            return values
        given = {name: value for name, value in values.items() if name != "preset"}
        if values["preset"] not in PRESETS:
            message = f"There is no preset of that name; there are {', '.join(PRESETS)}."
            raise ValueError(message)
        return PRESETS[values["preset"]] | given

    @field_validator("issuer")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
            message = "The issuer is an address such as https://login.university.edu."
            raise ValueError(message)
        return value

    @field_validator("scopes")
    @classmethod
    def _openid(cls, value: str) -> str:
        if "openid" not in value.split():
            message = "The scopes must hold openid."
            raise ValueError(message)
        return value

    @property
    def gives_email(self) -> bool:
        """Whether it is asked for an address."""
        return "email" in self.scopes.split()


def require_safe(providers: Sequence[Provider], *, development: bool) -> None:
    """Raise ValueError where two have one name, or one would be asked without encryption."""
    slugs = [provider.slug for provider in providers]
    if len(set(slugs)) != len(slugs):
        message = "SCIFLASK_OIDC: each provider needs a slug of its own."
        raise ValueError(message)
    for provider in providers:
        if urlsplit(provider.issuer).scheme != "https" and not (development or is_loopback(provider.issuer)):
            message = f"SCIFLASK_OIDC: the issuer of {provider.slug} must start with https:// when SCIFLASK_ENV=production."
            raise ValueError(message)


def is_loopback(address: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
