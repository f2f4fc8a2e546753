"""Mails owed to a group, and to who is invited to it."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from core.notify.letters import send
from participation.initiatives.letters.group import coach_letter, group_letter, invitation_letter
from participation.initiatives.letters.texts import GROUP_TEXTED
from participation.initiatives.models import Initiative, Member
from participation.initiatives.tasks.texting import owe_text

FOR_THE_COACH = frozenset({"took-over", "succeeded", "empty"})


@task()
def send_invitation(invitation_id: int) -> str:
    return send(invitation_letter(invitation_id))


@task()
def tell_member(reader_id: int, what: str, member_id: int, version: int) -> str:
    return send(group_letter(reader_id, what, member_id), key=f"group-{reader_id}-{version}")


@task()
def tell_coach(initiative_id: int, what: str, member_id: int, version: int) -> str:
    return send(coach_letter(initiative_id, what, member_id), key=f"group-coach-{initiative_id}-{version}")


def owe_group(initiative: Initiative, what: str, member: Member, *, by_resident: int | None) -> None:
    """Let everybody in the group know, but who did it, each in a task of their own; and the coach who leads now.

    Each change of the group has a version of the initiative of its own, which tells the mails apart.
    """
    readers = initiative.members.filter(left_at=None).exclude(resident=None)
    if by_resident is not None:
        readers = readers.exclude(resident_id=by_resident)
    ids = set(readers.values_list("pk", flat=True)) | ({member.pk} if what == "taken-out" else set())
    for reader_id in sorted(ids):
        tell_member.enqueue(reader_id, what, member.pk, initiative.version)
    if what in GROUP_TEXTED and member.resident_id != by_resident:
        owe_text(what, member, initiative.version)
    if what in FOR_THE_COACH and initiative.case_id is not None:
        tell_coach.enqueue(initiative.pk, what, member.pk, initiative.version)


@task()
def forget_invitations() -> int:
    from participation.initiatives.actions.inviting import forget_invitations  # its actions enqueue the tasks above

    return forget_invitations(now=timezone.now())
