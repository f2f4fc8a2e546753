"""What is owed between a group and its coach: mails, and a coach who follows whose case it is."""

from __future__ import annotations

from django_tasks import task

from core.notify.mail import send_mail
from participation.initiatives.letters.coaching import letter
from participation.initiatives.models import Initiative


@task()
def mail_member(what: str, member_id: int, about_id: int) -> str:
    """Send one letter (`letters.coaching`); says what it did, without personal data."""
    made = letter(what, member_id, about_id)
    if made is None:
        return "nobody to mail"
    send_mail(
        to=made.to,
        template=made.template,
        context=made.context,
        language=made.language,
        gemeente_id=made.gemeente_id,
        key=f"initiative-{what}-{about_id}-{member_id}",
    )
    return made.template


def owe_to_group(what: str, initiative: Initiative, about_id: int, *, but: int | None = None) -> None:
    """Enqueue a letter to everybody in the group who wants mail, but the resident `but`. In the transaction."""
    readers = initiative.members.filter(left_at=None, mailed=True, resident__isnull=False).exclude(resident__email="")
    if but is not None:
        readers = readers.exclude(resident_id=but)
    for member_id in readers.order_by("pk").values_list("pk", flat=True):
        mail_member.enqueue(what, member_id, about_id)
