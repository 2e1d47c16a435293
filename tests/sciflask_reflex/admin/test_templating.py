"""What is mended in the library's templates is still there to be mended, and nothing that the policy forbids is left."""

import re

import pytest
from jinja2 import Environment, PackageLoader

from sciflask_reflex.admin.templating import PATCHES, Mended

ORIGINAL = PackageLoader("starlette_admin", "templates")
PAGES = [name for name in ORIGINAL.list_templates() if name.endswith(".html")]


@pytest.mark.parametrize("wrong", [wrong for wrong, _ in PATCHES])
def test_every_patch_meets_its_text(wrong):
    assert any(wrong in ORIGINAL.get_source(Environment(), name)[0] for name in PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_no_inline_script_is_without_a_nonce(name):
    source, _, _ = Mended(ORIGINAL).get_source(Environment(), name)
    assert not re.findall(r"<script(?![^>]*(?:src|nonce|type=.application/json))[^>]*>", source)
