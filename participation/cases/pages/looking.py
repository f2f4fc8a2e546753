"""Who looked at what is confidential: for team leads and administrators, without a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.accounts.actor import Actor
from participation.cases.looking import Wanted, may_know, views_of, why_in_words
from participation.cases.models import Case, View
from participation.organisations.access import professional_of
from participation.organisations.queries import roster

PER_PAGE = 50
KNOWN_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2100, 12, 31))]


class FilterForm(forms.Form):
    """By person, by kind and by period; everything is optional."""

    who = forms.TypedChoiceField(label=_("Who looked"), required=False, coerce=int, empty_value=None)
    what = forms.ChoiceField(label=_("At what"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, validators=KNOWN_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, validators=KNOWN_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = sorted((one.name, one.id) for one in roster().people.values() if one.gemeente_id == actor.gemeente_id)
        self.fields["who"].choices = [("", _("everybody")), *((pk, name) for name, pk in people)]  # type: ignore[attr-defined]
        self.fields["what"].choices = [("", _("everything")), *View.What.choices]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the register. `reference` is empty when the case is not this person's to know."""

    who: str
    what: str
    why: str
    at: datetime
    reference: str
    confidential: bool


@never_cache
@login_required
@require_safe
def views_page(request: HttpRequest) -> HttpResponse:
    """`/werk/team/inzage/`"""
    actor = professional_of(request)
    form = FilterForm(request.GET, actor=actor)
    given = form.cleaned_data if form.is_valid() else {}
    wanted = Wanted(
        professional_id=given.get("who"),
        what=given.get("what", ""),
        since=given.get("since"),
        until=given.get("until"),
    )
    page = Paginator(views_of(actor, wanted), PER_PAGE).get_page(request.GET.get("pagina"))
    kept = request.GET.copy()
    kept.pop("pagina", None)
    context = {
        "form": form,
        "page": page,
        "lines": [_line(actor, view) for view in page.object_list],
        "kept": kept.urlencode(),
    }
    return render(request, "desk/views.html", context)


def _line(actor: Actor, view: View) -> Line:
    person = roster().people.get(view.professional_id or 0)
    known = may_know(actor, view)
    return Line(
        who=person.name if person else str(_("A former colleague")),
        what=str(View.What(view.what).label),
        # What somebody wrote may say which case it was.
        why=why_in_words(view) if known else "",
        at=view.at,
        reference=view.case.reference if known else "",
        confidential=view.case.visibility == Case.Visibility.CONFIDENTIAL,
    )


urlpatterns = [path("team/inzage/", views_page, name="desk_views")]
