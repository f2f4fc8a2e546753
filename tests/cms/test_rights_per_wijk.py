"""An editor of one wijk edits that wijk and nothing else: through every address the back office has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Comment, GroupPagePermission, Page, PageLogEntry, Revision, TaskState, WorkflowState

from cms.editing.models import EditingRules
from cms.editing.rights import add_editor, candidates, choose_check, remove_editor, rows, wijk_group
from cms.home.actions import set_up_site, take_down_site
from cms.wijken.models import WijkPage
from cms.wins.models import SmallWinPage
from core.accounts.models import User
from core.areas.models import Area
from core.areas.policies import workplace
from core.errors import Invalid, NotFound
from tests.cms.conftest import HOST_A, HOST_B, Sites, picture
from tests.cms.forms import filled_in
from tests.support.accounts import sign_in

SECRET = "Geheim-concept"


def win(wijk: WijkPage, title: str, **fields: Any) -> SmallWinPage:
    page = SmallWinPage(title=title, lead="Het is gelukt.", live=False, **fields)
    wijk.add_child(instance=page)
    page.save_revision()
    return page


def editor_of(sites: Sites, area: Area, name: str = "wijkredacteur") -> Client:
    """A browser of somebody who edits this wijk alone."""
    user = User.objects.create(username=name, name=name)
    by = User.objects.get_or_create(username="baas", defaults={"is_superuser": True})[0]
    home = sites.a.home if area.gemeente_id == sites.world.a.pk else sites.b.home
    user.groups.add(sites.a.editors)  # known in the municipality, or nobody could choose them
    add_editor(gemeente_id=home.gemeente_id, page_id=sites.wijk(area).pk, user_id=user.pk, by=by)
    user.groups.remove(sites.a.editors)
    return sign_in(Client(headers={"host": HOST_A, "accept-language": "en"}), user)


@pytest.fixture
def west_editor(sites: Sites) -> Client:
    return editor_of(sites, sites.world.west)


# --- choosing editors -------------------------------------------------------------------------


def test_an_administrator_makes_somebody_editor_of_a_wijk_in_two_clicks(sites: Sites, administrator: Client) -> None:
    page, lotte = sites.wijk(sites.world.west), sites.world.lotte.user
    listed = administrator.get(reverse("editors")).content.decode()
    assert "Westerwijk" in listed and "Oosterwijk" in listed and "Duinwijk" not in listed
    address = reverse("editors_of", args=[page.pk])
    assert lotte in administrator.get(address).context["form"].fields["user"].queryset
    assert administrator.post(address, {"user": lotte.pk}).status_code == 302
    assert administrator.post(address, {"user": lotte.pk}).status_code == 400, "nobody twice"
    assert lotte.groups.count() == 1
    client = sites.world.client(sites.world.lotte, headers={"host": HOST_A})
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert administrator.post(reverse("remove_editor", args=[page.pk, lotte.pk])).status_code == 302
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 302


@pytest.mark.parametrize("who", ["editor", "west_editor"])
def test_an_editor_chooses_no_editors(who: str, request: pytest.FixtureRequest, sites: Sites) -> None:
    client, page = request.getfixturevalue(who), sites.wijk(sites.world.west)
    before = list(User.groups.through.objects.values_list("user", "group"))
    for address in (
        reverse("editors"),
        reverse("editors_of", args=[page.pk]),
        reverse("remove_editor", args=[page.pk, sites.world.lotte.user_id]),
    ):
        assert client.get(address).status_code in {302, 405}
        assert client.post(address, {"user": sites.world.lotte.user_id, "check_by": "nobody"}).status_code == 302
    assert list(User.groups.through.objects.values_list("user", "group")) == before
    assert not EditingRules.objects.exists()


def test_only_people_and_pages_of_the_own_municipality_can_be_chosen(sites: Sites, administrator: Client) -> None:
    zoe, theirs = sites.world.zoe.user, sites.wijk(sites.world.b.children.get())
    assert zoe not in candidates(sites.world.a.pk)
    ours = reverse("editors_of", args=[sites.wijk(sites.world.west).pk])
    assert administrator.post(ours, {"user": zoe.pk}).status_code == 400
    assert administrator.get(reverse("editors_of", args=[theirs.pk])).status_code == 404
    assert administrator.post(reverse("editors_of", args=[theirs.pk]), {"user": zoe.pk}).status_code == 404
    assert administrator.post(reverse("remove_editor", args=[theirs.pk, zoe.pk])).status_code == 404
    boss = User.objects.create(username="baas")
    with pytest.raises(Invalid):
        add_editor(gemeente_id=sites.world.a.pk, page_id=sites.wijk(sites.world.west).pk, user_id=zoe.pk, by=boss)
    with pytest.raises(NotFound):
        add_editor(gemeente_id=sites.world.a.pk, page_id=theirs.pk, user_id=sites.world.lotte.user_id, by=boss)
    assert not zoe.groups.exists()


def test_the_group_of_a_wijk_is_made_once_and_lives_with_its_page(sites: Sites) -> None:
    page, boss, gemeente = sites.wijk(sites.world.west), User.objects.create(username="baas"), sites.world.a.pk
    for person in (sites.world.bram, sites.world.lotte, sites.world.bram):
        add_editor(gemeente_id=gemeente, page_id=page.pk, user_id=person.user_id, by=boss)
    group = wijk_group(page)
    assert group is not None
    assert Group.objects.filter(page_permissions__page=page).distinct().count() == 1
    assert set(group.user_set.all()) == {sites.world.bram.user, sites.world.lotte.user}
    remove_editor(gemeente_id=gemeente, page_id=page.pk, user_id=sites.world.bram.user_id, by=boss)
    assert list(group.user_set.all()) == [sites.world.lotte.user]
    page.delete()
    assert set_up_site(gemeente).wijken == ["WK910101"]
    add_editor(gemeente_id=gemeente, page_id=sites.wijk(sites.world.west).pk, user_id=sites.world.bram.user_id, by=boss)
    assert list(group.user_set.all()) == [sites.world.bram.user], "a new page does not bring old editors back"
    take_down_site(gemeente)
    assert not Group.objects.filter(pk=group.pk).exists()


def test_the_list_costs_the_same_for_many_wijken(sites: Sites, django_assert_num_queries: Any) -> None:
    boss = User.objects.create(username="baas")
    for area in (sites.world.west, sites.world.east):
        for person in (sites.world.bram, sites.world.lotte):
            add_editor(gemeente_id=sites.world.a.pk, page_id=sites.wijk(area).pk, user_id=person.user_id, by=boss)
    with django_assert_num_queries(6):
        found = rows(sites.world.a.pk)
    assert [len(one.editors) for one in found] == [0, 2, 2]


def test_an_editor_of_a_wijk_works_for_its_municipality(sites: Sites, west_editor: Client) -> None:
    assert workplace(User.objects.get(username="wijkredacteur")) == sites.world.a.pk


# --- what an editor of a wijk can do ----------------------------------------------------------


def test_they_change_their_wijk_and_make_pages_below_it(sites: Sites, west_editor: Client) -> None:
    page = sites.wijk(sites.world.west)
    assert west_editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    add = reverse("wagtailadmin_pages:add", args=["cms_wins", "smallwinpage", page.pk])
    form = filled_in(west_editor.get(add), title="Bank gemaakt", slug="bank", lead="Er staat weer een bank.")
    answer = west_editor.post(add, form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert SmallWinPage.objects.get(slug="bank").get_parent().specific == page
    assert not SmallWinPage.objects.get(slug="bank").live


def test_the_explorer_search_chooser_and_reports_show_only_their_wijk(sites: Sites, west_editor: Client) -> None:
    east = sites.wijk(sites.world.east)
    theirs = win(east, SECRET)
    sites.news(sites.a, "Nieuws-voor-iedereen")
    for address in (
        f"/beheer/pages/{sites.a.home.pk}/",
        f"/beheer/pages/{east.get_parent().pk}/",
        "/beheer/pages/search/?q=wijk",
        f"/beheer/pages/search/?q={SECRET}",
        f"/beheer/choose-page/{east.get_parent().pk}/",
        "/beheer/choose-page/search/?q=Oosterwijk",
        "/beheer/api/main/pages/",
        f"/beheer/api/main/pages/?child_of={east.pk}",
        "/beheer/reports/locked/",
        "/beheer/reports/workflow/",
        "/beheer/reports/site-history/",
        "/beheer/reports/aging-pages/",
        "/beheer/reports/page-types-usage/",
        "/beheer/",
    ):
        said = west_editor.get(address, follow=True).content.decode()
        for hidden in (
            *(() if SECRET in address else (SECRET,)),
            f"/pages/{east.pk}/",
            f"/pages/{theirs.pk}/",
            "Nieuws-voor-iedereen",
        ):
            assert hidden not in said, (address, hidden)
    for pk in (east.pk, theirs.pk, sites.b.home.pk):
        assert west_editor.get(f"/beheer/api/main/pages/{pk}/").status_code == 404


def test_the_page_of_the_wijk_itself_cannot_be_taken_away_by_its_own_editor(sites: Sites, west_editor: Client) -> None:
    choose_check(gemeente_id=sites.world.a.pk, check_by="nobody")
    page = sites.wijk(sites.world.west)
    sort = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, page.get_parent().pk])
    for name in ("delete", "unpublish"):
        west_editor.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        west_editor.post(f"/beheer/bulk/wagtailcore/page/{name}/?id={page.pk}")
    west_editor.post(sort)
    page = WijkPage.objects.get(pk=page.pk)
    assert page.live


def test_publishing_is_theirs_only_where_nobody_checks(sites: Sites, west_editor: Client) -> None:
    page = win(sites.wijk(sites.world.west), "Gelukt")

    def may_publish() -> bool:
        user = User.objects.get(username="wijkredacteur")
        return bool(page.permissions_for_user(user).can_publish())

    assert not may_publish()
    choose_check(gemeente_id=sites.world.a.pk, check_by="nobody")
    choose_check(gemeente_id=sites.world.a.pk, check_by="nobody")
    assert may_publish()
    late = editor_of(sites, sites.world.east, "later")
    assert late is not None
    east = win(sites.wijk(sites.world.east), "Ook gelukt")
    assert east.permissions_for_user(User.objects.get(username="later")).can_publish()
    choose_check(gemeente_id=sites.world.a.pk, check_by="wijk")
    assert not may_publish()
    town = User.objects.create(username="stad")
    town.groups.add(sites.a.editors)
    assert page.permissions_for_user(User.objects.get(pk=town.pk)).can_publish()
    choose_check(gemeente_id=sites.world.a.pk, check_by="all")
    assert not page.permissions_for_user(User.objects.get(pk=town.pk)).can_publish()
    assert GroupPagePermission.objects.filter(page=sites.b.home, permission__codename="publish_page").count() == 2


# --- what they cannot -------------------------------------------------------------------------


def addresses(resolver: Any, prefix: str = "") -> Iterator[tuple[str, list[str], Any]]:
    """Every address of the back office that takes something from its path: name, parameters."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif isinstance(one, URLPattern):
            keys = list(one.pattern.regex.groupindex)
            if keys:
                yield f"{prefix}{one.name}", keys, one


def fingerprint(pages: list[int], images: list[int]) -> Any:
    """Everything that belongs to these pages and images."""
    from wagtail.images import get_image_model

    texts = [str(one) for one in pages]
    return (
        list(Page.objects.filter(pk__in=pages).order_by("pk").values()),
        list(WijkPage.objects.filter(pk__in=pages).order_by("pk").values()),
        list(SmallWinPage.objects.filter(pk__in=pages).order_by("pk").values()),
        sorted(Page.objects.filter(pk__in=pages).values_list("pk", "alias_of", "latest_revision")),
        list(Revision.objects.filter(object_id__in=texts).order_by("pk").values()),
        list(WorkflowState.objects.filter(object_id__in=texts).order_by("pk").values()),
        list(TaskState.objects.filter(workflow_state__object_id__in=texts).order_by("pk").values()),
        list(Comment.objects.filter(page__in=pages).order_by("pk").values()),
        PageLogEntry.objects.filter(page__in=pages).count(),
        list(get_image_model().objects.filter(pk__in=images).order_by("pk").values()),
        [Page.objects.get(pk=one).get_children().count() for one in pages],
    )


def test_no_address_of_the_back_office_changes_another_wijk_or_shows_its_drafts(
    sites: Sites, west_editor: Client, tmp_path: Path
) -> None:
    """Every address with a number in it gets the numbers of the other wijk, and of the other municipality."""
    choose_check(gemeente_id=sites.world.a.pk, check_by="nobody")  # with the right to publish, at home
    own = sites.wijk(sites.world.west)
    other_user = User.objects.create(username="ander", is_superuser=True)
    east, far = sites.wijk(sites.world.east), sites.wijk(sites.world.b.children.get())
    asked_for = win(east, SECRET)
    asked_for.get_workflow().start(asked_for, other_user)
    locked = win(far, f"{SECRET}-dicht")
    locked.locked, locked.locked_by, locked.locked_at = True, other_user, timezone.now()
    locked.save()
    locked.go_live_at = timezone.now() + timedelta(days=1)
    locked.save_revision(approved_go_live_at=locked.go_live_at)
    targets = [(east, asked_for), (far, locked)]
    images = [picture(sites.world.b, tmp_path, f"{SECRET}-foto").pk]
    theirs = picture(sites.world.a, tmp_path, "Foto-van-een-ander")
    theirs.uploaded_by_user = other_user
    theirs.save()
    images.append(theirs.pk)
    pages = sorted({page.pk for wijk, draft in targets for page in (wijk, draft)} | {sites.b.home.pk})
    below_own = own.get_children().count()
    form = {
        "title": "Overgenomen", "slug": "overgenomen", "new_title": "Overgenomen", "new_slug": "overgenomen",
        "new_parent_page": own.pk, "action-publish": "1", "story": "Overgenomen", "position": 0,
        "comment": "Overgenomen", "lead": "Overgenomen", "body-count": 0, "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0, "publish_copies": "on", "copy_subpages": "on", "date": "2026-11-20",
        "supporters": 0, "restriction_type": "login", "chooser": own.pk, "restrict_type": "none", "next": "/beheer/",
    }  # fmt: skip
    asked = set()
    for wijk, page in targets:
        revision, tried = page.latest_revision, []
        before = fingerprint(pages, images)
        task = TaskState.objects.filter(workflow_state__object_id=str(page.pk)).first()
        values: dict[str, list[Any]] = {
            "page_id": [page.pk], "pk": [page.pk, images[0]], "object_id": [page.pk],
            "revision_id": [revision.pk], "revision_id_a": ["live", revision.pk],
            "revision_id_b": [revision.pk, "latest"],
            "page_to_move_id": [page.pk, own.pk], "destination_id": [wijk.pk, own.pk], "parent_page_id": [wijk.pk],
            "parent_page": [wijk.pk], "image_id": images, "imageid": images, "task_state_id": [task.pk if task else 1],
            "action_name": ["approve", "reject", "publish", "unpublish", "copy", "delete", "move", "create_alias",
                            "revert_to_page_revision", "copy_for_translation", "convert_alias"],
            "action_type": ["delete", "publish", "unpublish", "move"], "app_label": ["wagtailcore"],
            "content_type_app_name": ["cms_wins"], "content_type_model_name": ["smallwinpage"], "model_name": ["page"],
            "filter_spec": ["original"], "workflow_state_id": [task.workflow_state_id if task else 1],
            "session_id": [1], "id": [page.pk], "site_pk": [1], "user_id": [other_user.pk], "group_id": [1],
        }  # fmt: skip
        for name, keys, _pattern in addresses(get_resolver()):
            if not name.startswith(("wagtail", "simple_translation")) or "password" in name:
                continue
            for chosen in product(*(values.get(key, [page.pk]) for key in keys)):
                try:
                    address = reverse(name, kwargs=dict(zip(keys, chosen, strict=True)))
                except NoReverseMatch:  # it wants another kind of word
                    continue
                if not address.startswith("/beheer/") or (name, chosen) in asked:
                    continue
                asked.add((name, chosen))
                shown = west_editor.get(f"{address}?id={page.pk}&next=/beheer/")
                said = b"" if shown.streaming else shown.content
                assert SECRET.encode() not in said, f"GET {address} ({name}) shows a draft"
                posted = west_editor.post(f"{address}?id={page.pk}", form)
                said = b"" if posted.streaming else posted.content
                assert SECRET.encode() not in said, f"POST {address} ({name}) shows a draft"
                tried.append(address)
        assert fingerprint(pages, images) == before, f"one of these changed what is another's: {tried}"
    assert len(asked) > 150, "the back office has its addresses in another place"
    fresh = own.get_children().exclude(title="Overgenomen")
    assert fresh.count() == below_own
    for page in own.get_descendants().specific():
        assert SECRET not in str(page.get_latest_revision_as_object().__dict__), "a copy of a draft of another wijk"


def test_nothing_of_another_wijk_can_be_brought_into_ones_own_or_the_other_way(
    sites: Sites, west_editor: Client
) -> None:
    own, other = sites.wijk(sites.world.west), sites.wijk(sites.world.east)
    mine, theirs = win(own, "Van ons"), win(other, SECRET)
    copy = {"new_title": "Kopie", "new_slug": "kopie", "copy_subpages": "on", "alias": ""}
    west_editor.post(reverse("wagtailadmin_pages:copy", args=[theirs.pk]), copy | {"new_parent_page": own.pk})
    west_editor.post(reverse("wagtailadmin_pages:copy", args=[mine.pk]), copy | {"new_parent_page": other.pk})
    west_editor.post(reverse("wagtailadmin_pages:move_confirm", args=[theirs.pk, own.pk]))
    west_editor.post(reverse("wagtailadmin_pages:move_confirm", args=[mine.pk, other.pk]))
    west_editor.post(f"/beheer/bulk/wagtailcore/page/move/?id={mine.pk}", {"chooser": other.pk})
    west_editor.post(f"/beheer/api/main/pages/{mine.pk}/action/move/", {"destination_page_id": other.pk})
    west_editor.post(
        f"/beheer/api/main/pages/{mine.pk}/action/copy/", {"destination_page_id": other.pk, "recursive": 0}
    )
    add = reverse("wagtailadmin_pages:add", args=["cms_wins", "smallwinpage", other.pk])
    assert west_editor.get(add).status_code in {302, 403}
    assert [page.pk for page in own.get_children()] == [mine.pk]
    assert [page.pk for page in other.get_children()] == [theirs.pk]


def test_on_another_municipalitys_host_they_are_no_more_than_at_home(sites: Sites, west_editor: Client) -> None:
    theirs = sites.wijk(sites.world.b.children.get())
    for address in (f"/beheer/pages/{theirs.pk}/edit/", f"/beheer/pages/{theirs.pk}/delete/"):
        assert west_editor.get(address, headers={"host": HOST_B}).status_code in {302, 403, 404}
