"""The inbox in a real browser: by keyboard alone, filters in the address, many at once, views of a team, and peace."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, Visitor, assert_accessible
from tests.support.live.servers import until

pytestmark = pytest.mark.browser
HOVEN = [4.64236, 52.05572]


def word() -> str:
    """A word that nobody else uses, to find one's own reports by."""
    return "z" + uuid4().hex[:9]


def report(visitor: Visitor, text: str, *, category: str = "bijplaatsing-grofvuil") -> str:
    """A resident reports; the reference."""
    context = visitor.browser.new_context(base_url=visitor.site.address)
    answer = context.request.post(
        "/api/v1/reports",
        data={"text": text, "location": {"type": "Point", "coordinates": HOVEN}, "category": category},
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert answer.status == 201, answer.text()
    reference = str(answer.json()["reference"])
    context.close()
    return reference


def desk(visitor: Visitor, username: str, address: str = "/werk/", **options: Any) -> Page:
    """A desk that is live."""
    page = visitor.sign_in(visitor.context(**({"locale": "en-GB"} | options)), username).new_page()
    page.goto(address)
    expect(page.locator('.live[data-state="live"]')).to_be_attached()
    expect(page.locator(".case-row.waiting")).to_have_count(0)
    return page


def rows(page: Page) -> Locator:
    return page.locator("[role=listitem][data-reference]")


def row(page: Page, reference: str) -> Locator:
    return page.locator(f'[role=listitem][data-reference="{reference}"]')


def case(page: Page, reference: str) -> dict[str, Any]:
    """The case as the API has it now."""
    found: dict[str, Any] = page.request.get(f"/api/v1/cases/{reference}").json()
    return found


def focused(page: Page) -> str | None:
    """The reference of the row that has the focus."""
    found: str | None = page.evaluate("document.activeElement.closest('[data-reference]')?.dataset.reference ?? null")
    return found


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px wider than the screen"


def test_new_work_is_sorted_by_keyboard_alone(visitor: Visitor) -> None:
    mine = word()
    references = [report(visitor, f"Bank {n} op de stoep {mine}") for n in range(3)]
    page = desk(visitor, "precious")
    keys = page.keyboard

    keys.press("/")
    keys.type(mine)
    expect(rows(page)).to_have_count(3)
    assert "jk" not in page.url
    expect(page.locator(".row-link mark").first).to_have_text(mine)
    keys.press("Enter")
    assert focused(page) == references[2]
    expect(row(page, references[2])).to_have_class(re.compile("unread"))

    keys.press("j")
    assert focused(page) == references[1]
    keys.press("k")
    keys.press("a")  # opens the case that has the focus, then asks who takes it
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    keys.type("sjors")
    keys.press("Enter")
    expect(row(page, references[2]).locator(".row-who")).to_contain_text("Sjors")
    expect(row(page, references[2])).not_to_have_class(re.compile("unread"))
    assert case(page, references[2])["assignee"]["name"] == "Sjors"

    keys.press("Escape")
    expect(page).not_to_have_url(re.compile(references[2]))
    keys.press("j")
    keys.press("m")
    expect(page.get_by_label("Message to the resident")).to_be_focused()
    keys.type("jkxasmn? Wij komen morgen.")
    keys.press("Control+Enter")
    expect(page.locator("desk-case").get_by_text("jkxasmn? Wij komen morgen.").first).to_be_visible()
    keys.press("Escape")
    keys.press("Escape")

    keys.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert_accessible(page)
    keys.press("Escape")
    keys.press("g")
    keys.press("2")
    expect(page).to_have_url(re.compile("view=mine"))


def test_only_one_row_is_on_the_way_of_tab(visitor: Visitor) -> None:
    page = desk(visitor, "fatima")
    page.keyboard.press("j")
    page.keyboard.press("j")
    here = focused(page)
    assert page.locator('.row-link[tabindex="0"]').count() == 1
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert focused(page) == here


def test_filters_are_in_the_address_and_the_way_back_works(visitor: Visitor) -> None:
    page = desk(visitor, "fatima")
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="De Hoven")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_placeholder("Search a neighbourhood").fill("kerk")
    dialog.get_by_role("radio", name="Kerkbuurt").check()
    dialog.get_by_role("checkbox", name="Received").check()
    dialog.get_by_role("checkbox", name="Reopened").check()
    dialog.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile(r"status=received%2Creopened"))
    chips = page.get_by_role("list", name="Filters that are on")
    expect(chips.get_by_role("button", name=re.compile("^Kerkbuurt"))).to_be_visible()
    page.reload()
    expect(chips.get_by_role("button", name=re.compile("^Kerkbuurt"))).to_be_visible()
    chips.get_by_role("button", name=re.compile("^Reopened")).click()
    expect(page).to_have_url(re.compile(r"status=received(&|$)"))
    page.go_back()
    expect(chips.get_by_role("button", name=re.compile("^Reopened"))).to_be_visible()

    page.goto("/werk/?view=team&area=WK990102&supporters=9000")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    suggestion = page.locator(".empty .chip")
    expect(suggestion).to_have_count(1)
    expect(suggestion).to_contain_text("9000 supporters or more")
    assert_accessible(page)
    suggestion.click()
    expect(rows(page).first).to_be_visible()


def test_a_deed_on_many_is_shown_first_and_can_be_taken_back(visitor: Visitor) -> None:
    mine = word()
    references = [report(visitor, f"Matras {n} naast de container {mine}") for n in range(3)]
    page = desk(visitor, "precious", f"/werk/?q={mine}")
    keys = page.keyboard
    expect(rows(page)).to_have_count(3)

    keys.press("j")
    keys.press("x")
    keys.press("j")
    keys.press("j")
    keys.press("Shift+X")
    expect(page.get_by_role("region", name="With all selected cases")).to_contain_text("3 selected")
    assert_accessible(page)
    keys.press("s")
    page.get_by_role("dialog").get_by_role("button", name="High priority").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("This happens to 3 cases.")
    expect(page.locator(".bulk-lines li")).to_have_count(3)
    assert [case(page, one)["priority"] for one in references] == ["normal"] * 3
    assert_accessible(page)
    expect(page.get_by_role("button", name="Do it for 3 cases")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Done for 3 cases.")
    assert [case(page, one)["priority"] for one in references] == ["high"] * 3
    expect(page.get_by_role("button", name="Ready")).to_be_focused()
    keys.press("Enter")

    undo = page.get_by_role("region", name="Last deed").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    assert_accessible(page)
    expect(row(page, references[0])).to_contain_text("High priority")
    keys.press("z")
    expect(undo).to_have_count(0)
    until(lambda: [case(page, one)["priority"] for one in references] == ["normal"] * 3, "it is as it was")
    expect(row(page, references[0])).not_to_contain_text("High priority")


def test_a_view_shared_with_the_team_is_there_for_a_colleague(visitor: Visitor) -> None:
    name = f"Hoven {word()}"
    page = desk(visitor, "precious", "/werk/?area=WK990102&status=received")
    page.get_by_role("list", name="Filters that are on").get_by_role("button", name="Save as a view").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Who sees it").select_option(label="Everyone of Reiniging")
    assert_accessible(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page).to_have_url(re.compile("saved="))

    colleague = desk(visitor, "sjors")
    view = colleague.get_by_role("link", name=re.compile(name))
    view.click()
    expect(colleague).to_have_url(re.compile(r"area=WK990102"))
    expect(colleague.get_by_role("heading", name=name)).to_be_visible()

    page.get_by_role("button", name=f"Change view {name}").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name=re.compile(name))).to_have_count(0)
    expect(page.get_by_role("region", name="Last deed").get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("link", name=re.compile(name))).to_be_visible()
    page.get_by_role("button", name=f"Change view {name}").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name=re.compile(name))).to_have_count(0)


def test_new_rows_never_move_what_is_being_read(visitor: Visitor) -> None:
    report(visitor, "Een vuilniszak, om te lezen")
    page = desk(visitor, "precious", "/werk/?view=new")
    page.keyboard.press("j")
    reading = row(page, focused(page) or "")
    before = reading.bounding_box()

    reference = report(visitor, "Nog een vuilniszak, die vlak daarna kwam")
    pill = page.get_by_role("button", name="1 new case")
    expect(pill).to_be_visible()
    assert reading.bounding_box() == before
    expect(row(page, reference)).to_have_count(0)
    assert_accessible(page)
    page.keyboard.press("l")
    expect(rows(page).first).to_have_attribute("data-reference", reference)
    assert focused(page) == reference
    expect(pill).to_be_hidden()


def test_unread_stays_until_it_is_read_and_is_in_the_title(visitor: Visitor) -> None:
    mine = word()
    reference = report(visitor, f"Een koelkast {mine}")
    page = desk(visitor, "precious", f"/werk/?q={mine}")
    expect(page).to_have_title(re.compile(r"^\(\d+\+?\) "))
    expect(row(page, reference)).to_have_class(re.compile("unread"))
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(row(page, reference)).not_to_have_class(re.compile("unread"))
    page.reload()
    expect(row(page, reference)).not_to_have_class(re.compile("unread"))
    page.keyboard.press("j")
    page.keyboard.press("u")
    expect(row(page, reference)).to_have_class(re.compile("unread"))


def test_the_list_as_a_file(visitor: Visitor) -> None:
    mine = word()
    reference = report(visitor, f"Een kast {mine}")
    page = desk(visitor, "precious", f"/werk/?q={mine}")
    page.locator(".more-menu > summary").click()
    page.get_by_role("button", name="List as a file").click()
    page.get_by_role("button", name="Make the file").click()
    download = page.get_by_role("dialog").get_by_role("link", name="Download").first
    expect(download).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as waiting:
        download.click()
    assert reference in waiting.value.path().read_text("utf-8-sig")


def _many(n: int) -> list[dict[str, Any]]:
    moment = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return [
        {
            "reference": f"M-{number:06d}",
            "kind": "report",
            "status": "received",
            "statusLabel": "Received",
            "visibility": "public",
            "priority": "normal",
            "subject": f"Melding nummer {number}",
            "address": "Kade 1",
            "location": None,
            "area": {"code": "WK990102", "name": "De Hoven", "level": "wijk"},
            "category": None,
            "team": {"id": 1, "slug": "a", "name": "A", "organisation": "G"},
            "assignee": None,
            "language": "nl",
            "photoCount": 0,
            "late": False,
            "firstResponseBy": None,
            "respondedAt": None,
            "resolveBy": None,
            "version": 1,
            "unread": False,
            "dueAt": None,
            "supporters": 0,
            "parent": None,
            "duplicateOf": None,
            "createdAt": (moment - timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "updatedAt": moment.isoformat().replace("+00:00", "Z"),
        }
        for number in range(n)
    ]


def test_ten_thousand_rows_stay_fluid(visitor: Visitor) -> None:
    everything = _many(10_000)

    def answer(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query)
        start = int(asked.get("cursor", ["0"])[0])
        following = start + 1000
        page: dict[str, Any] = {
            "results": everything[start:following],
            "next": f"/api/v1/cases?cursor={following}" if following < len(everything) else None,
        }
        if "reference" in asked:
            wanted = asked["reference"][0].split(",")
            page = {"results": [everything[int(one[2:])] for one in wanted], "next": None}
        route.fulfill(content_type="application/json", body=json.dumps(page))

    context = visitor.sign_in(visitor.context(locale="en-GB"), "fatima")
    page = context.new_page()
    page.route(re.compile(r"/api/v1/cases\?"), answer)
    page.goto("/werk/")
    expect(row(page, "M-000000")).to_be_visible()
    page.wait_for_function(
        "() => { const list = document.querySelector('.case-list'); list.scrollTo(0, list.scrollHeight);"
        " return document.querySelector('[data-reference=\"M-009999\"]') }",
        polling=200,
    )
    expect(row(page, "M-009999")).to_be_visible()
    assert rows(page).count() < 400
    row(page, "M-009999").locator(".row-link").focus()
    page.keyboard.press("k")
    assert focused(page) == "M-009998"
    took = page.evaluate(
        "async () => { const begin = performance.now(); document.querySelector('desk-list').requestUpdate();"
        " await document.querySelector('desk-list').updateComplete; return performance.now() - begin }"
    )
    assert took < 250, f"drawing again took {took:.0f} ms"


@pytest.mark.parametrize("failure", ["network", "server"])
def test_a_list_that_does_not_come_says_so_and_comes_when_asked_again(visitor: Visitor, failure: str) -> None:
    visitor.expect(r"ERR_FAILED|Failed to load resource")
    page = visitor.sign_in(visitor.context(locale="en-GB"), "fatima").new_page()
    broken = re.compile(r"/api/v1/cases\?")
    page.route(broken, lambda route: route.abort() if failure == "network" else route.fulfill(status=500, body="no"))
    page.goto("/werk/")
    expect(page.get_by_role("heading", name="The list did not come")).to_be_visible()
    assert_accessible(page)
    page.unroute(broken)
    page.get_by_role("button", name="Try again").click()
    expect(rows(page).first).to_be_visible()


LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "zoomed": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "dark phone": {"viewport": PHONE, "color_scheme": "dark", "has_touch": True, "is_mobile": True},
    "own colours": {"viewport": DESKTOP, "forced_colors": "active"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_everyone_can_use_it(visitor: Visitor, look: str) -> None:
    page = desk(visitor, "fatima", "/werk/?status=received,assigned,in-progress,reopened", **LOOKS[look])
    expect(rows(page).first).to_be_visible()
    assert_accessible(page)
    fits(page)
    for opener in (".more-menu > summary", ".me-menu > summary"):
        page.locator(opener).click()
        assert_accessible(page, leave_out=(".chips",))  # an open menu may lie over half of one
        fits(page)
        page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_role("radio", name="De Hoven")).to_be_visible()
    assert_accessible(page)
    fits(page)
    page.keyboard.press("Escape")
    page.locator(".more-menu > summary").click()
    page.get_by_role("button", name=re.compile("^Select all")).click()
    expect(page.get_by_role("region", name="With all selected cases")).to_be_visible()
    assert_accessible(page)
    fits(page)


def test_right_to_left_mirrors_by_itself(visitor: Visitor) -> None:
    page = desk(visitor, "fatima")
    page.evaluate("document.documentElement.dir = 'rtl'")
    rail, pane = page.locator(".rail").bounding_box(), page.locator(".case-pane").bounding_box()
    assert rail and pane and rail["x"] > pane["x"]
    fits(page)
    check, subject = row(page, "").count(), rows(page).first.locator(".row-subject").bounding_box()
    box = rows(page).first.locator(".row-check").bounding_box()
    assert check == 0 and subject and box and box["x"] > subject["x"]


def test_work_of_many_places_is_reached_by_key(visitor: Visitor) -> None:
    context: BrowserContext = visitor.sign_in(visitor.context(locale="en-GB"), "precious")
    page = context.new_page()
    page.goto("/werk/")
    expect(page.locator('.live[data-state="live"]')).to_be_attached()
    nav = page.get_by_role("navigation", name="Workplace")
    expect(nav.get_by_role("link", name="Inbox")).to_have_attribute("aria-current", "page")
    expect(nav.get_by_role("link", name="Team")).to_be_visible()
    member = desk(visitor, "sjors")
    expect(member.get_by_role("navigation", name="Workplace").get_by_role("link", name="Team")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("i")
    assert focused(page) is not None
