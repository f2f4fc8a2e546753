"""The road of a page: draft, a look by a second editor, published."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from cms.editing.models import SecondEditorTask
from core.accounts.models import User


def set_up_check(home: Page, name: str, groups: list[Group]) -> Workflow:
    """The workflow of everything below a home page. One that the municipality chose itself stays.

    `groups` look at pages; the first of them that has people is also mailed.
    """
    assigned = WorkflowPage.objects.filter(page=home).select_related("workflow").first()
    if assigned is not None:
        return assigned.workflow
    workflow = Workflow.objects.create(name=_("Check by a second editor – %(name)s") % {"name": name})
    task = SecondEditorTask.objects.create(name=_("Check by a second editor"))
    task.groups.set(groups)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(page=home, workflow=workflow)
    return workflow


def take_down_check(home: Page) -> None:
    """Remove the workflow that `set_up_check` made for this home page, if no other page has it."""
    for assigned in WorkflowPage.objects.filter(page=home).select_related("workflow"):
        workflow = assigned.workflow
        assigned.delete()
        if workflow.workflow_pages.exists():
            continue
        tasks = [one.specific for one in workflow.tasks]
        workflow.delete()
        for task in tasks:
            if isinstance(task, SecondEditorTask) and not task.workflow_tasks.exists():
                task.delete()


def submit(page: Any, user: User | None) -> bool:
    """Ask for the check of a draft, as its button does. False where no workflow waits for it or it is asked already."""
    workflow = page.get_workflow()
    if workflow is None or page.workflow_in_progress:
        return False
    workflow.start(page, user)
    return True


def checkers(task: SecondEditorTask, asked_by: int | None) -> list[User]:
    """Who is told that a page waits: of the first group with people in it, all but who asked.

    When there is nobody else: of the next group; in the end nobody, for who asked knows.
    """
    for group in task.groups.order_by("pk"):
        people = [one for one in User.objects.filter(groups=group, is_active=True).order_by("pk") if one.pk != asked_by]
        if people:
            return people
    return []
