"""The nouns as tables. Importing this package knows them all."""

from tracer.models.attempts import Attempt, Outcome
from tracer.models.audit import AuditEvent, AuditGap, AuditSeal
from tracer.models.base import Base
from tracer.models.cases import Case
from tracer.models.contacts import Contact, ContactState, Exposure
from tracer.models.intakes import Intake, IntakeReject, IntakeState
from tracer.models.interviews import Answer, Interview, PublishedScript
from tracer.models.notices import Channel, Notice, NoticeState
from tracer.models.people import Person
from tracer.models.staff import ApiToken, Role, SignIn, Staff
from tracer.models.tasks import Assignment, How, Task, TaskKind, TaskState
from tracer.models.teams import Leadership, Team, TeamArea, TeamReach
from tracer.models.watch import Alert, AlertState, Canary, Suspension, WatchMark, WatchMemory

__all__ = [
    "Alert",
    "AlertState",
    "Answer",
    "ApiToken",
    "Assignment",
    "Attempt",
    "AuditEvent",
    "AuditGap",
    "AuditSeal",
    "Base",
    "Canary",
    "Case",
    "Channel",
    "Contact",
    "ContactState",
    "Exposure",
    "How",
    "Intake",
    "IntakeReject",
    "IntakeState",
    "Interview",
    "Leadership",
    "Notice",
    "NoticeState",
    "Outcome",
    "Person",
    "PublishedScript",
    "Role",
    "SignIn",
    "Staff",
    "Suspension",
    "Task",
    "TaskKind",
    "TaskState",
    "Team",
    "TeamArea",
    "TeamReach",
    "WatchMark",
    "WatchMemory",
]
