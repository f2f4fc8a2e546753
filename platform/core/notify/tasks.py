"""Mails about an account. The link is made here, when the mail goes out: it lies in no table."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django_tasks import task

from core.accounts.models import User
from core.areas.policies import workplace
from core.notify.mail import send_mail


@task()
def mail_password_reset(user_id: int, origin: str, gemeente_id: int | None) -> None:
    """A link with which the account's owner chooses a new password; `origin` is where it was asked."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None:
        return
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    send_mail(
        to=user.email,
        template="password_reset",
        context={
            "name": user.name,
            "username": user.username,
            "address": origin + reverse("account_reset_password_from_key", kwargs=key),
        },
        language=user.language,
        gemeente_id=gemeente_id,
    )


@task()
def mail_attempts(user_id: int, guessed: str) -> None:
    """Tells an account's owner that someone tried `guessed` ("password" or "code") too often. 0: nobody."""
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None:
        return
    send_mail(
        to=user.email,
        template="account_attempts",
        context={"name": user.name, "username": user.username, "guessed": guessed},
        language=user.language,
        gemeente_id=workplace(user),
    )
