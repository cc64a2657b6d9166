"""One Chromium for the session, a fresh window for each test; what its console says must have been expected."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.test import Client

QUIET = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
).split()
PATIENCE = 10_000  # ms: two loaded cores
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    path = next(filter(None, map(shutil.which, filter(None, (os.environ.get("CHROMIUM"), *NAMES)))), None)
    if not path:
        pytest.skip("NO JOURNEY IS TESTED: no Chromium here (sudo apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps its loop in this thread, where Django would refuse every query as if it were asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Window:
    """A person's window on the site; ``page`` is its first tab."""

    def __init__(self, chromium, server: str, **options) -> None:
        self.server = server
        self.context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900}, **options)
        self.context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.expected: list[str] = []
        self.page = self.tab()

    def tab(self):
        page = self.context.new_page()
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def sign_in(self, membership) -> "Window":
        """By the cookie alone: the sign-in page has its own journey."""
        client = Client()
        client.force_login(membership.user)
        self.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.server}]
        )
        return self

    def expect(self, text: str) -> None:
        """The browser notes refusals and lost networks as errors: those that the journey is about are no news."""
        self.expected.append(text)

    @property
    def surprises(self) -> list[str]:
        return [said for said in self.complaints if not any(text in said for text in self.expected)]


@pytest.fixture
def window(chromium, live_server) -> Iterator:
    """``window()`` opens a window; when the test ends, no console may have complained (a CSP violation does)."""
    opened: list[Window] = []

    def open_window(membership=None, **options) -> Window:
        opened.append(Window(chromium, live_server.url, **options))
        return opened[-1].sign_in(membership) if membership else opened[-1]

    yield open_window
    for one in opened:
        one.context.close()
    assert [said for one in opened for said in one.surprises] == []


@pytest.fixture
def office(admin, fund):
    """An administrator with a fund to give to, at the gates of an empty organization."""
    return admin
