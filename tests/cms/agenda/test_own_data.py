"""What a resident with an account follows and signed up for: in their export, and gone with them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.agenda.models import Attendance
from cms.following.models import Follower, Wish
from tests.cms.agenda.conftest import MakeEvent, browser, comes, letters_to, sign_up
from tests.cms.conftest import HOST_B, Sites
from tests.cms.following import ask, follower
from tests.participation.residents.signing_in import mailed_code
from tests.support.residents import rows_with, signed_in

EMAIL = "zilverling@example.test"


def test_what_one_follows_and_signed_up_for_is_told_and_goes(sites: Sites, make_event: MakeEvent) -> None:
    to_come = make_event(sign_up="here", seats=1, waiting_list=True, most_people=1)
    comes(to_come, EMAIL)
    sign_up(to_come, "bert@example.nl")
    past = make_event("Vorige week", sign_up="here")
    comes(past, EMAIL)
    Attendance.objects.filter(event=past).update(ends_at=timezone.now() - timedelta(days=2))
    follower(sites, sites.world.west, email=EMAIL)
    ask(browser(), sites.world.east, email=EMAIL)
    client = browser()
    signed_in(client, EMAIL.upper())

    told: Any = json.loads(client.get("/mijn/inzien/bestand/").content)
    assert {one["event"] for one in told["agenda"]["signedUp"]} == {"Koffie in de buurt", "Vorige week"}
    assert told["following"]["follows"]["wijken"] == ["Westerwijk"]
    assert told["following"]["asked"]["wijken"] == ["Oosterwijk"]
    assert client.get("/mijn/inzien/").status_code == 200

    client.post("/mijn/wissen/")
    assert client.post("/mijn/wissen/code/", {"code": mailed_code()}).status_code == 302
    assert rows_with("zilverling") == []
    assert not Follower.objects.exists() and not Wish.objects.exists()
    assert [one.people for one in Attendance.objects.filter(event=past)] == [1], "how many came"
    assert [one.state for one in Attendance.objects.filter(event=to_come)] == ["offered"]
    assert letters_to("bert@example.nl")


def test_the_same_address_elsewhere_is_somebody_else(sites: Sites, make_event: MakeEvent) -> None:
    follower(sites, sites.world.west, email=EMAIL)
    comes(make_event(sign_up="here"), EMAIL)
    client = browser()
    signed_in(client, EMAIL, host=HOST_B)
    client.defaults["HTTP_HOST"] = HOST_B
    assert set(json.loads(client.get("/mijn/inzien/bestand/").content)) == {"madeAt", "site", "account"}
    client.post("/mijn/wissen/")
    client.post("/mijn/wissen/code/", {"code": mailed_code()})
    assert Follower.objects.count() == 1
    assert Attendance.objects.get().email == EMAIL
