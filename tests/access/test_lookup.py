"""Looking up across records: by equality only, for those who may, and never a list; the same seen through raw SQL."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from tests import world
from tests.glass import arrange
from tests.site import Site, web_login
from tracer import clock
from tracer.access import lookup
from tracer.faults import NotFound
from tracer.models import Case, Grant, Staff


def test_exactly_one_reference_finds_exactly_one_record(site: Site) -> None:
    case, contact = arrange(site)
    with site.acting("tracer1") as session:
        assert [hit.record_id for hit in lookup.by_reference(session, case.reference)] == [case.id]
        assert [hit.entity for hit in lookup.by_reference(session, contact.reference)] == ["contact"]
        for part in (case.reference[:7], "%", "", case.reference.lower()):
            assert lookup.by_reference(session, part) == []
        assert session.get(Case, case.id) is None, "what is found is not open"


@pytest.mark.parametrize("account", ["admin", "trainer", "privacy", "analyst", "importer"])
def test_nobody_else_looks_up(site: Site, account: str) -> None:
    case, _ = arrange(site)
    with site.acting(account) as session, pytest.raises(NotFound):
        lookup.by_reference(session, case.reference)


def _raw(site: Site, actor: object, **settings: str) -> list[object]:
    engine = create_engine(web_login(site.url).replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for name, value in {"tracer.actor": str(actor), **settings}.items():
            connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
        found = list(connection.execute(text("SELECT reference FROM record_lookup")).scalars())
    engine.dispose()
    return found


def test_the_view_lists_nothing_to_raw_sql(site: Site) -> None:
    if site.url.startswith("sqlite"):
        return
    case, _ = arrange(site)
    with site.system() as session:
        ids = {account: world.account(session, account).id for account in world.ACCOUNTS}
    for account, actor in ids.items():
        assert _raw(site, actor) == []
        found = _raw(site, actor, **{"tracer.lookup_reference": case.reference})
        assert found == ([case.reference] if account.startswith(("tracer", "supervisor")) else []), account
    with site.system() as session:
        session.get_one(Staff, ids["tracer1"]).ended_at = clock.now()
    assert _raw(site, ids["tracer1"], **{"tracer.lookup_reference": case.reference}) == []
    assert _raw(site, "", **{"tracer.lookup_reference": case.reference}) == []


@pytest.mark.parametrize("change", ["longer", "another", "removed"])
def test_a_grant_is_never_made_longer_nor_taken_off_record(site: Site, change: str) -> None:
    from tests.glass import break_

    case, _ = arrange(site)
    break_(site.browser("tracer1"), reference=case.reference)
    with pytest.raises(DBAPIError), site.system() as session:
        grant = session.scalars(select(Grant)).one()
        if change == "longer":
            grant.until_at += timedelta(minutes=5)
        elif change == "another":
            grant.reference = "ZZZZZZZZ"
        else:
            session.delete(grant)
        session.flush()
