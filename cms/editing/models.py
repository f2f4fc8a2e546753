"""What the making of pages must remember: who looks at a page first, and which links were found on pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask


class EditingRules(models.Model):
    """How one municipality publishes."""

    class Check(models.TextChoices):
        NOBODY = "nobody", _("Nobody: every editor publishes by themselves")
        WIJK = "wijk", _("An editor of the municipality, before the page of a neighbourhood editor is published")
        ALL = "all", _("A second editor, before any page is published")

    gemeente = models.OneToOneField("areas.Area", models.CASCADE, related_name="+", verbose_name=_("municipality"))
    check_by = models.CharField(
        _("who looks at a page before it is published"), max_length=10, choices=Check.choices, default=Check.WIJK
    )

    class Meta:
        verbose_name = _("who edits")
        verbose_name_plural = _("who edits")


class SecondEditorTask(AbstractGroupApprovalTask):
    """A look by somebody else of these groups. Who is the only one there may look at their own page."""

    class Meta:
        verbose_name = _("check by a second editor")
        verbose_name_plural = _("checks by a second editor")

    @classmethod
    def get_description(cls) -> str:
        return str(_("Somebody of these groups approves, not the one who asked, unless there is nobody else."))

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        state = obj.current_workflow_state
        if state is not None and state.requested_by_id == user.pk and not user.is_superuser and self.others(user.pk):
            return []
        return actions

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """What waits for this person on the first page: without their own, if somebody else can look."""
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        if user.is_superuser or not self.others(user.pk):
            return states
        return states.exclude(workflow_state__requested_by=user)

    def others(self, user_id: int) -> bool:
        """Whether anybody else can look."""
        from django.contrib.auth import get_user_model

        people = get_user_model().objects.filter(is_active=True, groups__in=self._group_ids)
        return bool(people.exclude(pk=user_id).exists())

    @cached_property
    def _group_ids(self) -> list[int]:
        return list(self.groups.values_list("pk", flat=True))


class OutsideLink(models.Model):
    """An address elsewhere that pages link to, and what came of asking it."""

    address = models.CharField(max_length=2000)
    key = models.CharField(max_length=64, unique=True)
    """SHA-256 of the address: an index over long texts is not for every database."""
    due_at = models.DateTimeField(db_index=True)
    checked_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    failing_since = models.DateTimeField(null=True)
    problem = models.CharField(max_length=30, blank=True)
    """`links.PROBLEMS`, or an HTTP status; empty when it answered."""


class FoundLink(models.Model):
    """A link on a live page: to a page, image or document of ours, or elsewhere."""

    class Kind(models.TextChoices):
        PAGE = "page", _("page")
        IMAGE = "image", _("image")
        DOCUMENT = "document", _("document")
        OUTSIDE = "outside", _("address elsewhere")

    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+")
    place = models.CharField(max_length=120)
    """In the editor's words: the label of the field or block."""
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target_id = models.PositiveBigIntegerField(null=True)
    outside = models.ForeignKey(OutsideLink, models.CASCADE, related_name="places", null=True)
