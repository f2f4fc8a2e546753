"""Every write to a case: one verb each, one transaction, the row locked, an event at the end."""

from participation.cases.actions.assigning import assign_case, change_case
from participation.cases.actions.opening import Opening, announce_case, open_case
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
    "add_note",
    "announce_case",
    "answer_as_resident",
    "assign_case",
    "change_case",
    "log_view",
    "message_resident",
    "move_case",
    "open_case",
    "reopen_as_resident",
    "thank_as_resident",
]
