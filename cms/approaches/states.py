"""What is said of every approach: how sure we are that it helps, and how much work it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.TextChoices):
    PRACTICE = "practice", _("From practice")
    DESCRIBED = "described", _("Described")
    STUDIED = "studied", _("Studied")


HOW_SURE = {
    Evidence.PRACTICE: _("People do this and say that it helps. Nobody measured it."),
    Evidence.DESCRIBED: _("Somebody wrote down step by step how it works, and why it should help. Nobody measured it."),
    Evidence.STUDIED: _("Researchers looked at whether it helps. Read in the source what they found, and where."),
}
"""What a level of evidence means; said wherever the level is."""


class Effort(models.TextChoices):
    SMALL = "small", _("Small: a day or a few evenings")
    MEDIUM = "medium", _("Medium: some weeks or months")
    LARGE = "large", _("Large: it goes on for a year or longer")
