"""The words a municipality does not want to read without looking first."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.snapshots.rows import ConfigurationRow


class BlockedWord(ConfigurationRow):
    """A word or phrase that keeps what a resident wrote back until somebody looked, or that they are asked about."""

    kept_in = "blocked-words"

    class Deed(models.TextChoices):
        HOLD = "hold", _("hold the report until somebody looked")
        ASK = "ask", _("ask the writer to say it differently; they may leave it")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    phrase = models.CharField(_("word or phrase"), max_length=80, help_text=_("Whole words, capitals do not matter."))
    deed = models.CharField(_("what to do"), max_length=8, choices=Deed, default=Deed.HOLD)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("blocked word")
        verbose_name_plural = _("blocked words")
        ordering = ["phrase"]
        constraints = [
            models.UniqueConstraint(
                models.F("gemeente"),
                Lower("phrase"),
                name="texts_blocked_word_once",
                violation_error_message=_("This word is on the list already."),
            ),
            models.CheckConstraint(condition=~models.Q(phrase=""), name="texts_blocked_word_says_something"),
        ]

    def __str__(self) -> str:
        return self.phrase
