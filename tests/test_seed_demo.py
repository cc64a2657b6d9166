"""The demo: believable, in two languages, through the services, refused where its password would be a hole."""

from datetime import date, datetime, time, timedelta
from io import StringIO
from random import Random
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from crm.accounts.models import AuditEntry, Membership, Organization, User
from crm.contacts.addresses import canadian_postal_code
from crm.contacts.models import Contact, Note, TimelineEvent
from crm.core.dates import today_in
from crm.core.phones import normalise_phone
from crm.giving import summaries
from crm.giving.models import Fund, Gift
from crm.management.demo import giving, large, people, team
from crm.receipts.models import Receipt

pytestmark = pytest.mark.django_db  # also what makes pytest-django prepare a database for the fixtures below

TODAY = date(2026, 11, 21)


def seed(**options) -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The small demo, made once for the tests of this file and then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield Organization.objects.get(slug="demo")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def crowd(demo):
    """A third organization with a crowd in it, by bulk writes."""
    seed(size="large", contacts=400, gifts=2100, organization="crowd", seed=3)
    return Organization.objects.get(slug="crowd")


def test_everybody_signs_in_with_the_password_of_the_demo(demo):
    roles = dict(Membership.objects.filter(organization=demo).values_list("user__email", "role"))
    assert roles == {
        "admin@demo.test": "admin",
        "fundraiser@demo.test": "fundraiser",
        "finance@demo.test": "finance",
        "member@demo.test": "member",
        "reader@demo.test": "read_only",
    }
    assert list(Membership.objects.filter(organization__slug="other").values_list("user__email", "role")) == [
        ("admin@other.test", "admin")
    ]
    for user in User.objects.filter(memberships__organization__slug__in=["demo", "other"]):
        assert user.check_password("merci-demo")
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).count() == 1


def test_the_organization_says_everything_in_both_languages_and_can_issue_receipts(demo):
    demo.full_clean()
    assert (demo.said("name", "fr"), demo.said("name", "en")) == ("Fondation Rive-Claire", "Rive-Claire Foundation")
    for name in ("name", "legal_name", "address", "receipt_place", "signatory_title", "receipt_thanks"):
        assert getattr(demo, f"{name}_fr")
        assert getattr(demo, f"{name}_en")
    for picture in (demo.logo, demo.signature):
        with picture.open() as file:
            assert file.read(4) == b"\x89PNG"
    assert Fund.objects.filter(organization=demo, is_default=True).get().name_fr == "Fonds général"
    issued = Receipt.objects.filter(organization=demo).order_by("sequence")
    assert [(receipt.sequence, receipt.language) for receipt in issued] == [(1, "fr"), (2, "fr"), (3, "en")]


def test_the_list_of_contacts_has_something_of_everything(demo):
    contacts = Contact.objects.filter(organization=demo)
    assert 55 <= contacts.count() <= 70
    assert 230 <= Gift.objects.filter(organization=demo).count() <= 320
    assert Note.objects.filter(organization=demo).count() >= 20
    tally = {
        "archived": contacts.exclude(archived_at=None).count() >= 2,
        "no address": contacts.filter(address_line1="").count() >= 3,
        "no e-mail": contacts.filter(email="").count() >= 1,
        "organizations": contacts.filter(kind="organization").count() >= 5,
        "unowned": contacts.filter(owner=None).count() >= 5,
        "shared address": contacts.values("email").annotate(n=Count("pk")).filter(n=2).exclude(email="").count() == 1,
    }
    assert [what for what, there in tally.items() if not there] == []
    assert {"fr", "en"} == set(contacts.values_list("language", flat=True))
    assert {"donor", "lapsed", "prospect", "asked", "declined"} == set(contacts.values_list("lifecycle", flat=True))
    assert {"completed", "pending", "failed", "refunded"} == set(
        Gift.objects.filter(organization=demo).values_list("status", flat=True)
    )
    owners = dict(contacts.exclude(owner=None).values_list("owner__role").annotate(n=Count("pk")))
    assert owners["fundraiser"] > sum(owners.values()) / 2


def test_what_happened_is_dated_when_it_happened(demo):
    now = timezone.now()
    gifts = {gift.pk: gift for gift in Gift.objects.filter(organization=demo)}
    events = TimelineEvent.objects.filter(organization=demo)
    recorded = events.filter(verb="gift.recorded")
    assert {event.subject_id: event.at for event in recorded} == {pk: gift.created_at for pk, gift in gifts.items()}
    written = events.filter(verb="note.added")
    assert dict(written.values_list("subject_id", "at")) == dict(
        Note.objects.filter(organization=demo).values_list("pk", "at")
    )
    assert dict(events.filter(verb="contact.created").values_list("contact_id", "at")) == dict(
        Contact.objects.filter(organization=demo).values_list("pk", "created_at")
    )
    assert events.filter(at__gt=now).count() == 0
    assert not events.filter(at__lt=F("contact__created_at")).exists()
    audited = AuditEntry.objects.filter(organization=demo, model="giving.gift", action="create")
    assert {entry.object_id: entry.at for entry in audited} == {pk: gift.created_at for pk, gift in gifts.items()}
    assert {gift.received_on for gift in gifts.values() if gift.received_on > timezone.localdate()} == set()
    receipts = events.filter(verb="receipt.issued").values("contact")
    last = Contact.objects.filter(organization=demo).exclude(pk__in=receipts).annotate(last=Max("timeline__at"))
    assert last.exclude(last_contact_at=F("last")).count() == 0


def test_the_last_day_has_news_for_the_digest(demo):
    """Since yesterday began, whatever the hour at which the demo is made."""
    zone = ZoneInfo(demo.timezone)
    since = datetime.combine(today_in(demo.timezone) - timedelta(days=1), time(), tzinfo=zone)
    assert Gift.objects.filter(organization=demo, created_at__gt=since).count() >= 3
    assert Contact.objects.filter(organization=demo, created_at__gt=since - timedelta(days=14)).count() >= 3


def test_the_end_of_the_year_is_the_season(demo):
    months = dict(
        Gift.objects.filter(organization=demo, type="one_time").values_list("received_on__month").annotate(Count("pk"))
    )
    season = months.pop(11) + months.pop(12)
    assert season > sum(months.values()) / 10 * 4


@pytest.mark.parametrize("slug", ["demo", "other", "crowd"])
def test_stored_totals_agree_with_the_gifts(crowd, slug):
    organization = Organization.objects.get(slug=slug)
    ids = list(Contact.objects.filter(organization=organization).values_list("pk", flat=True))
    assert ids
    assert summaries.differences(ids, repair=False) == []


def test_the_other_organization_is_apart_and_has_a_namesake(demo):
    other = Organization.objects.get(slug="other")
    assert other.default_language == "en"
    assert sorted(Contact.objects.filter(name="Hélène Bouchard").values_list("organization__slug", flat=True)) == [
        "demo",
        "other",
    ]
    assert not Gift.objects.exclude(organization=F("contact__organization")).exists()


def test_a_second_run_says_that_it_is_there_and_changes_nothing(demo):
    before = (User.objects.count(), Contact.objects.count(), Gift.objects.count())
    with pytest.raises(CommandError, match="The organization “demo” exists already; nothing was changed"):
        seed()
    assert seed(if_empty=True) == ""
    assert (User.objects.count(), Contact.objects.count(), Gift.objects.count()) == before


def test_demo_sign_ins_are_refused_in_production(demo, settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="a password that everybody knows"):
        seed(organization="production")
    assert not Organization.objects.filter(slug="production").exists()


@pytest.mark.parametrize("options", [{"contacts": 0}, {"contacts": 10, "gifts": -1}])
def test_sizes_that_make_no_sense_are_refused(demo, options):
    with pytest.raises(CommandError, match="--contacts must be"):
        seed(size="large", organization="nonsense", **options)
    assert not Organization.objects.filter(slug="nonsense").exists()


def test_the_large_demo_has_exactly_the_size_asked_in_the_order_of_time(crowd):
    contacts, gifts = Contact.objects.filter(organization=crowd), Gift.objects.filter(organization=crowd)
    assert (contacts.count(), gifts.count()) == (400, 2100)
    days = list(gifts.order_by("pk").values_list("received_on", flat=True))
    assert days == sorted(days)
    arrivals = [at.date() for at in contacts.order_by("pk").values_list("created_at", flat=True)]
    assert arrivals == sorted(arrivals)
    assert dict(TimelineEvent.objects.filter(organization=crowd).values_list("verb").annotate(Count("pk"))) == {
        "contact.created": 400,
        "gift.recorded": 2100,
        "note.added": Note.objects.filter(organization=crowd).count(),
    }
    assert not gifts.filter(received_on__lt=F("contact__created_at__date")).exists()
    for contact in contacts[:100]:
        stored = (contact.name, contact.sort_name, contact.search_text)
        contact.derive()
        assert (contact.name, contact.sort_name, contact.search_text) == stored


def test_the_same_seed_makes_the_same_people():
    def some(seed: int) -> list:
        rng = Random(seed)
        calendar = giving.Calendar(TODAY)
        plan = giving.history(rng, calendar, "yearly", 9, start=date(2018, 1, 1), end=TODAY)
        return [people.person(rng) for _ in range(20)] + [people.organization(rng), plan]

    assert some(5) == some(5)
    assert some(5) != some(6)


def test_everybody_drawn_passes_the_checks_of_the_contact_form(demo):
    rng = Random(11)
    for number in range(400):
        fields = people.organization(rng) if number % 8 == 0 else people.person(rng, tag=str(number))
        contact = Contact(organization=demo, **fields)
        contact.derive()
        contact.full_clean(exclude=["owner"])
        assert canadian_postal_code(contact.postal_code) == contact.postal_code
        assert normalise_phone(contact.phone) == contact.phone


@pytest.mark.parametrize("pattern", list(giving.AMOUNTS))
@pytest.mark.parametrize(
    ("start", "end"), [(date(2017, 3, 1), TODAY), (TODAY, TODAY), (date(2026, 2, 28), date(2026, 3, 1))]
)
def test_a_history_has_the_gifts_asked_between_its_two_days(pattern, start, end):
    calendar = giving.Calendar(TODAY)
    for count in (1, 2, 13, 40):
        plan = giving.history(Random(count), calendar, pattern, count, start=start, end=end)
        assert len(plan) == count
        assert plan == sorted(plan)
        assert start <= plan[0].day
        assert plan[-1].day <= end
        assert min(gift.cents for gift in plan) >= 500


@pytest.mark.parametrize(("weights", "total"), [([1, 0, 2, 5], 37), ([3] * 7, 5), ([1], 0), ([0, 0, 1], 9)])
def test_shares_add_up_exactly_and_nothing_gets_nothing(weights, total):
    counts = large.shares(weights, total)
    assert sum(counts) == total
    assert [count for weight, count in zip(weights, counts, strict=True) if weight == 0] == [0] * weights.count(0)


def test_the_registration_numbers_have_their_check_digit_and_belong_to_nobody():
    assert team.RIVE_CLAIRE["registration_number"] == "123456782RR0001"
    assert team.HARBOUR_TABLE["registration_number"] == "987654324RR0001"
