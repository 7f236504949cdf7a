"""Running the migrations from code: no alembic.ini, one folder, the engine that is given."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest version, in the transaction of whoever calls."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_newest(connection: Connection) -> bool:
    """Whether there is nothing to migrate."""
    heads = ScriptDirectory.from_config(_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def check(engine: Engine) -> None:
    """Raise when the models and the migrated schema differ (alembic's CommandError names how)."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def draft(engine: Engine, message: str) -> None:
    """Write a new migration from what the models say beyond the database; read it before you keep it."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)
