"""Tables of initiatives."""

from participation.initiatives.models.coaching import Check, Coaching, Partner
from participation.initiatives.models.codes import CodeBatch, SupportCode
from participation.initiatives.models.helping import BudgetLine, Challenge, HelpRequest, Offer
from participation.initiatives.models.initiative import (
    MOST_MEMBERS,
    Initiative,
    InitiativePhoto,
    Invitation,
    Member,
    StepTaken,
)
from participation.initiatives.models.supporting import (
    KEPT_IN,
    Digest,
    Follow,
    InitiativeSettings,
    PaperSheet,
    Support,
    Threshold,
)
from participation.initiatives.models.talking import Block, Comment, Complaint, KeptBlock
from participation.initiatives.models.telling import Entry, LookingBack, Milestone, Update, UpdatePhoto

__all__ = [
    "KEPT_IN",
    "MOST_MEMBERS",
    "Block",
    "BudgetLine",
    "Challenge",
    "Check",
    "Coaching",
    "CodeBatch",
    "Comment",
    "Complaint",
    "Digest",
    "Entry",
    "Follow",
    "HelpRequest",
    "Initiative",
    "InitiativePhoto",
    "InitiativeSettings",
    "Invitation",
    "KeptBlock",
    "LookingBack",
    "Member",
    "Milestone",
    "Offer",
    "PaperSheet",
    "Partner",
    "StepTaken",
    "Support",
    "SupportCode",
    "Threshold",
    "Update",
    "UpdatePhoto",
]
