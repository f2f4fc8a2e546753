"""At the desk: letters with codes, for who supports in a municipality that wants to know who lives there."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.tenancy import site_of
from core.errors import Conflict, NotFound, Refused
from participation.initiatives.actions import code_letters
from participation.initiatives.actions.code_letters import Line
from participation.initiatives.models import CodeBatch, Initiative, InitiativeSettings
from participation.initiatives.pages.frame import go
from participation.initiatives.permissions import Deed
from participation.initiatives.policies import deeds_for, get_initiative_for
from participation.initiatives.queries.settings import settings_of
from participation.initiatives.queries.support import code_batches_of
from participation.organisations.access import professional_of
from participation.residents.letter_codes import printed
from participation.texts.forms import mistakes_in, number_in, number_of, status_of
from participation.texts.keeping import needs_account, typed_in


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    """All batches; POST makes one and answers with its file, or replaces a letter, or withdraws a batch."""
    actor = professional_of(request)
    initiative = get_initiative_for(actor, slug, Deed.SEE_NOTES)
    typed = typed_in(request)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            return _act(request, initiative)
        except Refused as refusal:
            problem = refusal
    who = settings_of(initiative.gemeente_id).who_supports
    context = {
        "initiative": initiative,
        "batches": code_batches_of(initiative),
        "open": Deed.SEND_CODES in deeds_for(actor, initiative),
        "asked": who == InitiativeSettings.WhoSupports.LETTER,
        "most": code_letters.MOST,
        "typed": typed,
        "form_token": secrets.token_hex(16),
        **mistakes_in(problem),
    }
    return render(request, "desk/initiative_codes.html", context, status=status_of(problem))


def _act(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    post = request.POST
    common: dict[str, Any] = {"slug": initiative.slug, "actor": professional_of(request), "now": timezone.now()}
    match post.get("deed", ""):
        case "make":
            token = post.get("form_token", "")[:40]  # the file is the answer: sent again it makes no second batch
            if token and not cache.add(f"code-form:{token}", True, 3600):
                raise Conflict(_("This form was sent already. The batch stands on this page."))
            count = number_in(post.get("count", "").strip().replace(".", "")) or 0
            batch, lines = code_letters.make_codes(name=post.get("name", ""), count=count, **common)
            return _file(initiative, batch, lines)
        case "replace":
            check_throttle(request, "support-letter")
            number = number_in(post.get("number", "").strip()) or 0
            line = code_letters.replace_code(number=number, **common)
            context = {
                "initiative": initiative,
                "code": printed(line.code),
                "number": line.number,
                "replaced": number,
                "address": _address(initiative),
            }
            return render(request, "desk/initiative_new_code.html", context)
        case "withdraw":
            check_throttle(request, "support-letter")
            code_letters.withdraw_batch(batch_id=number_of(post.get("batch", "")), **common)
            messages.success(request, _("The letters of this batch that nobody supports with work no more."))
            return go("desk_codes", initiative.slug)
    raise NotFound


def _file(initiative: Initiative, batch: CodeBatch, lines: Iterable[Line]) -> HttpResponse:
    """For the printer: a line for each letter. What is in it nobody but the platform wrote."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Number of the letter"), _("code"), _("address")])
    address = _address(initiative)
    writer.writerows([one.number, printed(one.code), address] for one in lines)
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{initiative.slug}-{batch.pk}.csv"'
    return response


def _address(initiative: Initiative) -> str:
    return site_of(initiative.gemeente_id) + reverse("initiative_support", args=[initiative.slug])


urlpatterns: list[Any] = [path("werk/initiatieven/<slug:slug>/brieven/", codes, name="desk_codes")]
