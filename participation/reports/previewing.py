"""What an event sends the reporter, for a colleague to look at before it goes."""

from __future__ import annotations

from core.events.models import Event
from core.notify.mail import render_mail
from participation.cases.subjects import Mail
from participation.reports.channels import Channel, channels_of
from participation.reports.letters import letter_about, reporter_of
from participation.reports.texts import text_about


def mail_about(event: Event) -> Mail:
    """Mail, text message or both, masked: who may handle a case need not know who reported it."""
    found = reporter_of(event)
    channels = channels_of(found.contact if found else None, event)
    text = text_about(event, masked=True) if Channel.SMS in channels else None
    text_message = text.text if text else ""
    letter = letter_about(event, masked=True) if Channel.MAIL in channels else None
    if letter is None:
        return Mail(why_not="no-address", text_message=text_message)
    made = render_mail(
        template=letter.template, context=letter.context, language=letter.language, gemeente_id=letter.gemeente_id
    )
    return Mail(
        to=letter.to,
        subject=made.subject,
        text=made.text,
        html=made.html,
        language=letter.language,
        text_message=text_message,
    )
