"""Initiative: what residents want to do themselves, and who of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.areas.queries import folded
from participation.initiatives.states import ENDED, Stage

MOST_MEMBERS = 10
LONGEST_SLUG = 50
"""Characters: with its kind before it, it is the name of a stream and the subject of an event."""
FOUND_BY = ("title", "what", "why", "who", "wanted", "when", "address")


class Initiative(models.Model):
    """A draft has no case; all others have one, whose team and person are responsible for it.

    `published_at`: since when everybody may read it (None: the group and the desk only). `stage_before`: where a
    resting one goes back to. `approach`: the key of the approach in the library that it follows. `rhythm`: days
    between two signs of life, as agreed with the coach; `sign_by` is when the next one is due (None: not counting)
    and `stalled_at` since when the coach is asked to look. `needed` is the threshold of support that held when
    gathering began. Counts are kept with the rows they count, in the same transaction; `supported` and `missing` follow
    from them. `found_by`: its words without case and accents, for searching; follows from them at every `save`.
    """

    gemeente = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    slug = models.SlugField(max_length=LONGEST_SLUG, unique=True)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="initiative", null=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    stage_before = models.CharField(max_length=10, choices=Stage, blank=True)
    stage_since = models.DateTimeField()
    title = models.CharField(_("title"), max_length=100, blank=True)
    what = models.TextField(_("what"), blank=True)
    why = models.TextField(_("why"), blank=True)
    who = models.TextField(_("for whom and with whom"), blank=True)
    wanted = models.TextField(_("what is needed"), blank=True)
    when = models.CharField(_("when"), max_length=200, blank=True)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True, db_index=False)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True)
    theme = models.ForeignKey("routing.Theme", models.SET_NULL, related_name="+", null=True)
    approach = models.UUIDField(null=True)
    language = models.CharField(max_length=10, default="nl")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    rhythm = models.PositiveSmallIntegerField(null=True)
    sign_by = models.DateTimeField(null=True)
    stalled_at = models.DateTimeField(null=True)
    needed = models.PositiveIntegerField(default=0)
    support_count = models.PositiveIntegerField(default=0)
    paper_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    found_by = models.TextField(editable=False, default="")
    supported = models.GeneratedField(
        expression=F("support_count") + F("paper_count"), output_field=models.IntegerField(), db_persist=True
    )
    missing = models.GeneratedField(
        expression=F("needed") - F("support_count") - F("paper_count"),
        output_field=models.IntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.DRAFT, case__isnull=True, published_at__isnull=True, submitted_at__isnull=True)
                | (~Q(stage=Stage.DRAFT) & Q(case__isnull=False, area__isnull=False, submitted_at__isnull=False)),
                name="initiatives_case_from_submission",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(stage__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
                name="initiatives_ended_at_matches",
            ),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="initiatives_place_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["gemeente", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="initiatives_public_newest",
            ),
            models.Index(
                fields=["gemeente", "stage", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="initiatives_public_stage",
            ),
            models.Index(
                fields=["area", "-published_at", "-id"],
                condition=Q(published_at__isnull=False),
                name="initiatives_public_area",
            ),
            models.Index(
                fields=["gemeente", "-supported", "-id"],
                condition=Q(published_at__isnull=False),
                name="initiatives_public_support",
            ),
            models.Index(
                fields=["gemeente", "missing", "id"],
                condition=Q(published_at__isnull=False, stage=Stage.GATHERING),
                name="initiatives_public_missing",
            ),
            models.Index(fields=["sign_by"], condition=Q(sign_by__isnull=False), name="initiatives_sign_of_life"),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or not set(FOUND_BY).isdisjoint(fields):
            self.found_by = folded("\n".join(getattr(self, name) for name in FOUND_BY))
            if fields is not None:
                kwargs["update_fields"] = {*fields, "found_by"}
        super().save(*args, **kwargs)

    @property
    def is_public(self) -> bool:
        return self.published_at is not None

    @property
    def support(self) -> int:
        """On the platform and on paper together."""
        return self.support_count + self.paper_count


class InitiativePhoto(models.Model):
    """A photo that the group shows, with what is on it for who cannot see it."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="photos")
    photo = models.OneToOneField("photos.Photo", models.PROTECT, related_name="+")
    alt = models.CharField(max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]


class StepTaken(models.Model):
    """A step of the stages, who took it and why. `answer`: what the group said to a refusal or stop, once."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=10)
    from_stage = models.CharField(max_length=10, choices=Stage)
    to_stage = models.CharField(max_length=10, choices=Stage)
    professional = models.ForeignKey("organisations.Professional", models.SET_NULL, related_name="+", null=True)
    member = models.ForeignKey("initiatives.Member", models.SET_NULL, related_name="+", null=True)
    reason = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Member(models.Model):
    """Somebody of the group. `name`: as the group calls them in public; empty when they left or were erased.

    `seat` is 1 to 10 while they take part, which is how a group stays at ten. `asked_at`: since when the starter asks
    this one to take over. `mailed`: they want mail about how it goes with the coach and the stages.
    """

    class Role(models.TextChoices):
        STARTER = "starter", _("starter")
        CONTACT = "contact", _("contact")
        MEMBER = "member", _("member")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="members")
    resident = models.ForeignKey("residents.Resident", models.SET_NULL, related_name="+", null=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.MEMBER)
    name = models.CharField(max_length=60, blank=True)
    seat = models.PositiveSmallIntegerField(null=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    mailed = models.BooleanField(default=True)

    class Meta:
        ordering = ["seat", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "seat"], condition=Q(seat__isnull=False), name="initiatives_one_on_a_seat"
            ),
            models.UniqueConstraint(
                fields=["initiative", "resident"], condition=Q(left_at=None), name="initiatives_member_once"
            ),
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(role="starter", left_at=None), name="initiatives_one_starter"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, seat__range=(1, MOST_MEMBERS)) | Q(left_at__isnull=False, seat=None),
                name="initiatives_at_most_ten",
            ),
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(asked_at__isnull=False), name="initiatives_one_successor"
            ),
            models.CheckConstraint(
                condition=Q(asked_at=None) | Q(left_at=None) & ~Q(role="starter"), name="initiatives_successor_is_there"
            ),
        ]


class Invitation(models.Model):
    """To join the group: by e-mail to one person, or (`email` empty) by a link that works until it is withdrawn.

    The token follows from `seed` and the server's key; only its hash is stored. `sent`: how often it was mailed.
    `address_hash` (keyed) stays for a while when the address is gone: who had enough mails is not invited anew.
    """

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, help_text="Who invites")
    email = models.EmailField(blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, default="nl")
    seed = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Withdrawn or declined")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "email"],
                condition=Q(accepted_at=None, ended_at=None),
                name="initiatives_invited_once",
            )
        ]
