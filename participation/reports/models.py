"""Report: what a resident wrote, and (apart, erasable) how to reach them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """One-to-one with its case. The tracking token itself is not stored: see `tokens`."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="report", primary_key=True)
    text = models.TextField()
    answers = models.JSONField(default=list, help_text="In the words of then: [{key, question, answer, value}]")
    observed_at = models.DateTimeField(null=True)
    proposed = models.BooleanField(default=False, help_text="The category was proposed by us, not chosen")
    tracking_seed = models.CharField(max_length=32)
    tracking_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")


class Contact(models.Model):
    """How to reach the reporter. No row: anonymous. Erased on request or when its term ends."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="contact", primary_key=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        # To find the other reports of the same person (`iexact` compares in capitals).
        indexes = [
            models.Index(Upper("email"), condition=~models.Q(email=""), name="reports_contact_email"),
            models.Index(fields=["phone"], condition=~models.Q(phone=""), name="reports_contact_phone"),
        ]


class Feedback(models.Model):
    """The reporter's answer to "is it solved?", one per closing; a yes may still become a no."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="feedback")
    solved = models.BooleanField()
    text = models.TextField(blank=True)
    closed_at = models.DateTimeField(help_text="Which closing it answers")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "closed_at"], name="reports_feedback_once")]


class Supporter(models.Model):
    """Somebody who saw the same: counted once per device and once per contact.

    `counted` False: the same person again as far as we can tell (another device, the same address), or the reporter.
    Such a row holds no contact data, so that an answer never tells whether an address was known.
    `confirmed_at`: the address said yes to updates; before that it gets one mail only, the question itself.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="supporters")
    device_hash = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="nl")
    counted = models.BooleanField(default=True)
    confirmed_at = models.DateTimeField(null=True)
    photo_count = models.PositiveSmallIntegerField(default=0)
    tracking_seed = models.CharField(max_length=32)
    tracking_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "device_hash"], name="reports_supporter_device_once"),
            models.UniqueConstraint(
                models.F("case"), Lower("email"), condition=~models.Q(email=""), name="reports_supporter_email_once"
            ),
            models.UniqueConstraint(
                fields=["case", "phone"], condition=~models.Q(phone=""), name="reports_supporter_phone_once"
            ),
        ]
