"""What the page of a report shows: the place, the photos, and what was typed and refused."""

from __future__ import annotations

from django.test import Client

from participation.reports.rules import ContactGiven
from tests.participation.reports.browser import hidden, picture
from tests.support.world import World

ANNA = ContactGiven(email="anna@example.nl", name="Anna")


def test_a_refused_change_of_contact_keeps_what_was_typed(client: Client, world: World) -> None:
    sent = world.report(contact=ANNA)
    client.get(f"/volgen/{sent.token}/")

    typed = {"name": "Nieuwe Naam", "email": "fout-adres", "phone": "06 12345678"}
    answer = client.post("/volgen/contact/", typed)

    html = answer.content.decode()
    assert answer.status_code == 400
    for value in typed.values():
        assert f'value="{value}"' in html
    assert '<a href="#id_email">' in html
    assert 'value="fout-adres" aria-invalid="true" aria-describedby="id_email_error"' in html


def test_the_page_shows_the_place_and_photos_as_they_were_sent(client: Client, world: World) -> None:
    first = client.post("/api/v1/uploads", {"file": picture()}).json()["id"]
    body = {
        "text": "Er staat een bank",
        "category": "grofvuil",
        "location": {"type": "Point", "coordinates": [5.002, 52.005]},
        "address": "Havenstraat 12",
        "photos": [first],
    }
    sent = client.post("/api/v1/reports", body, content_type="application/json").json()
    client.get(f"/volgen/{sent['tracking']['token']}/")
    page = client.get("/volgen/")
    message = {"text": "En nog een", "key": hidden(page)["key"], "photos": picture("red")}
    assert client.post("/volgen/bericht/", message).status_code == 302

    html = client.get("/volgen/").content.decode()
    told = html[html.index('id="report-title"') :]
    talk = html[html.index('id="conversation-title"') : html.index('id="report-title"')]
    assert "<bdi>Havenstraat 12, Westerwijk</bdi>" in told
    assert (first in told, first in talk, told.count("<img"), talk.count("<img")) == (True, False, 1, 1)
    headers = {"Authorization": f"Bearer {sent['tracking']['token']}"}
    followed = client.get("/api/v1/tracking", headers=headers).json()
    assert sorted(one["withReport"] for one in followed["photos"]) == [False, True]


def test_a_place_without_an_address_is_the_place_on_the_map(client: Client, world: World) -> None:
    sent = world.report()
    client.get(f"/volgen/{sent.token}/")
    assert (
        "The place on the map, <bdi>Westerwijk</bdi>"
        in client.get("/volgen/", headers={"Accept-Language": "en"}).content.decode()
    )
