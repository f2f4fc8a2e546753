"""The tables of cases."""

from participation.cases.models.case import Case, CaseQuerySet
from participation.cases.models.desk import (
    BulkDeed,
    DeskSettings,
    Export,
    PushSubscription,
    Round,
    RoundStop,
    SavedView,
    Seen,
    Signal,
)
from participation.cases.models.responsibility import Forwarding, Handover, HandoverItem, Reminder, StandIn
from participation.cases.models.talk import CasePhoto, Mention, Message, Note, StandardAnswer, View
from participation.cases.models.wins import Consent, WinProposal
from participation.cases.models.words import Words

__all__ = [
    "BulkDeed",
    "Case",
    "CasePhoto",
    "CaseQuerySet",
    "Consent",
    "DeskSettings",
    "Export",
    "Forwarding",
    "Handover",
    "HandoverItem",
    "Mention",
    "Message",
    "Note",
    "PushSubscription",
    "Reminder",
    "Round",
    "RoundStop",
    "SavedView",
    "Seen",
    "Signal",
    "StandIn",
    "StandardAnswer",
    "View",
    "WinProposal",
    "Words",
]
