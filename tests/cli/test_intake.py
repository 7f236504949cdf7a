"""`intake load`, `token` and `staff add` on the command line: what is printed, written and answered."""

from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from tests import world
from tests.batches import DAY, row, text
from tests.site import Site
from tracer import clock
from tracer.access import session as sign_ins
from tracer.casework import tokens
from tracer.models import AuditEvent, Case, Person, Role, Staff


def run(site: Site, *arguments: str, given: str | None = None) -> Result:
    return site.app.test_cli_runner().invoke(args=list(arguments), input=given)


def write(site: Site, content: str, name: str = "batch.csv") -> Path:
    file = site.instance / name
    file.write_text(content, encoding="utf-8", newline="")
    return file


def test_a_batch_loads_with_a_receipt(site: Site) -> None:
    file = write(site, text(*(row(number) for number in range(1, 30))))
    first, again = run(site, "intake", "load", str(file)), run(site, "intake", "load", str(file))
    assert (first.exit_code, first.stdout) == (0, "29 rows: 29 loaded, 0 joined, 0 rejected\n")
    assert first.stderr.splitlines()[-1].startswith("29 rows in ") and first.stderr.endswith(" rows/s\n")
    assert (again.exit_code, again.stdout) == (0, "29 rows: 0 loaded, 29 joined, 0 rejected\n")


def test_rejected_rows_are_beside_the_file_and_their_reading_on_record(site: Site) -> None:
    file = write(site, text(row(1), row(2, postcode="NOWHERE")))
    done = run(site, "intake", "load", str(file))
    assert done.exit_code == 2 and "batch.csv.rejected.csv" in done.stdout
    lines = (site.instance / "batch.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 and lines[1].startswith("3,postcode,NOWHERE,")
    with site.system() as session:
        read = select(func.count()).where(AuditEvent.entity == "intake_reject", AuditEvent.did == "read")
        assert session.scalar(read) == 1


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("", (), "empty"),
        ("record_id,specimen_dat\n1,2\n", (), "did you mean 'specimen_date'"),
        (text(row()), ("--disease", "flu"), "Choose one of these"),
        (text(row()), ("--map", "nowhere"), "varicella-berlin"),
        (text(row()), ("--map", "nowhere.toml"), "No such file"),
        (text(row(specimen_date="soon")), (), "0 loaded, 0 joined, 1 rejected"),
    ],
)
def test_nothing_loaded_is_exit_code_one_with_why(
    site: Site, content: str, options: tuple[str, ...], words: str
) -> None:
    done = run(site, "intake", "load", str(write(site, content)), *options)
    assert done.exit_code == 1 and words in done.output
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_map_is_a_file_or_the_name_of_a_shipped_one(site: Site) -> None:
    mapped = write(site, '[columns]\nrecord_id = "id"\nfamily_name = "surname"\nspecimen_date = "taken"\n', "m.toml")
    file = write(site, f"id,surname,taken\n1,Quill,{DAY}\n")
    assert run(site, "intake", "load", str(file), "--map", str(mapped)).exit_code == 0
    wrong = run(site, "intake", "load", str(file), "--map", "varicella-berlin")
    assert wrong.exit_code == 1 and "'firstname' is missing" in wrong.output


@pytest.mark.parametrize("database", ["sqlite"])
def test_no_person_of_a_case_stands_in_the_database_file(site: Site) -> None:
    wrong = row(2, family_name="Grimthorpe", phone="ask mum")
    run(site, "intake", "load", str(write(site, text(row(1, nhs_number="9990000018"), wrong))))
    with site.system() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1
    kept = (site.instance / "tracer.sqlite").read_bytes().lower()
    for part in ("quillfeather", "canaryb", "7400100001", "canary1@example", "9990000018", "marigold", "grimthorpe"):
        assert part.encode() not in kept, part


def test_a_token_is_printed_once_and_ends_when_revoked(site: Site) -> None:
    made = run(site, "token", "add", "lab", "--for", world.address("importer"), "--days", "3")
    token = made.stdout.strip()
    assert made.exit_code == 0 and sign_ins.find_machine(token, clock.now()) is not None
    again = run(site, "token", "add", "lab", "--for", world.address("importer"))
    assert again.exit_code == 1 and "revoke the old token first" in again.output
    assert run(site, "token", "revoke", "lab").exit_code == 0
    assert sign_ins.find_machine(token, clock.now()) is None
    assert "No token of that name" in run(site, "token", "revoke", "lab").output


def test_a_token_is_for_a_machine_and_not_for_ever(site: Site) -> None:
    person = run(site, "token", "add", "mine", "--for", world.address("admin"))
    assert person.exit_code == 1 and "importer" in person.output
    long = run(site, "token", "add", "long", "--for", world.address("importer"), "--days", "4000")
    assert long.exit_code == 1 and f"1 to {tokens.LONGEST_DAYS} days" in long.output
    nobody = run(site, "token", "add", "x", "--for", "nobody@demo.example")
    assert nobody.exit_code == 1 and "Nobody here" in nobody.output


def test_staff_are_added_with_a_role_and_a_team(site: Site) -> None:
    names = ("--given-name", "Dot", "--family-name", "Example")
    options = (*names, "--role", "tracer", "--team", "York", "--password-stdin")
    done = run(site, "staff", "add", "Dot@demo.example", *options, given="plinth-gravel-monsoon\n")
    assert done.exit_code == 0, done.output
    assert sign_ins.sign_in("dot@demo.example", "plinth-gravel-monsoon", clock.now()) is not None
    machine = run(site, "staff", "add", "lab2@demo.example", *names, "--role", "importer")
    assert machine.exit_code == 0, machine.output
    with site.system() as session:
        made = session.scalars(select(Staff).where(Staff.email == "lab2@demo.example")).one()
    assert made.role is Role.IMPORTER and made.password_hash is None


@pytest.mark.parametrize(
    ("options", "given", "words"),
    [
        (("--role", "tracer"), "plinth-gravel-monsoon\n", "needs a team"),
        (("--role", "tracer", "--team", "Nowhere"), "plinth-gravel-monsoon\n", "no team of that name"),
        (("--role", "analyst"), "short\n", "15 to 200"),
    ],
)
def test_staff_that_cannot_be_added_are_explained(site: Site, options: tuple[str, ...], given: str, words: str) -> None:
    names = ("--given-name", "Dot", "--family-name", "Example", "--password-stdin")
    done = run(site, "staff", "add", "dot@demo.example", *names, *options, given=given)
    assert done.exit_code == 1 and words in done.output
