"""What a supporter may know of the report they joined: how it stands and who has it, never what anybody wrote."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.areas.tenancy import site_of
from core.errors import NotFound
from core.events.queries import history
from participation.cases.events import FOR_RESIDENTS, subject_of
from participation.cases.models import Case
from participation.cases.references import tidy_reference
from participation.cases.shapes import moment_or_none
from participation.cases.states import CLOSED
from participation.reports.channels import channels_to
from participation.reports.models import Supporter
from participation.reports.queries import public_receipt, steps_of
from participation.reports.tokens import hash_of, token_matching


def following_url(gemeente_id: int, token: str) -> str:
    """A supporter's private link. The page behind it swaps the token for a cookie at once."""
    return f"{site_of(gemeente_id)}/melden/ook/volgen/{token}/"


def public_case(reference: str, only: int | None) -> Case:
    """A public report that others may join, with the one it was linked to; `NotFound` for any other.

    `only`: the gemeente of the host.
    """
    cases = Case.objects.filter(
        reference=tidy_reference(reference), kind=Case.Kind.REPORT, visibility=Case.Visibility.PUBLIC
    ).select_related("category", "duplicate_of__category")
    case = (cases if only is None else cases.filter(gemeente_id=only)).first()
    if case is None or followed_case(case) is None:
        raise NotFound(_("We cannot find this report. Perhaps it is no longer public. You can report it yourself."))
    return case


def followed_case(case: Case) -> Case | None:
    """The case that is worked on; None when it is not for everybody."""
    main = case.duplicate_of or case
    return main if main.visibility == case.visibility == Case.Visibility.PUBLIC else None


def supporters_of_token(token: str, only: int | None) -> QuerySet[Supporter]:
    """The one supporter this token belongs to, or none; `only` limits it to one gemeente."""
    found = Supporter.objects.filter(tracking_hash=hash_of(token))
    return found if only is None else found.filter(case__gemeente_id=only)


def find_supporter(token: str, only: int | None) -> Supporter:
    """With the case, its category and the case it was linked to joined in; `NotFound` for any other token."""
    found = supporters_of_token(token, only).select_related("case__category", "case__duplicate_of__category").first()
    if found is None:
        raise NotFound(_("This link does not work. Look for the newest link in our e-mail."))
    return found


def token_of_supporter(supporter_id: int) -> str:
    """The tracking token of somebody who joined, computed again from its seed; `NotFound` when they undid it."""
    found = Supporter.objects.filter(pk=supporter_id).first()
    token = token_matching(found.tracking_seed, found.tracking_hash) if found else None
    if token is None:
        raise NotFound
    return token


def supported(supporter: Supporter) -> dict[str, Any]:
    """What the supporter's page shows. One query.

    A report that is no longer public shows only that it is worked on out of sight (`hidden`).
    """
    case = supporter.case
    main = followed_case(case)
    by = channels_to(email=supporter.email, phone=supporter.phone)
    page = {
        "reference": case.reference,
        "hidden": main is None,
        "joinedAt": moment_or_none(supporter.created_at),
        "updates": ("yes" if supporter.confirmed_at else "asked") if by else "no",
        "by": by[0].value if by else "",
        "photoCount": supporter.photo_count,
    }
    if main is None:
        return page
    happened = [event for event in history(subject_of(main.reference)) if event.type in FOR_RESIDENTS]
    own = public_receipt(main)
    shown = ("status", "statusLabel", "category", "area", "handler", "promise")
    return (
        page
        | {name: own[name] for name in shown}
        | {
            "closed": main.status in CLOSED,
            "closedAt": moment_or_none(main.closed_at),
            "history": steps_of(happened),
        }
    )
