"""System checks that refuse a half-configured production.

`manage.py serve` does not start when one of these finds an error; `manage.py check --deploy --tag
wijkplatform --database default` shows them beforehand. What no process can see about itself: two web
processes without REDIS_URL (news between them then takes up to two seconds, nothing is lost).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 (Django's name)
from django.db import DatabaseError

from core.areas.models import Area, Tenant
from core.notify import sms
from participation.organisations.models import GroupRole, Team
from participation.organisations.queries import catch_all_without_people, roster, teams_without_streams
from participation.routing.queries import unreadable_rules

TAG = "wijkplatform"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1", "testserver"}
SECRET_LENGTH, SECRET_VARIETY = 50, 10
SHOWN = 5
"""Municipalities named in one message."""


def is_public() -> bool:
    """Whether people elsewhere reach this installation, as far as its settings say."""
    return settings.TLS or (urlsplit(settings.BASE_URL).hostname or "") not in LOCAL_HOSTS


@register(TAG, deploy=True)
def secret_is_strong(**_: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) >= SECRET_LENGTH and len(set(key)) >= SECRET_VARIETY and not key.startswith("django-insecure"):
        return []
    return [
        Error(
            "SECRET_KEY is short or easy to guess.",
            hint="Sign-in and tracking rest on it. Set at least 50 random characters, for example from"
            " `python -c 'import secrets; print(secrets.token_urlsafe(60))'`.",
            id="wijkplatform.E001",
        )
    ]


@register(TAG, deploy=True)
def debug_is_off(**_: Any) -> list[CheckMessage]:
    if not (settings.DEBUG and is_public()):
        return []
    return [
        Error(
            "DEBUG is on while BASE_URL is a public address.",
            hint="Error pages would show settings and data. Remove DEBUG from the environment.",
            id="wijkplatform.E002",
        )
    ]


@register(TAG, deploy=True)
def demo_is_only_a_demo(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Demo accounts sign in without a second factor: never next to real people's data."""
    if not settings.DEMO:
        return []
    found: list[CheckMessage] = []
    if is_public():
        found.append(
            Error(
                "DEMO=1 on a public address.",
                hint="Demonstration mode lets demo accounts in without a second factor. Remove DEMO, or"
                " use a local BASE_URL without TLS.",
                id="wijkplatform.E003",
            )
        )
    real = _names(lambda: Tenant.objects.filter(is_demo=False).values_list("gemeente__name", flat=True), databases)
    if real:
        found.append(
            Error(
                f"DEMO=1 next to municipalities that are no demonstration: {real}.",
                hint="Remove DEMO from the environment, or use another DATA_DIR or DATABASE_URL for the demonstration.",
                id="wijkplatform.E004",
            )
        )
    return found


@register(TAG, deploy=True)
def tls_has_its_proxy(**_: Any) -> list[CheckMessage]:
    if not settings.TLS or settings.SECURE_PROXY_SSL_HEADER:
        return []
    return [
        Error(
            "TLS is on, but no proxy is trusted to say so.",
            hint="Every request would be redirected to https for ever. Set TRUSTED_PROXIES to the number of"
            " proxies of yours in front; the outermost must set X-Forwarded-Proto and X-Forwarded-For.",
            id="wijkplatform.E005",
        )
    ]


@register(TAG, deploy=True)
def organisation_sign_in_is_complete(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Signing in through OpenID Connect: all of it or nothing."""
    given = {name: getattr(settings, name) for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")}
    if not any(given.values()):
        return []
    if missing := [name for name, value in given.items() if not value]:
        return [
            Error(
                f"Signing in with the organisation's account is half configured: {', '.join(missing)} is missing.",
                hint="Set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET as the provider gave them, or none."
                " The provider must allow the address <BASE_URL>/account/sso/login/callback/.",
                id="wijkplatform.E020",
            )
        ]
    issuer = urlsplit(settings.OIDC_ISSUER)
    if issuer.scheme != "https" and issuer.hostname not in LOCAL_HOSTS:
        return [
            Error(
                "OIDC_ISSUER is not an https address.",
                hint="Whoever listens in between could sign in as anybody. Use the provider's https address.",
                id="wijkplatform.E021",
            )
        ]
    if "openid" not in settings.OIDC_SCOPES:
        return [
            Error(
                "OIDC_SCOPES lacks openid.",
                hint="Without it the provider gives no ID token. The default is openid,profile,email.",
                id="wijkplatform.E022",
            )
        ]
    if databases and not _names(_groups, databases):
        return [
            Warning(
                "Nobody can sign in with the organisation's account: no group gives anything here.",
                hint="In /beheer/, under Groups of the sign-in provider, say which group gives which place.",
                id="wijkplatform.W023",
            )
        ]
    return []


@register(TAG, deploy=True)
def hosts_are_named(**_: Any) -> list[CheckMessage]:
    if "*" not in settings.ALLOWED_HOSTS or not is_public():
        return []
    return [
        Error(
            "ALLOWED_HOSTS allows every host name.",
            hint="Name the host names that people use: the live channel and links in e-mails rest on them.",
            id="wijkplatform.E006",
        )
    ]


@register(TAG, deploy=True)
def every_gemeente_has_a_catch_all_team(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    caught = Team.objects.filter(is_catch_all=True).values("gemeente_id")
    without = Area.objects.filter(level=Area.Level.GEMEENTE).exclude(pk__in=caught).order_by("name")
    names = _names(lambda: without.values_list("name", flat=True), databases)
    if not names:
        return []
    return [
        Error(
            f"No team receives what no rule covers in: {names}.",
            hint="Mark one team of each municipality as “receives what no rule covers” in /beheer/, or run"
            " import_areas for it again, which makes one.",
            id="wijkplatform.E007",
        )
    ]


@register(TAG, deploy=True)
def someone_reads_what_no_rule_covers(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    names = _names(lambda: [f"{team.name} ({team.organisation})" for team in catch_all_without_people()], databases)
    if not names:
        return []
    return [
        Warning(
            f"Nobody works in the team that receives what no rule covers: {names}.",
            hint="Reports that reach it stay unread. In /beheer/, make someone with an active account a member of the"
            " team, or mark another team as the one that receives what no rule covers.",
            id="wijkplatform.W010",
        )
    ]


@register(TAG, deploy=True)
def every_team_can_be_followed(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    names = _names(lambda: [roster().teams[pk].name for pk in teams_without_streams()], databases)
    if not names:
        return []
    return [
        Warning(
            f"These teams have no stream of news: {names}.",
            hint="Its members see what is new only after reloading. Save each team again in /beheer/, which makes it.",
            id="wijkplatform.W011",
        )
    ]


@register(TAG, deploy=True)
def confidential_reports_reach_a_reader(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    names = _names(_teams_that_may_not_read, databases)
    if not names:
        return []
    return [
        Warning(
            f"A rule sends confidential reports to a team in which nobody may read them: {names}.",
            hint="In /beheer/, give a member of the team the confidential role, or let the rule name another team.",
            id="wijkplatform.W012",
        )
    ]


@register(TAG, deploy=True)
def frontend_is_built(**_: Any) -> list[CheckMessage]:
    if (settings.FRONTEND_DIST / "manifest.json").exists() or settings.DEBUG:
        return []
    return [
        (Error if is_public() else Warning)(
            "Styles and scripts are not built.",
            hint="Run `make frontend`. Pages work without, but look bare.",
            id="wijkplatform.E008" if is_public() else "wijkplatform.W008",
        )
    ]


@register(TAG, deploy=True)
def mail_goes_somewhere(**_: Any) -> list[CheckMessage]:
    if not is_public() or settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return []
    return [
        Warning(
            "E-mails are not sent.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@host:587.",
            id="wijkplatform.W009",
        )
    ]


@register(TAG, deploy=True)
def text_messages_go_somewhere(**_: Any) -> list[CheckMessage]:
    """The SMS gateway: off, or all of it."""
    if not sms.is_on():
        return []
    found: list[CheckMessage] = []
    try:
        sms.find_gateway(settings.SMS_GATEWAY)
    except (ImportError, TypeError):
        found.append(
            Error(
                f"SMS_GATEWAY names no gateway: {settings.SMS_GATEWAY}.",
                hint="Use console, http, or the dotted path of a class with a `send` as core.notify.sms.Gateway has it;"
                " leave it empty to send no text messages.",
                id="wijkplatform.E030",
            )
        )
    if settings.SMS_GATEWAY == "http":
        if missing := [name for name in ("SMS_URL", "SMS_TOKEN") if not getattr(settings, name)]:
            found.append(
                Error(
                    f"The SMS gateway is half configured: {', '.join(missing)} is missing.",
                    hint="Set SMS_URL and SMS_TOKEN as the provider gave them, or leave SMS_GATEWAY empty.",
                    id="wijkplatform.E031",
                )
            )
        address = urlsplit(settings.SMS_URL)
        if address.scheme == "http" and address.hostname not in LOCAL_HOSTS:
            found.append(
                Error(
                    "SMS_URL is not an https address.",
                    hint="Phone numbers and private links would travel readable. Use the provider's https address.",
                    id="wijkplatform.E032",
                )
            )
        if not re.fullmatch(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}", settings.SMS_SENDER):
            found.append(
                Error(
                    "SMS_SENDER is no sender of text messages.",
                    hint="Use at most eleven letters and digits, such as Waterstad, or a phone number.",
                    id="wijkplatform.E033",
                )
            )
    if not settings.SMS_PREFIXES or not all(re.fullmatch(r"\+[1-9][0-9]{0,7}", one) for one in settings.SMS_PREFIXES):
        found.append(
            Error(
                "SMS_PREFIXES does not say to which numbers text messages go.",
                hint="Give beginnings of mobile numbers with + and the country, such as +316 or +324, comma-separated.",
                id="wijkplatform.E034",
            )
        )
    if settings.SMS_GATEWAY == "console" and is_public():
        found.append(
            Warning(
                "Text messages are not sent, but written where the process runs.",
                hint="Residents are told that they get one. Set SMS_GATEWAY=http with SMS_URL and SMS_TOKEN, or leave"
                " it empty.",
                id="wijkplatform.W035",
            )
        )
    return found


def _groups() -> list[str]:
    return list(GroupRole.objects.values_list("group", flat=True)[:1])


def _teams_that_may_not_read() -> list[str]:
    gemeenten = Area.objects.filter(level=Area.Level.GEMEENTE).values_list("pk", flat=True)
    teams = {rule.team_id for gemeente_id in gemeenten for rule in unreadable_rules(gemeente_id)}
    return sorted(roster().teams[pk].name for pk in teams)


def _names(find: Callable[[], Iterable[str]], databases: Sequence[str] | None) -> str:
    """The first few names that `find` answers; none when the database may not be asked, or has no tables yet."""
    if not databases:
        return ""
    try:
        names = list(islice(find(), SHOWN + 1))
    except DatabaseError:
        return ""
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
