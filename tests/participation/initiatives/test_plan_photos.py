"""Photos of a plan: added without a script, described, taken out, and seen by its group alone."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core.media.models import Photo
from core.media.urls import photo_url
from participation.initiatives.models import Initiative
from participation.initiatives.states import Stage
from tests.participation.initiatives.conftest import draft, group_of
from tests.participation.reports.browser import picture
from tests.support.residents import signed_in
from tests.support.world import HOST_A, World


@pytest.fixture
def client(neighbourhood: World) -> Client:
    client = Client(headers={"host": HOST_A, "accept-language": "en"})
    signed_in(client)
    return client


def page(made: Initiative) -> str:
    return f"/initiatieven/beginnen/{made.slug}/fotos/"


def send(client: Client, made: Initiative, *files: Any, **values: str) -> Any:
    return client.post(page(made), {"photos": list(files), **values})


def look(client: Client, address: str) -> int:
    answer: Any = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def test_photos_are_added_described_and_taken_out(client: Client) -> None:
    made = draft()
    assert send(client, made, picture(), picture("red")).status_code == 303
    first, second = made.photos.all()
    assert send(client, made, **{f"alt_{first.photo_id}": "Het lege veld"}).status_code == 303
    first.refresh_from_db()
    assert first.alt == "Het lege veld"
    assert 'value="Het lege veld"' in client.get(page(made)).content.decode()
    went = send(client, made, drop=str(second.photo_id))
    assert went["Location"].startswith(page(made))
    assert list(made.photos.all()) == [first] and Photo.objects.count() == 1


def test_enter_in_a_field_takes_no_photo_out(client: Client) -> None:
    made = draft()
    send(client, made, picture())
    form = client.get(page(made)).content.decode().partition('id="plan-form"')[2]
    first = form.partition("<button")[2].partition(">")[0]
    assert "name=" not in first, "the first button of a form is the one that Enter presses"


def test_there_are_five_at_most_and_the_others_are_said_to_be_left_out(client: Client) -> None:
    made = draft()
    refused = send(client, made, *(picture() for _photo in range(6)))
    assert refused.status_code == 400 and "left out" in refused.content.decode()
    assert made.photos.count() == 5


def test_what_is_no_photo_is_refused_next_to_the_field(client: Client) -> None:
    broken = BytesIO(b"this is no photo")
    broken.name = "note.jpg"
    refused = send(client, draft(), broken)
    assert refused.status_code == 400 and 'href="#id_photos"' in refused.content.decode()


def test_a_photo_of_a_draft_is_for_its_group(client: Client) -> None:
    made, people = group_of(2)
    member = Client(headers={"host": HOST_A})
    signed_in(member, people[1].email)
    send(member, made, picture())
    address = photo_url(made.photos.get().photo_id, "thumb")
    assert look(member, address) == 200
    assert look(client, address) == 404  # somebody else who is signed in
    assert look(Client(headers={"host": HOST_A}), address) == 404


def test_a_photo_of_another_plan_cannot_be_taken_out(client: Client) -> None:
    mine = draft()
    other, people = group_of(1)
    theirs = Client(headers={"host": HOST_A})
    signed_in(theirs, people[0].email)
    send(theirs, other, picture())
    send(client, mine, drop=str(other.photos.get().photo_id))
    send(client, mine, drop=str(uuid4()))
    assert other.photos.count() == 1


def test_photos_of_what_everybody_sees_are_seen_by_everybody(client: Client) -> None:
    made = draft()
    client.post(f"/initiatieven/beginnen/{made.slug}/nakijken/")
    Initiative.objects.filter(pk=made.pk).update(stage=Stage.DOING, published_at=made.created_at)
    send(client, made, picture())
    assert look(Client(headers={"host": HOST_A}), photo_url(made.photos.get().photo_id, "thumb")) == 200


def test_a_draft_that_is_thrown_away_takes_its_photos_along(client: Client) -> None:
    made = draft()
    send(client, made, picture())
    client.post(f"/initiatieven/{made.slug}/groep/instellingen/", {"deed": "throw-away"})
    assert not Photo.objects.exists()


def test_a_form_from_another_site_adds_nothing(neighbourhood: World) -> None:
    made = draft()
    strict = Client(headers={"host": HOST_A}, enforce_csrf_checks=True)
    signed_in(strict)
    assert send(strict, made, picture()).status_code == 403
    assert not made.photos.exists()
