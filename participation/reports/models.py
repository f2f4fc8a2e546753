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
    withdrawn_at = models.DateTimeField(null=True, help_text="The reporter took it back")
    complimented_at = models.DateTimeField(null=True, help_text="The reporter praised who worked on it")
    asked_again_at = models.DateTimeField(null=True, help_text="Which closing we asked about once more, weeks later")

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")


class Draft(models.Model):
    """What a resident without a script typed so far; erased when it is sent, and a day after the last change.

    `secret_hash`: of the secret that the browser has. `key`: the idempotency key of the report this will become.
    """

    secret_hash = models.CharField(max_length=64, unique=True)
    gemeente = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    key = models.UUIDField()
    values = models.JSONField(default=dict, help_text="As typed: see `drafts.Values`")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)


class Contact(models.Model):
    """How to reach the reporter. No row: anonymous. Erased on request or when its term ends."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="contact", primary_key=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="As +31612345678 where the country is known")
    phone_refused = models.BooleanField(default=False, help_text="The gateway says: no text message reaches it")

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
    confirmed_at = models.DateTimeField(null=True, help_text="Said weeks later that it is still solved")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "closed_at"], name="reports_feedback_once")]


class Supporter(models.Model):
    """Somebody who saw the same: counted once per device and once per contact.

    `counted` False: the same person again as far as we can tell (another device, the same address), or the reporter.
    Such a row holds no contact data, so that an answer never tells whether an address was known. With contact data it
    is one of very many new devices at one network address, and counts once the contact is confirmed.
    `counts_there`: uncounted for as long as their case is linked to one with which they count already.
    `confirmed_at`: the address said yes to updates; before that it gets one mail only, the question itself.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="supporters")
    device_hash = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10, default="nl")
    counted = models.BooleanField(default=True)
    counts_there = models.BooleanField(default=False)
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


class Listener(models.Model):
    """A browser that shows a message when there is news of one report, or of what a supporter saw too (Push API).

    It belongs to the private link of the report or the supporter, to no person and no account.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="listeners", null=True)
    supporter = models.ForeignKey(Supporter, models.CASCADE, related_name="listeners", null=True)
    endpoint = models.URLField(max_length=500, db_index=True)
    key = models.CharField(max_length=120)
    secret = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "endpoint"], name="reports_listener_of_report_once"),
            models.UniqueConstraint(fields=["supporter", "endpoint"], name="reports_listener_of_supporter_once"),
            models.CheckConstraint(
                condition=models.Q(report__isnull=False, supporter__isnull=True)
                | models.Q(report__isnull=True, supporter__isnull=False),
                name="reports_listener_of_one",
            ),
        ]


class Celebrated(models.Model):
    """Who heard that what they reported, supported or did became a small win: each once, however often it is published.

    `to` is `report:<id>`, `supporter:<id>`, `listener:<id>` or `member:<id>` (of a group); `told_at` None: it is owed.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    to = models.CharField(max_length=32)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "to"], name="reports_celebrated_once")]


class Held(models.Model):
    """A report that waits for somebody to look at it before a team does; the resident follows it meanwhile.

    `content` is what was sent, checked, as `holding` writes it; erased when it became a report (that holds it from
    then on) and thirty days after a refusal. Of the resident's private link it knows as much as `Report`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a look")
        RELEASED = "released", _("released to the team")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by the resident")

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("municipality"))
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    reasons = models.JSONField(_("why it was held"), default=list, help_text='[{"code": "links", "count": 4}]')
    content = models.JSONField(null=True)
    photos = models.ManyToManyField("photos.Photo", related_name="+")
    tracking_seed = models.CharField(max_length=32)
    tracking_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("received"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.SET_NULL, related_name="+", null=True, verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("held report")
        verbose_name_plural = _("held reports")
        indexes = [models.Index(fields=["gemeente", "state", "created_at"], name="reports_held_queue")]

    def __str__(self) -> str:
        return self.reference
