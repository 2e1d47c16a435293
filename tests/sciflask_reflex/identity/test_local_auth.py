"""R5: reflex-local-auth's handlers are not to be had, whoever imports what."""

import importlib
import subprocess
import sys

import pytest
from reflex_base.registry import RegistrationContext

from sciflask_reflex.db import reading
from sciflask_reflex.identity.models import LocalUser

pytestmark = pytest.mark.anyio
REGISTRATION = (
    "reflex___state____state.reflex_local_auth___local_auth____local_auth_state.reflex_local_auth___registration____registration_state"
)


def test_import_leaves_no_handler_behind():
    import sciflask_reflex.identity.local_auth

    assert sciflask_reflex.identity.local_auth.LocalUser is LocalUser
    registry = RegistrationContext.get()
    names = [*registry.event_handlers, *registry.base_states, *map(str, registry.base_state_substates.values())]
    assert not [name for name in names if "local_auth" in name]


async def test_even_registered_its_handlers_are_denied(small_site, desk):
    """Somebody else's code may import it in the ordinary way; the gate denies every one of its handlers."""
    from sqlmodel import select

    async with desk() as it:
        registry = RegistrationContext.get()
        for module in ("local_auth", "login", "registration"):
            library = importlib.import_module(f"reflex_local_auth.{module}")
            for kind in vars(library).values():
                if isinstance(kind, type) and kind.__module__ == library.__name__ and hasattr(kind, "event_handlers"):
                    registry.base_states.pop(kind.get_full_name(), None)
                    for handler in kind.event_handlers.values():
                        registry._register_event_handler(handler, states=(kind,))
        theirs = [name for name in registry.event_handlers if "local_auth" in name]
        assert f"{REGISTRATION}.handle_registration" in theirs
        tab = it.tab()
        form = {"username": "eve", "password": "x" * 12, "confirm_password": "x" * 12}
        for name in theirs:
            await tab.send(name, **({"form_data": form} if name.endswith(("handle_registration", "on_submit")) else {}))
        assert it.faults == []
        with reading() as session:
            assert session.exec(select(LocalUser)).all() == []


def test_reflexs_own_handlers_are_there_whatever_is_imported_first():
    program = (
        "import sciflask_reflex.identity.models; from reflex_base.registry import RegistrationContext as R;"
        "print(any(name.endswith('on_load_internal') for name in R.get().event_handlers))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "True"
