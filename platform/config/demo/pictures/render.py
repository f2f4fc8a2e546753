"""Renders the drawings next to this file: every .svg to a .webp of the same name.

Run after changing a drawing (needs Chromium): python platform/config/demo/pictures/render.py
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

SIZES = {"faces": (512, 512), "street": (1000, 750)}


def main(folder: Path, chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for kind, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            for source in sorted((folder / kind).glob("*.svg")):
                page.set_content(
                    "<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>" + source.read_text()
                )
                picture = Image.open(io.BytesIO(page.screenshot(type="png"))).convert("RGB")
                picture.save(source.with_suffix(".webp"), quality=80, method=6)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(__file__).parent, *(sys.argv[1:] or ["/usr/bin/chromium"]))
