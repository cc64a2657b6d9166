"""Picture every page of a demo site (called by bin/screens in .venv): see bin/screens --help."""

import argparse
import hashlib
import html
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bin")]
os.chdir(ROOT)
SITE = Path(tempfile.mkdtemp(prefix="merci-screens-"))
# The browser's own loop runs in this thread, where Django would else refuse to look anything up.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings.test",
    "DATABASE_URL": f"sqlite:///{SITE}/db.sqlite3",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    # Text messages are offered; none leaves, as no worker runs.
    "TWILIO_ACCOUNT_SID": "AC0", "TWILIO_AUTH_TOKEN": "0", "TWILIO_FROM": "+15145550100",
}  # fmt: skip

from _screens_pages import BARE, PAGES, PEOPLE, Page, furnish, numbers  # noqa: E402 - needs the path above

OUT = ROOT / "var/screens"
KEPT = OUT / ".demo"  # the seeded site, used again while the code that makes it is the same
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
).split()
HEIGHTS = {1440: 900, 390: 844}
WIDTHS = tuple(HEIGHTS)
NARROW = 360  # the narrowest phone that a page must fit


# --- the site ---------------------------------------------------------------------------------------------------------
def made_by() -> str:
    """Changes when what makes the demo data does, and each day: the demo is told from today."""
    digest = hashlib.sha256(date.today().isoformat().encode())
    for path in sorted([*ROOT.glob("crm/**/*.py"), *ROOT.glob("bin/_screens_*.py")]):
        if not {"web", "views", "templatetags"} & set(path.parts) and path.name not in ("views.py", "tables.py"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def run_jobs() -> None:
    from django_q.models import OrmQ

    from crm.core import jobs

    while row := OrmQ.objects.order_by("pk").first():
        path, payload = row.task["args"]
        row.delete()
        jobs.run(path, payload)


def look_alive() -> None:
    """The Jobs page as it is beside a healthy worker."""
    from crm.core import heartbeat, jobs

    jobs.sync_schedules()
    heartbeat.mark(heartbeat.SCHEDULER)
    heartbeat.mark(heartbeat.worker_name())


def build(*, fresh: bool) -> None:
    """The demo site in ``SITE``: copied from the last time, or made now."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.OUTBOX_DIR, settings.MEDIA_ROOT = SITE / "outbox", str(SITE / "media")
    settings.EMAIL_BACKEND = "crm.core.outbox.EmailBackend"
    call_command("compile_catalogues")
    stamp = KEPT / made_by()
    if stamp.exists() and not fresh:
        shutil.copytree(stamp, SITE, dirs_exist_ok=True)
        look_alive()
        return
    print("screens: making the demo data", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("seed_demo", stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123 - the null device
    furnish(run_jobs)
    look_alive()
    from django.db import connection

    connection.close()  # writes the journal back: the file alone is then the whole database
    shutil.rmtree(KEPT, ignore_errors=True)
    shutil.copytree(SITE, stamp)


@contextmanager
def serving() -> Iterator[str]:
    """The site on a free port, static files included; its address."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    class Silent(WSGIRequestHandler):
        def log_message(self, *words) -> None:
            """The pictures are what one looks at."""

    server = ThreadedWSGIServer(("127.0.0.1", 0), Silent, allow_reuse_address=False)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def session_of(who: str) -> str:
    """The cookie of a person signed in."""
    from django.test import Client

    from crm.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{who}@demo.test"))
    return client.cookies["sessionid"].value


# --- the camera -------------------------------------------------------------------------------------------------------
class Camera:
    """One browser; ``wrong`` collects what was not as it should be."""

    def __init__(self, browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.names = numbers()
        self.sessions = {who: session_of(who) for who in PEOPLE}
        self.wrong: list[str] = []

    @contextmanager
    def context(self, *, who: str, lang: str, theme: str, width: int):
        height = 900 if width == WIDTHS[0] else 844
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale=f"{lang}-CA",
            reduced_motion="reduce",
        )
        if who:
            context.add_cookies([{"name": "sessionid", "value": self.sessions[who], "url": self.site}])
        yield context
        context.close()

    def shoot(self, context, page: Page, *, lang: str, theme: str, width: int) -> None:
        stem = f"{page.name}-{lang}-{theme}-{width}"
        tab = context.new_page()
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        address = page.address.format(**self.names)
        wanted = self.site + (address if page.name in BARE else f"/{lang}{address}")
        answer = tab.goto(wanted)
        if tab.url != wanted:
            self.wrong.append(f"{stem}: went to {tab.url}, not {wanted}")
        if answer.status != page.status:
            self.wrong.append(f"{stem}: answered {answer.status}, not {page.status}")
        tab.wait_for_load_state("networkidle")
        if page.act:
            page.act(tab)
            tab.wait_for_load_state("networkidle")
        tab.evaluate("document.fonts.ready")
        # A window as tall as the page, so that what sticks to its foot (the save row) is drawn at the foot.
        tall = tab.evaluate("document.documentElement.scrollHeight")
        tab.set_viewport_size({"width": width, "height": max(tall, HEIGHTS[width])})
        tab.screenshot(path=OUT / f"{stem}.png", full_page=True)
        if width == WIDTHS[1]:
            tab.set_viewport_size({"width": NARROW, "height": 740})
            wide = tab.evaluate("document.documentElement.scrollWidth")
            if wide > NARROW:
                self.wrong.append(f"{stem}: {wide} px wide on a phone of {NARROW}: {self.culprits(tab)}")
        # The browser notes every answer of 400 and more as an error: those that the page is about are no news.
        expected = {str(page.status)} if page.status >= 400 else {"422"} if page.act else set()
        for text in said:
            if not any(f"status of {number}" in text for number in expected):
                self.wrong.append(f"{stem}: {text}")
        tab.close()

    @staticmethod
    def culprits(tab) -> str:
        """The first elements that reach over the edge."""
        return tab.evaluate(
            """(edge) => [...document.body.querySelectorAll('*')]
                .filter((one) => one.getBoundingClientRect().right > edge + 1 && getComputedStyle(one).position !== 'fixed')
                .slice(0, 3).map((one) => one.tagName.toLowerCase() + '.' + [...one.classList].join('.')).join(', ')""",
            NARROW,
        )


def write_index() -> None:
    shots = sorted(path.name for path in OUT.glob("*.png"))
    order = {page.name: place for place, page in enumerate(PAGES)}
    shots.sort(key=lambda name: order.get(name.rsplit("-", 3)[0], len(order)))
    figures = "\n".join(
        f'<figure><a href="{html.escape(name)}"><img loading="lazy" src="{html.escape(name)}" alt=""></a>'
        f"<figcaption>{html.escape(name.removesuffix('.png'))}</figcaption></figure>"
        for name in shots
    )
    style = "body{font:14px sans-serif;display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:16px}"
    style += "figure{margin:0}img{max-width:100%;max-height:420px;border:1px solid #ccc}"
    (OUT / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><title>Merci</title><style>{style}</style>\n{figures}\n',
        encoding="utf-8",
    )


def chromium() -> str:
    found = next(filter(None, map(shutil.which, filter(None, (os.environ.get("CHROMIUM"), *CHROMIUM)))), None)
    if not found:
        raise SystemExit("No Chromium here. Install it: sudo apt-get install chromium (macOS: brew install chromium)")
    return found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/screens", usage="bin/screens [name…] [options]")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--names", dest="list", action="store_true", help="say which pages there are")
    parser.add_argument("--lang", choices=("fr", "en"))
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--width", type=int, choices=WIDTHS)
    parser.add_argument("--fresh", action="store_true", help="make the demo data again")
    asked = parser.parse_args()
    known = {page.name for page in PAGES}
    if unknown := set(asked.names) - known:
        parser.error(f"no page called {', '.join(sorted(unknown))}; bin/screens --names lists them")
    return asked


def main() -> int:
    asked = arguments()
    if asked.list:
        print("\n".join(page.name for page in PAGES))
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    pages = [page for page in PAGES if not asked.names or page.name in asked.names]
    build(fresh=asked.fresh)
    from playwright.sync_api import Error, sync_playwright

    with serving() as site, sync_playwright() as playwright:
        camera = Camera(playwright.chromium.launch(executable_path=chromium(), args=QUIET), site)
        for lang in [asked.lang] if asked.lang else ["fr", "en"]:
            for theme in [asked.theme] if asked.theme else ["light", "dark"]:
                for width in [asked.width] if asked.width else WIDTHS:
                    print(f"screens: {lang} {theme} {width}: {len(pages)} pages", flush=True)
                    for who in ("", *PEOPLE):
                        with camera.context(who=who, lang=lang, theme=theme, width=width) as context:
                            for page in (page for page in pages if page.who == who):
                                try:
                                    camera.shoot(context, page, lang=lang, theme=theme, width=width)
                                except Error as error:
                                    camera.wrong.append(f"{page.name}-{lang}-{theme}-{width}: {error.message[:300]}")
        camera.browser.close()
    write_index()
    print(f"screens: {OUT.relative_to(ROOT)}/index.html")
    for line in camera.wrong:
        print(f"WRONG {line}", file=sys.stderr)
    return 1 if camera.wrong else 0


if __name__ == "__main__":
    try:
        status = main()
    finally:
        shutil.rmtree(SITE, ignore_errors=True)
    sys.exit(status)
