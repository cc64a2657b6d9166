"""The pages of a mailing: what is read before it leaves, what may be done by whom, what became of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts.models import Consent, Group, GroupMember, Segment
from crm.core import operations
from crm.core.models import OutgoingEmail
from crm.outreach import mailings, services
from crm.outreach.models import Mailing, SuppressedAddress
from tests.factories.contacts import ContactFactory
from tests.factories.outreach import MailingFactory, MailingRecipientFactory, TextFactory
from tests.giving.reading import facts, page

REACHABLE = {"all": [{"field": "has_email", "op": "yes", "value": None}]}


@pytest.fixture
def group(organization):
    return Group.objects.create(organization=organization, name="Friends")


@pytest.fixture
def people(organization, owner, group):
    found = []
    for name, language, email in (("Roy", "fr", "roy@x.test"), ("Abbott", "en", "abbott@x.test"), ("Quiet", "fr", "")):
        one = ContactFactory(
            organization=organization, owner=owner, first_name="Anne", last_name=name, language=language, email=email
        )
        Consent.objects.create(
            organization=organization, contact=one, channel="email", status="express", given_on="2026-01-02", source="x"
        )
        GroupMember.objects.create(group=group, contact=one)
        found.append(one)
    return found


@pytest.fixture
def mailing(admin, group, people):
    text = TextFactory(organization=admin.organization)
    return services.save_mailing(title="Spring", channel="email", template=text, group=group, by=admin)


def run(mailing):
    mailing.refresh_from_db()
    operations.run_to_end(mailing.operation_id)
    mailing.refresh_from_db()


def test_a_mailing_is_written_looked_at_and_sent_in_three_pages(admin, group, people, browse):
    text = TextFactory(organization=admin.organization)
    desk = browse(admin, "en")
    form = {"title": "Spring", "channel": "email", "template": text.pk, "group": group.pk, "submission": "a1"}
    response = desk.post(desk.url("outreach:mailing_create"), form)
    mailing = Mailing.objects.get()
    assert response.url == desk.url("outreach:mailing_detail", pk=mailing.pk)
    outlook = desk.get(desk.url("outreach:mailing_outlook", pk=mailing.pk))
    said = page(outlook).words
    assert facts(outlook)["E-mails"] == "21 in French, 1 in English"
    assert page(outlook).texts("section[aria-labelledby=mailing-who] li p") == [
        "No address or number for this channel",
        "Anne Quiet",
    ]
    assert "Voici nos nouvelles." in said
    assert "Here is our news." in said
    start = desk.url("outreach:mailing_start", pk=mailing.pk)
    assert "2 people each get an e-mail." in page(desk.get(start)).words
    seen = page(desk.get(start)).one("input[name=seen]").get("value")
    assert desk.post(start, {"seen": seen}).status_code == 302
    run(mailing)
    said = page(desk.get(response.url)).words
    assert "2 e-mails sent of 2" in said
    assert page(desk.get(response.url)).texts("section[aria-labelledby=mailing-left] li p") == [
        "No address or number for this channel"
    ]


def test_what_was_read_is_what_leaves_or_nothing_does(admin, mailing, browse):
    desk = browse(admin, "en")
    start = desk.url("outreach:mailing_start", pk=mailing.pk)
    for seen in ("3", "", "-1", "x", "9" * 40, "2:1"):
        response = desk.post(start, {"seen": seen})
        assert (response.status_code, "The figures or the text have changed" in page(response).words) == (422, True)
    assert Mailing.objects.get().status == "draft"


@pytest.mark.parametrize("both", [False, True])
def test_one_audience_is_asked_for_and_nothing_typed_is_lost(both, admin, mailing, browse, organization):
    made = Segment.objects.create(organization=organization, name="S", owner=admin, rules=REACHABLE)
    chosen = {"segment": made.pk if both else "", "group": mailing.group_id if both else ""}
    desk = browse(admin, "en")
    form = {"title": "Autumn", "channel": "email", "template": mailing.template_id, "submission": "a2", **chosen}
    response = desk.post(desk.url("outreach:mailing_create"), form)
    said = response.content.decode()
    assert (response.status_code, "Choose a segment or a group." in said, "Autumn" in said) == (422, True, True)


def test_a_group_or_text_of_another_organization_cannot_be_chosen(admin, mailing, outsider, browse):
    theirs = Group.objects.create(organization=outsider.organization, name="Theirs")
    text = TextFactory(organization=outsider.organization)
    desk = browse(admin, "en")
    form = {"title": "Autumn", "channel": "email", "template": text.pk, "group": theirs.pk, "submission": "a3"}
    assert desk.post(desk.url("outreach:mailing_create"), form).status_code == 422
    assert Mailing.objects.count() == 1


def test_its_moment_is_on_the_clock_of_the_organization(admin, mailing, browse):
    organization = admin.organization
    organization.timezone = "America/Vancouver"
    organization.save()
    desk = browse(admin, "en")
    url = desk.url("outreach:mailing_schedule", pk=mailing.pk)
    assert desk.post(url, {"at": "2031-07-01T09:00", "submission": "a4"}).status_code == 302
    mailing.refresh_from_db()
    assert mailing.scheduled_for.isoformat() == "2031-07-01T16:00:00+00:00"
    assert 'value="2031-07-01T09:00"' in desk.get(url).content.decode()
    assert desk.post(url, {"at": "2020-07-01T09:00", "submission": "a5"}).status_code == 422


def test_the_buttons_follow_its_state(admin, mailing, browse):
    desk = browse(admin, "en")
    url = desk.url("outreach:mailing_detail", pk=mailing.pk)

    def offered() -> set[str]:
        outlook = desk.url("outreach:mailing_outlook", pk=mailing.pk)
        said = desk.get(url).content.decode() + desk.get(outlook).content.decode()
        acts = ("edit", "delete", "start", "schedule", "unschedule", "test", "pause", "resume", "cancel", "retry")
        return {act for act in acts if f"/mailings/{mailing.pk}/{act}/" in said}

    assert offered() == {"edit", "delete", "start", "schedule", "test"}
    services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=admin)
    assert offered() == {"pause", "cancel"}
    services.pause_mailing(mailing, by=admin)
    assert offered() == {"resume", "cancel"}
    services.resume_mailing(mailing, by=admin)
    run(mailing)
    assert offered() == set()
    OutgoingEmail.objects.filter(recipient="roy@x.test").update(status="failed", error="550 <b>no</b>")
    assert offered() == {"retry"}
    assert "550 &lt;b&gt;no&lt;/b&gt;" in desk.get(url).content.decode()


def test_a_fundraiser_sees_and_moves_their_own_mailings_only(owner, admin, mailing, browse):
    own = MailingFactory(created_by=owner, title="Mine")
    desk = browse(owner, "en")
    said = page(desk.get(desk.url("outreach:mailing_list"))).words
    assert ("Mine" in said, "Spring" in said) == (True, False)
    for act in ("detail", "outlook", "start", "pause", "cancel", "test", "schedule", "update", "delete", "retry"):
        assert desk.get(desk.url(f"outreach:mailing_{act}", pk=mailing.pk)).status_code == 404
    assert desk.get(desk.url("outreach:mailing_detail", pk=own.pk)).status_code == 200


def test_the_people_of_a_mailing_are_a_list_and_an_answer_is_noted(admin, mailing, browse):
    services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=admin)
    run(mailing)
    desk = browse(admin, "en")
    url = desk.url("outreach:recipient_list")
    for query, names in (
        ("", {"Roy", "Abbott", "Quiet"}),
        ("&state=sent", {"Roy", "Abbott"}),
        ("&state=left_out", {"Quiet"}),
        ("&left_out=address", {"Quiet"}),
        ("&state=failed", set()),
        ("&q=abbott", {"Abbott"}),
    ):
        found = page(desk.get(f"{url}?mailing={mailing.pk}{query}")).css("tbody tr")
        assert {row.css("td a")[0].words.split()[-1] for row in found if row.css("td a")} == names
    roy = mailing.recipients.get(contact__last_name="Roy")
    reply = desk.url("outreach:recipient_reply", pk=roy.pk)
    assert desk.post(reply).status_code == 302
    roy.refresh_from_db()
    assert roy.replied_at is not None
    assert facts(desk.get(desk.url("outreach:mailing_detail", pk=mailing.pk)))["Answers noted"] == "1"


def test_the_list_of_people_costs_the_same_for_many(admin, browse, django_assert_num_queries):
    mailing = MailingFactory(created_by=admin)
    for _two in range(2):
        MailingRecipientFactory(mailing=mailing)
    desk = browse(admin, "en")
    url = desk.url("outreach:recipient_list")
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for _more in range(10):
        MailingRecipientFactory(mailing=mailing)
    with django_assert_num_queries(len(few)):
        desk.get(url)


def test_a_mailing_of_a_colleague_is_named_beside_ones_donor_and_leads_nowhere(owner, admin, people, mailing, browse):
    services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=admin)
    run(mailing)
    for member, links in ((admin, 1), (owner, 0)):
        shown = page(browse(member, "en").open("outreach:recipient_list")).one("main table")
        assert "Spring" in shown.words
        assert bool(shown.css(f'a[href$="/mailings/{mailing.pk}/"]')) == bool(links)


def test_an_address_that_does_not_work_is_listed_and_trusted_again_by_an_administrator(admin, owner, mailing, browse):
    row = SuppressedAddress.objects.create(organization=admin.organization, address="roy@x.test", said="550 gone")
    desk = browse(admin, "en")
    said = page(desk.get(desk.url("outreach:suppressed_list"))).words
    assert "roy@x.test" in said
    assert "550 gone" in said
    assert mailings.preview_of(mailing).reached == 1
    delete = desk.url("outreach:suppressed_delete", pk=row.pk)
    assert browse(owner, "en").post(delete).status_code == 403
    assert desk.post(delete).status_code == 302
    assert mailings.preview_of(mailing).reached == 2
