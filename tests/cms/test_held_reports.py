"""`/beheer/`: held reports are looked at, released, refused and taken back; words are set; others see nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import ModelLogEntry

from core.ui.languages import own_name
from participation.cases.models import Case, View
from participation.reports.models import Held
from participation.routing.models import Category
from participation.routing.wording import words_of
from participation.texts.models import BlockedWord
from tests.cms.conftest import Sites
from tests.support.accounts import sign_in
from tests.support.world import HOST_A, IN_B, report_body

LINKS = "Kijk op https://a.example https://b.example https://c.example voor korting"


def hold(**changes: Any) -> Held:
    before = set(Held.objects.values_list("pk", flat=True))
    answer = Client().post("/api/v1/reports", report_body(text=LINKS, **changes), content_type="application/json")
    assert answer.status_code == 201, answer.content
    return Held.objects.exclude(pk__in=before).get()


def decide(client: Client, deed: str, *held: int) -> Any:
    return client.post(reverse("held-reports:decide"), {"deed": deed, "held": list(held)}, follow=True)


@pytest.fixture
def waiting(sites: Sites) -> Held:
    return hold()


def test_the_queue_shows_what_waits_and_why(waiting: Held, administrator: Client) -> None:
    page = administrator.get(reverse("held-reports:index")).content.decode()
    assert waiting.reference in page
    assert "korting" in page
    assert reverse("held-reports:index") in administrator.get("/beheer/").content.decode(), "the first page says so"


def test_the_queue_tells_who_would_get_it_in_which_language_and_where(
    sites: Sites, administrator: Client, settings: Any
) -> None:
    settings.TILES_URL = "http://127.0.0.1:9"
    held = hold(category="grofvuil", language="ar")
    page = administrator.get(reverse("held-reports:index")).content.decode()
    label = page.partition(f"<strong>{held.reference}</strong>")[2].partition("</label>")[0]
    with translation.override("en"):
        category = words_of(Category.objects.get(gemeente=sites.world.a, slug="grofvuil")).name
    assert [one in label for one in (category, own_name("ar"), "Haven")] == [True] * 3
    assert page.count('class="spot"') == 1


def test_a_full_queue_costs_as_many_queries_as_one_report(
    sites: Sites, administrator: Client, django_assert_max_num_queries: Any
) -> None:
    hold()
    administrator.get(reverse("held-reports:index"))
    with CaptureQueriesContext(connection) as alone:
        administrator.get(reverse("held-reports:index"))
        many = len(alone)
    for _more in range(5):
        hold()
    with django_assert_max_num_queries(many):
        administrator.get(reverse("held-reports:index"))


def test_released_goes_to_the_team_and_it_is_written_down_who_did_it(waiting: Held, administrator: Client) -> None:
    decide(administrator, f"release:{waiting.pk}")
    assert Case.objects.get().reference == waiting.reference
    waiting.refresh_from_db()
    assert waiting.decided_by is not None
    entry = ModelLogEntry.objects.get(action="reports.release")
    assert (entry.user, entry.object_id) == (waiting.decided_by, str(waiting.pk))


def test_refused_can_be_taken_back_and_then_released(waiting: Held, administrator: Client) -> None:
    decide(administrator, f"refuse:{waiting.pk}")
    assert waiting.reference in administrator.get(f"{reverse('held-reports:index')}?state=refused").content.decode()
    assert not Case.objects.exists()
    decide(administrator, f"take-back:{waiting.pk}")
    decide(administrator, f"release:{waiting.pk}")
    assert Case.objects.count() == 1
    logged = ModelLogEntry.objects.filter(action__startswith="reports.").order_by("timestamp")
    assert [one.action for one in logged] == ["reports.refuse", "reports.take_back", "reports.release"]


def test_several_at_once_and_one_that_somebody_was_first_with(sites: Sites, administrator: Client) -> None:
    one, two, three = hold(), hold(), hold()
    decide(administrator, f"refuse:{two.pk}")
    decide(administrator, "release", one.pk, two.pk, three.pk)
    assert Case.objects.count() == 2
    two.refresh_from_db()
    assert two.state == "refused"


def test_nothing_chosen_or_nonsense_changes_nothing(waiting: Held, administrator: Client) -> None:
    for deed in ("release", "burn", f"burn:{waiting.pk}", "release:x", "release:999999"):
        assert decide(administrator, deed).status_code == 200
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    assert administrator.get(reverse("held-reports:decide")).status_code == 405


def test_another_municipality_and_an_editor_see_and_do_nothing(
    sites: Sites, administrator: Client, editor: Client
) -> None:
    theirs, ours = hold(at=IN_B, category="anders"), hold()
    assert theirs.gemeente_id == sites.world.b.pk
    assert theirs.reference not in administrator.get(reverse("held-reports:index")).content.decode()
    decide(administrator, f"release:{theirs.pk}")
    assert editor.get(reverse("held-reports:index")).status_code in (302, 403)
    decide(editor, f"release:{ours.pk}")
    assert Client().post(reverse("held-reports:decide"), {"deed": f"release:{ours.pk}"}).status_code == 302
    assert not Case.objects.exists()


def test_what_is_about_a_confidential_subject_opens_one_by_one_and_every_look_is_written_down(
    sites: Sites, administrator: Client
) -> None:
    secret, plain = hold(category="burenoverlast"), hold()
    address = reverse("held-reports:index")
    page = administrator.get(address).content.decode()
    assert secret.reference in page
    assert page.count("korting") == 1, "only what the other one says"
    looks = ModelLogEntry.objects.filter(action="reports.look")
    assert not looks.exists()
    assert administrator.get(f"{address}?look={secret.pk}").content.decode().count("korting") == 2
    administrator.get(f"{address}?look={secret.pk}")
    administrator.get(f"{address}?look={plain.pk}")
    assert [one.object_id for one in looks] == [str(secret.pk)], "an open page that is fetched again is the same look"


def test_who_looked_before_it_was_a_case_stands_in_the_register(sites: Sites) -> None:
    bram = sites.world.bram
    bram.user.groups.add(sites.a.administrators)
    client = sign_in(Client(headers={"host": HOST_A, "accept-language": "en"}), bram.user)
    held = hold(category="burenoverlast")
    client.get(f"{reverse('held-reports:index')}?look={held.pk}")
    decide(client, f"release:{held.pk}")
    view = View.objects.get()
    assert (view.case.reference, view.professional, view.what) == (held.reference, bram, View.What.CASE)
    assert view.at == ModelLogEntry.objects.get(action="reports.look").timestamp


def test_an_administrator_sets_the_words(sites: Sites, administrator: Client) -> None:
    address = reverse("blocked-words:add")
    values = {"gemeente": sites.world.a.pk, "phrase": "rotding", "deed": "hold", "is_active": "on"}
    assert administrator.post(address, values).status_code == 302
    word = BlockedWord.objects.get()
    Client().post("/api/v1/reports", report_body(text="wat een ROTDING"), content_type="application/json")
    assert Held.objects.get().reasons == [{"code": "word", "word": "rotding"}]
    assert "rotding" in administrator.get(reverse("held-reports:index")).content.decode()
    again = administrator.post(address, values | {"phrase": "Rotding"})
    assert again.status_code == 200, "it is on the list already"
    assert ModelLogEntry.objects.filter(action="wagtail.create", object_id=str(word.pk)).exists()
