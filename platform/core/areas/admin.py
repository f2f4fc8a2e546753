"""Areas and municipalities in the back office (`/beheer/`).

An outline comes from an import, so of an area only the name and the number of inhabitants can be changed. Someone
who works for one gemeente sees and changes that gemeente alone; superusers see all.
"""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permission_policies import ModelPermissionPolicy

from core.areas.models import Area, Tenant
from core.areas.policies import workplace


class OwnGemeentePolicy(ModelPermissionPolicy):
    """Django's permissions, within the gemeente someone works for.

    `never`: what nobody does here, superusers included. `superusers`: what only they do.
    """

    def __init__(self, model: type[models.Model], *, never: frozenset[str], superusers: frozenset[str]) -> None:
        super().__init__(model)
        self.never = never
        self.superusers = superusers

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in self.never or (action in self.superusers and not user.is_superuser):
            return False
        return bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action) and (
            user.is_superuser or instance.gemeente_id == (workplace(user) or 0)
        )

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> models.QuerySet[Any]:
        if not self.user_has_any_permission(user, actions):
            return self.model._default_manager.none()
        return self.visible_to(user)

    def visible_to(self, user: Any) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows if user.is_superuser else rows.filter(gemeente=workplace(user) or 0)


class Own:
    """A view of rows of one's own gemeente; another's looks absent."""

    request: Any
    kwargs: dict[str, Any]
    permission_policy: OwnGemeentePolicy

    def get_object(self, queryset: Any = None) -> Any:
        rows = self.permission_policy.visible_to(self.request.user)
        return get_object_or_404(rows, pk=unquote(str(self.kwargs["pk"])))


class OwnIndexView(generic.IndexView):
    def get_base_queryset(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.permission_policy.visible_to(self.request.user)
        return rows


class OwnEditView(Own, generic.EditView):
    pass


class TellsOfTenant:
    """A municipality's site follows its tenant: `hooks.register("after_tenant_saved", fn(tenant))`."""

    def save_instance(self) -> Any:
        with transaction.atomic():
            tenant = super().save_instance()  # type: ignore[misc]  # of the view it is mixed into
            for follow in hooks.get_hooks("after_tenant_saved"):
                follow(tenant)
        return tenant


class TenantCreateView(TellsOfTenant, generic.CreateView):
    pass


class TenantEditView(TellsOfTenant, OwnEditView):
    """Which host shows which gemeente concerns the whole installation: only superusers change that."""

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)
        if not self.request.user.is_superuser:
            for name, field in form.fields.items():
                field.disabled = name != "sender"
        return form


class OwnDeleteView(Own, generic.DeleteView):
    pass


class OwnHistoryView(Own, history.HistoryView):
    pass


class OwnUsageView(Own, usage.UsageView):
    pass


class OwnViewSet(ModelViewSet):
    index_view_class = OwnIndexView
    edit_view_class = OwnEditView
    delete_view_class = OwnDeleteView
    history_view_class = OwnHistoryView
    usage_view_class = OwnUsageView
    copy_view_enabled = False


AREA_POLICY = OwnGemeentePolicy(Area, never=frozenset({"add", "delete"}), superusers=frozenset())
TENANT_POLICY = OwnGemeentePolicy(Tenant, never=frozenset({"delete"}), superusers=frozenset({"add"}))


class AreaViewSet(OwnViewSet):
    model = Area
    name = "areas"
    icon = "site"
    form_fields = ["name", "inhabitants"]
    list_display = ["code", "name", "level", "year"]
    list_filter = ["level"]
    search_fields = ["code", "name"]
    search_backend_name = None
    ordering = ["code"]


class TenantViewSet(OwnViewSet):
    model = Tenant
    name = "municipalities"
    icon = "home"
    form_fields = ["gemeente", "hostname", "is_default", "sender"]
    list_display = ["__str__", "hostname", BooleanColumn("is_default", label=_("Default"), sort_key="is_default")]
    add_view_class = TenantCreateView
    edit_view_class = TenantEditView


class AreaViewSets(ModelViewSetGroup):
    menu_label = _("Areas")
    menu_icon = "site"
    items = (AreaViewSet, TenantViewSet)
