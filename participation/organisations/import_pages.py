"""Importing professionals in `/beheer/`: send a file, look at what would happen, confirm, follow it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from core.areas.models import Area, Tenant
from core.areas.tenancy import scope_of
from core.errors import Invalid
from participation.organisations.import_task import start
from participation.organisations.imports import COLUMNS, Places, compare, people_in, read, template
from participation.organisations.invitations import Reach, reach_of
from participation.organisations.joining import PeopleImport

ON_A_PAGE = 100
OUTCOMES = {
    "new": _("new"),
    "changed": _("changed"),
    "unchanged": _("unchanged"),
    "wrong": _("wrong"),
}


class FileForm(forms.Form):
    municipality = forms.ModelChoiceField(label=_("Municipality"), queryset=Area.objects.none(), empty_label=None)
    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["municipality"]
        assert isinstance(field, forms.ModelChoiceField)
        if reach.gemeente_id is None:
            field.queryset = Area.objects.filter(pk__in=Tenant.objects.values("gemeente")).order_by("name")
        else:
            field.queryset = Area.objects.filter(pk=reach.gemeente_id)
            self.initial["municipality"] = reach.gemeente_id
            field.disabled = True
            field.widget = forms.HiddenInput()


def may_import(user: Any) -> Reach | None:
    """Whoever may put people in every team of a municipality."""
    reach = reach_of(user)
    return reach if reach is not None and reach.team_ids is None else None


def _reach(request: HttpRequest) -> Reach:
    reach = may_import(request.user)
    if reach is None:
        raise PermissionDenied
    return reach


def _own(request: HttpRequest, pk: int) -> PeopleImport:
    reach = _reach(request)
    found = PeopleImport.objects.select_related("gemeente")
    if reach.gemeente_id is not None:
        found = found.filter(gemeente_id=reach.gemeente_id)
    return get_object_or_404(found, pk=pk)


@require_admin_access
def send(request: HttpRequest) -> HttpResponse:
    reach = _reach(request)
    initial = {"municipality": scope_of(request).gemeente_id}
    form = FileForm(request.POST or None, request.FILES or None, reach=reach, initial=initial)
    if request.method == "POST" and form.is_valid():
        gemeente = form.cleaned_data["municipality"]
        try:
            people = people_in(read(form.cleaned_data["file"].read()), Places.of(gemeente.pk))
        except Invalid as error:
            for one in error.errors:
                form.add_error("file", str(one.detail))
        else:
            compare(people, gemeente.pk)
            held = PeopleImport.objects.create(
                gemeente=gemeente,
                uploaded_by=request.user,  # type: ignore[misc]  # `require_admin_access` saw to it
                created_at=timezone.now(),
                rows=[person.as_row() for person in people],
                total=len(people),
            )
            return redirect("people_import", pk=held.pk)
    recent = PeopleImport.objects.defer("rows").select_related("gemeente").order_by("-created_at", "-pk")
    if reach.gemeente_id is not None:
        recent = recent.filter(gemeente_id=reach.gemeente_id)
    values = {
        "form": form,
        "recent": recent[:10],
        "columns": [names[0] for names in COLUMNS.values()],
        "page_title": gettext("Import professionals"),
    }
    return render(request, "organisations/import.html", values, status=400 if form.errors else 200)


@require_admin_access
def download(request: HttpRequest) -> HttpResponse:
    _reach(request)
    answer = HttpResponse(template(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="wijkprofessionals.csv"'
    return answer


@require_admin_access
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """What would happen, or how far it is, or what came of it."""
    held = _own(request, pk)
    counted = {name: sum(row["outcome"] == name for row in held.rows) for name in OUTCOMES}
    shown = request.GET.get("outcome", "")
    rows = [row for row in held.rows if row["outcome"] == shown] if shown in OUTCOMES else held.rows
    if held.state == PeopleImport.State.PREVIEW and not shown:
        rows = sorted(rows, key=lambda row: (row["outcome"] != "wrong", row["lines"]))
    if held.state == PeopleImport.State.DONE:
        counted = {name: held.counts.get(name, 0) for name in OUTCOMES}
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("p"))
    for row in page.object_list:
        row["label"] = OUTCOMES[row["outcome"]]
    values = {
        "held": held,
        "page": page,
        "outcomes": [(name, label, counted[name]) for name, label in OUTCOMES.items()],
        "shown": shown,
        "todo": counted["new"] + counted["changed"],
        "new": counted["new"],
        "wrongs": held.counts.get("wrongs", []),
        "page_title": gettext("Import professionals"),
    }
    answer = render(request, "organisations/import_preview.html", values)
    if held.state == PeopleImport.State.RUNNING:
        answer.headers["Refresh"] = "3"
    return answer


@require_POST
@require_admin_access
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    held = _own(request, pk)
    start(import_id=held.pk, sends_invitations="invite" in request.POST)
    return redirect("people_import", pk=pk)


@require_POST
@require_admin_access
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    held = _own(request, pk)
    PeopleImport.objects.filter(pk=held.pk, state=PeopleImport.State.PREVIEW).delete()
    return redirect("people_imports")


def urls() -> list[URLPattern]:
    return [
        path("professionals-import/", send, name="people_imports"),
        path("professionals-import/template.csv", download, name="people_import_template"),
        path("professionals-import/<int:pk>/", look, name="people_import"),
        path("professionals-import/<int:pk>/confirm/", confirm, name="people_import_confirm"),
        path("professionals-import/<int:pk>/discard/", discard, name="people_import_discard"),
    ]
