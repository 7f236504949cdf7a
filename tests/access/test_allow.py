"""The mark on a view, and the table that says who has what it needs."""

from typing import Any

import pytest

from tracer.access.allow import PUBLIC, allow, needs
from tracer.access.permissions import SCOPES, Permission, may
from tracer.models import Role


def test_the_mark_leaves_the_view_as_it_is() -> None:
    def view() -> str:
        return "seen"

    assert needs(view) is None
    assert allow(Permission.HOME_SEE)(view) is view
    assert needs(view) == Permission.HOME_SEE
    assert needs(allow(PUBLIC)(view)) == PUBLIC


@pytest.mark.parametrize("wrong", ["home.see", "", None, 7])
def test_only_a_permission_or_public_is_a_mark(wrong: Any) -> None:
    with pytest.raises(TypeError, match="no permission"):
        allow(wrong)


def test_may_needs_role_permission_and_scope() -> None:
    assert may(Role.IMPORTER, Permission.INTAKE_LOAD)
    assert may(Role.IMPORTER, Permission.INTAKE_LOAD, "intake")
    assert not may(None, Permission.HOME_SEE)
    assert not may(Role.TRACER, Permission.INTAKE_LOAD)
    assert not may(Role.TRACER, Permission.INTAKE_LOAD, "intake")
    assert not may(Role.IMPORTER, Permission.INTAKE_LOAD, "reports")
    assert not may(Role.ADMINISTRATOR, Permission.STAFF_CHANGE, "intake")
    assert SCOPES["intake"] == {Permission.INTAKE_LOAD, Permission.INTAKE_SEE}
