#!/usr/bin/env python3
"""Opens report pages in headless Chromium, at 375 and 1440 pixels, light and dark, and checks each:

- it asks for nothing but itself, and the console stays empty;
- nothing is wider than the window, and no text is smaller than 9 pixels;
- every element that scrolls or leads somewhere is reached by the keyboard;
- axe-core finds no violation (contrast, names, landmarks, tables).

  check_page.py FOLDER PAGE...     screenshots go to FOLDER; needs playwright, axe-playwright-python
"""
import os
import pathlib
import shutil
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = {375: 812, 1440: 900}
SMALLEST_TEXT = 9  # pixels on the screen

# Elements that stick out of the window without a box of their own that scrolls.
TOO_WIDE = """() => {
  const scrolls = e => e && (getComputedStyle(e).overflowX === 'auto' || scrolls(e.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter(e => !scrolls(e) && e.getBoundingClientRect().right > innerWidth + 0.5)
    .map(e => e.tagName + ' ' + (e.textContent || '').slice(0, 40));
}"""
TOO_SMALL = """least => [...document.querySelectorAll('svg text, p, td, th, li, figcaption')]
  .map(e => {
    const svg = e.closest('svg');
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    return [parseFloat(getComputedStyle(e).fontSize) * scale, e.textContent.slice(0, 40)];
  })
  .filter(([size]) => size < least).map(([size, text]) => size.toFixed(1) + ' px: ' + text)"""
# Texts of one drawing that cover each other.
OVERLAPS = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]);
  return boxes.flatMap(([t, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
                       Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)
    .map(([u]) => t.textContent + ' / ' + u.textContent));
})"""
OUTSIDE = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')]
    .filter(t => { const b = t.getBoundingClientRect();
                   return b.left < frame.left - 1 || b.right > frame.right + 1; })
    .map(t => t.textContent);
})"""


def keyboard(page):
    """Scrolling regions that Tab does not reach."""
    wanted = page.locator("[tabindex='0'], a[href], button, summary").count()
    reached = set()
    for _ in range(wanted + 1):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("""() => [...document.querySelectorAll('*')]
                                              .indexOf(document.activeElement)"""))
    body = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.body)")
    missing = wanted - len(reached - {body, -1})
    return [f"{missing} elements are not reached"] if missing > 0 else []


def findings(page, address, pictures, name):
    requests, messages = [], []
    page.on("request", lambda r: requests.append(r.url) if not r.url.startswith("data:") else None)
    page.on("console", lambda m: messages.append(f"{m.type}: {m.text}"))
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.goto(address)
    page.screenshot(path=str(pictures / f"{name}.png"), full_page=True)
    found = [("request", url) for url in requests if url != address]
    found += [("console", message) for message in messages]
    found += [("too wide", text) for text in page.evaluate(TOO_WIDE)]
    found += [("too small", text) for text in page.evaluate(TOO_SMALL, SMALLEST_TEXT)]
    found += [("overlap", text) for text in page.evaluate(OVERLAPS)]
    found += [("outside its drawing", text) for text in page.evaluate(OUTSIDE)]
    found += [("keyboard", text) for text in keyboard(page)]
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            found.append((f"axe {violation['id']}", node["html"][:120]))
    return found


def main(folder, pages):
    pictures = pathlib.Path(folder)
    pictures.mkdir(parents=True, exist_ok=True)
    failed = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("KANPDE_CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox"])
        for file in map(pathlib.Path, pages):
            for width, height in WIDTHS.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(viewport={"width": width, "height": height},
                                            color_scheme=scheme)
                    name = f"{file.resolve().parent.name}-{width}-{scheme}"
                    found = findings(page, file.resolve().as_uri(), pictures, name)
                    page.close()
                    failed += bool(found)
                    print(f"{'FAILED' if found else 'ok':7} {name}")
                    for kind, text in found[:40]:
                        print(f"        {kind}: {text}")
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
