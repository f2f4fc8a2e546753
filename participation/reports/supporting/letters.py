"""The two mails a supporter gets. Nothing in them was written by another resident."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from core.areas.tenancy import site_of
from core.notify.letters import Letter
from participation.cases.states import CLOSED, Status
from participation.reports.models import Supporter
from participation.reports.queries import receipt, resident_status
from participation.reports.supporting.proof import proof_of
from participation.reports.supporting.queries import followed_case, following_url
from participation.reports.tokens import token_matching


def consent_letter(supporter: Supporter) -> Letter:
    """Do you want updates? Anybody may have typed this address, so it says no more than what is public."""
    case = supporter.case
    language = _language(supporter)
    with translation.override(language):
        path = reverse("supporting_consent", args=[supporter.pk, proof_of(supporter)])
        shown = receipt(case, case.category)
        context = {
            "category": shown["category"]["name"],
            "area": shown["area"]["name"],
            "url": f"{site_of(case.gemeente_id)}{path}",
        }
    return Letter(
        to=supporter.email,
        template="supporter_consent",
        context=context,
        language=language,
        gemeente_id=case.gemeente_id,
    )


def status_letter(supporter: Supporter, status: str) -> Letter | None:
    """How it stands now; None when it is no longer public."""
    main = followed_case(supporter.case)
    token = token_matching(supporter.tracking_seed, supporter.tracking_hash)
    if main is None or token is None:
        return None
    language = _language(supporter)
    with translation.override(language):
        shown = receipt(main, main.category)
        context = {
            "category": shown["category"]["name"],
            "area": shown["area"]["name"],
            "status_label": resident_status(status),
            "solved": status == Status.RESOLVED,
            "closed": status in CLOSED,
            "url": following_url(main.gemeente_id, token),
        }
    return Letter(
        to=supporter.email,
        template="supporter_status",
        context=context,
        language=language,
        gemeente_id=main.gemeente_id,
    )


def _language(supporter: Supporter) -> str:
    return supporter.language if supporter.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
