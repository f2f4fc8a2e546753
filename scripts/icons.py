"""Draws the icons of the installed site from their SVG, with the Chromium that tests use: `python scripts/icons.py`.

`mark` has round corners of its own; of `mask` a phone cuts any shape, so it fills its square and all that matters lies
in the middle 80 % (W3C Manifest, "maskable"). The files are small and kept in git, so nobody needs this to build.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

PUBLIC = Path(__file__).resolve().parents[1] / "frontend" / "public"
SIZES = {"mark": (192, 512), "mask": (192, 512)}


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        for name, sizes in SIZES.items():
            drawing = (PUBLIC / f"{name}.svg").read_text()
            for size in sizes:
                page = browser.new_page(viewport={"width": size, "height": size})
                page.set_content(f"<style>html, body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
                file = PUBLIC / f"{name}-{size}.png"
                page.screenshot(path=file, omit_background=True)
                page.close()
                Image.open(file).quantize(128, method=Image.Quantize.FASTOCTREE).save(file, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
