"""A professional changes their own public card at the desk, and nobody else's."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from core.errors import Invalid
from core.events.models import StreamEntry
from core.media import files
from core.media.models import Photo
from participation.organisations.cards import card, everyone
from participation.organisations.models import Absence, Professional
from participation.organisations.own_card import Card, card_of, change_card, forget_passed_days, some_day_passed
from participation.organisations.queries import Face, people_of, roster
from tests.support.world import HOST_A, NOON, World

PAGE = "/werk/mijn-kaart/"
TODAY = date(2026, 11, 18)


def said(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Bram",
        "role": "Wijkbeheerder",
        "about": "Voor alles op straat.",
        "languages": ["nl", "tr"],
        "place": "Buurthuis De Kom",
        "reach": "14 010",
        "hours_mon_0_from": "9",
        "hours_mon_0_to": "12:30",
        "is_public": "on",
    } | changes


def bram_says(world: World, **changes: Any) -> Any:
    return world.client(world.bram).post(PAGE, said(**changes))


def picture(width: int = 900, height: int = 600, *, exif: bool = False) -> SimpleUploadedFile:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    into = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "Privéadres 12"
    image.save(into, "JPEG", **({"exif": notes} if exif else {}))
    return SimpleUploadedFile("ik.jpg", into.getvalue(), "image/jpeg")


def colour(image: Image.Image, x: int, y: int) -> str:
    red, _green, blue = image.convert("RGB").split()
    return "red" if red.crop((x, y, x + 1, y + 1)).tobytes() > blue.crop((x, y, x + 1, y + 1)).tobytes() else "blue"


def change(world: World, *, now: datetime = NOON, **fields: Any) -> Card:
    own = Professional.objects.get(pk=world.bram.pk)
    before = card_of(own, now)
    values = {name: getattr(before, name) for name in before.__dataclass_fields__} | fields
    return change_card(card=Card(**values), actor=world.actor(world.bram), now=now)


def test_what_somebody_says_stands_on_the_wijk_page_and_in_the_roster_that_routes(world: World) -> None:
    assert bram_says(world).status_code == 302
    bram = roster().people[world.bram.pk]
    assert bram.hours == {"mon": [["09:00", "12:30"]]}
    assert (bram.place, bram.reach, bram.languages) == ("Buurthuis De Kom", "14 010", ("nl", "tr"))
    [face] = [one for one in people_of([world.west.pk], TODAY) if one.person.id == bram.id]
    shown = card(face, TODAY)
    assert (shown.about, shown.next_day) == ("Voor alles op straat.", date(2026, 11, 23))
    assert shown.spoken == [("nl", "Nederlands"), ("tr", "Türkçe")]


def test_the_page_knows_only_ones_own_card(world: World) -> None:
    other = world.client(world.carla)
    assert "Bram" not in other.get(PAGE).content.decode()
    other.post(PAGE, said(name="Carla", role="Baas", professional=world.bram.pk, id=world.bram.pk, pk=world.bram.pk))
    assert Professional.objects.get(pk=world.bram.pk).role == "Wijkbeheerder"
    assert Professional.objects.get(pk=world.carla.pk).role == "Baas"


@pytest.mark.parametrize("path", ["", "terug/", "foto/", "foto/weg/", "foto/andere/"])
def test_without_an_account_there_is_no_card(world: World, path: str) -> None:
    answer = Client(headers={"host": HOST_A}).post(PAGE + path, said())
    assert answer.status_code == 302 and "/account/login/" in answer["Location"]
    assert Professional.objects.get(pk=world.bram.pk).place == ""


def test_looking_first_changes_nothing_and_shows_the_card_as_residents_get_it(world: World) -> None:
    answer = bram_says(world, name="Abraham", preview="1")
    page = answer.content.decode()
    preview = page.split('id="card-preview"')[1].split("</form>")[0]
    assert answer.status_code == 200
    assert "<bdi>Abraham</bdi>" in preview and "Buurthuis De Kom" in preview
    assert Professional.objects.get(pk=world.bram.pk).name == "Bram"


def test_a_wrong_field_keeps_what_was_typed_and_says_what_to_do(world: World) -> None:
    answer = bram_says(world, name="", hours_tue_0_from="12:00", hours_tue_0_to="09:00")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'class="error-summary"' in page and 'value="14 010"' in page
    assert 'name="hours_tue_0_from" value="12:00"' in page
    assert answer.context["form"].errors.keys() == {"name", "hours"}
    assert bram_says(world, name="", preview="1").status_code == 200, "a preview is no mistake"


def test_the_last_save_can_be_undone_once(world: World) -> None:
    browser = world.client(world.bram)
    browser.post(PAGE, said(role="Anders"))
    assert "mijn-kaart/terug/" in browser.get(PAGE).content.decode()
    browser.post(PAGE + "terug/")
    assert Professional.objects.get(pk=world.bram.pk).role == "Wijkbeheerder"
    assert "mijn-kaart/terug/" not in browser.get(PAGE).content.decode()
    assert browser.post(PAGE + "terug/").status_code == 302


def test_extra_hours_hold_for_today_alone(world: World) -> None:
    change(world, today_from="14:00", today_until="16:00", today_place="Marktplein")
    bram = roster().people[world.bram.pk]
    shown = card(Face(bram), TODAY)
    assert shown.extra is not None
    assert (shown.extra.start, shown.extra.end, shown.extra.place) == ("14:00", "16:00", "Marktplein")
    assert card(Face(bram), TODAY + timedelta(days=1)).extra is None
    own = Professional.objects.get(pk=world.bram.pk)
    assert card_of(own, NOON).today_from == "14:00"
    assert card_of(own, NOON + timedelta(days=1)).today_from == "", "the form begins empty tomorrow"


def test_who_is_here_besides_their_hours_is_on_duty(world: World) -> None:
    change(world, hours={"mon": [["09:00", "12:00"]]})

    def on_duty() -> bool:
        [bram] = [
            one for one in roster().candidates(world.cleaning.pk, today=TODAY) if one.professional_id == world.bram.pk
        ]
        return bram.on_duty_today

    assert not on_duty()
    change(world, today_from="14:00", today_until="16:00")
    assert on_duty()


def test_a_day_that_is_over_is_forgotten(world: World) -> None:
    change(world, today_from="14:00", today_until="16:00", today_place="Marktplein")
    late = datetime(2026, 11, 18, 22, 50, tzinfo=UTC)  # ten to midnight in Amsterdam
    assert not some_day_passed(late) and forget_passed_days(late) == 0
    after = late + timedelta(minutes=20)
    assert some_day_passed(after) and forget_passed_days(after) == 1
    own = Professional.objects.get(pk=world.bram.pk)
    assert (own.today_on, own.today_from, own.today_until, own.today_place) == (None, "", "", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"today_from": "14:00"}, "today_from"),
        ({"today_until": "14:00"}, "today_from"),
        ({"today_from": "14:00", "today_until": "13:00"}, "today_from"),
        ({"today_from": "08:00", "today_until": "11:30"}, "today_until"),  # it is noon
        ({"today_place": "Marktplein"}, "today_from"),
        ({"name": "  "}, "name"),
        ({"role": ""}, "role"),
        ({"about": "x" * 201}, "about"),
        ({"hours": {"mon": [["12:00", "09:00"]]}}, "hours"),
        ({"languages": "nl"}, "languages"),
    ],
)
def test_a_card_that_cannot_be_is_refused_with_advice(world: World, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        change(world, **fields)
    assert field in {one.field for one in refusal.value.errors}
    assert Professional.objects.get(pk=world.bram.pk).today_on is None


def test_a_change_is_told_to_the_wijken_where_somebody_works_and_the_same_again_is_not(world: World) -> None:
    def told() -> list[str]:
        entries = StreamEntry.objects.filter(event__type="card.changed").order_by("stream__name")
        return list(entries.values_list("stream__name", flat=True))

    change(world, about="Nieuw")
    assert told() == ["wijk:WK910101"]
    change(world, about="Nieuw")
    assert told() == ["wijk:WK910101"]
    world.bram.areas.set([world.a])
    change(world, about="Overal")
    assert told() == ["wijk:GM9101", "wijk:WK910101", "wijk:WK910101", "wijk:WK910102"]


def test_who_hides_their_card_is_on_no_page(world: World) -> None:
    assert bram_says(world, is_public="").status_code == 302
    assert not [one for one in people_of([world.west.pk], TODAY) if one.person.id == world.bram.pk]
    assert world.bram.pk not in {person.id for person, _card in everyone(world.a.pk, TODAY)}
    page = world.client(world.bram).get(PAGE).content.decode()
    assert "notice warn" in page.split('id="card-preview"')[1]


def test_a_photo_is_cut_to_its_square_and_the_whole_of_it_is_not_kept(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    browser = world.client(world.bram)
    assert browser.post(PAGE + "foto/", {"photo": picture(exif=True)}).status_code == 302
    [waiting] = Photo.objects.all()
    chosen = browser.get(PAGE + "foto/").content.decode()
    assert f"/photos/{waiting.pk}/medium" in chosen and 'data-width="900"' in chosen
    seen = browser.get(f"/photos/{waiting.pk}/medium")
    assert seen.status_code == 200 and b"Priv" not in seen.getvalue()
    assert world.client(world.carla).get(f"/photos/{waiting.pk}/medium").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(PAGE + "foto/", {"x": 100, "y": 50, "zoom": 200}).status_code == 302
    [face] = Photo.objects.all()
    assert face.pk == Professional.objects.get(pk=world.bram.pk).photo_id
    assert (face.width, face.height, face.is_public) == (300, 300, False)
    with Image.open(files.path_of(face.pk, "large")) as image:
        assert colour(image, 5, 150) == "blue", "the right part of it"
    assert not files.path_of(waiting.pk, "large").exists()
    shown = Client().get(f"/photos/{face.pk}/thumb")
    assert shown.status_code == 200 and shown.getvalue()


def test_without_a_script_the_middle_of_the_photo_is_taken(world: World) -> None:
    browser = world.client(world.bram)
    browser.post(PAGE + "foto/", {"photo": picture(1800, 900)})
    page = browser.get(PAGE + "foto/").content.decode()
    assert 'name="x" value="50"' in page and 'name="zoom" value="100"' in page
    assert browser.post(PAGE + "foto/", {"x": 50, "y": 50, "zoom": 100}).status_code == 302
    face = Professional.objects.get(pk=world.bram.pk).photo
    assert face is not None and (face.width, face.height) == (640, 640)
    with Image.open(files.path_of(face.pk, "large")) as image:
        assert (colour(image, 20, 320), colour(image, 620, 320)) == ("red", "blue")


def test_too_small_a_part_and_what_is_no_photo_are_refused_with_advice(world: World) -> None:
    browser = world.client(world.bram)
    assert browser.post(PAGE + "foto/").status_code == 400
    assert browser.post(PAGE + "foto/", {"photo": SimpleUploadedFile("x.jpg", b"geen foto")}).status_code == 400
    browser.post(PAGE + "foto/", {"photo": picture(300, 300)})
    answer = browser.post(PAGE + "foto/", {"x": 50, "y": 50, "zoom": 400})
    assert answer.status_code == 400 and "error-summary" in answer.content.decode()
    assert browser.post(PAGE + "foto/", {"x": 500, "y": "", "zoom": 100}).status_code == 400
    assert Professional.objects.get(pk=world.bram.pk).photo is None
    browser.post(PAGE + "foto/andere/")
    assert 'type="file"' in browser.get(PAGE + "foto/").content.decode()


def test_a_new_photo_replaces_the_one_before_and_it_can_be_removed(world: World) -> None:
    browser = world.client(world.bram)
    for _again in range(2):
        browser.post(PAGE + "foto/", {"photo": picture()})
        browser.post(PAGE + "foto/", {"x": 50, "y": 50, "zoom": 100})
    assert Photo.objects.count() == 1
    assert f"/photos/{Photo.objects.get().pk}/thumb" in browser.get(PAGE).content.decode()
    browser.post(PAGE + "foto/weg/")
    assert not Photo.objects.exists() and Professional.objects.get(pk=world.bram.pk).photo is None


def test_who_is_away_sees_whom_residents_get_to_see(world: World) -> None:
    today = timezone.localdate()
    Absence.objects.create(professional=world.bram, starts_on=today, ends_on=today, replacement=world.lotte)
    assert "Lotte" in world.client(world.bram).get(PAGE).content.decode().split('id="card-preview"')[1]


def test_a_replacement_says_on_which_working_day_the_other_is_back(world: World) -> None:
    friday = date(2026, 11, 20)
    Absence.objects.create(professional=world.bram, starts_on=TODAY, ends_on=friday, replacement=world.lotte)

    def lotte() -> Face:
        [face] = [one for one in people_of([world.west.pk], TODAY) if one.stands_in_for]
        return face

    assert (lotte().person.name, lotte().back_on) == ("Lotte", date(2026, 11, 23)), "not on a Saturday"
    change(world, hours={"wed": [["09:00", "12:00"]]})
    assert lotte().back_on == date(2026, 11, 25)
    Absence.objects.create(professional=world.bram, starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 27))
    assert lotte().back_on == date(2026, 12, 2), "absences that follow on each other are one"


def test_the_list_of_everybody_says_who_is_there_instead(world: World) -> None:
    Absence.objects.create(professional=world.bram, starts_on=TODAY, ends_on=TODAY, replacement=world.lotte)
    cards = {person.name: shown for person, shown in everyone(world.a.pk, TODAY)}
    assert list(cards) == ["Bram", "Carla", "Dirk", "Lotte"]
    assert (cards["Bram"].replaced_by, cards["Bram"].back_on) == ("Lotte", date(2026, 11, 19))
    assert cards["Lotte"].away_until is None
