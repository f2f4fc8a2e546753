"""Following a report with its private token: the cookie, the photos and the live channel."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from participation.cases.events import case_stream
from participation.cases.models import CasePhoto
from participation.reports.models import Report
from participation.reports.tokens import hash_of

COOKIE = "volgen"
COOKIE_AGE = 60 * 24 * 3600


def may_view_photo(photo_id: UUID, request: HttpRequest) -> bool:
    """The reporter sees the photos of the report they follow."""
    token = request.COOKIES.get(COOKIE, "")
    return (
        bool(token) and CasePhoto.objects.filter(photo_id=photo_id, case__report__tracking_hash=hash_of(token)).exists()
    )


def streams_of_token(token: str) -> list[str]:
    """The one stream a tracking token opens; none for a wrong token."""
    references = Report.objects.filter(tracking_hash=hash_of(token)).values_list("case__reference", flat=True)
    return [case_stream(reference) for reference in references]
