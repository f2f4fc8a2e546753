"""E-mail: one message in one language, as text and as HTML, on behalf of a municipality.

Called from background tasks. A template `report_received` is two files, `emails/report_received.txt`
(extends `emails/base.txt`, with the blocks `subject` and `content`) and `.html` (extends
`emails/base.html`, with `content`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.base import Template
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.utils import translation

from core.areas.models import Area, Tenant
from core.work.worker import GiveUp, current_task


class MailFailed(Exception):
    """The mail server did not take it this time. Holds no address."""


class MailRefused(GiveUp):
    """The mail server will never take it. Holds no address."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it goes out, but for whom it goes to."""

    sender: str
    subject: str
    text: str
    html: str


def render_mail(*, template: str, context: dict[str, Any], language: str, gemeente_id: int | None) -> Rendered:
    """What `send_mail` sends, to be looked at first."""
    with translation.override(language):
        sender, name = _sender(gemeente_id)
        text_template: Template = get_template(f"emails/{template}.txt").template  # type: ignore[attr-defined]
        html_template: Template = get_template(f"emails/{template}.html").template  # type: ignore[attr-defined]
        values = context | {"language": language, "municipality": name, "base_url": settings.BASE_URL}
        subject = " ".join(_block(text_template, "subject", Context(values, autoescape=False)).split())
        values["subject"] = subject
        text = _tidy(text_template.render(Context(values, autoescape=False)))
        html = html_template.render(Context(values))
    return Rendered(sender, subject, text, html)


def send_mail(
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    language: str,
    gemeente_id: int | None,
    key: str = "",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Send one message and return its Message-ID, which stays the same when it is sent again.

    `key` names what is told ("event-812"); without it the running task does. `headers` come on top of our own.
    Raises MailFailed (try again later) or MailRefused; neither they nor the log hold personal data.
    """
    mail = render_mail(template=template, context=context, language=language, gemeente_id=gemeente_id)
    message_id = _message_id(key or current_task(), template, to, mail.sender)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[to],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": language,
            **headers,
        },
    )
    message.attach_alternative(mail.html, "text/html")
    _deliver(message)
    return message_id


def _deliver(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        if codes and all(code >= 500 for code in codes):
            raise MailRefused(f"the mail server refused the recipient ({codes[0]})") from None
        raise MailFailed(f"the mail server did not take the recipient ({codes[:1]})") from None
    except SMTPResponseException as error:
        raise MailFailed(f"{type(error).__name__} {error.smtp_code}") from None
    except (SMTPException, OSError) as error:
        raise MailFailed(type(error).__name__) from None
    except (ValueError, UnicodeError) as error:
        raise MailRefused(f"the address or subject cannot be sent ({type(error).__name__})") from None


def _sender(gemeente_id: int | None) -> tuple[str, str]:
    """From-address and name of the municipality; the installation's own where it has none."""
    tenant = Tenant.objects.filter(gemeente_id=gemeente_id).select_related("gemeente").first()
    if tenant is not None:
        return tenant.sender or settings.DEFAULT_FROM_EMAIL, tenant.gemeente.name
    area = Area.objects.filter(pk=gemeente_id).first() if gemeente_id is not None else None
    return settings.DEFAULT_FROM_EMAIL, area.name if area else ""


def _block(template: Template, name: str, context: Context) -> str:
    """One block of a template, rendered by itself."""
    for node in template.nodelist.get_nodes_by_type(BlockNode):
        if isinstance(node, BlockNode) and node.name == name:
            with context.bind_template(template):
                return str(node.render(context))
    raise LookupError(f"{template.name} has no block {name}")


def _tidy(text: str) -> str:
    """Without the holes that parts leave which are not there."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


def _message_id(key: str, template: str, to: str, sender: str) -> str:
    """Derived from what is told to whom, unreadable for others."""
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    source = "\x00".join((settings.SECRET_KEY, key, template, to))
    return f"<{hashlib.sha256(source.encode()).hexdigest()[:40]}@{domain}>"
