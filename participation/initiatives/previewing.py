"""What a message sends the group, for a colleague to look at before it goes."""

from __future__ import annotations

from core.events.models import Event
from core.notify.letters import Letter
from core.notify.mail import render_mail
from participation.cases.subjects import Mail
from participation.initiatives.letters.coaching import letter as coaching_letter
from participation.initiatives.letters.helping import help_letter
from participation.initiatives.models import HelpRequest, Member


def mail_about(event: Event) -> Mail:
    """The letter to one of the group, the starter first; the others get the same in their own language."""
    message = event.payload.get("message")
    if not message:
        return Mail(why_not="not-told")
    reference = event.subject.partition("/")[2]
    there = Member.objects.filter(initiative__case__reference=reference, left_at=None, mailed=True)
    for member_id in there.order_by("seat").values_list("pk", flat=True):
        if (found := coaching_letter("message", member_id, message)) is not None:
            return _rendered(found)
    return Mail(why_not="no-address")


def mail_about_help(event: Event) -> Mail:
    """The same for a request of the group: what a message, or a day that is promised, sends."""
    message = event.payload.get("message")
    request = HelpRequest.objects.filter(case__reference=event.subject.partition("/")[2]).first() if message else None
    if request is None:
        return Mail(why_not="not-told")
    there = Member.objects.filter(initiative_id=request.initiative_id, left_at=None, mailed=True)
    for member_id in there.order_by("seat").values_list("pk", flat=True):
        if (found := help_letter("message", member_id, request.pk, message)) is not None:
            return _rendered(found)
    return Mail(why_not="no-address")


def _rendered(letter: Letter) -> Mail:
    made = render_mail(
        template=letter.template, context=letter.context, language=letter.language, gemeente_id=letter.gemeente_id
    )
    return Mail(to=letter.to, subject=made.subject, text=made.text, html=made.html, language=letter.language)
