"""A browser of a few lines: one kept-open connection, cookies, forms; it times from the request to the last byte."""

import http.client
import re
import time
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass, field

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SUBMISSION = re.compile(r'name="submission" value="([^"]+)"')
LOADS_ITSELF = re.compile(r"<[^>]*\bhx-trigger=\"load\"[^>]*>")
HX_GET = re.compile(r'\bhx-get="([^"]+)"')


@dataclass
class Answer:
    status: int
    body: str
    seconds: float
    location: str = ""

    @property
    def panels(self) -> list[str]:
        """Addresses of the fragments that the page fetches by itself."""
        tags = LOADS_ITSELF.findall(self.body)
        return [found.group(1).replace("&amp;", "&") for tag in tags if (found := HX_GET.search(tag))]


@dataclass
class Browser:
    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, self.port, timeout=60)

    def request(
        self, method: str, path: str, *, form: dict | None = None, htmx: bool = False, accept: str = ""
    ) -> Answer:
        body = urllib.parse.urlencode(form, doseq=True) if form is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://{self.host}:{self.port}/",
            }
        if htmx:
            headers["HX-Request"] = "true"
        if accept:
            headers["Accept"] = accept
        try:
            started = time.perf_counter()
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        except http.client.RemoteDisconnected:  # the server closed it while it was idle
            self.connection.close()
            started = time.perf_counter()
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
        data = response.read()
        seconds = time.perf_counter() - started
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, data.decode("utf-8", "replace"), seconds, response.headers.get("Location", ""))

    def get(self, path: str, *, htmx: bool = False, accept: str = "", expect: int = 200) -> Answer:
        answer = self.request("GET", path, htmx=htmx, accept=accept)
        if answer.status != expect:
            raise RuntimeError(f"GET {path}: {answer.status} {answer.location} {answer.body[:300]}")
        return answer

    def post(self, path: str, form: dict, *, expect: Iterable[int] = (302,)) -> Answer:
        answer = self.request("POST", path, form=form)
        if answer.status not in expect:
            message = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body))
            raise RuntimeError(f"POST {path}: {answer.status} {message[:1500]}")
        return answer

    def form(self, path: str) -> dict:
        """What the server puts into the hidden fields of the form at this address."""
        body = self.get(path).body
        hidden = {}
        for name, pattern in (("csrfmiddlewaretoken", CSRF), ("submission", SUBMISSION)):
            if found := pattern.search(body):
                hidden[name] = found.group(1)
        return hidden

    def sign_in(self, path: str, email: str, password: str) -> None:
        self.post(path, {**self.form(path), "login": email, "password": password})
