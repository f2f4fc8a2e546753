"""Mails about checks: to who may look, and to who asked. Ours, for they go out later, again, and from our sender."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django_tasks import task
from wagtail.admin import signal_handlers as wagtails
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted
from wagtail.users.models import UserProfile

from cms.base.publishing import gemeente_of
from cms.editing.checking import checkers
from cms.editing.models import SecondEditorTask
from core.accounts.models import User
from core.areas.tenancy import site_of
from core.notify.mail import send_mail


def connect() -> None:
    """Ours instead of Wagtail's, which send while somebody waits and lose what the mail server does not take.

    Under Wagtail's own names, of which a signal keeps the first: so theirs, which come later, are not added.
    """
    for signal, sender, receiver, uid in (
        (task_submitted, TaskState, _asked, "group_approval_task_submitted_email_notification"),
        (workflow_submitted, WorkflowState, _submitted, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, _rejected, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, _approved, "workflow_state_approved_email_notification"),
    ):
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(receiver, sender=sender, dispatch_uid=uid)


def _asked(instance: Any, **_signal: Any) -> None:
    task = instance.task.specific
    if not isinstance(task, SecondEditorTask):
        wagtails.task_submission_email_notifier(instance, **_signal)
        return
    for user in checkers(task, instance.workflow_state.requested_by_id):
        if user.email and UserProfile.get_for_user(user).submitted_notifications:
            mail_asked.enqueue(instance.pk, user.pk)


def _submitted(instance: Any, **_signal: Any) -> None:
    """Superusers, whom Wagtail tells of every page of every municipality, have a first page that says it."""


def _approved(instance: Any, user: Any = None, **_signal: Any) -> None:
    _answered(instance, user, approved=True)


def _rejected(instance: Any, user: Any = None, **_signal: Any) -> None:
    _answered(instance, user, approved=False)


def _answered(state: Any, by: Any, *, approved: bool) -> None:
    asked = state.requested_by
    if asked is None or not asked.is_active or not asked.email or asked == by:
        return
    profile = UserProfile.get_for_user(asked)
    if profile.approved_notifications if approved else profile.rejected_notifications:
        with transaction.atomic():
            mail_answered.enqueue(state.pk, approved)


@task()
def mail_asked(task_state_id: int, user_id: int) -> None:
    """Tell one editor that a page waits; what was answered meanwhile owes nothing."""
    states = TaskState.objects.filter(pk=task_state_id, status=TaskState.STATUS_IN_PROGRESS)
    state = states.select_related("workflow_state__requested_by").first()
    user = User.objects.filter(pk=user_id, is_active=True).first()
    page = state.workflow_state.content_object if state is not None else None
    if state is None or user is None or not isinstance(page, Page):
        return
    by = state.workflow_state.requested_by
    _send("check_asked", user, page, key=f"check-{task_state_id}-{user_id}", by=by.get_full_name() if by else "")


@task()
def mail_answered(workflow_state_id: int, approved: bool) -> None:
    """Tell who asked what came of it, with what the checker wrote."""
    state = WorkflowState.objects.select_related("requested_by").filter(pk=workflow_state_id).first()
    page = state.content_object if state is not None else None
    if state is None or state.requested_by is None or not isinstance(page, Page):
        return
    last = state.current_task_state
    said = last.get_comment() if last is not None else ""
    _send(
        "check_answered",
        state.requested_by,
        page,
        key=f"checked-{workflow_state_id}-{last.pk if last else 0}",
        approved=approved,
        said=said,
    )


def _send(template: str, user: User, page: Page, *, key: str, **context: Any) -> None:
    gemeente_id = gemeente_of(page)
    site = site_of(gemeente_id) if gemeente_id is not None else ""
    draft = page.specific.get_latest_revision_as_object()
    send_mail(
        to=user.email,
        template=template,
        context={
            "name": user.get_full_name(),
            "title": draft.title,
            "kind": page.specific_class._meta.verbose_name if page.specific_class else "",
            "address": site + reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "public": page.specific.full_url if page.live else "",
            **context,
        },
        language=user.language,
        gemeente_id=gemeente_id,
        key=key,
    )
