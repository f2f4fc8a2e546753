"""What a report must look like: pure checks that find every mistake at once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.errors import FieldError
from participation.residents.addresses import latin_digits, tidy_phone
from participation.routing.models import Question
from participation.routing.questions import asked
from participation.texts.cleaning import cleaned

TEXT_LENGTH = 3000
MOST_PHOTOS = 5
MOST_ANSWERS = 100
KEY_LENGTH = 60
"""Of an answer's key in a refusal; what is longer is cut off."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""What was seen before this is a slip in the year."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a phone's clock may run ahead before "observed" counts as the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGiven:
    """How to reach the reporter; all empty means anonymous."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A report as it came in, types right, contents not yet judged. `lon`, `lat` in degrees WGS 84.

    `proposed`: the category is our proposal that the person saw and left as it was.
    """

    text: str
    lon: float
    lat: float
    address: str = ""
    category: str = ""
    proposed: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    photos: Sequence[UUID] = ()
    contact: ContactGiven = field(default_factory=ContactGiven)
    language: str = "nl"
    observed_at: datetime | None = None
    untexted: bool = False
    """No text message confirms it: its network had too many sent already."""


def mistakes_in(submission: Submission, *, languages: Iterable[str], now: datetime) -> list[FieldError]:
    """Everything that is wrong apart from place and category, which need the municipality's own data."""
    found: list[FieldError] = []
    text = cleaned(submission.text)
    if not text:
        found.append(FieldError("text", "required", _("Tell us what you see. One sentence is enough.")))
    elif len(text) > TEXT_LENGTH:
        found.append(FieldError("text", "too-long", _("Your text is too long. Use at most 3,000 characters.")))
    if not (math.isfinite(submission.lon) and math.isfinite(submission.lat)):
        found.append(FieldError("location", "invalid", _("This is not a place on earth. Choose the place again.")))
    if len(submission.address) > 200:
        found.append(FieldError("address", "too-long", _("The address is too long. Use at most 200 characters.")))
    if len(submission.photos) > MOST_PHOTOS:
        found.append(FieldError("photos", "too-many", _("You can add 5 photos at most. Remove one or more.")))
    if len(set(submission.photos)) != len(submission.photos):
        found.append(FieldError("photos", "duplicate", _("The same photo is in there twice. Remove one.")))
    if submission.language not in set(languages):
        found.append(
            FieldError("language", "unknown", _("We do not speak this language yet. Choose one from the list."))
        )
    if submission.observed_at is not None and submission.observed_at > now + CLOCK_SKEW:
        found.append(
            FieldError("observedAt", "future", _("This moment has not come yet. Choose a moment in the past."))
        )
    if submission.observed_at is not None and submission.observed_at < EARLIEST:
        found.append(FieldError("observedAt", "too-early", _("This is too long ago. Check the year.")))
    return found + mistakes_in_contact(submission.contact)


def mistakes_in_contact(contact: ContactGiven) -> list[FieldError]:
    """E-mail and phone must be usable; each may be absent, but a name alone reaches nobody."""
    found: list[FieldError] = []
    if len(contact.name) > 120:
        found.append(FieldError("contact.name", "too-long", _("Use at most 120 characters.")))
    if "://" in contact.name:
        found.append(FieldError("contact.name", "invalid", _("A web address is not a name. Fill in your name.")))
    if contact.name.strip() and not (contact.email.strip() or contact.phone.strip()):
        found.append(
            FieldError(
                "contact.email",
                "required",
                _("Give an e-mail address or a phone number as well, or leave all empty."),
            )
        )
    if contact.email:
        try:
            validate_email(contact.email)
        except ValidationError:
            found.append(
                FieldError("contact.email", "invalid", _("This is not an e-mail address. Example: name@example.nl"))
            )
        else:
            if len(contact.email) > 254:
                found.append(FieldError("contact.email", "too-long", _("This e-mail address is too long.")))
    if contact.phone and tidy_phone(contact.phone) is None:
        found.append(FieldError("contact.phone", "invalid", _("This is not a phone number. Example: 06 12345678")))
    return found


def mistakes_in_answers(
    answers: Mapping[str, Any], questions: Sequence[Question], *, photos: int = 0, seen: bool = True
) -> list[FieldError]:
    """Answers must belong to a question of the category and fit its type; required ones that are asked must be there.

    `seen` is false for questions of a category that the sender did not choose: none of those is required.

    An answer to a question that the other answers do not bring up is no mistake: it is left out
    (`worded_answers`), for people change an earlier answer. A question for a photo is answered by `photos`,
    the number of photos of the report.
    """
    found: list[FieldError] = []
    if len(answers) > MOST_ANSWERS:
        return [FieldError("answers", "too-many", _("These are too many answers. Send those of this category."))]
    known = {question.key: question for question in questions}
    found += [
        FieldError(f"answers.{key[:KEY_LENGTH]}", "unknown", _("This question does not belong to the category."))
        for key in answers
        if key not in known or known[key].type == Question.Type.PHOTO
    ]
    for question in asked(questions, answers):
        key, answer = question.key, answers.get(question.key)
        if question.type == Question.Type.PHOTO:
            if question.required and seen and not photos:
                found.append(FieldError("photos", "photo-required", _("Add a photo. We cannot do without it here.")))
        elif answer in (None, "", []):
            if question.required and seen:
                found.append(FieldError(f"answers.{key}", "required", _("Please answer this question.")))
        elif (mistake := _mistake_in_answer(answer, question)) is not None:
            found.append(FieldError(f"answers.{key}", "invalid", mistake))
    return found


def _mistake_in_answer(answer: Any, question: Question) -> Any:
    values = {choice["value"] for choice in question.choices}
    match question.type:
        case Question.Type.TEXT if not (isinstance(answer, str) and len(answer) <= 500):
            return _("Answer in words, 500 characters at most.")
        case Question.Type.CHOICE if not (isinstance(answer, str) and answer in values):
            return _("Choose one of the answers.")
        case Question.Type.MULTI if not (
            isinstance(answer, list) and all(isinstance(one, str) and one in values for one in answer)
        ):
            return _("Choose from the answers.")
        case Question.Type.NUMBER if not _is_number(answer):
            return _("Answer with a number.")
        case Question.Type.DATE if not _is_date(answer):
            return _("Answer with a date, such as 2026-11-21.")
    return None


def _is_number(answer: Any) -> bool:
    if isinstance(answer, str):
        return re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,6})?", latin_digits(answer)) is not None
    return isinstance(answer, (int, float)) and not isinstance(answer, bool) and abs(answer) < 1e12


def _is_date(answer: Any) -> bool:
    try:
        return isinstance(answer, str) and bool(date.fromisoformat(latin_digits(answer)))
    except ValueError:
        return False


def worded_answers(answers: Mapping[str, Any], questions: Sequence[Question]) -> list[dict[str, Any]]:
    """`[{"key": "what", "question": "What is it?", "answer": "A sofa", "value": "sofa"}]`, in the questions' order.

    Only of questions that were asked.

    Kept with the report: another category has other questions, and a question may be reworded.
    """
    worded = []
    for question in asked(questions, answers):
        value = answers.get(question.key)
        if value in (None, "", []):
            continue
        if question.type in (Question.Type.NUMBER, Question.Type.DATE) and isinstance(value, str):
            value = latin_digits(value)
        labels = {choice["value"]: choice["label"] for choice in question.choices}
        parts = value if isinstance(value, list) else [value]
        words = ", ".join(labels.get(str(one), str(one)) for one in parts)
        worded.append({"key": question.key, "question": question.label, "answer": words, "value": value})
    return worded
