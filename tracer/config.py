"""Settings: environment variables, read once, checked at start (names in DESIGN, public names)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEMO_PASSWORD = "tracer-demo"


class ConfigFault(Exception):
    """A setting that the service must not start with; the message says what to set."""


@dataclass(frozen=True)
class Provider:
    """The organisation's own sign-in, by OpenID Connect.

    `second_factor` holds the words of `amr` or `acr` by which it says that it asked for one, where it is known to.
    """

    issuer: str
    client_id: str
    client_secret: str
    label: str
    second_factor: tuple[str, ...]


@dataclass(frozen=True)
class Config:
    """What one process was told."""

    instance: Path
    database_url: str
    system_database_url: str
    production: bool
    mail: str
    sms: str
    mail_from: str
    secret_key: str
    hosts: tuple[str, ...]
    service_name: str
    service_phone: str
    anchor: str
    anchor_token: str
    address: str
    proxies: int
    breached: Path | None
    tries_per_network: int
    provider: Provider | None

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.instance / "keys"


def read(environ: Mapping[str, str]) -> Config:
    """Read and check the settings; ConfigFault says what is wrong and what to set."""
    env = environ.get("TRACER_ENV", "demo")
    if env not in {"demo", "production"}:
        raise ConfigFault(f"TRACER_ENV is {env!r}: set it to demo or production.")
    instance = Path(environ.get("TRACER_INSTANCE", "instance")).absolute()
    url = _database_url(environ.get("TRACER_DATABASE_URL") or f"sqlite:///{instance / 'tracer.sqlite'}")
    production = env == "production"
    config = Config(
        instance=instance,
        database_url=url,
        system_database_url=_database_url(environ.get("TRACER_SYSTEM_DATABASE_URL") or url),
        production=production,
        mail=environ.get("TRACER_MAIL", "file:"),
        sms=environ.get("TRACER_SMS", "file:"),
        mail_from=environ.get("TRACER_MAIL_FROM", "tracing@demo.example"),
        secret_key=environ.get("TRACER_SECRET_KEY") or _demo_secret(instance, production),
        hosts=tuple(filter(None, map(str.strip, environ.get("TRACER_HOSTS", "").split(",")))),
        service_name=environ.get("TRACER_SERVICE_NAME", "the contact tracing service"),
        service_phone=environ.get("TRACER_SERVICE_PHONE", "07400 100000"),
        anchor=_anchor(environ.get("TRACER_ANCHOR", "file:")),
        anchor_token=environ.get("TRACER_ANCHOR_TOKEN", ""),
        address=_address(environ, production),
        proxies=_number(environ, "TRACER_PROXIES", 0),
        breached=Path(environ["TRACER_BREACHED"]) if environ.get("TRACER_BREACHED") else None,
        tries_per_network=_number(environ, "TRACER_TRIES_PER_NETWORK", 100, least=1),
        provider=_provider(environ),
    )
    if config.breached and not config.breached.is_file():
        raise ConfigFault("TRACER_BREACHED names no file: give the list of hashes, or leave it out.")
    if production:
        _check_production(config)
        _check_not_debugging(environ)
    return config


def _anchor(setting: str) -> str:
    """Where the audit's anchors go: a file, or a receiver that nobody on the way can read or alter."""
    where = urlsplit(setting)
    near = where.hostname in {"127.0.0.1", "localhost", "::1"}
    if where.scheme == "file" or (where.hostname and (where.scheme == "https" or (where.scheme == "http" and near))):
        return setting
    raise ConfigFault(f"TRACER_ANCHOR is {setting!r}: set it to file:, file:/a/path or https://a.receiver/path.")


def _number(environ: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    given = environ.get(name) or str(default)
    if not given.isdecimal() or int(given) < least:
        raise ConfigFault(f"{name} is {given!r}: set it to a whole number, {least} or more.")
    return int(given)


def _address(environ: Mapping[str, str], production: bool) -> str:
    """Where people reach the service, for links in messages; never taken from a request, which can lie."""
    host = environ.get("TRACER_HOSTS", "").partition(",")[0].strip().lstrip(".")
    near = f"https://{host}" if production else f"http://localhost:{environ.get('PORT') or 8000}"
    return (environ.get("TRACER_ADDRESS") or near).rstrip("/")


def _database_url(url: str) -> str:
    """Name the driver: psycopg 3 is the only one installed."""
    for old in ("postgresql://", "postgres://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _demo_secret(instance: Path, production: bool) -> str:
    """A demo makes its own signing key, kept in the instance and marked as a demo's."""
    if production:
        raise ConfigFault("TRACER_SECRET_KEY is not set: set it to at least 32 random characters.")
    path = instance / "keys" / "demo-secret"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("demo-" + secrets.token_urlsafe(32))
        path.chmod(0o600)
    return path.read_text()


def _provider(environ: Mapping[str, str]) -> Provider | None:
    """Single sign-on, where it is set up whole."""
    issuer = environ.get("TRACER_OIDC_ISSUER", "")
    if not issuer:
        return None
    if not is_private_enough(issuer):
        raise ConfigFault("TRACER_OIDC_ISSUER is not an https address: set it exactly as the provider gives it.")
    if missing := [name for name in ("CLIENT_ID", "CLIENT_SECRET") if not environ.get(f"TRACER_OIDC_{name}")]:
        raise ConfigFault(f"Set TRACER_OIDC_{missing[0]} too, or leave TRACER_OIDC_ISSUER out.")
    return Provider(
        issuer=issuer,
        client_id=environ["TRACER_OIDC_CLIENT_ID"],
        client_secret=environ["TRACER_OIDC_CLIENT_SECRET"],
        label=environ.get("TRACER_OIDC_LABEL") or "your organisation",
        second_factor=tuple(filter(None, map(str.strip, environ.get("TRACER_OIDC_MFA", "").split(",")))),
    )


def is_private_enough(address: str) -> bool:
    """Whether nobody can listen on the way to an address: https, or a server on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"})


def _check_production(config: Config) -> None:
    if config.secret_key.startswith("demo-") or len(config.secret_key) < 32:
        raise ConfigFault("TRACER_SECRET_KEY is a demo's or too short: set at least 32 random characters.")
    if not config.hosts:
        raise ConfigFault("TRACER_HOSTS is not set: name the hosts that the service answers to, with commas.")
    if (config.keys / "demo-secret").exists():
        raise ConfigFault("This instance folder was made by a demonstration: give production its own.")
    if not config.address.startswith("https://"):
        raise ConfigFault("TRACER_ADDRESS is not https: cookies are sent over HTTPS only, and so are links.")


def _check_not_debugging(environ: Mapping[str, str]) -> None:
    """A debugger on a web page is a shell for whoever meets a fault."""
    for name in ("FLASK_DEBUG", "PYTHONDEVMODE"):
        if environ.get(name, "").lower() not in {"", "0", "false", "no", "off"}:
            raise ConfigFault(f"{name} is set: production does not start with a debugger or in a developer's mode.")
