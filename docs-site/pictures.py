"""The pictures of the manual, taken of the example: `python docs-site/pictures.py` after `make site`.

Chromium shows the built site; each picture is a WebP file of less than 100 kB in `docs/pictures/`.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"
OUT = ROOT / "docs" / "pictures"
MOST = 100_000
WIDTH, HEIGHT = 1280, 800


def home(page: Page) -> bytes:
    page.goto((SITE / "index.html").as_uri())
    return page.screenshot()


def item(page: Page) -> bytes:
    """An item with the sources of its first paragraph opened."""
    found = next(
        path for path in sorted((SITE / "items").glob("*/index.html")) if "<details" in path.read_text()
    )
    page.goto(found.as_uri())
    first = page.locator("details.proof, .proof details").first
    first.evaluate("element => { element.open = true; element.scrollIntoView({block: 'center'}) }")
    return page.screenshot()


def main() -> None:
    if not (SITE / "index.html").is_file():
        sys.exit("there is no site: `make site` first")
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        for take in (home, item):
            picture = Image.open(io.BytesIO(take(page)))
            path = OUT / f"{take.__name__}.webp"
            picture.save(path, quality=80, method=6)
            size = path.stat().st_size
            if size > MOST:
                sys.exit(f"{path} has {size:,} bytes")
            sys.stdout.write(f"{path.relative_to(ROOT)}: {size:,} bytes\n")
        browser.close()


if __name__ == "__main__":
    main()
