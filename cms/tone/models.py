"""A municipality's own words for the tone helper, and what an editor finds fine on a page."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.tone.lexicon import DIFFICULT, FRAME, STIGMA
from cms.tone.reading import KEY
from core.snapshots.rows import ConfigurationRow

WORDS = "tone-words"
"""The snapshot of these rows."""


class ToneWord(ConfigurationRow):
    """A word or phrase to mark, on top of ours. One that we have too replaces ours, or switches it off."""

    kept_in = WORDS

    class Kind(models.TextChoices):
        STIGMA = STIGMA, _("stigma")
        FRAME = FRAME, _("frame")
        DIFFICULT = DIFFICULT, _("difficult word")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    phrase = models.CharField(
        _("word or phrase"),
        max_length=80,
        help_text=_("Endings after a slash: kansarm/e/en. Everything that begins so: achterstands*"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.STIGMA)
    reason = models.CharField(_("why"), max_length=200, blank=True, help_text=_("One sentence that helps the writer."))
    alternatives = models.JSONField(_("say instead"), default=list, blank=True)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Switched off, this word is not marked, also when it is one of ours.")
    )

    class Meta:
        verbose_name = _("word for the tone helper")
        verbose_name_plural = _("words for the tone helper")
        ordering = ["phrase"]
        constraints = [
            models.UniqueConstraint(
                models.F("gemeente"),
                Lower("phrase"),
                name="tone_word_once",
                violation_error_message=_("This word is on the list already."),
            ),
            models.CheckConstraint(condition=~models.Q(phrase=""), name="tone_word_says_something"),
        ]

    def __str__(self) -> str:
        return self.phrase


class FineHere(models.Model):
    """A mark that is not made again on this page: `kind` and `words` as `Mark.key` gives them."""

    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    words = models.CharField(max_length=KEY)
    by = models.ForeignKey("accounts.User", models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["page", "kind", "words"], name="tone_fine_once")]
