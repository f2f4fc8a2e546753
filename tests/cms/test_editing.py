"""The road of a page in `/beheer/`: draft, check, published, on time; photos, redirects, revisions, locks, previews."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Revision, Workflow, WorkflowPage, WorkflowTask

from cms.editing import tasks
from cms.editing.models import SecondEditorTask
from cms.editing.rights import choose_check, wijk_group
from cms.editing.schedule import anything_due, publish_due
from cms.home.actions import set_up_site, take_down_site
from cms.news.models import NewsPage
from core.accounts.models import User
from core.work.models import Periodic
from core.work.schedule import enqueue_due
from core.work.worker import Worker
from tests.cms.conftest import Sites, picture, signed_in
from tests.cms.forms import filled_in
from tests.cms.test_rights_per_wijk import editor_of, win

SUBMIT, PUBLISH = {"action-submit": "1"}, {"action-publish": "1"}


def edit(client: Client, page: Page, **changes: Any) -> Any:
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    answer = client.post(address, filled_in(client.get(address), **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def approve(client: Client, page: Page, action: str = "approve", **said: str) -> Any:
    state = Page.objects.get(pk=page.pk).current_workflow_task_state
    assert state is not None
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return client.post(address, said, headers={"x-requested-with": "XMLHttpRequest"})


def work_off() -> None:
    worker = Worker()
    while worker.run_one():
        pass


def is_live(page: Page) -> bool:
    return Page.objects.get(pk=page.pk).live


# --- the check --------------------------------------------------------------------------------


def test_a_site_comes_with_a_check_for_everything_below_its_home_page(sites: Sites) -> None:
    set_up_site(sites.world.a.pk)
    assert Workflow.objects.count() == 2 + Workflow.objects.filter(name="Moderators approval").count()
    page = win(sites.wijk(sites.world.west), "Gelukt")
    task = page.get_workflow().tasks.get().specific
    assert isinstance(task, SecondEditorTask)
    assert set(task.groups.all()) == {sites.a.editors, sites.a.administrators}
    take_down_site(sites.world.b.pk)
    assert WorkflowPage.objects.filter(page=sites.a.home).count() == 1
    assert SecondEditorTask.objects.count() == 1


def test_a_wijk_may_have_a_check_by_an_organisation_of_its_own(sites: Sites, editor: Client) -> None:
    """As `cms/README.md` says: the workflow that stands nearest above a page counts, for that wijk alone."""
    west, east = sites.wijk(sites.world.west), sites.wijk(sites.world.east)
    welfare = Group.objects.create(name="Redactie welzijn")
    check = SecondEditorTask.objects.create(name="Welzijn kijkt mee")
    check.groups.add(welfare)
    own = Workflow.objects.create(name="Welzijn")
    WorkflowTask.objects.create(workflow=own, task=check)
    WorkflowPage.objects.create(page=west, workflow=own)
    set_up_site(sites.world.a.pk)
    client = editor_of(sites, sites.world.west)
    edit(client, west, title="Westerwijk nu", **SUBMIT)
    assert approve(editor, west).status_code in {302, 403}, "the editors of the municipality are not asked"
    assert Page.objects.get(pk=west.pk).title == "Westerwijk"
    colleague = signed_in("welzijn", welfare, wijk_group(west))
    assert approve(colleague, west).status_code == 200
    assert Page.objects.get(pk=west.pk).title == "Westerwijk nu"
    assert east.get_workflow() == Page.objects.get(pk=sites.a.home.pk).get_workflow() != own


def test_a_wijk_editors_page_is_asked_for_looked_at_and_published(sites: Sites, editor: Client) -> None:
    checker = User.objects.get(username="redacteur-a")
    User.objects.filter(pk=checker.pk).update(email="checker@waterstad.example")
    west = editor_of(sites, sites.world.west)
    User.objects.filter(username="wijkredacteur").update(email="wijk@waterstad.example")
    page = win(sites.wijk(sites.world.west), "Bank gemaakt")
    edit(west, page, title="De bank is gemaakt", **SUBMIT)
    assert not is_live(page)
    work_off()
    (asked,) = mail.outbox
    assert asked.to == ["checker@waterstad.example"]
    assert "De bank is gemaakt" in asked.subject
    assert f"/beheer/pages/{page.pk}/edit/" in asked.body
    assert asked.from_email == "Wijkplatform <noreply@localhost>"
    assert asked.extra_headers["Content-Language"] == "nl"
    assert "De bank is gemaakt" in editor.get("/beheer/").content.decode(), "it waits on the first page"
    # While it is looked at, who asked cannot change it, nor approve it.
    assert approve(west, page).status_code in {302, 403}
    assert not is_live(page)
    approve(editor, page)
    assert is_live(page)
    work_off()
    told = mail.outbox[-1]
    assert told.to == ["wijk@waterstad.example"] and "De bank is gemaakt" in told.subject
    assert sites.visit(page.url).status_code == 200


def test_who_asks_for_changes_says_which(sites: Sites, editor: Client) -> None:
    west = editor_of(sites, sites.world.west)
    User.objects.filter(username="wijkredacteur").update(email="wijk@waterstad.example")
    page = win(sites.wijk(sites.world.west), "Bank gemaakt")
    edit(west, page, **SUBMIT)
    approve(editor, page, "reject", comment="Noem de straat niet.")
    assert not is_live(page)
    work_off()
    assert "Noem de straat niet." in mail.outbox[-1].body
    edit(west, page, lead="Beter zo.", **SUBMIT)
    approve(editor, page)
    assert is_live(page)


def test_nobody_approves_their_own_page_unless_they_are_the_only_editor(sites: Sites, editor: Client) -> None:
    page = sites.news(sites.a, "Bericht")
    edit(editor, page, title="Ander bericht", **SUBMIT)
    second = signed_in("tweede", sites.a.editors)
    approve(editor, page)
    assert Page.objects.get(pk=page.pk).title == "Bericht"
    assert "Ander bericht" not in own_checks(editor)
    assert "Ander bericht" in own_checks(second)
    User.objects.filter(username="tweede").update(is_active=False)
    approve(editor, page)
    assert Page.objects.get(pk=page.pk).title == "Ander bericht"


def own_checks(client: Client) -> str:
    """The part of the first page that says what waits for a look."""
    said = client.get("/beheer/").content.decode()
    return said.partition("Awaiting your review")[2]


def test_where_everything_is_checked_editors_publish_nothing_by_themselves(sites: Sites, editor: Client) -> None:
    choose_check(gemeente_id=sites.world.a.pk, check_by="all")
    page = sites.news(sites.a, "Bericht")
    edit(editor, page, title="Ongezien", **PUBLISH)
    assert Page.objects.get(pk=page.pk).title == "Bericht"
    second = signed_in("tweede", sites.a.editors)
    edit(editor, page, title="Gezien", **SUBMIT)
    approve(second, page)
    assert Page.objects.get(pk=page.pk).title == "Gezien"


def test_the_screen_says_how_it_is_with_one_editor(sites: Sites, administrator: Client) -> None:
    address = reverse("editors")
    assert administrator.get(address).context["nobody"]
    signed_in("enige", sites.a.editors)
    assert administrator.get(address).context["alone"]
    assert administrator.post(address, {"check_by": "all"}).status_code == 302
    assert administrator.post(address, {"check_by": "onzin"}).status_code == 400
    assert administrator.get(address).context["form"].initial == {"check_by": "all"}


def test_a_mail_that_fails_is_sent_later_and_costs_nobody_time(sites: Sites, editor: Client) -> None:
    User.objects.filter(username="redacteur-a").update(email="checker@waterstad.example")
    page = win(sites.wijk(sites.world.west), "Gelukt")
    edit(editor_of(sites, sites.world.west), page, **SUBMIT)
    assert mail.outbox == []
    assert DBTaskResult.objects.filter(task_path="cms.editing.notices.mail_asked").count() == 1
    approve(editor, page)
    work_off()
    assert [one for one in mail.outbox if one.to == ["checker@waterstad.example"]] == [], "it was answered meanwhile"


# --- on time ----------------------------------------------------------------------------------


def planned(page: NewsPage, **moments: Any) -> None:
    """As an editor plans it, and then the clock goes on by two hours."""
    hour = timedelta(hours=1)
    for name in moments:
        setattr(page, name, timezone.now() + hour)
    page.save_revision().publish()
    for revision in Revision.objects.filter(object_id=str(page.pk)):
        content = revision.content
        for name in moments:
            content[name] = (timezone.now() - hour).isoformat()
        due = timezone.now() - hour if revision.approved_go_live_at else None
        Revision.objects.filter(pk=revision.pk).update(content=content, approved_go_live_at=due)
    Page.objects.filter(pk=page.pk).update(**{name: timezone.now() - hour for name in moments})


def draft_of(sites: Sites, title: str) -> NewsPage:
    page = sites.news(sites.a, title)
    page.unpublish()
    return NewsPage.objects.get(pk=page.pk)


def test_what_is_planned_appears_and_disappears_by_itself_once(sites: Sites) -> None:
    comes, goes, stays = draft_of(sites, "Straks"), sites.news(sites.a, "Even"), draft_of(sites, "Nooit")
    planned(comes, go_live_at=True)
    planned(goes, expire_at=True)
    assert anything_due(timezone.now())
    done = publish_due(now=timezone.now())
    assert (done.published, done.expired, done.failed) == ((comes.pk,), (goes.pk,), ())
    assert (is_live(comes), is_live(goes), is_live(stays)) == (True, False, False)
    assert sites.visit("/nieuws/straks/").status_code == 200
    assert sites.visit("/nieuws/even/").status_code == 404
    assert publish_due(now=timezone.now()) == type(done)((), (), ())
    assert not anything_due(timezone.now())
    assert PageLogEntry.objects.filter(page=comes, action="wagtail.publish.scheduled").count() == 1


def test_nothing_happens_before_its_time(sites: Sites) -> None:
    page = draft_of(sites, "Straks")
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert not anything_due(timezone.now())
    assert anything_due(timezone.now() + timedelta(hours=2))
    assert publish_due(now=timezone.now()).published == ()
    assert not is_live(page)


def test_two_workers_look_at_the_clock_and_one_does_it(sites: Sites) -> None:
    planned(draft_of(sites, "Straks"), go_live_at=True)
    Periodic.objects.all().delete()
    now = timezone.now()
    assert "publish-on-time" in enqueue_due(now=now)
    assert "publish-on-time" not in enqueue_due(now=now)
    assert DBTaskResult.objects.filter(task_path="cms.editing.tasks.publish_on_time").count() == 1
    work_off()
    assert sites.visit("/nieuws/straks/").status_code == 200
    assert "publish-on-time" not in enqueue_due(now=now + timedelta(minutes=2)), "with nothing due, no task"


def test_a_page_that_fails_does_not_keep_the_others(sites: Sites) -> None:
    first, second = draft_of(sites, "Kapot"), draft_of(sites, "Heel")
    for page in (first, second):
        planned(page, go_live_at=True)
    broken = Revision.objects.filter(object_id=str(first.pk), approved_go_live_at__isnull=False).get()
    content = broken.content | {"pk": first.pk, "content_type": None, "path": None, "title": None}
    Revision.objects.filter(pk=broken.pk).update(content=content)
    with pytest.raises(RuntimeError):
        tasks.publish_on_time.call()
    assert (is_live(first), is_live(second)) == (False, True)


# --- photos -----------------------------------------------------------------------------------


def upload(client: Client, **fields: str) -> Any:
    from io import BytesIO

    from PIL import Image

    content = BytesIO()
    Image.new("RGB", (1280, 720), "teal").save(content, "PNG")
    form = {"title": "Plein", "file": SimpleUploadedFile("plein.png", content.getvalue(), "image/png"), "tags": ""}
    focal = {"focal_point_x": 200, "focal_point_y": 200, "focal_point_width": 100, "focal_point_height": 100}
    return client.post(reverse("wagtailimages:add"), form | focal | fields)


def test_a_photo_says_what_it_shows_or_that_it_is_only_decoration(sites: Sites, editor: Client) -> None:
    refused = upload(editor)
    assert refused.status_code == 200
    assert "description" in refused.context["form"].errors
    assert upload(editor, description="Kinderen spelen op het plein").status_code == 302
    assert upload(editor, decorative="on", description="weg").status_code == 302
    first, second = get_image_model().objects.order_by("pk")
    assert (first.description, second.description) == ("Kinderen spelen op het plein", "")
    assert first.has_focal_point()


def test_what_must_be_in_sight_stays_in_sight_when_a_photo_is_cut(sites: Sites, tmp_path: Path) -> None:
    image = picture(sites.world.a, tmp_path)
    plain = image.get_rendition("fill-200x600").file.name
    image.focal_point_x, image.focal_point_y = 1200, 360
    image.focal_point_width = image.focal_point_height = 100
    image.save()
    focused = get_image_model().objects.get(pk=image.pk).get_rendition("fill-200x600")
    assert focused.file.name != plain
    assert focused.focal_point_key


# --- redirects --------------------------------------------------------------------------------


def test_an_old_address_leads_to_the_new_one_on_its_own_site_only(
    sites: Sites, editor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    page = sites.news(sites.a, "Bericht")
    with django_capture_on_commit_callbacks(execute=True):
        edit(editor, page, slug="nieuw-bericht", **PUBLISH)
    moved = sites.visit("/nieuws/bericht/")
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith("/nieuws/nieuw-bericht/")
    assert sites.visit("/nieuws/bericht/", "duindorp.test").status_code == 404
    assert Redirect.objects.get().site == sites.a.site


def test_an_administrator_sets_redirects_of_the_own_site_only(sites: Sites, administrator: Client) -> None:
    theirs = Redirect.objects.create(old_path="/andermans", site=sites.b.site, redirect_page=sites.b.home)
    ours = Redirect.objects.create(old_path="/van-ons", site=sites.a.site, redirect_page=sites.a.home)
    listed = administrator.get(reverse("wagtailredirects:index")).content.decode()
    assert "/van-ons" in listed and "/andermans" not in listed
    form = {"old_path": "/nieuw", "site": sites.a.site.pk, "redirect_page": sites.a.home.pk, "redirect_link": ""}
    add = reverse("wagtailredirects:add")
    assert administrator.post(add, form).status_code == 302
    for wrong in ({"site": sites.b.site.pk}, {"site": ""}, {"redirect_page": sites.b.home.pk}):
        assert administrator.post(add, form | {"old_path": "/x"} | wrong).status_code == 200
    assert administrator.get(reverse("wagtailredirects:edit", args=[ours.pk])).status_code == 200
    for name in ("edit", "delete"):
        address = reverse(f"wagtailredirects:{name}", args=[theirs.pk])
        assert administrator.get(address).status_code == 404
        assert administrator.post(address, form).status_code == 404
    assert administrator.get(reverse("wagtailredirects:start_import")).status_code == 302
    assert Redirect.objects.filter(pk=theirs.pk, old_path="/andermans").exists()


@pytest.mark.parametrize("who", ["editor"])
def test_an_editor_sets_no_redirects(who: str, request: pytest.FixtureRequest, sites: Sites) -> None:
    client = request.getfixturevalue(who)
    assert client.get(reverse("wagtailredirects:index")).status_code == 302
    client.post(reverse("wagtailredirects:add"), {"old_path": "/x", "redirect_link": "https://example.org/"})
    assert not Redirect.objects.exists()


# --- before, beside, back -----------------------------------------------------------------------


def every_kind(sites: Sites) -> list[Page]:
    sites.news(sites.a, "Bericht")
    win(sites.wijk(sites.world.west), "Gelukt").save_revision().publish()
    found: dict[type, Page] = {}
    for page in sites.a.home.get_descendants(inclusive=True).specific():
        found.setdefault(type(page), page)
    return list(found.values())


def test_every_kind_of_page_can_be_compared_with_what_it_was(sites: Sites, editor: Client) -> None:
    for page in every_kind(sites):
        page.save_revision()
        page.title = f"{page.title}, anders"
        page.save_revision()
        older, newer = page.revisions.order_by("pk").values_list("pk", flat=True)[:2]
        shown = editor.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, older, newer]))
        assert shown.status_code == 200, type(page)
        assert "anders" in shown.content.decode(), type(page)


def test_what_was_changed_can_be_taken_back(sites: Sites, editor: Client) -> None:
    page = sites.news(sites.a, "Bericht")
    first = page.latest_revision
    edit(editor, page, title="Vergissing", **PUBLISH)
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    edit_address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor.post(edit_address, filled_in(editor.get(address), revision=first.pk, **PUBLISH))
    assert Page.objects.get(pk=page.pk).title == "Bericht"


def test_a_locked_page_is_changed_by_who_locked_it_only(sites: Sites, editor: Client) -> None:
    page = sites.news(sites.a, "Bericht")
    editor.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    second = signed_in("tweede", sites.a.editors)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    second.post(address, filled_in(editor.get(address), title="Toch", **PUBLISH))
    assert Page.objects.get(pk=page.pk).title == "Bericht"
    edit(editor, page, title="Wel", **PUBLISH)
    assert Page.objects.get(pk=page.pk).title == "Wel"


def test_every_kind_of_page_shows_its_draft_in_a_frame_of_our_own(sites: Sites, editor: Client) -> None:
    for page in every_kind(sites):
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        form = filled_in(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])), title="Voorproefje")
        assert editor.post(address, form).json()["is_valid"], type(page)
        shown = editor.get(f"{address}?mode=&in_preview_panel=true")
        assert shown.status_code == 200, type(page)
        assert "Voorproefje" in shown.content.decode(), type(page)
        assert "frame-ancestors 'none'" not in shown.headers.get("Content-Security-Policy", ""), type(page)
        assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
