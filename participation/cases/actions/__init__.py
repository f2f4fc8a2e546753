"""Every write to a case: one verb each, one transaction, the row locked, an event at the end."""

from participation.cases.actions.assigning import assign_case, change_case
from participation.cases.actions.contact import find_same_person, reveal_contact
from participation.cases.actions.duplicates import link_duplicate, unlink_duplicate
from participation.cases.actions.forwarding import (
    accept_case,
    offer_case,
    return_case,
    withdraw_offer,
)
from participation.cases.actions.opening import Opening, announce_case, open_case
from participation.cases.actions.parts import split_off, withdraw_part
from participation.cases.actions.photos import MOST_AT_ONCE as MOST_PHOTOS_AT_ONCE
from participation.cases.actions.photos import add_photos, change_photo
from participation.cases.actions.preview import preview_mail
from participation.cases.actions.promising import promise_day
from participation.cases.actions.saving import MESSAGE_LENGTH, lock_with_main, summary_of
from participation.cases.actions.small_win import (
    answer_consent,
    consider_win,
    dismiss_win,
    draft_proposed_win,
    draft_small_win,
    forget_consent,
    propose_again,
)
from participation.cases.actions.talk import (
    add_note,
    answer_as_resident,
    compliment_as_resident,
    mark_mentions_seen,
    message_resident,
    thank_as_resident,
    withdraw_as_resident,
)
from participation.cases.actions.workflow import move_case, reopen_as_resident
from participation.cases.looking import log_view

__all__ = [
    "MESSAGE_LENGTH",
    "MOST_PHOTOS_AT_ONCE",
    "Opening",
    "accept_case",
    "add_note",
    "add_photos",
    "announce_case",
    "answer_as_resident",
    "answer_consent",
    "assign_case",
    "change_case",
    "change_photo",
    "compliment_as_resident",
    "consider_win",
    "dismiss_win",
    "draft_proposed_win",
    "draft_small_win",
    "find_same_person",
    "forget_consent",
    "link_duplicate",
    "lock_with_main",
    "log_view",
    "mark_mentions_seen",
    "message_resident",
    "move_case",
    "offer_case",
    "open_case",
    "preview_mail",
    "promise_day",
    "propose_again",
    "reopen_as_resident",
    "return_case",
    "reveal_contact",
    "split_off",
    "summary_of",
    "thank_as_resident",
    "unlink_duplicate",
    "withdraw_as_resident",
    "withdraw_offer",
    "withdraw_part",
]
