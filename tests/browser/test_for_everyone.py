"""Reporting by keys alone, enlarged four times, in forced colours and without movement."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser

FOUR_TIMES = {"width": 320, "height": 256}
"""1280 by 1024 at 400 %, in CSS pixels (WCAG 1.4.10)."""
FOCUSED = """async () => {
  // Scrolling to what has the focus comes with the next picture.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((done) => requestAnimationFrame(done));
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const shown = [at, at.closest("label"), at.labels?.[0], at.nextElementSibling].filter(Boolean);
  const [x, y] = [box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 1)];
  const middle = document.elementFromPoint(x, y);
  return {
    what: at.id || at.getAttribute("name") || at.textContent.trim().slice(0, 40),
    ringed: shown.some((one) => getComputedStyle(one).outlineStyle !== "none"),
    inView: box.bottom > 0 && box.top < innerHeight && box.left >= -1 && box.right <= innerWidth + 1,
    covered: middle !== null && !shown.some((one) => one.contains(middle) || middle.contains(one)),
  };
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WRONG_WITHOUT_WORDS = """() => [...document.querySelectorAll("[aria-invalid=true]")].filter((field) =>
  !(field.getAttribute("aria-describedby") ?? "").split(" ").some((id) =>
    document.getElementById(id)?.matches(".error, .error *, :has(.error)")
    && document.getElementById(id).textContent.trim())).map((field) => field.name || field.id)"""
MOVING = """() => [...document.querySelectorAll("body, body *")].filter((one) => {
  const { transitionDuration, animationDuration } = getComputedStyle(one);
  const times = `${transitionDuration},${animationDuration}`.split(",");
  return times.some((time) => parseFloat(time) > 0.01);
}).map((one) => one.outerHTML.slice(0, 80))"""


def _ready(page: Page) -> Page:
    page.goto("/melden/")
    page.wait_for_selector("#report-form[data-ready]")
    return page


def _tab_to(page: Page, selector: str, *, at_most: int = 40) -> None:
    """As somebody without a mouse: every stop on the way can be seen, has a ring and lies under nothing."""
    for _stop in range(at_most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused is None or (focused["ringed"] and focused["inView"] and not focused["covered"]), focused
        if page.locator(selector).first.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by keys")


def _at(page: Page, step: str) -> None:
    """The title of this step has the focus and can be seen."""
    title = page.locator(f"#step-{step}")
    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()
    expect(page).to_have_title(re.compile("^" + re.escape(title.inner_text())))


def _said(page: Page, field: Locator) -> None:
    expect(field).to_have_attribute("aria-invalid", "true")
    assert page.evaluate(WRONG_WITHOUT_WORDS) == []


@pytest.mark.parametrize("size", [PHONE, FOUR_TIMES], ids=["phone", "four times"])
def test_a_report_is_made_with_keys_alone(visitor: Visitor, size: dict[str, int]) -> None:
    page = _ready(visitor.context(viewport=size).new_page())
    _tab_to(page, "#next")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_be_focused()
    _said(page, page.locator("#id_text"))
    page.keyboard.type("De container zit vol")
    expect(page.locator("#proposals button").first).to_be_visible()
    _tab_to(page, "#proposals button")
    page.keyboard.press("Space")
    expect(page.locator("#proposals button").first).to_have_attribute("aria-pressed", "true")
    _tab_to(page, "#next")
    page.keyboard.press("Enter")

    _at(page, "where")
    expect(page.locator("#place input[role=combobox]")).to_be_visible()
    _tab_to(page, "#next")
    page.keyboard.press("Enter")
    search = page.locator("#place input[role=combobox]")
    expect(search).to_be_focused()
    _said(page, search)
    _tab_to(page, "#map")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=lat]")).not_to_have_value("")
    expect(search).not_to_have_attribute("aria-invalid", "true")
    _tab_to(page, "#id_area")
    for letter in page.locator("#id_area option").nth(1).inner_text():
        page.keyboard.type(letter)
    _tab_to(page, "#next")
    page.keyboard.press("Enter")

    _at(page, "more")
    page.go_back()
    _at(page, "where")
    page.go_forward()
    _at(page, "more")
    _tab_to(page, "[data-step=more] input[type=radio]")
    page.keyboard.press("Space")
    expect(page.locator("[data-step=more] input[type=radio]").first).to_be_checked()
    _tab_to(page, "#next")
    page.keyboard.press("Enter")

    _at(page, "reach")
    _tab_to(page, "#id_email")
    page.keyboard.type("geen adres")
    _tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator("#id_email")).to_be_focused()
    expect(page.locator("#id_email")).to_be_in_viewport()
    _said(page, page.locator("#id_email"))
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("anna@example.nl")
    _tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/volgen/$"))
    page.wait_for_load_state()
    _tab_to(page, "a[href='/volgen/meldingen/']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/volgen/meldingen/$"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_nothing_is_wider_than_a_screen_that_is_enlarged_four_times(visitor: Visitor, *, scripts: bool) -> None:
    visitor.expect(r"status of 400 .*/(melden/|api/v1/reports\))")
    page = visitor.context(viewport=FOUR_TIMES, java_script_enabled=scripts).new_page()
    page.goto("/melden/")
    if scripts:
        page.wait_for_selector("#report-form[data-ready]")

    def fits(what: str) -> None:
        assert page.evaluate(TOO_WIDE) <= 0, what

    def on(step: str) -> None:
        expect(page.locator(f"#step-{step}")).to_be_visible()
        fits(step)
        page.locator("#send" if step == "reach" else "#next").click()
        if step == "more":
            return
        expect(page.locator("[aria-invalid=true]").first).to_be_visible() if step != "where" else None
        fits(f"{step}, wrong")

    on("what")
    page.locator("#id_text").fill("De container zit vol, bel 0612345678 of mail naar een.heel.lang.adres@voorbeeld.nl")
    page.locator(".category-choice > summary").click()
    page.locator("#id_category").select_option("container")
    page.locator("#next").click()
    if not scripts:
        page.locator("#findings button[name=leave]").click()
    on("where")
    page.locator("#id_area").select_option(index=1)
    fits("where, chosen")
    page.locator("#next").click()
    on("more")
    expect(page.locator("#step-reach")).to_be_visible()
    page.locator("#id_email").fill("geen adres")
    on("reach")
    page.locator("#id_email").fill("anna@example.nl")
    page.locator("#send").click()
    expect(page).to_have_url(re.compile("/volgen/$"))
    fits("following")
    for fold in page.locator("main details > summary").all():
        fold.click()
    fits("following, unfolded")
    page.goto("/volgen/meldingen/")
    fits("my reports")


def test_what_is_chosen_and_what_has_the_focus_can_be_seen_in_forced_colours(visitor: Visitor) -> None:
    page = _ready(visitor.context(viewport=PHONE, forced_colors="active").new_page())

    def differs(what: Locator, focus: Locator, key: str, away: Locator | None = None) -> None:
        """The picture of this and 6 pixels around it, before this key was pressed there and after, the focus `away`."""
        what.scroll_into_view_if_needed()
        box = what.bounding_box()
        assert box
        around = FloatRect(x=box["x"] - 6, y=box["y"] - 6, width=box["width"] + 12, height=box["height"] + 12)
        before = page.screenshot(clip=around)
        focus.focus()
        page.keyboard.press(key)
        if away:
            away.focus()
        assert page.screenshot(clip=around) != before, what

    further = page.locator("#next")
    differs(page.locator("#id_text"), page.locator("#id_text"), "Shift")
    page.locator("#id_text").fill("De container zit vol")
    chip = page.locator("#proposals button").first
    expect(chip).to_be_visible()
    page.locator("#proposals button").nth(1).click()  # the first is what we think, so it is chosen already
    further.focus()
    differs(chip, chip, "Space", away=further)
    differs(page.locator(".photo-pick"), page.locator("#id_photos"), "Shift")
    further.click()
    expect(page.locator("#map.leaflet-container")).to_be_visible()
    differs(page.locator(".map-frame"), page.locator("#map"), "Shift")
    page.locator("#id_area").select_option(index=1)
    further.click()
    radio = page.locator("[data-step=more] label:has(input[type=radio])").nth(1)
    differs(radio, radio.locator("input"), "Space", away=further)


def test_nothing_moves_for_who_wants_no_movement(visitor: Visitor) -> None:
    page = _ready(visitor.context(viewport=PHONE, reduced_motion="reduce").new_page())
    assert page.evaluate(MOVING) == []
    page.locator("#id_text").fill("De container zit vol")
    page.locator("#next").click()
    page.locator("#id_area").select_option(index=1)
    assert page.evaluate(MOVING) == []
