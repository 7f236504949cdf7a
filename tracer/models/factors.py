"""Second factors: what proves that it is really them, beyond the password; and what is kept while one is used."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracer.models.base import Base, Identified, words


class FactorKind(StrEnum):
    """How somebody proves it. A recovery code stands in for a lost one; a provider is single sign-on."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
    PROVIDER = "provider"


class Factor(Identified, Base):
    """One means of one person. A recovery code is a row of its own, spent once `used_at` is set.

    `sealed` holds the secret of an authenticator app. `digest` is the keyed hash of a recovery code, or of the
    provider's issuer and subject. `last_step` is the 30-second step of the last code: a code works once.
    """

    __tablename__ = "factor"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[FactorKind] = mapped_column(words(FactorKind))
    name: Mapped[str | None] = mapped_column(String(60))
    sealed: Mapped[bytes | None]
    credential_id: Mapped[bytes | None] = mapped_column(unique=True)
    public_key: Mapped[bytes | None]
    sign_count: Mapped[int] = mapped_column(default=0)
    digest: Mapped[bytes | None] = mapped_column(unique=True)
    last_step: Mapped[int | None]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Identified, Base):
    """Something that is asked once and soon forgotten: of a passkey, of the provider, of a half-sent form.

    The browser keeps a handle, of which this row has the hash; what was asked is sealed.
    """

    __tablename__ = "challenge"

    kind: Mapped[str] = mapped_column(String(24))
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    handle_hash: Mapped[bytes] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class FactorReset(Identified, Base):
    """An administrator took all factors of somebody away, and why."""

    __tablename__ = "factor_reset"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
