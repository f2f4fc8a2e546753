"""The photos that the form names: only those that its sender sent."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.media.models import Photo
from tests.support.world import World

pytestmark = pytest.mark.django_db


def _upload(client: Client) -> tuple[str, str]:
    """A photo's id and its proof."""
    picture = BytesIO()
    Image.new("RGB", (64, 64), "green").save(picture, "JPEG")
    answer = client.post("/api/v1/uploads", {"file": SimpleUploadedFile("a.jpg", picture.getvalue())})
    assert answer.status_code == 201
    return answer.json()["id"], parse_qs(urlsplit(answer.json()["thumbnailUrl"]).query)["proof"][0]


def test_the_id_of_somebody_elses_photo_opens_nothing(client: Client, world: World) -> None:
    photo, proof = _upload(client)
    other, other_proof = _upload(client)
    for wrong in (
        photo,
        f"{photo}:",
        f"{photo}:x",
        f"{photo}:{other_proof}",
        f"{photo}:é",
        ":",
        "x:y",
        f"{other}:{proof}",
    ):
        html = client.post("/melden/", {"photo": wrong}).content.decode()
        assert "proof=" not in html
        assert photo not in html


def test_a_photo_that_was_sent_before_stays_in_the_form_that_comes_back(client: Client, world: World) -> None:
    photo, proof = _upload(client)
    response = client.post("/melden/", {"photo": f"{photo}:{proof}"})
    assert response.status_code == 400
    html = response.content.decode()
    assert f'name="photo" value="{photo}:{proof}"' in html
    assert f"proof={proof}" in html
    assert Photo.objects.get().claimed_at is None
