"""Every write: one verb each, one transaction each."""

from participation.initiatives.actions.coaching import add_check, agree, mail_me, write_to_coach
from participation.initiatives.actions.drafting import (
    MOST_PHOTOS,
    add_photos,
    change_initiative,
    describe_photo,
    drop_photo,
    start_draft,
    throw_away,
)
from participation.initiatives.actions.group import (
    ask_to_take_over,
    call_me,
    erase_from_groups,
    give_role,
    leave,
    take_back_asking,
    take_out,
    take_over,
)
from participation.initiatives.actions.inviting import (
    accept_invitation,
    decline_invitation,
    forget_invitations,
    invite,
    send_again,
    withdraw_invitation,
)
from participation.initiatives.actions.stepping import answer_back, take_step
from participation.initiatives.actions.submitting import submit_initiative

__all__ = [
    "MOST_PHOTOS",
    "accept_invitation",
    "add_check",
    "add_photos",
    "agree",
    "answer_back",
    "ask_to_take_over",
    "call_me",
    "change_initiative",
    "decline_invitation",
    "describe_photo",
    "drop_photo",
    "erase_from_groups",
    "forget_invitations",
    "give_role",
    "invite",
    "leave",
    "mail_me",
    "send_again",
    "start_draft",
    "submit_initiative",
    "take_back_asking",
    "take_out",
    "take_over",
    "take_step",
    "throw_away",
    "withdraw_invitation",
    "write_to_coach",
]
