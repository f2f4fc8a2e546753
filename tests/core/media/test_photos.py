"""Keeping, claiming, erasing and sweeping photos: rows and files never contradict each other."""

from __future__ import annotations

import errno
import os
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.errors import Invalid
from core.media import actions, files, jpeg, tasks
from core.media.errors import PhotosUnavailable
from core.media.models import Photo
from core.media.pictures import SIZES
from tests.core.media.conftest import MOERWIJK, NOW, encoded, exif, gps, scene, upload

DAY = timedelta(hours=24)


class Killed(BaseException):
    """The process ends here."""


def test_a_photo_is_kept_as_one_clean_file_and_an_unclaimed_row(store, photo_folder):
    stored = store(encoded(scene(3000, 2000), exif=exif(6, gps()).tobytes()))
    photo = Photo.objects.get()
    assert photo == stored.photo
    assert (photo.width, photo.height, photo.claimed_at, photo.is_public) == (1365, 2048, None, False)
    assert stored.location == pytest.approx(MOERWIJK, abs=1e-5)
    [file] = [path for path in photo_folder.rglob("*") if path.is_file()]
    assert file == files.path_of(photo.id, "large")
    assert file.stat().st_size == photo.bytes
    assert jpeg.is_bare(file.read_bytes())
    assert file.stat().st_mode & 0o007 == 0


def test_the_other_sizes_are_work_owed_in_the_same_transaction(store, files_in):
    photo = store().photo
    owed = DBTaskResult.objects.get()
    assert owed.task_path == "core.media.tasks.make_sizes"
    tasks.make_sizes.call(*owed.args_kwargs["args"])
    assert files_in() == [f"{photo.id.hex}-{size}.jpg" for size in sorted(SIZES)]
    tasks.make_sizes.call(str(photo.id))  # a second time does no harm


def test_the_task_of_a_photo_that_is_gone_does_nothing(db, files_in):
    tasks.make_sizes.call(str(uuid4()))
    assert files_in() == []


@pytest.mark.parametrize("data", [b"", b"GIF89a", encoded(scene())[:-200]])
def test_of_a_refused_file_nothing_is_kept(store, files_in, data):
    with pytest.raises(Invalid):
        store(data)
    assert files_in() == []
    assert not Photo.objects.exists()


def test_a_file_above_20_mb_is_refused_without_being_read(db, settings):
    class Endless:
        size = settings.UPLOAD_MAX_BYTES + 1

        def read(self, _amount):
            raise AssertionError("read")

    with pytest.raises(Invalid) as caught:
        actions.store_upload(file=Endless(), now=NOW)
    assert caught.value.errors[0].code == "too-large"


def test_a_file_that_lies_about_its_size_is_read_no_further_than_20_mb(db, settings):
    class Endless:
        size = 10
        asked = 0

        def read(self, amount):
            self.asked += amount
            return bytes(amount)

    file = Endless()
    with pytest.raises(Invalid) as caught:
        actions.store_upload(file=file, now=NOW)
    assert caught.value.errors[0].code == "too-large"
    assert file.asked == settings.UPLOAD_MAX_BYTES + 1


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_a_full_disk_is_told_and_leaves_nothing_half(store, files_in, monkeypatch, error):
    def full(_handle):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PhotosUnavailable):
        store()
    assert files_in() == []
    assert not Photo.objects.exists()


def test_a_photo_folder_that_cannot_be_made_is_told(store, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.PRIVATE_ROOT = tmp_path / "file"
    with pytest.raises(PhotosUnavailable):
        store()


def test_killed_between_file_and_row_leaves_a_file_that_is_swept_and_no_row(store, files_in, monkeypatch):
    def killed(*_args, **_options):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Photo, "save", killed)
        patch.setattr(files, "remove", lambda _ids: None)  # a killed process cleans up nothing
        with pytest.raises(Killed):
            store()
    assert len(files_in()) == 1
    assert not Photo.objects.exists()
    assert actions.sweep(now=by_the_files_clock(minutes=30)).files == 0
    assert actions.sweep(now=by_the_files_clock(minutes=61)).files == 1
    assert files_in() == []


def by_the_files_clock(**later):
    """A moment after the files of this test were written."""
    return timezone.now() + timedelta(**later)


def test_when_the_row_fails_the_file_goes(store, files_in, monkeypatch):
    def fails(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr(Photo, "save", fails)
    with pytest.raises(RuntimeError):
        store()
    assert files_in() == []


def test_half_written_files_are_swept_and_strangers_left_alone(store, photo_folder):
    store(now=timezone.now())
    [folder] = photo_folder.iterdir()
    half = folder / f".{uuid4().hex}-large.jpg.abcd.tmp"
    half.write_bytes(b"half")
    stranger = folder / "readme.txt"
    stranger.write_text("of somebody else")
    (photo_folder / "lost+found").mkdir()
    swept = actions.sweep(now=by_the_files_clock(hours=2))
    assert not half.exists()
    assert stranger.exists()
    assert swept.files == 1
    assert len(list(folder.glob("*-large.jpg"))) == 1


def test_photos_nobody_claimed_are_gone_after_a_day_with_their_files(
    store, files_in, django_capture_on_commit_callbacks
):
    fresh, old, used = store(now=NOW - DAY).photo, store(now=NOW - DAY - timedelta(seconds=1)).photo, store().photo
    Photo.objects.filter(pk=used.pk).update(created_at=NOW - 10 * DAY)
    actions.claim_photos(ids=[used.pk], gemeente_id=None, now=NOW)
    tasks.make_sizes.call(str(old.pk))
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.sweep(now=NOW) == actions.Swept(photos=1, files=0)
    assert set(Photo.objects.values_list("pk", flat=True)) == {fresh.pk, used.pk}
    assert files_in() == sorted(f"{photo.pk.hex}-large.jpg" for photo in (fresh, used))


def test_the_sweep_runs_by_command_and_by_task(store, capsys):
    store(now=NOW - 2 * DAY)
    call_command("sweep_photos")
    assert capsys.readouterr().out.startswith("1 ")
    assert not Photo.objects.exists()
    tasks.sweep_photos.call()


def test_claiming_keeps_the_order_and_costs_two_queries(store, django_assert_num_queries):
    ids = [store().photo.pk for _each in range(3)][::-1]
    with transaction.atomic(), django_assert_num_queries(4 if connection.features.uses_savepoints else 2):
        photos = actions.claim_photos(ids=ids, gemeente_id=None, now=NOW, is_public=True)
    assert [photo.pk for photo in photos] == ids
    assert all(photo.claimed_at == NOW and photo.is_public for photo in Photo.objects.all())


def test_no_photos_cost_no_queries(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert actions.claim_photos(ids=[], gemeente_id=None, now=NOW) == []


def test_an_unknown_a_double_and_a_used_photo_are_refused_and_nothing_is_claimed(store):
    free, used = store().photo.pk, store().photo.pk
    actions.claim_photos(ids=[used], gemeente_id=None, now=NOW)
    for ids, code in (
        ([free, uuid4()], "unknown-photo"),
        ([free, used], "unknown-photo"),
        ([free, free], "duplicate"),
    ):
        with pytest.raises(Invalid) as caught:
            actions.claim_photos(ids=ids, gemeente_id=None, now=NOW)
        assert [(error.field, error.code) for error in caught.value.errors] == [("photos", code)]
    assert Photo.objects.get(pk=free).claimed_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_one_wins():
    ids = [actions.store_upload(file=upload(encoded(scene())), now=NOW).photo.pk for _each in range(2)]
    start, outcomes = threading.Barrier(2), []

    def claim(order):
        try:
            start.wait(10)
            with transaction.atomic():
                actions.claim_photos(ids=order, gemeente_id=None, now=NOW)
            outcomes.append("won")
        except Invalid:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[order]) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["refused", "won"]


def test_erasing_removes_the_row_at_once_and_the_files_after_the_commit(
    store, files_in, django_capture_on_commit_callbacks
):
    photo, other = store().photo, store().photo
    tasks.make_sizes.call(str(photo.pk))
    with django_capture_on_commit_callbacks() as callbacks:
        assert actions.erase_photos([photo.pk, uuid4()]) == 1
    assert list(Photo.objects.all()) == [other]
    assert len(files_in()) == 4
    for callback in callbacks:
        callback()
    assert files_in() == [f"{other.pk.hex}-large.jpg"]


def test_an_erasure_that_is_rolled_back_keeps_row_and_files(store, files_in, django_capture_on_commit_callbacks):
    photo = store().photo

    def erase_and_fail():
        with transaction.atomic():
            actions.erase_photos([photo.pk])
            raise Killed

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Killed):
        erase_and_fail()
    assert Photo.objects.exists()
    assert len(files_in()) == 1
