"""What every test may use: people of each role, clients, recorded events, jobs run on demand."""

import pytest
from django.test import Client
from django.utils import translation

from crm.accounts.choices import Role
from crm.core import twilio
from crm.core.events import recorded
from tests.factories.accounts import MembershipFactory, OrganizationFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.texts import ACCOUNT, OURS, SECRET, Desk


@pytest.fixture(autouse=True)
def _english():
    """The language never leaks from one test to the next."""
    translation.activate("en")
    yield
    translation.deactivate_all()


@pytest.fixture
def organization(db):
    return OrganizationFactory(slug="rive-claire")


@pytest.fixture
def admin(organization):
    return MembershipFactory(organization=organization, role=Role.ADMIN, user__first_name="Alice")


@pytest.fixture
def owner(organization):
    """A fundraiser, who works on her own contacts only."""
    return MembershipFactory(organization=organization, role=Role.FUNDRAISER, user__first_name="Olive")


@pytest.fixture
def colleague(organization):
    """Another fundraiser of the same organization."""
    return MembershipFactory(organization=organization, role=Role.FUNDRAISER, user__first_name="Colin")


@pytest.fixture
def finance(organization):
    return MembershipFactory(organization=organization, role=Role.FINANCE, user__first_name="Fanny")


@pytest.fixture
def member(organization):
    return MembershipFactory(organization=organization, role=Role.MEMBER, user__first_name="Max")


@pytest.fixture
def reader(organization):
    return MembershipFactory(organization=organization, role=Role.READ_ONLY, user__first_name="Rita")


@pytest.fixture
def outsider(db):
    """The administrator of another organization."""
    return MembershipFactory(organization__slug="other", role=Role.ADMIN, user__first_name="Otto")


@pytest.fixture
def people(admin, owner, finance, member, reader) -> dict:
    return {person.role: person for person in (admin, owner, finance, member, reader)}


@pytest.fixture
def fund(organization):
    return FundFactory(organization=organization, code="GEN", is_default=True)


@pytest.fixture
def contact(organization, owner):
    """A donor of the fundraiser ``owner``."""
    return ContactFactory(organization=organization, owner=owner, first_name="Hélène", last_name="Côté-Bouchard")


@pytest.fixture
def gift(contact, fund, admin):
    return GiftFactory(contact=contact, fund=fund, recorded_by=admin)


@pytest.fixture
def foreign_contact(outsider):
    return ContactFactory(organization=outsider.organization, owner=outsider)


class Browser(Client):
    """A client signed in as one person, with addresses of their organization."""

    def __init__(self, membership, language: str = "en", **kwargs) -> None:
        super().__init__(**kwargs)
        self.membership = membership
        self.language = language
        self.force_login(membership.user)

    def url(self, name: str, **kwargs) -> str:
        from crm.core.web.urls import org_url

        with translation.override(self.language):
            return org_url(self.membership, name, **kwargs)

    def open(self, name: str, data=None, **kwargs):
        return self.get(self.url(name, **kwargs), data or {})

    def send(self, name: str, data=None, *, htmx: bool = False, **kwargs):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.post(self.url(name, **kwargs), data or {}, headers=headers)


@pytest.fixture
def browse():
    """``browse(membership)``: that person's browser; ``browse(membership, "fr")`` in French."""
    return Browser


@pytest.fixture
def published(db):
    """The events published during the test, instead of their effects."""
    with recorded() as events:
        yield events


@pytest.fixture
def run_jobs(db):
    """``run_jobs()`` runs what is queued, in order, until the queue is empty; returns the names of the jobs run."""
    from django_q.models import OrmQ

    from crm.core import jobs

    def run() -> list[str]:
        names = []
        while row := OrmQ.objects.order_by("pk").first():
            path, payload = row.task["args"]
            row.delete()
            jobs.run(path, payload)
            names.append(path.rsplit(".", 1)[-1])
        return names

    return run


@pytest.fixture
def texts_set_up(settings, monkeypatch) -> Desk:
    """Text messages are offered; what is asked of Twilio is kept."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, SECRET, OURS
    desk = Desk()
    monkeypatch.setattr(twilio, "_client", desk.client)
    return desk


@pytest.fixture
def phone_company(texts_set_up, settings) -> Desk:
    """The same, at an address that Twilio can report to."""
    settings.SITE_URL = "https://merci.example.org"
    return texts_set_up
