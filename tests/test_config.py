"""Settings: production does not start half made, and says what to set."""

from pathlib import Path

import pytest

from tracer import config
from tracer.config import ConfigFault

GOOD = {"TRACER_ENV": "production", "TRACER_SECRET_KEY": "k" * 40, "TRACER_HOSTS": "tracer.example, other.example"}


def read(folder: Path, **more: str) -> config.Config:
    return config.read({"TRACER_INSTANCE": str(folder), **GOOD, **more})


def test_production_starts_when_all_is_said(tmp_path: Path) -> None:
    made = read(tmp_path)
    assert made.production and made.hosts == ("tracer.example", "other.example")
    assert (made.address, made.proxies, made.breached) == ("https://tracer.example", 0, None)
    assert read(tmp_path, FLASK_DEBUG="0", TRACER_PROXIES="2").proxies == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"TRACER_SECRET_KEY": ""}, "TRACER_SECRET_KEY is not set"),
        ({"TRACER_SECRET_KEY": "short"}, "too short"),
        ({"TRACER_SECRET_KEY": "demo-" + "k" * 40}, "a demo's"),
        ({"TRACER_HOSTS": ""}, "TRACER_HOSTS is not set"),
        ({"TRACER_HOSTS": " , "}, "TRACER_HOSTS is not set"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "true"}, "FLASK_DEBUG"),
        ({"PYTHONDEVMODE": "1"}, "PYTHONDEVMODE"),
        ({"TRACER_ADDRESS": "http://tracer.example"}, "HTTPS only"),
        ({"TRACER_PROXIES": "many"}, "TRACER_PROXIES"),
        ({"TRACER_PROXIES": "-1"}, "TRACER_PROXIES"),
        ({"TRACER_TRIES_PER_NETWORK": "0"}, "TRACER_TRIES_PER_NETWORK"),
        ({"TRACER_BREACHED": "/nowhere/hashes"}, "TRACER_BREACHED"),
        ({"TRACER_ENV": "staging"}, "demo or production"),
    ],
)
def test_what_is_missing_stops_the_start(tmp_path: Path, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigFault, match=words):
        read(tmp_path, **wrong)


def test_a_demonstration_does_not_become_production(tmp_path: Path) -> None:
    config.read({"TRACER_INSTANCE": str(tmp_path)})
    with pytest.raises(ConfigFault, match="made by a demonstration"):
        read(tmp_path)


def test_links_in_messages_lead_to_the_service(tmp_path: Path) -> None:
    demo = {"TRACER_INSTANCE": str(tmp_path / "demo")}
    assert config.read({**demo, "PORT": "9000"}).address == "http://localhost:9000"
    assert read(tmp_path, TRACER_ADDRESS="https://call.example/").address == "https://call.example"
