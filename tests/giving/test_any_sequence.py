"""Whatever is done to gifts, in whatever order, the stored totals are what the gifts say."""

import uuid
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import time_machine
from django.core.management import call_command
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.contacts import services as contacts
from crm.contacts.models import Contact, ContactRelation, Merge
from crm.core.errors import DomainError
from crm.giving import imported, services, soft_credits, summaries
from crm.giving.choices import GiftStatus, ThanksStatus
from crm.giving.models import Gift, GiftBatch, MatchingClaim, SoftCredit, Thanks, TributeNotice
from crm.giving.services.thanks import wanting
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, ProgramFactory, RecipientFactory, TributeFactory

TODAY = date(2026, 3, 20)
ACTS = (
    "record", "share", "amount", "move", "refund", "bounce", "restore", "delete", "import", "undo import", "batch", "reopen",
    "merge", "unmerge", "thank", "credit", "company gives", "match", "honour", "tell",
)  # fmt: skip
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(0, 2), st.integers(1, 99_999), st.integers(0, 900)),
    max_size=14,
)


class Office:
    """A charity with three donors; each act is one call of a service, refused or not."""

    def __init__(self) -> None:
        self.by = MembershipFactory()
        self.organization = self.by.organization
        self.funds = [FundFactory(organization=self.organization) for _two in range(2)]
        self.donors = [ContactFactory(organization=self.organization) for _three in range(3)]
        self.imports: list[dict] = []
        self.program = ProgramFactory(organization=self.organization, percent=50, yearly_maximum=Decimal(300))
        ContactRelation.objects.create(
            organization=self.organization, contact=self.donors[0], other=self.program.company, kind="employer"
        )
        self.tribute = TributeFactory(organization=self.organization)
        RecipientFactory(tribute=self.tribute, contact=self.donors[1])

    def act(self, name: str, which: int, who: int, cents: int, ago: int) -> None:
        amount, day = Decimal(cents) / 100, TODAY - timedelta(days=ago)
        gifts = list(Gift.objects.order_by("pk"))
        gift = gifts[which % len(gifts)] if gifts else None
        donor = Contact.objects.get(pk=self.donors[who].pk)
        fund, by = self.funds[0], self.by
        known = {"contact": donor, "amount": amount, "received_on": day}
        company = {"contact": self.program.company, "amount": amount, "received_on": day}
        parts = {self.funds[0]: Decimal(1), self.funds[1]: amount - 1}
        ways = {
            "record": lambda: services.record_gift(**known, fund=fund, by=by),
            "share": lambda: services.record_gift(**known, fund=None, splits=parts, by=by),
            "amount": lambda: services.correct_gift(gift, amount=amount, fund=fund, received_on=day, by=by),
            "move": lambda: services.correct_gift(gift, contact=donor, by=by),
            "refund": lambda: services.refund_gift(gift, by=by),
            "bounce": lambda: services.return_gift(gift, why="nsf", by=by),
            "restore": lambda: services.correct_gift(gift, status=GiftStatus.COMPLETED, by=by),
            "delete": lambda: services.delete_gift(gift, by=by),
            "import": lambda: self.bring(known, fund),
            "undo import": self.take_back,
            "batch": lambda: self.post(known, fund),
            "reopen": lambda: self.reopen(which),
            "merge": lambda: contacts.merge_contacts(kept=donor, absorbed=self.donors[which % 3], by=by),
            "unmerge": self.unmerge,
            "credit": lambda: services.credit(gift, contact=donor, role="spouse", by=by),
            "company gives": lambda: services.record_gift(**company, fund=fund, by=by),
            "match": lambda: self.match(amount),
            "honour": lambda: services.correct_gift(gift, tribute=self.tribute, by=by),
            "tell": lambda: services.mark_told(
                self.tribute.recipients.values_list("pk", flat=True), how="phone", by=by
            ),
            "thank": lambda: services.mark_thanked([row.pk for row in Thanks.objects.due()[:2]], how="phone", by=by),
        }
        if gift is None and name in ("amount", "move", "refund", "bounce", "restore", "delete", "credit", "honour"):
            return
        with suppress(DomainError):
            ways[name]()

    def match(self, amount: Decimal) -> None:
        """The company's last gift matches the first claim that waits."""
        claim = MatchingClaim.objects.exclude(status="received").order_by("pk").first()
        cheque = Gift.objects.filter(contact=self.program.company).order_by("-pk").first()
        if claim and cheque:
            services.receive_claim(claim, paid_by=cheque, amount=min(amount, claim.amount), by=self.by)

    def bring(self, known: dict, fund) -> None:
        if known["contact"].merged_into_id:
            return
        rows = [Gift(organization=self.organization, fund=fund, recorded_by=self.by, **known) for _two in range(2)]
        self.imports.append(imported.save_imported(gifts=rows, by=self.by, source="dons.csv"))

    def take_back(self) -> None:
        if self.imports:
            imported.take_back_imported(self.imports.pop(), by=self.by)

    def post(self, known: dict, fund) -> None:
        batch = services.open_batch(received_on=known["received_on"], fund=fund, by=self.by)
        line = {"method": "check", "cheque_number": "1", "fund": fund, "as_typed": {}, "position": 0, **known}
        services.save_row(batch, key=uuid.uuid4(), version=0, saving="s", by=self.by, **line)
        services.post_batch(batch, doubts_confirmed=True, by=self.by)

    def reopen(self, which: int) -> None:
        posted = list(GiftBatch.objects.filter(status="posted").order_by("pk"))
        if posted:
            services.reopen_batch(posted[which % len(posted)], reason="Wrong pile", by=self.by)

    def unmerge(self) -> None:
        if merge := Merge.objects.order_by("-pk").first():
            contacts.undo_merge(merge, by=self.by)


class TestAnySequence(TestCase):
    @settings(deadline=None, max_examples=60, phases=[Phase.explicit, Phase.generate])
    @given(acts)
    def test_of_acts_leaves_every_total_right(self, acts):
        with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
            office = Office()
            for one in acts:
                office.act(*one)
            self.check(office)

    def check(self, office: Office) -> None:
        found = [rows for _last, rows in summaries.sweep(office.organization, repair=False) if rows]
        assert found == []
        assert list(summaries.out_of_balance(office.organization)) == []
        call_command("rebuild_summaries", "--check", verbosity=0, stdout=StringIO())
        # A second, naive count.
        for donor in Contact.objects.all():
            gifts = [gift for gift in donor.gifts.all() if gift.status == GiftStatus.COMPLETED]
            summary = getattr(donor, "summary", None)
            stored = (summary.gift_count, summary.total) if summary else (0, Decimal(0))
            assert stored == (len(gifts), sum((gift.amount for gift in gifts), Decimal(0)))
        # Nobody waits for thanks for money that went back; whoever gave lately waits or was thanked.
        for row in Thanks.objects.due().select_related("gift"):
            assert row.gift.status == GiftStatus.COMPLETED
        for gift in wanting(Gift.objects.all(), today=TODAY):
            assert gift.thanks.status in (ThanksStatus.DUE, ThanksStatus.DONE)
        # What others are credited with is never more than the gift, and moves no total; a cheque matches no more than it holds.
        for row in SoftCredit.objects.select_related("gift"):
            assert row.amount <= row.gift.amount
        for cheque in Gift.objects.filter(matched__isnull=False).distinct():
            assert sum(claim.amount for claim in cheque.matched.all()) <= cheque.amount
        for donor in Contact.objects.all():
            soft = [
                one for one in donor.credits.all() if one.gift.status == "completed" and one.gift.contact_id != donor.pk
            ]
            claims = MatchingClaim.objects.filter(gift__contact=donor, status="received", paid_by__status="completed")
            naive = sum((one.amount for one in soft), Decimal(0))
            naive += sum((one.amount for one in claims.exclude(paid_by__contact=donor)), Decimal(0))
            said = soft_credits.credited(donor, currency="CAD")
            assert sum((money.amount for money in said), Decimal(0)) == naive
        # Nobody was told of their own gift, nor of one gift twice.
        pairs = list(TributeNotice.objects.values_list("gift", "contact"))
        assert len(pairs) == len(set(pairs))
        # A batch that is open has become nothing yet, or no longer.
        for batch in GiftBatch.objects.open():
            assert not batch.rows.filter(gift__isnull=False).exists()
