"""Every write to a case: one verb each, one transaction, the row locked, an event at the end."""

from participation.cases.actions.assigning import assign_case, change_case
from participation.cases.actions.duplicates import link_duplicate, unlink_duplicate
from participation.cases.actions.forwarding import (
    accept_case,
    offer_case,
    remind_of_offer,
    return_case,
    unanswered,
    withdraw_offer,
)
from participation.cases.actions.opening import Opening, announce_case, open_case
from participation.cases.actions.parts import split_off, withdraw_part
from participation.cases.actions.saving import MESSAGE_LENGTH
from participation.cases.actions.talk import (
    add_note,
    answer_as_resident,
    log_view,
    message_resident,
    thank_as_resident,
)
from participation.cases.actions.workflow import move_case, reopen_as_resident

__all__ = [
    "MESSAGE_LENGTH",
    "Opening",
    "accept_case",
    "add_note",
    "announce_case",
    "answer_as_resident",
    "assign_case",
    "change_case",
    "link_duplicate",
    "log_view",
    "message_resident",
    "move_case",
    "offer_case",
    "open_case",
    "remind_of_offer",
    "reopen_as_resident",
    "return_case",
    "split_off",
    "thank_as_resident",
    "unanswered",
    "unlink_duplicate",
    "withdraw_offer",
    "withdraw_part",
]
