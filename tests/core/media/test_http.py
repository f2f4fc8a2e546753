"""Sending and seeing photos, as a browser does."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from django.urls import NoReverseMatch
from django.utils import timezone
from PIL import Image

from core.media import access, actions, files, jpeg, pictures
from core.media.models import Photo
from core.media.urls import photo_url, upload_thumbnail_url
from tests.core.media.conftest import MOERWIJK, encoded, exif, gps, scene, upload

UPLOADS = "/api/v1/uploads"
pytestmark = pytest.mark.django_db


def send(client, data=None, **more):
    return client.post(UPLOADS, {"file": upload(encoded(scene()) if data is None else data), **more})


def errors(response):
    assert response["Content-Type"] == "application/problem+json"
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def content(response):
    return b"".join(response.streaming_content)


def status(client, address):
    response = client.get(address)
    if response.streaming:
        content(response)  # closes the file, as a server does
    return response.status_code


def test_an_upload_answers_as_the_contract_says(client):
    response = send(client, encoded(scene(800, 600), exif=exif(6, gps()).tobytes()))
    assert response.status_code == 201
    body = response.json()
    assert set(body) == {"id", "width", "height", "thumbnailUrl", "location"}
    assert (body["width"], body["height"]) == (600, 800)
    assert body["location"]["type"] == "Point"
    assert body["location"]["coordinates"] == pytest.approx(list(MOERWIJK), abs=1e-5)
    assert Photo.objects.get().id.hex == body["id"].replace("-", "")
    assert "no-store" in response["Cache-Control"]


def test_a_photo_without_a_place_has_location_null(client):
    assert send(client).json()["location"] is None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_name_and_type_a_sender_gives_mean_nothing(client, kind):
    file = upload(encoded(scene(), kind), name="../../evil.php")
    file.content_type = "text/html"
    assert client.post(UPLOADS, {"file": file}).status_code == 201


def test_nobody_needs_a_csrf_token_to_upload():
    assert send(Client(enforce_csrf_checks=True)).status_code == 201


def test_no_file_and_a_wrong_file_are_refused_with_advice(client):
    assert errors(client.post(UPLOADS, {})) == [("file", "required")]
    assert errors(client.post(UPLOADS, {"file": "text"})) == [("file", "required")]
    assert errors(send(client, b"")) == [("file", "empty")]
    response = send(client, b"<svg/>")
    assert response.status_code == 400
    assert errors(response) == [("file", "wrong-type")]
    assert response.json()["errors"][0]["detail"]


def test_another_content_type_is_415(client):
    assert client.post(UPLOADS, {"file": "x"}, content_type="application/json").status_code == 415
    assert client.post(UPLOADS, encoded(scene()), content_type="image/jpeg").status_code == 415


def test_a_broken_multipart_body_is_400(client):
    response = client.post(UPLOADS, b"rubbish", content_type="multipart/form-data")
    assert response.status_code == 400
    response = client.post(UPLOADS, b"rubbish", content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400


def test_get_is_405(client):
    assert status(client, UPLOADS) == 405


def test_too_large_is_told_before_the_body_is_read(client, settings):
    settings.UPLOAD_MAX_BYTES = 1000

    class Untouched(BytesIO):
        def read(self, *_args):
            raise AssertionError("read")

    response = client.generic(
        "POST",
        UPLOADS,
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2_000_000),
        **{"wsgi.input": Untouched()},
    )
    assert response.status_code == 400
    assert errors(response) == [("file", "too-large")]


def test_just_too_large_is_refused_too(client, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    assert errors(send(client, encoded(scene()) + bytes(2000))) == [("file", "too-large")]


def test_a_large_photo_is_never_written_to_disk_as_it_was_sent(client, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100

    def spooled(*_args, **_options):
        raise AssertionError("spooled")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", spooled)
    assert send(client).status_code == 201


def test_uploads_are_counted_per_address(client, settings):
    settings.THROTTLES = {**settings.THROTTLES, "upload": "2/hour"}
    assert [send(client, b"x").status_code for _each in range(3)] == [400, 400, 429]


def test_a_full_disk_is_503_with_advice(client, tmp_path, settings):
    (tmp_path / "file").write_text("in the way")
    settings.PRIVATE_ROOT = tmp_path / "file"
    response = send(client)
    assert response.status_code == 503
    assert response.json()["type"].endswith("photos-unavailable")


def test_ten_photos_at_once_are_refused_soon_and_hold_no_threads(client, monkeypatch):
    assert pictures.PATIENCE <= 0.5
    for _turn in range(2):
        assert pictures.AT_ONCE.acquire(blocking=False)
    try:
        monkeypatch.setattr(pictures, "PATIENCE", 0.01)
        response = send(client)
        assert response.status_code == 503
        assert response["Retry-After"] == "2"
        assert response.json()["type"].endswith("photos-unavailable")
        # Somebody waits already: whoever comes next does not, however long a wait may be.
        monkeypatch.setattr(pictures, "PATIENCE", 3600)
        assert pictures.WAITING.acquire(blocking=False)
        try:
            assert send(client).status_code == 503
        finally:
            pictures.WAITING.release()
    finally:
        pictures.AT_ONCE.release()
        pictures.AT_ONCE.release()
    assert send(client).status_code == 201


def test_uploads_answer_as_the_rest_of_the_api(client):
    for response in (client.options(UPLOADS), client.get(f"{UPLOADS}?format=xml"), client.get(f"{UPLOADS}?a=%00")):
        assert response["API-Version"]
    assert client.options(UPLOADS).status_code == 204
    assert client.options(UPLOADS).content == b""
    assert client.post(f"{UPLOADS}?format=xml", {"file": upload(encoded(scene()))}).status_code == 201
    assert client.post(f"{UPLOADS}?a=%00", {"file": upload(encoded(scene()))}).status_code == 400


def test_the_sender_sees_the_thumb_at_once_without_any_cookie(client, files_in):
    address = send(client).json()["thumbnailUrl"]
    split = urlsplit(address)
    assert split.netloc == "testserver"
    response = Client().get(f"{split.path}?{split.query}")
    assert response.status_code == 200
    body = content(response)
    assert Image.open(BytesIO(body)).size == (320, 240)
    assert jpeg.is_bare(body)
    assert len(files_in()) == 2
    assert "private" in response["Cache-Control"]


def test_the_sender_s_address_opens_only_that_thumb_unclaimed_and_for_a_day(client):
    photo, other = (actions.store_upload(file=upload(encoded(scene())), now=timezone.now()).photo for _each in range(2))
    address = upload_thumbnail_url(photo.id)
    proof = urlsplit(address).query
    assert status(client, address) == 200
    for wrong in (
        f"{photo_url(photo.id, 'large')}?{proof}",
        f"{photo_url(other.id, 'thumb')}?{proof}",
        f"{address}x",
        f"{photo_url(photo.id, 'thumb')}?proof=",
        f"{photo_url(photo.id, 'thumb')}?proof=é",
        photo_url(photo.id, "thumb"),
    ):
        assert status(client, wrong) == 404
    Photo.objects.filter(pk=photo.pk).update(created_at=timezone.now() - timedelta(hours=24))
    assert status(client, address) == 404
    Photo.objects.filter(pk=photo.pk).update(created_at=timezone.now())
    assert status(client, address) == 200
    actions.claim_photos(ids=[photo.pk], gemeente_id=None, now=timezone.now())
    assert status(client, address) == 404


def test_absent_and_forbidden_look_the_same(client, store):
    forbidden, absent = (client.get(photo_url(each, "large")) for each in (store().photo.id, uuid4()))
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content == absent.content
    ignored = {"X-Request-Id"}
    assert {k: v for k, v in forbidden.items() if k not in ignored} == {
        k: v for k, v in absent.items() if k not in ignored
    }
    assert forbidden["Cache-Control"] == "no-store"


def test_a_registered_viewer_decides(client, store):
    seen, hidden = store().photo.id, store().photo.id
    access.register_viewer(lambda _photo_id, _request: False)
    access.register_viewer(lambda photo_id, request: photo_id == seen and request.method == "GET")
    assert status(client, photo_url(seen, "large")) == 200
    assert status(client, photo_url(hidden, "large")) == 404


@pytest.mark.parametrize("size", ["thumb", "medium", "large"])
def test_a_photo_is_served_harmlessly(client, store, size):
    photo = store(encoded(scene(3000, 1500))).photo
    access.register_viewer(lambda _photo_id, _request: True)
    response = client.get(photo_url(photo.id, size))
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"].startswith("private, max-age=")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.streaming
    body = content(response)
    assert len(body) == int(response["Content-Length"])
    assert max(Image.open(BytesIO(body)).size) == {"thumb": 320, "medium": 960, "large": 2048}[size]


def test_a_public_photo_is_for_everyone_and_kept_long_with_one_query(client, store, django_assert_num_queries):
    photo = store().photo
    actions.claim_photos(ids=[photo.id], gemeente_id=None, now=timezone.now(), is_public=True)
    client.get("/photos/warm/up")
    with django_assert_num_queries(1):
        response = client.get(photo_url(photo.id, "large"))
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("public, max-age=")
    content(response)
    actions.show_photos(ids=[photo.id], public=False)
    assert status(client, photo_url(photo.id, "large")) == 404


def test_when_the_disk_is_full_a_larger_picture_is_served_and_none_is_broken(client, store, monkeypatch):
    photo = store().photo
    access.register_viewer(lambda _photo_id, _request: True)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    response = client.get(photo_url(photo.id, "thumb"))
    assert Image.open(BytesIO(content(response))).size == (400, 300)


def test_a_row_whose_file_was_lost_is_404_and_logged(client, store, caplog):
    photo = store().photo
    access.register_viewer(lambda _photo_id, _request: True)
    files.path_of(photo.id, "large").unlink()
    assert status(client, photo_url(photo.id, "thumb")) == 404
    assert status(client, photo_url(photo.id, "large")) == 404
    assert "has no file" in caplog.text


def test_an_unknown_size_and_an_unsafe_method_do_nothing(client, store):
    photo = store().photo
    assert status(client, f"/photos/{photo.id}/original") == 404
    assert status(client, f"/photos/{photo.id}/..%2Flarge") == 404
    assert client.post(photo_url(photo.id, "large")).status_code == 405
    with pytest.raises(NoReverseMatch):
        photo_url(photo.id, "original")
