"""At the desk: the ideas for a budget, and whether each can be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, FieldError, Invalid, Refused
from core.media.urls import photo_url
from core.ui.money import read_euros
from participation.polls.actions.adopting import budget_of
from participation.polls.actions.projects import check_project, propose_project
from participation.polls.models import Project
from participation.polls.pages.desk.asking import amount
from participation.polls.pages.desk.frame import Inside, frame, inside
from participation.polls.permissions import Deed
from participation.texts.forms import SeeOther, mistakes_in, number_in, status_of
from participation.texts.keeping import needs_account, typed_in


@never_cache
@needs_account
@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with a form in each; POST checks one, or adds one of the team's own."""
    here = inside(request, slug, Deed.CHECK_PROJECT)
    problem: DomainError | None = None
    typed = typed_in(request)
    about = number_in(typed.get("project", ""))
    if request.method == "POST":
        try:
            _act(request, here, about)
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(request, _("Saved."))
            return SeeOther(reverse("desk_poll_projects", args=[slug]) + (f"#project-{about}" if about else ""))
    rows = list(here.poll.projects.select_related("resident"))
    rows.sort(key=lambda one: (one.state != Project.State.PROPOSED, one.pk))
    anchors = {name: f"#{name}-{about}" for name in ("reason", "cents", "state")} if about else None
    budget = budget_of(here.poll)
    context = frame(
        here,
        "projects",
        rows=[(one, photo_url(one.photo_id, "thumb") if one.photo_id else "", amount(one.cents)) for one in rows],
        waiting=sum(one.state == Project.State.PROPOSED for one in rows),
        fitting=sum(one.cents or 0 for one in rows if one.state == Project.State.FITS),
        budget=budget,
        proposes=here.may(Deed.PROPOSE_PROJECT),
        about=about,
        typed=typed,
        **mistakes_in(problem, anchors),
    )
    return render(request, "desk/polls/projects.html", context, status=status_of(problem))


def _act(request: HttpRequest, here: Inside, about: int | None) -> None:
    post = request.POST
    common: dict[str, Any] = {"slug": here.poll.slug, "actor": here.actor, "now": timezone.now()}
    typed = post.get("cents", "").strip()
    cents = read_euros(typed) if typed else None
    if typed and cents is None:
        raise Invalid(FieldError("cents", "invalid", _("Write an amount in euros, such as 1.250.")))
    if about is None:
        values = {"title": post.get("title", ""), "what": post.get("what", ""), "cents": cents}
        propose_project(values=values, **common)
        return
    check_project(project_id=about, state=post.get("state", ""), reason=post.get("reason", ""), cents=cents, **common)


urlpatterns: list[Any] = [path("werk/peilingen/<slug:slug>/projecten/", projects, name="desk_poll_projects")]
