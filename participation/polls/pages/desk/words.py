"""At the desk: what voters wrote in their own words, to show or to hide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, NotFound, Refused
from participation.polls.actions.moderating import moderate
from participation.polls.models import Words
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.permissions import Deed
from participation.polls.queries.words import counts_of, key_in, open_questions, to_moderate
from participation.polls.states import Why
from participation.texts.forms import SeeOther, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in

STATES = {
    "nieuw": Words.State.WAITING,
    "getoond": Words.State.SHOWN,
    "verborgen": Words.State.HIDDEN,
}
"""As the address says it."""


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of answers of one state; POST shows or hides what is ticked."""
    here = inside(request, slug, Deed.MODERATE)
    typed = typed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            messages.success(request, _act(request, here))
        except Refused as refusal:
            problem = refusal
        else:
            return SeeOther(request.get_full_path() if "na" not in request.GET else _address(request, slug))
    state = STATES.get(request.GET.get("staat", ""), Words.State.WAITING)
    questions = open_questions(here.poll)
    asked = number_in(request.GET.get("vraag", ""))
    chosen = next((one for one in questions if one.pk == asked), questions[0] if questions else None)
    counts = counts_of(here.poll)
    page = to_moderate(
        here.poll,
        state=state,
        question_id=chosen.pk if chosen else None,
        after=key_in(request.GET.get("na", "")),
    )
    context = frame(
        here,
        "words",
        questions=[(one, counts.get((one.pk, Words.State.WAITING.value), 0)) for one in questions],
        chosen=chosen,
        state=next(name for name, one in STATES.items() if one == state),
        states=[
            (name, label, counts.get((chosen.pk, one.value), 0) if chosen else 0)
            for (name, one), label in zip(STATES.items(), (_("To read"), _("Shown"), _("Hidden")), strict=True)
        ],
        page_of_words=page,
        whys=Why.choices,
        ticked=set(map(key_in, typed.getlist("words"))),
        why=typed.get("why", ""),
        **mistakes_in(problem, {"words": "#words-title", "why": "#id_why"}),
    )
    return render(request, "desk/polls/words.html", context, status=status_of(problem))


def _act(request: HttpRequest, here: Inside) -> str:
    post = request.POST
    show = post.get("deed") == "show"
    if not show and post.get("deed") != "hide":
        raise NotFound
    many = moderate(
        slug=here.poll.slug,
        words_ids=[key for key in map(key_in, post.getlist("words")) if key is not None],
        show=show,
        why=post.get("why", ""),
        actor=here.actor,
        now=timezone.now(),
    )
    if show:
        told = ngettext("%(many)d answer can be read.", "%(many)d answers can be read.", many)
    else:
        told = ngettext("%(many)d answer is hidden.", "%(many)d answers are hidden.", many)
    return told % {"many": many}


def _address(request: HttpRequest, slug: str) -> str:
    kept = {name: request.GET[name] for name in ("staat", "vraag") if name in request.GET}
    return reverse("desk_poll_words", args=[slug]) + (f"?{urlencode(kept)}" if kept else "")


urlpatterns: list[Any] = [path("werk/peilingen/<slug:slug>/woorden/", words, name="desk_poll_words")]
