"""Settings follow from each other, name themselves in errors, and refuse what would expose people."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from sciflask_reflex.settings import ROOT, Settings


def make(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_addresses_follow_from_port_and_folder(data_dir: Path):
    site = make(port=4000)
    assert site.public_url == "http://localhost:4000"
    assert site.database_url == f"sqlite:///{data_dir}/sciflask.db"
    assert site.broker_url == f"unix://{data_dir}/run/valkey.sock"
    assert site.embedded_valkey


def test_an_outside_server_is_used_as_given(data_dir: Path):
    site = make(redis_url="redis://queue:6379/2", database_url="postgres://me:pw@db/site")
    assert site.broker_url == site.tabs_url == "redis://queue:6379/2"
    assert not site.embedded_valkey
    assert site.database_url == "postgresql+psycopg://me:pw@db/site"
    assert not site.is_sqlite


def test_a_relative_folder_is_read_from_the_project_wherever_the_command_is_called(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert make(data_dir=Path("elsewhere")).data_dir == ROOT / "elsewhere"


def test_production_without_tls_is_refused(data_dir: Path):
    with pytest.raises(ValidationError, match="SCIFLASK_PUBLIC_URL must start with https://"):
        make(env="production", public_url="http://example.org")
    assert make(env="production", public_url="https://example.org/").public_url == "https://example.org"


def test_only_the_public_origin_is_trusted_in_production(data_dir: Path):
    assert make(env="production", public_url="https://example.org").origins == ("https://example.org",)
    assert make(port=4000).origins == ("http://localhost:4000", "http://127.0.0.1:4000")
    assert make(env="production", public_url="https://a.org", extra_origins="https://b.org/, https://c.org").origins[1:] == (
        "https://b.org",
        "https://c.org",
    )


def test_the_port_is_read_from_the_environment_too(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SCIFLASK_PORT", "4001")
    assert make().public_url == "http://localhost:4001"


def test_every_setting_has_a_sentence():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5:8786", "tcp://10.0.0.5", "tcp://10.0.0.5:8786/x", "tcp://a b:8786"])
def test_what_is_no_address_of_a_scheduler_is_refused_with_an_example(data_dir: Path, address: str):
    with pytest.raises(ValidationError, match=r"no address of a Dask scheduler\. Write it as tcp://host:8786"):
        make(dask_address=address)


def test_a_cluster_that_speaks_tls_needs_certificates_and_no_other_one_does(data_dir: Path):
    assert make(dask_address="tcp://10.0.0.5:8786").dask_folder == data_dir / "spread"
    assert make(dask_address="tls://10.0.0.5:8786", dask_tls="certificates").dask_tls == str(ROOT / "certificates")
    for values in ({"dask_address": "tls://10.0.0.5:8786"}, {"dask_address": "tcp://10.0.0.5:8786", "dask_tls": "certificates"}):
        with pytest.raises(ValidationError, match="SCIFLASK_DASK_TLS names the folder"):
            make(**values)
