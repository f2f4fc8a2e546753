"""What came out: bars and a table with the same numbers, how it was worked out, the answer, and one's own ballot.

Who may see what while it is open is decided in one place, for the page and for the API: `tables.may_see`.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from participation.polls.pages.showing import around, page_context
from participation.polls.queries import tables
from participation.polls.queries.ballot import Written
from participation.polls.queries.public import public_poll


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def results_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A POST with a receipt finds the ballot that belongs to it; the receipt stands in no address."""
    check_throttle(request, "public")
    streams = around(request, slug)
    poll = public_poll(slug, only=scope_of(request).only)
    typed = request.POST.get("receipt", "") if request.method == "POST" else ""
    wrong = ""
    own = None
    if request.method == "POST":
        check_throttle(request, "ballot")
        own = tables.ballot_of(poll, typed)
        if own is None:
            wrong = _("There is no ballot with this receipt. Look whether you typed all of it.")
    sees = tables.may_see(poll, has_voted=own is not None)
    context = page_context(request, streams, poll) | {
        "sees": sees,
        "asks_receipt": tables.asks_receipt(poll),
        "receipt_typed": typed[:60],
        "wrong": {"receipt": wrong} if wrong else {},
        "problems": [("id_receipt", wrong)] if wrong else [],
        "has_voted": own is not None,
        "own": tables.own_ballot(own, Written(poll)) if own is not None and poll.is_over else None,
        "own_aside": own is not None and own.aside_id is not None,
        **(tables.results_of(poll) if sees else {}),
    }
    return render(request, "polls/results.html", context, status=400 if wrong else 200)


urlpatterns = [path("peilingen/<slug:slug>/uitslag/", results_page, name="poll_results")]
