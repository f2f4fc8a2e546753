"""Who edits which wijk (`/beheer/redactie/`): a list, and for each page a screen to add and take away people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.permissions import page_permission_policy

from cms.editing.links import ask_again, broken_on
from cms.editing.models import EditingRules
from cms.editing.rights import add_editor, candidates, choose_check, remove_editor, rows, rules_of
from core.accounts.models import User
from core.areas.policies import workplace
from core.areas.tenancy import scope_of
from core.errors import DomainError, Invalid
from participation.organisations.invitations import reach_of

LINES = 50
RIGHT = "cms_editing.change_editingrules"


def may_choose_editors(user: Any) -> bool:
    """Administrators of a municipality, and who manages the whole installation."""
    return bool(user.is_active and user.has_perm(RIGHT))


class EditorForm(forms.Form):
    user = forms.ModelChoiceField(
        label=_("Somebody of the municipality's accounts"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        field.label_from_instance = _called  # type: ignore[method-assign,assignment]  # Django's way to word a choice


class RulesForm(forms.Form):
    check_by = forms.ChoiceField(
        label=_("Who looks at a page before it is published?"),
        choices=EditingRules.Check.choices,
        widget=forms.RadioSelect,
    )


def _called(user: User) -> str:
    return f"{user.get_full_name()} ({user.email})" if user.email else user.get_full_name() or user.username


def _gemeente(request: HttpRequest) -> int:
    """The municipality whose editors this account chooses: its own, for superusers that of the host."""
    if not may_choose_editors(request.user):
        raise PermissionDenied
    gemeente_id = scope_of(request).gemeente_id if request.user.is_superuser else workplace(request.user)
    if gemeente_id is None:
        raise Http404
    return gemeente_id


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """GET the wijken with their editors; POST who looks first."""
    gemeente_id = _gemeente(request)
    form = RulesForm(request.POST or None, initial={"check_by": rules_of(gemeente_id).check_by})
    if request.method == "POST" and form.is_valid():
        choose_check(gemeente_id=gemeente_id, check_by=form.cleaned_data["check_by"])
        messages.success(request, gettext("Saved. It holds from now on, for every page."))
        return redirect("editors")
    found = rows(gemeente_id)
    values = {
        "rows": found,
        "form": form,
        "alone": len(found[0].editors) == 1,
        "nobody": not found[0].editors,
        "invite": reverse("invite") if reach_of(request.user) else "",
        "page_title": gettext("Who edits what"),
    }
    return render(request, "cms/editing/editors.html", values, status=400 if form.errors else 200)


@require_admin_access
def editors_of(request: HttpRequest, page_id: int) -> HttpResponse:
    """GET the editors of one page; POST adds somebody."""
    gemeente_id = _gemeente(request)
    row = next((one for one in rows(gemeente_id) if one.page.pk == page_id), None)
    if row is None:
        raise Http404
    others = candidates(gemeente_id).exclude(pk__in=[one.pk for one in row.editors])
    form = EditorForm(request.POST or None, people=others)
    if request.method == "POST" and form.is_valid():
        person: User = form.cleaned_data["user"]
        try:
            add_editor(gemeente_id=gemeente_id, page_id=page_id, user_id=person.pk, by=_user(request))
        except Invalid as refusal:
            form.add_error("user", str(refusal.errors[0].detail))
        else:
            said = gettext("%(name)s may edit this from now on.") % {"name": person.get_full_name()}
            messages.success(request, said)
            return redirect("editors_of", page_id=page_id)
    values = {
        "row": row,
        "form": form,
        "anybody": others.exists(),
        "invite": reverse("invite") if reach_of(request.user) else "",
        "page_title": gettext("Editors of %(page)s") % {"page": row.page.title},
    }
    return render(request, "cms/editing/editors_of.html", values, status=400 if form.errors else 200)


@require_admin_access
@require_POST
def remove(request: HttpRequest, page_id: int, user_id: int) -> HttpResponse:
    gemeente_id = _gemeente(request)
    try:
        remove_editor(gemeente_id=gemeente_id, page_id=page_id, user_id=user_id, by=_user(request))
    except DomainError:
        raise Http404 from None
    messages.success(request, gettext("Taken off the list. Work that was begun stays."))
    return redirect("editors_of", page_id=page_id)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_admin_access
def broken_links(request: HttpRequest) -> HttpResponse:
    """GET what is broken on the pages this account may change; POST `link`: ask that address again, soon."""
    mine = page_permission_policy.instances_user_has_permission_for(_user(request), "change")
    if not page_permission_policy.user_has_permission(request.user, "change"):
        raise PermissionDenied
    pages = mine.order_by().values("pk")
    if request.method == "POST":
        if not ask_again(request.POST.get("link", ""), pages, now=timezone.now()):
            raise Http404
        messages.success(request, gettext("We ask this address again in a few minutes."))
        return redirect("broken_links")
    found = Paginator(broken_on(pages), LINES)
    values = {
        "page": found.get_page(request.GET.get("p")),
        "asks": settings.LINK_CHECKS,
        "page_title": gettext("Links that lead nowhere"),
    }
    return render(request, "cms/editing/broken_links.html", values)


urlpatterns = [
    path("reports/links/", broken_links, name="broken_links"),
    path("redactie/", overview, name="editors"),
    path("redactie/<int:page_id>/", editors_of, name="editors_of"),
    path("redactie/<int:page_id>/<int:user_id>/weg/", remove, name="remove_editor"),
]
