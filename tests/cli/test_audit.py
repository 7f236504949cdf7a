"""`audit verify` and `audit seal` on the command line: what is said, and the exit code."""

from pathlib import Path

from click.testing import Result

from tests import chains
from tests.chains import Attacker
from tests.site import Site


def run(site: Site, *arguments: str) -> Result:
    return site.app.test_cli_runner().invoke(args=list(arguments))


def test_an_empty_audit_is_whole(site: Site) -> None:
    done = run(site, "audit", "verify")
    assert done.exit_code == 0 and "Whole: 0 events are in the chain." in done.stdout
    assert "events are not sealed yet, the oldest of" in done.stdout


def test_sealed_and_whole(site: Site) -> None:
    chains.write(site, 5)
    sealed = run(site, "audit", "seal")
    assert sealed.exit_code == 0 and "events were sealed" in sealed.stdout
    chains.write(site, 2)
    done = run(site, "audit", "verify")
    assert done.exit_code == 0 and done.stdout.startswith("Whole: ")
    assert "1 anchors in" in done.stdout and "0 events are newer than the last that fits" in done.stdout
    assert "events are not sealed yet, the oldest of" in done.stdout


def test_broken_says_what_and_where_and_what_to_do(site: Site) -> None:
    chains.write(site, 5)
    run(site, "audit", "seal")
    attacker = Attacker(site.url)
    events, seals = attacker.read()
    attacker.put([*events[:3], *events[4:]], seals)
    attacker.close()
    done = run(site, "audit", "verify")
    assert done.exit_code == 1 and "BROKEN: 1 findings. Keep everything as it is" in done.stdout
    assert f"(event {events[3]['id']}): the event was deleted." in done.stdout


def test_a_chain_without_an_anchor_is_not_vouched_for(site: Site) -> None:
    chains.write(site, 2)
    run(site, "audit", "seal")
    chains.place(site).path.unlink()
    done = run(site, "audit", "verify")
    assert done.exit_code == 1 and "nothing outside the database vouches for the chain" in done.stdout


def test_anchors_that_somebody_else_kept(site: Site, tmp_path: Path) -> None:
    """The file of the instance is gone; an auditor brings their copy, of this chain or of another."""
    chains.write(site, 2)
    run(site, "audit", "seal")
    kept = tmp_path / "kept.jsonl"
    chains.place(site).path.rename(kept)
    assert run(site, "audit", "verify", "--anchors", str(kept)).exit_code == 0
    kept.write_text(kept.read_text().replace('"key": "', '"key": "other'))
    done = run(site, "audit", "verify", "--anchors", str(kept))
    assert done.exit_code == 1 and "another key than the chain.key that is here" in done.stdout


def test_a_hundred_findings_are_said_and_the_rest_counted(site: Site) -> None:
    chains.write(site, 240)
    run(site, "audit", "seal")
    attacker = Attacker(site.url)
    events, seals = attacker.read()
    attacker.put(events[::2], seals)
    attacker.close()
    done = run(site, "audit", "verify")
    assert done.stdout.count("was deleted") == 100 and "And more of them." in done.stdout and done.exit_code == 1
