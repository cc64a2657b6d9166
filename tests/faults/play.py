"""Acts on the database of a fault test, as the web would: ``python -m tests.faults.play acts 6``."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.faults.settings")


def people() -> None:
    from crm.accounts.models import Membership, Organization, User

    organization = Organization.objects.create(pk=1, slug="fault", name_fr="Essai")
    user = User.objects.create(email="fault@example.test", first_name="Faye")
    Membership.objects.create(organization=organization, user=user, role="admin")


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    people()


def acts(count: str) -> None:
    from crm.core.jobs import enqueue
    from tests.faults.jobs import act

    for number in range(int(count)):
        enqueue(act, number=number)


def slow() -> None:
    from crm.core.jobs import enqueue
    from tests.faults.jobs import slow_act

    enqueue(slow_act, number=1)


def operation() -> None:
    from crm.accounts.models import Membership
    from crm.core import operations
    from tests.faults.jobs import ROWS, Acts

    operations.start(kind=Acts.kind, by=Membership.objects.get(), total=ROWS)


def bring(rows: str) -> None:
    """Start the import of a file: this many gifts, each of a new donor."""
    from django.core.files.base import ContentFile

    from crm.accounts.models import Membership
    from crm.giving.models import Fund
    from crm.imports.services import receive_file, start_import

    by = Membership.objects.get()
    Fund.objects.get_or_create(organization=by.organization, code="GEN", name_fr="Général", is_default=True)
    lines = [f"T{n};D{n};Nom{n};2026-01-{n % 28 + 1:02};{n + 1},00" for n in range(int(rows))]
    text = "\n".join(["Numéro de transaction;Numéro de donateur;Nom;Date du don;Montant", *lines])
    record = receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind="gifts", by=by)
    start_import(record, by=by)


def friends(rows: str) -> None:
    """This many contacts who said yes to e-mails, in a group, and a mailing to them."""
    from crm.accounts.models import Membership
    from crm.contacts.models import Consent, Contact, Group, GroupMember
    from crm.outreach import services
    from crm.outreach.models import MessageTemplate

    by = Membership.objects.get()
    mine = {"organization": by.organization}
    group = Group.objects.create(name="Friends", **mine)
    people = [Contact(last_name=f"Nom{n}", email=f"p{n}@x.test", **mine) for n in range(int(rows))]
    for person in people:
        person.derive()
    Contact.objects.bulk_create(people)
    Consent.objects.bulk_create(
        Consent(contact=one, channel="email", status="express", given_on="2026-01-02", **mine) for one in people
    )
    GroupMember.objects.bulk_create(GroupMember(group=group, contact=one) for one in people)
    text = MessageTemplate.objects.create(
        name="Appeal", purpose="mailing", subject_fr="Bonjour", body_fr="{greeting}", subject_en="Hello",
        body_en="{greeting}", **mine,
    )  # fmt: skip
    services.save_mailing(title="Spring", channel="email", template=text, group=group, by=by)


def mail() -> None:
    """Somebody clicks to send the mailing, perhaps again."""
    from contextlib import suppress

    from crm.core.errors import DomainError
    from crm.outreach import mailings, services
    from crm.outreach.models import Mailing

    mailing = Mailing.objects.get()
    with suppress(DomainError):
        services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=mailing.created_by)


def tag(rows: str) -> None:
    """Start to put a new tag on this many contacts."""
    from crm.accounts.models import Membership
    from crm.contacts.bulk_sets import AddTag
    from crm.contacts.models import Contact
    from crm.core import acts

    by = Membership.objects.get()
    people = [Contact(organization=by.organization, last_name=f"Nom{n}") for n in range(int(rows))]
    for person in people:
        person.derive()
    Contact.objects.bulk_create(people)
    form = {"tag": ["Gala"]}
    data = AddTag().form(acts.posted(form), by=by)
    assert data.is_valid(), data.errors
    acts.start(
        rows=Contact.objects.all(),
        action=AddTag(),
        data=data.cleaned_data,
        form_data=form,
        url_name="contacts:contact_list",
        query="",
        by=by,
    )


def take_out(rows: str) -> None:
    """Start the file of a list of this many contacts."""
    from crm.accounts.models import Membership
    from crm.contacts.models import Contact
    from crm.core.exporting import start_export

    by = Membership.objects.get()
    people = [Contact(organization=by.organization, last_name=f"Nom{n}") for n in range(int(rows))]
    for person in people:
        person.derive()
    Contact.objects.bulk_create(people)
    start_export(url_name="contacts:contact_list", query="", kind="csv", rows=int(rows), by=by)


def take_back(kind: str) -> None:
    """Start the undo of the one operation of this kind."""
    from crm.accounts.models import Membership
    from crm.core.models import Operation
    from crm.core.undo import start_undo

    start_undo(Operation.objects.get(kind=kind), by=Membership.objects.get())


def promise(count: str, gateway: str = "demo") -> None:
    """So many monthly donors, whose payment of today is due from the demo bank, or from the stand-in of Stripe."""
    from decimal import Decimal

    from django.db import transaction

    from crm.accounts.models import Membership
    from crm.contacts.models import Contact
    from crm.core.dates import today_in
    from crm.giving import services
    from crm.giving.models import Fund

    by = Membership.objects.get()
    token = "demo_ok"
    if gateway == "stripe":
        services.connect_gateway(gateway="stripe", key="sk_test_standin", webhook_secret="whsec_test", by=by)
        token = "cus_1/pm_ok"
    today = today_in(by.organization.timezone)
    fund, _made = Fund.objects.get_or_create(organization=by.organization, code="GEN", name_fr="Général")
    with transaction.atomic():
        for n in range(int(count)):
            donor = Contact(organization=by.organization, last_name=f"Nom{n}")
            donor.derive()
            donor.save()
            method = services.add_payment_method(
                contact=donor, gateway=gateway, kind="card", last_four="4242", token=token, by=by
            )
            pledge = services.create_pledge(
                contact=donor, amount=Decimal(20 + n), frequency="monthly", starts_on=today, fund=fund, by=by
            )
            services.collect_from(pledge, payment_method=method, by=by)


def collect() -> None:
    """What the scheduler does each morning."""
    from crm.core.jobs import enqueue
    from crm.giving.jobs import collect_charges

    enqueue(collect_charges)


def wake_charges() -> None:
    """What the scheduler does every five minutes."""
    from crm.core.jobs import enqueue
    from crm.giving.jobs import wake_charges

    enqueue(wake_charges)


def gave(count: str) -> None:
    """So many gifts of as many donors, in an organization that may issue receipts."""
    from datetime import timedelta
    from decimal import Decimal

    from crm.accounts.models import Membership, Organization
    from crm.contacts.models import Contact
    from crm.core.dates import today_in
    from crm.giving.models import Fund, Gift

    by = Membership.objects.get()
    Organization.objects.update(
        registration_number="119219814RR0001", receipt_place_fr="Québec (Québec)", signatory_name="Jeanne Roy",
        address_fr="1, rue Saint-Jean\nQuébec (Québec) G1R 1A1", legal_name_fr="Essai",
    )  # fmt: skip
    fund = Fund.objects.create(organization=by.organization, code="GEN", name_fr="Général", is_default=True)
    place = {"address_line1": "12, rue du Port", "city": "Québec", "province": "QC", "postal_code": "G1K 1A1"}
    people = [Contact(organization=by.organization, last_name=f"Nom{n}", **place) for n in range(int(count))]
    for person in people:
        person.derive()
    Contact.objects.bulk_create(people)
    day = today_in(by.organization.timezone) - timedelta(days=1)
    Gift.objects.bulk_create(
        Gift(
            organization=by.organization, contact=person, fund=fund, recorded_by=by, received_on=day, amount=Decimal(20 + n)
        )
        for n, person in enumerate(people)
    )  # fmt: skip


def receipt(seed: str) -> None:
    """Receipts for all the gifts, in an order of one's own; every seventh is replaced at once, every eleventh voided."""
    from contextlib import suppress
    from random import Random

    from django.db import OperationalError

    from crm.accounts.models import Membership
    from crm.core.errors import DomainError
    from crm.giving.models import Gift
    from crm.receipts import services

    by = Membership.objects.get()
    numbers = list(Gift.objects.values_list("pk", flat=True))
    Random(seed).shuffle(numbers)
    for pk in numbers:
        gift = Gift.objects.get(pk=pk)
        if gift.receipt_lines.filter(is_live=True).exists():
            continue
        # Another process was first; or SQLite had no turn for us in 20 seconds: nothing is written, another one takes it.
        with suppress(DomainError, OperationalError):
            issued = services.issue_receipt(gift, by=by)
            if issued.sequence % 7 == 0:
                services.replace_receipt(issued, reason="Essai", by=by)
            elif issued.sequence % 11 == 0:
                services.cancel_receipt(issued, reason="Essai", by=by)


def year(emails: str) -> None:
    """Approve the receipts of the year of all that :func:`gave`; so many donors have an e-mail address."""
    from django.core.files.base import ContentFile

    from crm.accounts.models import Membership
    from crm.contacts.models import Contact
    from crm.giving.models import Gift
    from crm.management.demo.images import signature
    from crm.receipts import runs
    from crm.receipts.services import approve_run, start_run

    by = Membership.objects.get()
    by.organization.signature.save("ink.png", ContentFile(signature()))  # without one, none leaves by e-mail
    for contact in Contact.objects.order_by("pk")[: int(emails)]:
        Contact.objects.filter(pk=contact.pk).update(email=f"d{contact.pk}@example.test")
    run = start_run(year=Gift.objects.first().received_on.year, by=by)
    approve_run(run, seen=runs.figures_of(run).seen, by=by)


def send_year() -> None:
    """Send what the run issued, and make the file for the others."""
    from crm.accounts.models import Membership
    from crm.receipts.models import ReceiptRun
    from crm.receipts.services import email_run, print_run

    by = Membership.objects.get()
    email_run(ReceiptRun.objects.get(), by=by)
    print_run(ReceiptRun.objects.get(), by=by)


def check_totals() -> None:
    from django.core.management import call_command

    call_command("rebuild_summaries", check=True)


def wake() -> None:
    """What the scheduler does each minute."""
    from crm.core.jobs import enqueue
    from crm.core.operations import wake_stuck_operations

    enqueue(wake_stuck_operations)


def redeliver() -> None:
    """What the queue does with a job whose worker died, once ``retry`` has passed."""
    from django.utils import timezone
    from django_q.models import OrmQ

    OrmQ.objects.update(lock=timezone.now())


def state() -> None:
    from crm.core.heartbeat import worker_state

    print("alive" if worker_state().is_alive else "silent")  # noqa: T201 - this is a command


if __name__ == "__main__":
    import django

    django.setup()
    globals()[sys.argv[1]](*sys.argv[2:])
