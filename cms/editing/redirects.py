"""Old addresses that lead to a page, each with its own site: an administrator sees and sets those of their own.

Wagtail makes them by itself when a page moves or gets another address; its screens know no walls between sites.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path
from wagtail.admin.auth import permission_denied, require_admin_access
from wagtail.contrib.redirects import views
from wagtail.contrib.redirects.forms import RedirectForm
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from core.areas.policies import workplace


def own_sites(user: Any) -> Any:
    """The sites whose redirects this account sets."""
    if user.is_superuser:
        return Site.objects.all()
    return Site.objects.filter(root_page__in=_homes(workplace(user)))


def _homes(gemeente_id: int | None) -> Any:
    from django.apps import apps

    return apps.get_model("cms_home.HomePage").objects.filter(gemeente_id=gemeente_id or 0).values("pk")


class OwnRedirectForm(RedirectForm):
    """From one's own site, to a page one may choose."""

    for_user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        if user is not None and not user.is_superuser:
            site = self.fields["site"]
            site.queryset = own_sites(user)
            site.required, site.empty_label = True, None
            site.initial = site.queryset.first()

    def clean(self) -> Any:
        cleaned = super().clean()
        page = self.cleaned_data.get("redirect_page")
        sites = own_sites(self.for_user).select_related("root_page")
        inside = page is None or any(page.path.startswith(one.root_page.path) for one in sites)
        if not inside and not self.for_user.is_superuser:
            self.add_error("redirect_page", self.fields["site"].error_messages["invalid_choice"])
        return cleaned


class Own:
    """Rows of one's own sites; others look absent."""

    request: HttpRequest
    kwargs: dict[str, Any]
    form_class = OwnRedirectForm

    def get_object(self, queryset: Any = None) -> Any:
        return get_object_or_404(self._own(), pk=unquote(str(self.kwargs["redirect_id"])))

    def get_base_queryset(self) -> Any:
        return self._own().select_related("redirect_page", "site")

    def get_form_class(self) -> Any:
        return type("RedirectForm", (OwnRedirectForm,), {"for_user": self.request.user})

    def _own(self) -> Any:
        found = Redirect.objects.all()
        return found if self.request.user.is_superuser else found.filter(site__in=own_sites(self.request.user))


class OwnIndex(Own, views.IndexView):
    @property
    def header_more_buttons(self) -> list[Any]:
        """Without the import, which asks for no site of one's own."""
        return super().header_more_buttons if self.request.user.is_superuser else []


class OwnCreate(Own, views.CreateView):
    pass


class OwnEdit(Own, views.EditView):
    pass


class OwnDelete(Own, views.DeleteView):
    pass


@require_admin_access
def importing(request: HttpRequest, process: bool = False) -> HttpResponseBase:
    """A file of redirects may name any site: for who manages the whole installation."""
    if not request.user.is_superuser:
        refused: HttpResponseBase = permission_denied(request)
        return refused
    answer: HttpResponseBase = (views.process_import if process else views.start_import)(request)
    return answer


urlpatterns = [
    path("redirects/", require_admin_access(OwnIndex.as_view())),
    path("redirects/results/", require_admin_access(OwnIndex.as_view(results_only=True))),
    path("redirects/add/", require_admin_access(OwnCreate.as_view())),
    path("redirects/<int:redirect_id>/", require_admin_access(OwnEdit.as_view())),
    path("redirects/<int:redirect_id>/delete/", require_admin_access(OwnDelete.as_view())),
    path("redirects/import/", importing),
    path("redirects/import/process/", importing, {"process": True}),
]
