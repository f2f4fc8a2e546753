"""At the desk: projects of a budget from a `.pb` file, all of them or none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from core.errors import DomainError, FieldError, Invalid, NotFound, Refused
from core.media.uploads import receive_in_memory
from participation.polls.actions.importing import import_projects
from participation.polls.pages.desk.frame import frame, inside
from participation.polls.permissions import Deed
from participation.polls.states import Kind
from participation.texts.forms import SeeOther, mistakes_in, status_of


@never_cache
@csrf_exempt  # the form is read in `_projects`, after its size is bounded
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def projects_file(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    if request.method == "POST":
        receive_in_memory(request, photos=1)
    return _projects(request, slug, question_id)


@csrf_protect
def _projects(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    here = inside(request, slug, Deed.EDIT)
    question = here.poll.questions.filter(pk=question_id, kind=Kind.BUDGET).first()
    if question is None:
        raise NotFound
    problem: DomainError | None = None
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            if file is None:
                raise Invalid(FieldError("file", "required", _("Choose a file.")))
            many = import_projects(
                slug=slug, question_id=question_id, content=file.read(), actor=here.actor, now=timezone.now()
            )
        except Refused as refusal:
            problem = refusal
        else:
            messages.success(
                request, ngettext("%(n)d project is added.", "%(n)d projects are added.", many) % {"n": many}
            )
            return SeeOther(reverse("desk_poll_question", args=[slug, question_id]) + "#options")
    context = frame(here, "questions", question=question, **mistakes_in(problem))
    return render(request, "desk/polls/projects_file.html", context, status=status_of(problem))


urlpatterns: list[Any] = [
    path("werk/peilingen/<slug:slug>/vragen/<int:question_id>/bestand/", projects_file, name="desk_poll_projects_file"),
]
