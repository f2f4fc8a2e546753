"""The list of background tasks in `/beheer/`, for superusers: what waits, what failed, run it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from core.errors import DomainError
from core.work.actions import run_again


class SuperusersOnly(BasePermissionPolicy):
    """Tasks may be looked at, never changed or made by hand."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return bool(user.is_active and user.is_superuser and action == "view")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        return self.model._meta.apps.get_model("accounts.User").objects.filter(is_superuser=True, is_active=True)


register_permission_policy(DBTaskResult, SuperusersOnly(DBTaskResult))


class TaskFilters(WagtailFilterSet):
    class Meta:
        model = DBTaskResult
        fields = ["status"]


class TaskIndex(IndexView):
    default_ordering = "-enqueued_at"


class TaskInspect(InspectView):
    """One task, with why it failed and the button."""

    template_name = "work/task.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.status in (TaskResultStatus.FAILED, TaskResultStatus.READY):
            context["run_again_url"] = reverse("run_task_again", args=[self.object.pk])
        return context


class TaskViewSet(ModelViewSet):
    model = DBTaskResult
    name = "background-tasks"
    url_prefix = "background-tasks"
    icon = "tasks"
    menu_label = _("Background tasks")
    add_to_settings_menu = True
    index_view_class = TaskIndex
    inspect_view_class = TaskInspect
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ["status"]
    inspect_view_fields = [
        "task_path", "status", "enqueued_at", "run_after", "started_at", "finished_at", "worker_ids", "args_kwargs",
        "exception_class_path", "traceback",
    ]  # fmt: skip
    list_display = [
        Column("task_path", label=_("Task"), sort_key="task_path"),
        Column("get_status_display", label=_("Status"), sort_key="status"),
        Column("exception_class_path", label=_("Last error")),
        DateColumn("enqueued_at", label=_("Enqueued"), sort_key="enqueued_at"),
        DateColumn("run_after", label=_("Runs at the earliest"), sort_key="run_after"),
    ]
    filterset_class = TaskFilters
    list_per_page = 50


@require_POST
def run_task_again(request: HttpRequest, task_id: UUID) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied
    try:
        run_again(task_id=task_id, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, str(_("The task runs again.")))
    return redirect("system" if request.GET.get("next") == "system" else "background-tasks:index")


@hooks.register("register_admin_viewset")
def register_tasks() -> TaskViewSet:
    return TaskViewSet()


@hooks.register("register_admin_urls")
def register_run_again() -> list[URLPattern]:
    return [path("background-tasks/<uuid:task_id>/run-again/", run_task_again, name="run_task_again")]
