"""What the first visit of /melden/ costs on a slow phone: `python tests/load/first_visit.py [BASE_URL] [--rounds 3]`.

Chromium with a cold cache, a CPU four times slower and a line of 1.6 Mbit/s with 150 ms there and back. Prints the
bytes over the line per kind (as sent, so compressed where the server does) until the form can be used, how long that
took, what is fetched later by itself, and how many bytes a photo of 12 megapixels is sent as.
Goals: HTML, styles and scripts at most 120 kB; usable within 3 s; a photo at most 500 kB.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import shutil
import statistics
from collections import Counter
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, CDPSession, sync_playwright

SLOWER = 4
LATENCY = 150
BYTES_PER_SECOND = 1_600_000 / 8
CODE = ("Document", "Stylesheet", "Script")
BUDGET = 120_000
USABLE = "() => document.querySelector('#report-form')?.dataset.ready !== undefined"
SIZE = """async () => {
  const asked = indexedDB.open("wijkplatform");
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const all = db.transaction("photos").objectStore("photos").getAll();
  return new Promise((done) => { all.onsuccess = () => done(all.result.map((one) => one.bytes.byteLength)); });
}"""


class Visit:
    """One first visit; `bytes` per kind of what came before the page could be used."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.kinds: dict[str, str] = {}
        self.bytes: Counter[str] = Counter()
        self.later: Counter[str] = Counter()
        self.usable = False
        context = browser.new_context(
            base_url=base, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
        )
        page = context.new_page()
        line = context.new_cdp_session(page)
        self._watch(line)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        line.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY,
                "downloadThroughput": BYTES_PER_SECOND,
                "uploadThroughput": BYTES_PER_SECOND,
            },
        )
        page.goto("/melden/", wait_until="commit")
        page.wait_for_function(USABLE, timeout=60_000)
        self.usable = True
        self.seconds: float = page.evaluate("performance.now()") / 1000
        self.painted: float = (
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0") / 1000
        )
        page.wait_for_load_state("networkidle")
        line.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        self.photos = self._photos(page)
        context.close()

    def _watch(self, line: CDPSession) -> None:
        line.send("Network.enable")
        line.on("Network.responseReceived", lambda event: self.kinds.update({event["requestId"]: event["type"]}))
        line.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict[str, Any]) -> None:
        kind = self.kinds.get(event["requestId"], "Other")
        (self.later if self.usable else self.bytes)[kind] += int(event["encodedDataLength"])

    def _photos(self, page: Any) -> list[int]:
        files = [("scene.jpg", _scene()), ("noise.jpg", Image.effect_noise((4000, 3000), 60).convert("RGB"))]
        for number, (name, picture) in enumerate(files, 1):
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=92)
            file = {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}
            page.locator("#id_photos").set_input_files([file])
            page.wait_for_function(
                "(many) => document.querySelectorAll('#photos > li:not(.busy)').length === many", arg=number
            )
        return sorted(page.evaluate(SIZE))


def _scene() -> Image.Image:
    """12 megapixels with soft areas, edges and some noise, as a phone sees a street."""
    picture = Image.linear_gradient("L").resize((4000, 3000)).convert("RGB")
    for number in range(60):
        left, top = number * 631 % 3600, number * 977 % 2700
        picture.paste((number * 37 % 256, number * 91 % 256, number * 53 % 256), (left, top, left + 380, top + 260))
    return Image.blend(picture, Image.effect_noise((4000, 3000), 30).convert("RGB"), 0.15)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?", default="http://localhost:8000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        print(f"{platform.machine()}, {os.cpu_count()} cores, Chromium {browser.version}; {options.base}/melden/")
        print(f"CPU {SLOWER}x slower, {BYTES_PER_SECOND * 8 / 1e6} Mbit/s, {LATENCY} ms")
        visits = [Visit(browser, options.base) for _round in range(options.rounds)]
        browser.close()
    last = visits[-1]
    code = sum(last.bytes[kind] for kind in CODE)
    for kind, many in last.bytes.most_common():
        print(f"  {kind.lower():<12} {many / 1000:8.1f} kB")
    print(f"HTML, styles and scripts before it can be used: {code / 1000:.1f} kB of {BUDGET / 1000:.0f} kB")
    print("Fetched by itself after that: " + ", ".join(f"{k.lower()} {v / 1000:.1f} kB" for k, v in last.later.items()))
    painted, usable = ([round(getattr(one, name), 2) for one in visits] for name in ("painted", "seconds"))
    print(f"First words on screen after {statistics.median(painted)} s")
    print(f"Usable after {statistics.median(usable)} s {usable}")
    print("A photo of 12 megapixels is sent as " + " and ".join(f"{one / 1000:.0f} kB" for one in last.photos))


if __name__ == "__main__":
    main()
