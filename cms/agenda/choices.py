"""What residents read of the choices an editor made for an event."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.agenda.recurrence import Repeats


class Repeat(models.TextChoices):
    ONCE = Repeats.ONCE.value, _("Once")
    WEEK = Repeats.WEEK.value, _("Every week")
    FORTNIGHT = Repeats.FORTNIGHT.value, _("Every two weeks")
    MONTH = Repeats.MONTH.value, _("Every month, on the same weekday")
