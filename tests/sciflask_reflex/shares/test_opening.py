"""Links of an account that was disabled lead nowhere, and lead on again when it is enabled."""

import pytest

from sciflask_reflex import links
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity import service as identities
from sciflask_reflex.models import Role
from sciflask_reflex.shares import opening, service
from tests.accounts import make_account
from tests.factories import make_study
from tests.sciflask_reflex.shares.conftest import done_in

pytestmark = pytest.mark.usefixtures("site")


def test_a_disabled_account_shares_nothing():
    ada = make_account("ada@example.org")
    analysis = done_in(make_study(ada.owner_id))
    row = service.create(analysis.id, owner_id=ada.owner_id)
    token = links.token_of(row.id)
    assert opening.open_link(token, count=True).analysis_id == analysis.id
    identities.set_enabled("ada@example.org", enabled=False)
    with pytest.raises(NotFound):
        opening.open_link(token, count=True)
    assert service.list_for(analysis.id, owner_id=ada.owner_id)[0].opened == 1
    identities.set_enabled("ada@example.org", enabled=True)
    assert opening.open_link(token).analysis_id == analysis.id


def test_a_guest_shares_without_an_account(result):
    analysis = result(Role.GUEST)
    row = service.create(analysis.id, owner_id=analysis.owner_id)
    assert opening.open_link(links.token_of(row.id)).analysis_id == analysis.id
