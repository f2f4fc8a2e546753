"""Where an event is: looked up when the editor saves it, shown without a script, and missed by nobody when it fails."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.agenda.models import EventPage
from cms.home.actions import set_up_site
from core.accounts.models import User
from core.areas.models import Area
from tests.cms.agenda.conftest import agenda_of
from tests.cms.agenda.test_agenda_pages import form_of
from tests.core.places.conftest import AT_THE_CHURCH, VLIETSTEDE, areas, pdok
from tests.support.accounts import sign_in
from tests.support.live.locatieserver import Locatieserver

__all__ = ["areas", "pdok"]


@pytest.mark.parametrize(
    ("address", "found"), [("Dorpsplein, Vlietstede", True), ("Nergenshuizen 99", False), ("", False)]
)
def test_an_address_becomes_a_map_and_without_one_the_page_does_without(
    areas: dict[str, Area],
    pdok: Locatieserver,
    address: str,
    found: bool,
) -> None:
    site = set_up_site(areas["GM9901"].pk)
    user = User.objects.create(username="redacteur", name="redacteur")
    user.groups.add(site.editors)
    editor = sign_in(Client(headers={"host": VLIETSTEDE, "accept-language": "en"}), user)
    path = f"/beheer/pages/add/cms_agenda/eventpage/{agenda_of(site).pk}/"
    assert editor.post(path, form_of(address=address)).status_code == 302

    event = EventPage.objects.get()
    page = Client(headers={"host": VLIETSTEDE}).get(event.get_url_parts()[2]).content.decode()
    assert ("spot-map" in page) == found
    if found:
        assert event.lon == pytest.approx(AT_THE_CHURCH[0], abs=0.01)
        assert event.lat == pytest.approx(AT_THE_CHURCH[1], abs=0.01)
        assert editor.get(f"/beheer/pages/{event.pk}/edit/").status_code == 200
        form = form_of(address=address, title="Anders", slug=event.slug)
        assert editor.post(f"/beheer/pages/{event.pk}/edit/", form).status_code == 302
        assert EventPage.objects.get().lon == event.lon, "an address that stays is not looked up again"
    else:
        assert (event.lon, event.lat) == (None, None)
        told = editor.get(f"/beheer/pages/{event.pk}/edit/").context["form"].fields["address"].help_text
        usual = EventPage._meta.get_field("address").help_text
        assert (str(told) != str(usual)) == bool(address)
