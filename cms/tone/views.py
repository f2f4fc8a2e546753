"""What the panel asks while an editor types. For whoever may edit the page; nothing of the text is kept or logged."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.models import Page

from cms.base.models import SitePage
from cms.tone.actions import find_fine, mark_again
from cms.tone.panel import Found, found_in
from cms.tone.texts import PageText
from core.api.throttles import check_throttle
from core.errors import DomainError, Invalid, NotFound

LONGEST = 60_000
"""Characters of one page that are read."""
MOST_TEXTS = 600


@require_POST
def edit(request: HttpRequest, page_id: int) -> JsonResponse:
    """POST {texts: [{name, text}], deed?: fine|again, kind?, words?} about a page there is."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not (isinstance(page, SitePage) and page.permissions_for_user(request.user).can_edit()):
        return _refused()
    return _answer(request, page, None)


@require_POST
def add(request: HttpRequest, page_id: int) -> JsonResponse:
    """The same about a page that is being made below this one."""
    above = get_object_or_404(Page, pk=page_id).specific
    if not above.permissions_for_user(request.user).can_add_subpage():
        return _refused()
    return _answer(request, Page(), above)


def _answer(request: HttpRequest, page: Any, below: Any) -> JsonResponse:
    try:
        check_throttle(request, "tone")
        asked = _asked(request)
        _do(request, page, asked)
        found = found_in(page, _texts(asked), below=below)
    except DomainError as refusal:
        status = 429 if not isinstance(refusal, Invalid) else 400
        return JsonResponse({"message": str(refusal.message)}, status=status)
    return JsonResponse(
        {
            "html": render_to_string("tone/found.html", {"found": found}, request=request),
            "count": len(found.lines),
            "said": said(found),
        }
    )


def said(found: Found) -> str:
    """What a screen reader says when the number of marks changed."""
    number = len(found.lines)
    if not number:
        return _("Nothing to remark")
    return ngettext("%(count)d remark about tone", "%(count)d remarks about tone", number) % {"count": number}


def _asked(request: HttpRequest) -> dict[str, Any]:
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("texts"), list):
        raise Invalid(message=_("This was not understood."))
    return asked


def _texts(asked: dict[str, Any]) -> list[PageText]:
    """The texts as sent; what is over the limit is not read."""
    found, left = [], LONGEST
    for one in asked["texts"][:MOST_TEXTS]:
        text = one.get("text") if isinstance(one, dict) else None
        text = text[:left] if isinstance(text, str) else ""
        left -= len(text)
        found.append(PageText("", text))
    return found


def _do(request: HttpRequest, page: Any, asked: dict[str, Any]) -> None:
    kind, words, deed = (_storable(asked.get(name, "")) for name in ("kind", "words", "deed"))
    if not deed or not page.pk:
        return
    if deed == "fine":
        find_fine(page_id=page.pk, kind=kind, words=words, by=request.user.pk or 0, now=timezone.now())
    elif deed == "again":
        mark_again(page_id=page.pk, kind=kind, words=words)


def _storable(given: Any) -> str:
    """Without what no database holds: a NUL, and half a character."""
    return str(given).replace("\0", "").encode("utf-8", "ignore").decode()


def _refused() -> JsonResponse:
    return JsonResponse({"message": str(NotFound().message)}, status=404)
