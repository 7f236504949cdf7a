"""Row rules of scripts and of what was answered to them."""

from typing import Any

from sqlalchemy import exists, or_

from tracer import models as m
from tracer.access.clearance import cleared
from tracer.access.row_sets import i_am
from tracer.access.row_terms import Rule, table
from tracer.models import Role


def editors(_: Any) -> Rule:
    """Those who write and approve scripts."""
    return i_am(Role.ADMINISTRATOR, Role.TRAINER)


def answer_exports(export: Any) -> Rule:
    """Those they asked for."""
    mine: Rule = export.c.asked_by_id == cleared()
    return mine


def answer_pieces(piece: Any) -> Rule:
    """Of an export of theirs, once it is whole; of one that names people only until it is fetched."""
    export = table(m.AnswerExport)
    open_ = or_(export.c.named.is_(False), export.c.fetched_at.is_(None))
    return exists().where(
        export.c.id == piece.c.export_id, answer_exports(export), export.c.made_at.is_not(None), open_
    )
