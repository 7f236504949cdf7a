"""The nouns as tables. Importing this package knows them all."""

from tracer.models.allocations import Allocation
from tracer.models.answer_exports import AnswerExport, AnswerPiece
from tracer.models.approvals import Approval, ApprovalKind, ApprovalState
from tracer.models.attempts import Attempt, Outcome
from tracer.models.audit import AuditEvent, AuditGap, AuditSeal
from tracer.models.base import Base
from tracer.models.cases import Case
from tracer.models.clearance import Grace, Requirement
from tracer.models.conflicts import ConflictOfInterest, StaffKey
from tracer.models.contacts import Contact, ContactState, Exposure
from tracer.models.factors import Challenge, Factor, FactorKind, FactorReset
from tracer.models.flags import Flag
from tracer.models.grants import Grant, GrantKind
from tracer.models.help import HelpQuestion, KnownProblem
from tracer.models.hour_counts import HourCount, TeamStrength
from tracer.models.intakes import Intake, IntakePiece, IntakeReject, IntakeState, IntakeUpload
from tracer.models.interviews import Answer, Interview
from tracer.models.notices import Channel, Notice, NoticeState
from tracer.models.passwords import PasswordLink, PasswordRequest, Throttle
from tracer.models.people import Person
from tracer.models.practice import PracticeCall, PracticeMark
from tracer.models.presence import Absence, AbsenceKind, Presence, PresenceState
from tracer.models.record_questions import EXPERT_KINDS, QuestionKind, RecordQuestion
from tracer.models.reviews import Review, ReviewDraw, ReviewOutcome
from tracer.models.scripts import ScriptRevision, ScriptVersion
from tracer.models.staff import CAPACITY, ApiToken, Ended, Role, SignIn, Staff
from tracer.models.tasks import RAISED, Assignment, How, Task, TaskKind, TaskState, urgency
from tracer.models.teams import Leadership, Team, TeamArea, TeamReach
from tracer.models.training import Completion, FinalTest, QuestionTally
from tracer.models.training_sessions import (
    MailingKind,
    MailingState,
    SeatState,
    TrainingMailing,
    TrainingSeat,
    TrainingSession,
)
from tracer.models.watch import Alert, AlertState, Canary, Suspension, WatchMark, WatchMemory

__all__ = [
    "CAPACITY",
    "EXPERT_KINDS",
    "RAISED",
    "Absence",
    "AbsenceKind",
    "Alert",
    "AlertState",
    "Allocation",
    "Answer",
    "AnswerExport",
    "AnswerPiece",
    "ApiToken",
    "Approval",
    "ApprovalKind",
    "ApprovalState",
    "Assignment",
    "Attempt",
    "AuditEvent",
    "AuditGap",
    "AuditSeal",
    "Base",
    "Canary",
    "Case",
    "Challenge",
    "Channel",
    "Completion",
    "ConflictOfInterest",
    "Contact",
    "ContactState",
    "Ended",
    "Exposure",
    "Factor",
    "FactorKind",
    "FactorReset",
    "FinalTest",
    "Flag",
    "Grace",
    "Grant",
    "GrantKind",
    "HelpQuestion",
    "HourCount",
    "How",
    "Intake",
    "IntakePiece",
    "IntakeReject",
    "IntakeState",
    "IntakeUpload",
    "Interview",
    "KnownProblem",
    "Leadership",
    "MailingKind",
    "MailingState",
    "Notice",
    "NoticeState",
    "Outcome",
    "PasswordLink",
    "PasswordRequest",
    "Person",
    "PracticeCall",
    "PracticeMark",
    "Presence",
    "PresenceState",
    "QuestionKind",
    "QuestionTally",
    "RecordQuestion",
    "Requirement",
    "Review",
    "ReviewDraw",
    "ReviewOutcome",
    "Role",
    "ScriptRevision",
    "ScriptVersion",
    "SeatState",
    "SignIn",
    "Staff",
    "StaffKey",
    "Suspension",
    "Task",
    "TaskKind",
    "TaskState",
    "Team",
    "TeamArea",
    "TeamReach",
    "TeamStrength",
    "Throttle",
    "TrainingMailing",
    "TrainingSeat",
    "TrainingSession",
    "WatchMark",
    "WatchMemory",
    "urgency",
]
