"""What a message sends the group, for a colleague to look at before it goes."""

from __future__ import annotations

from core.events.models import Event
from core.notify.mail import render_mail
from participation.cases.subjects import Mail
from participation.initiatives.letters.coaching import letter
from participation.initiatives.models import Member


def mail_about(event: Event) -> Mail:
    """The letter to one of the group, the starter first; the others get the same in their own language."""
    message = event.payload.get("message")
    if not message:
        return Mail(why_not="not-told")
    reference = event.subject.partition("/")[2]
    there = Member.objects.filter(initiative__case__reference=reference, left_at=None, mailed=True)
    for member_id in there.order_by("seat").values_list("pk", flat=True):
        if (found := letter("message", member_id, message)) is not None:
            made = render_mail(
                template=found.template, context=found.context, language=found.language, gemeente_id=found.gemeente_id
            )
            return Mail(to=found.to, subject=made.subject, text=made.text, html=made.html, language=found.language)
    return Mail(why_not="no-address")
