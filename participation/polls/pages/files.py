"""Files with what came out, for everybody: all ballots, the results as a table with what its columns mean, budgets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.api.throttles import check_throttle
from core.areas.tenancy import scope_of
from core.errors import NotFound
from participation.polls.models import Outcome, Poll, Question
from participation.polls.queries import results, tables
from participation.polls.queries.public import public_poll
from participation.polls.queries.published import published_lines, published_of
from participation.polls.states import OVER, Kind


@never_cache
@require_safe
def ballots_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All ballots that count, as `manage.py verify_poll` reads them."""
    poll = _poll(request, slug)
    published = published_of(poll) if poll.stage in OVER else None
    if published is None:
        raise NotFound
    lines = published_lines(poll, whole=published.whole)
    return _named(StreamingHttpResponse(lines, content_type="application/jsonl"), f"{slug}.jsonl")


@never_cache
@require_safe
def results_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What may be seen by everybody now, for a spreadsheet."""
    poll = _poll(request, slug)
    if not tables.may_see(poll, has_voted=False):
        raise NotFound
    response = _named(
        HttpResponse(results.csv_of(results.facts_of(poll)), content_type="text/csv; charset=utf-8"), f"{slug}.csv"
    )
    response["Link"] = f'<{reverse("poll_results_fields", args=[slug])}>; rel="describedby"'
    return response


@require_safe
def results_fields(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the columns of that table mean."""
    poll = _poll(request, slug)
    return JsonResponse(results.described(reverse("poll_results_file", args=[poll.slug])))


@never_cache
@require_safe
def budget_file(request: HttpRequest, slug: str, question_id: int) -> HttpResponseBase:
    """The ballots about a budget for other programs; only where all ballots are published."""
    poll = _poll(request, slug)
    published = published_of(poll) if poll.stage in OVER else None
    question = Question.objects.filter(poll=poll, pk=question_id, kind=Kind.BUDGET).prefetch_related("options").first()
    if published is None or not published.whole or question is None:
        raise NotFound
    content = results.pb_of(poll, question, Outcome.objects.filter(question=question).first())
    return _named(HttpResponse(content, content_type="text/plain; charset=utf-8"), f"{slug}.pb")


def _poll(request: HttpRequest, slug: str) -> Poll:
    check_throttle(request, "public")
    return public_poll(slug, only=scope_of(request).only)


def _named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("peilingen/<slug:slug>/uitslag/stembiljetten.jsonl", ballots_file, name="poll_ballots_file"),
    path("peilingen/<slug:slug>/uitslag/uitslag.csv", results_file, name="poll_results_file"),
    path("peilingen/<slug:slug>/uitslag/uitslag.csv-metadata.json", results_fields, name="poll_results_fields"),
    path("peilingen/<slug:slug>/uitslag/budget-<int:question_id>.pb", budget_file, name="poll_budget_file"),
]
