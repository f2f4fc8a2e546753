"""Why a photo is not taken, with what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, FieldError, Invalid

ADVICE = {
    "required": _("Choose a photo to send."),
    "empty": _("This file is empty. Choose the photo again."),
    "too-large": _("This photo is larger than 20 MB. Make it smaller, or take a new one on a lower setting."),
    "wrong-type": _("This is not a photo that we can read. Send a JPEG, PNG, WebP or HEIC file."),
    "unreadable": _("We cannot read this photo; the file is damaged or incomplete. Choose it again, or take another."),
    "too-many-pixels": _(
        "This photo has too many pixels. Make it smaller, or send it as a JPEG of at most 60 megapixels."
    ),
    "too-small": _("This picture is too small to see anything on. Take a new photo, or choose a larger one."),
}
"""What a person can do, by error code of the field "file"."""


def refused(code: str) -> Invalid:
    return Invalid(FieldError("file", code, ADVICE[code]))


class PhotosUnavailable(DomainError):
    """We cannot take photos now, through no fault of the sender's: disk full or unwritable, or too busy."""

    code = "photos-unavailable"
    message = _("We cannot keep photos at this moment. Send your report without a photo, or try again later.")
