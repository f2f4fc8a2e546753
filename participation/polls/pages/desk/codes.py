"""At the desk: letters with codes. Batches, the file for the printer, and a new code for who lost or never got one."""

from __future__ import annotations

import csv
import io
import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.queries import tree
from core.areas.tenancy import site_of
from core.errors import Conflict, DomainError, NotFound, Refused
from core.ui.qr import qr_code
from participation.polls.actions import batches
from participation.polls.actions.batches import Line
from participation.polls.models import Batch, Code, Poll
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.permissions import Deed
from participation.polls.queries.batches import batch_of, batches_of, by_area, entered_of
from participation.residents.letter_codes import printed
from participation.texts.forms import SeeOther, day_in, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in

MOST_ON_PAPER = 200
"""Letters that are drawn as pages here; a printer takes more."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula."""


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    """All batches with what they were used for; POST makes one, or gives one code to who gets no letter."""
    here = inside(request, slug, Deed.CODES)
    typed = typed_in(request)
    problem: DomainError | None = None
    deed = typed.get("deed", "")
    if request.method == "POST":
        try:
            if deed == "give":
                return _give(request, here)
            made = _make(request, here)
        except Refused as refusal:
            problem = refusal
        else:
            return SeeOther(reverse("desk_poll_batch", args=[slug, made.pk]))
    rows = batches_of(here.poll)
    context = frame(
        here,
        "codes",
        rows=rows,
        areas=by_area(here.poll),
        entered=entered_of(here.poll),
        places=_places(here.poll),
        most=batches.MOST,
        typed=typed if deed == "make" else {},
        deed=deed,
        form_token=secrets.token_hex(16),
        **mistakes_in(problem),
    )
    return render(request, "desk/polls/codes.html", context, status=status_of(problem))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, slug: str, batch_id: int) -> HttpResponse:
    """One batch: the file for the printer in two steps, and letters by number."""
    here = inside(request, slug, Deed.CODES)
    if batch_of(here.poll, batch_id) is None:
        raise NotFound
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            return _act(request, here, batch_id)
        except Refused as refusal:
            problem = refusal
    one = batch_of(here.poll, batch_id)
    too_early = one is not None and one.replace_from is not None and timezone.localdate() < one.replace_from
    context = frame(
        here,
        "codes",
        one=one,
        on_paper=one is not None and one.letters <= MOST_ON_PAPER,
        too_early=too_early,
        typed=request.POST,
        **mistakes_in(problem),
    )
    return render(request, "desk/polls/batch.html", context, status=status_of(problem))


def _make(request: HttpRequest, here: Inside) -> Batch:
    post = request.POST
    return batches.make_batch(
        slug=here.poll.slug,
        name=post.get("name", ""),
        count=number_in(post.get("count", "").strip().replace(".", "")) or 0,
        area_code=post.get("area", ""),
        replace_from=day_in(post.get("replace_from", ""), "replace_from"),
        actor=here.actor,
        now=timezone.now(),
    )


def _give(request: HttpRequest, here: Inside) -> HttpResponse:
    """The page with a new code is the answer itself: sent again it is refused, not given twice."""
    check_throttle(request, "poll-letter")
    seen = request.POST.get("seen") == "1"
    token = request.POST.get("form_token", "")[:40]
    if seen and not cache.add(f"poll-form:{token}", True, 3600):
        raise Conflict(_("This form was sent already. If the code is lost, withdraw it and give a new one."))
    made, text = batches.issue_code(slug=here.poll.slug, seen=seen, actor=here.actor, now=timezone.now())
    return _new_code(request, here, made, text)


def _act(request: HttpRequest, here: Inside, batch_id: int) -> HttpResponse:
    now, post = timezone.now(), request.POST
    common: dict[str, Any] = {"slug": here.poll.slug, "batch_id": batch_id, "actor": here.actor, "now": now}
    match post.get("deed", ""):
        case "file":
            one, lines = batches.hand_over(**common)
            return _file(here.poll, one, lines)
        case "paper":
            one, lines = batches.hand_over(**common)
            letters = [(line.number, printed(line.code), qr_code(_link(here.poll, line.code))) for line in lines]
            context = {"poll": here.poll, "batch": one, "letters": letters, "address": _address(here.poll)}
            return render(request, "desk/polls/letters.html", context)
        case "forget":
            batches.forget_codes(**common)
            messages.success(request, _("Done. From now on nobody can read these codes, we neither."))
        case "replace":
            check_throttle(request, "poll-letter")
            made, text = batches.replace_code(number=number_in(post.get("number", "").strip()) or 0, **common)
            return _new_code(request, here, made, text)
        case "withdraw":
            check_throttle(request, "poll-letter")
            batches.withdraw_code(number=number_in(post.get("number", "").strip()) or 0, **common)
            messages.success(request, _("This letter works no more."))
        case "withdraw-all":
            check_throttle(request, "poll-letter")
            batches.withdraw_batch(**common)
            messages.success(request, _("The letters of this batch that nobody had voted with work no more."))
        case _:
            raise NotFound
    return SeeOther(reverse("desk_poll_batch", args=[here.poll.slug, batch_id]))


def _new_code(request: HttpRequest, here: Inside, made: Code, text: str) -> HttpResponse:
    """Shown this once, to hand over."""
    context = frame(
        here,
        "codes",
        code=printed(text),
        number=made.number,
        back=reverse("desk_poll_batch", args=[here.poll.slug, made.batch_id]),
        address=_address(here.poll),
        square=qr_code(_link(here.poll, text)),
        replaced=made.replaces.number if made.replaces is not None else None,
    )
    return render(request, "desk/polls/new_code.html", context)


def _file(poll: Poll, one: Batch, lines: list[Line]) -> HttpResponse:
    """For the printer: a line for each letter. The last column is for a QR code: what stands behind `#` stays on the
    phone of who scans it, and reaches no log of ours."""
    known = tree().by_id
    place = known[one.area_id or poll.area_id].name
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [_("Number of the letter"), _("code"), _("area"), _("batch"), _("address"), _("address for a QR code")]
    )
    for line in lines:
        row = [str(line.number), printed(line.code), place, one.name, _address(poll), _link(poll, line.code)]
        writer.writerow([f"'{cell}" if cell.startswith(DANGEROUS) else cell for cell in row])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{poll.slug}-{one.pk}.csv"'
    return response


def _address(poll: Poll) -> str:
    return site_of(poll.gemeente_id) + reverse("poll", args=[poll.slug])


def _link(poll: Poll, code: str) -> str:
    return f"{_address(poll)}#code={printed(code)}"


def _places(poll: Poll) -> list[tuple[str, str]]:
    """The area of the poll and what lies in it: (code, name)."""
    known = tree()
    inside_it = [known.by_id[pk] for pk in known.descendants(poll.area_id) if pk != poll.area_id]
    whole = known.by_id[poll.area_id]
    return [("", _("All of %(place)s") % {"place": whole.name})] + [
        (one.code, one.name) for one in sorted(inside_it, key=lambda one: one.name)
    ]


urlpatterns: list[Any] = [
    path("werk/peilingen/<slug:slug>/brieven/", codes, name="desk_poll_codes"),
    path("werk/peilingen/<slug:slug>/brieven/<int:batch_id>/", batch, name="desk_poll_batch"),
]
