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
)
from participation.cases.models.responsibility import Forwarding, Handover, HandoverItem, StandIn
from participation.cases.models.talk import CasePhoto, Mention, Message, Note, StandardAnswer, View

__all__ = [
    "BulkDeed",
    "Case",
    "CasePhoto",
    "CaseQuerySet",
    "DeskSettings",
    "Export",
    "Forwarding",
    "Handover",
    "HandoverItem",
    "Mention",
    "Message",
    "Note",
    "PushSubscription",
    "Round",
    "RoundStop",
    "SavedView",
    "Seen",
    "StandIn",
    "StandardAnswer",
    "View",
]
