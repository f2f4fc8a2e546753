"""Codes owed to an address, and forgetting what is over."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from core.areas.queries import tree
from core.notify import sms
from core.notify.mail import send_mail
from participation.residents import actions, codes
from participation.residents.access import UNSEEN_FOR
from participation.residents.addresses import is_email
from participation.residents.limits import over_limit
from participation.residents.models import Code, SignIn


@task()
def mail_or_text_code(code_id: int) -> str:
    """Send the digits to whom they are for; says what it did, without personal data."""
    code = Code.objects.filter(pk=code_id).first()
    if code is None or code.created_at < timezone.now() - codes.VALID:
        return "forgotten"
    purpose = codes.purposes[code.purpose]
    if purpose.wanted is not None and not purpose.wanted(code.address, code.gemeente_id):
        return "not wanted"
    # The same code may be sent again, when its owner asks once more.
    digits, key = codes.digits_of(code.seed), f"code-{code.seed}-{code.created_at.timestamp():.0f}"
    language = code.language if code.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    if not is_email(code.address):
        return _text(code, digits, language, key)
    with translation.override(language):
        context = {
            "subject_line": str(purpose.subject) % {"digits": digits},
            "says": str(purpose.says),
            "digits": digits,
            "minutes": codes.VALID.seconds // 60,
        }
    send_mail(
        to=code.address, template="code", context=context, language=language, gemeente_id=code.gemeente_id, key=key
    )
    return "mailed"


def _text(code: Code, digits: str, language: str, key: str) -> str:
    if over_limit(code.address):
        return "too many to this number"
    try:
        sms.send_sms(to=code.address, text=text_of(digits, gemeente_id=code.gemeente_id, language=language), key=key)
    except sms.NumberRefused:
        codes.tell_refused(code.address)
        return "the number is refused"
    return "texted"


def text_of(digits: str, *, gemeente_id: int, language: str) -> str:
    """The text message with a code, in one part where the language allows."""
    with translation.override(language):
        words = _("%(municipality)s: your code is %(digits)s. It works for 15 minutes. Give it to nobody.")
    text = words % {"municipality": tree().by_id[gemeente_id].name, "digits": digits}
    return sms.plainer(text) if language in sms.PLAIN else text


@task()
def sweep_codes() -> int:
    """See `codes.sweep`; every hour."""
    return codes.sweep(now=timezone.now())


@task()
def sweep_sign_ins() -> int:
    """Forget devices that were not seen for a season; every day."""
    return SignIn.objects.filter(seen_at__lt=timezone.now() - UNSEEN_FOR).delete()[0]


@task()
def sweep_unused() -> int:
    """See `actions.sweep_unused`; every day."""
    return actions.sweep_unused(now=timezone.now())
