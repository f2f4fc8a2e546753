"""The mail to a colleague who was named in a note."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django_tasks import task

from core.areas.tenancy import site_of
from core.notify.mail import send_mail
from participation.cases.models import Case, DeskSettings, Mention
from participation.cases.queries import category_of
from participation.organisations.queries import roster


@task()
def mail_mention(mention_id: int) -> str:
    """Tell who was named, unless they said not to, or may have read it already. Says what it did."""
    found = Mention.objects.select_related("note", "case__gemeente", "professional__user").filter(pk=mention_id).first()
    if found is None or found.seen_at is not None:
        return "seen"
    user, case = found.professional.user, found.case
    if not user.is_active or not user.email:
        return "no address"
    wanted = DeskSettings.objects.filter(professional_id=found.professional_id).values_list("mail_mentions", flat=True)
    if wanted.first() is False:
        return "not wanted"
    confidential = case.visibility == Case.Visibility.CONFIDENTIAL
    category = category_of(case)
    writer = roster().people.get(found.note.professional_id or 0)
    send_mail(
        to=user.email,
        template="mention",
        context={
            "name": found.professional.name,
            "writer": writer.name if writer else "",
            "reference": case.reference,
            "confidential": confidential,
            # Of a confidential case a mail says nothing but that there is something to read.
            "text": "" if confidential else found.note.text,
            "about": category.name if category and not confidential else "",
            "address": f"{site_of(case.gemeente_id)}/werk/{case.reference}/",
            "settings_address": f"{site_of(case.gemeente_id)}/werk/instellingen/",
        },
        language=user.language if user.language in dict(settings.STAFF_LANGUAGES) else settings.LANGUAGE_CODE,
        gemeente_id=case.gemeente_id,
        key=f"mention-{found.pk}",
    )
    return "sent"


def owe_mention_mails(mentions: Iterable[Mention]) -> None:
    """Enqueue them, in the transaction of the note."""
    for one in mentions:
        mail_mention.enqueue(one.pk)
