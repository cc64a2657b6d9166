"""One act on many contacts: counted before, done to exactly those, taken back where nobody touched them since."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact
from crm.core import acts, operations
from crm.core.models import Operation
from tests.factories.contacts import ContactFactory

BULK = "contacts:contact_bulk"


@pytest.fixture
def three(organization, owner):
    return [
        ContactFactory(organization=organization, owner=owner, last_name=name) for name in ("Roy", "Roux", "Lavoie")
    ]


def asked(client, act: str, rows=(), **params):
    """The page that counts, and what its form would send."""
    data = {"act": act, "row": [row.pk for row in rows], **params}
    page = client.open(BULK, data)
    assert page.status_code == 200
    return page, data | {"expected": page.context["count"], "submission": page.context["submission"]}


def do(client, act: str, rows=(), **params):
    _page, form = asked(client, act, rows, **params)
    return client.send(BULK, form)


def undo_of(operation) -> Operation:
    operation.refresh_from_db()
    return operation.undone_by


def test_the_list_offers_boxes_and_only_the_acts_of_ones_role(three, admin, owner, member, reader, browse):
    def codes(person):
        bulk = browse(person).open("contacts:contact_list").context["bulk"]
        return [act.code for act in [*bulk["first"], *bulk["more"]]] if bulk else None

    assert {"owner", "stage", "archive", "restore"} <= set(codes(admin))
    assert "owner" not in codes(owner)
    assert "archive" in codes(owner)
    assert "archive" not in codes(member)
    assert "stage" in codes(member)
    assert codes(reader) is None
    assert "data-tick" not in browse(reader).open("contacts:contact_list").content.decode()
    assert browse(admin).open("contacts:contact_list").content.decode().count(" data-tick ") == 3


def test_two_rows_are_archived_at_once_and_back_by_the_toast(three, admin, browse):
    client = browse(admin)
    page, form = asked(client, "archive", three[:2])
    assert "Archive 2 contacts" in page.content.decode()
    response = client.send(BULK, form)
    assert response.url == client.url("contacts:contact_list")
    said = list(get_messages(response.wsgi_request))
    assert [str(one) for one in said] == ["2 contacts are archived."]
    operation = Operation.objects.get(kind="bulk")
    assert said[0].extra_tags == f"undo:{client.url('core:operation_undo', pk=operation.pk)}"
    assert Contact.objects.active().count() == 1
    assert AuditEntry.objects.filter(model="contacts.contact", action="update").count() == 2
    assert [three[0].timeline.get().verb, three[1].timeline.get().verb] == ["contact.archived"] * 2

    response = client.send("core:operation_undo", pk=operation.pk)
    assert response.url == client.url("contacts:contact_list")
    assert Contact.objects.active().count() == 3
    assert set(three[0].timeline.values_list("verb", flat=True)) == {"contact.archived", "contact.restored"}


def test_the_page_counts_what_is_left_out_and_why(three, owner, organization, member, browse):
    Contact.objects.filter(pk=three[0].pk).update(archived_at=timezone.now())
    page, _form = asked(browse(owner), "archive", three)
    assert (page.context["count"], page.context["skipped"]) == (2, [("Already archived", 1)])
    nothing, _form = asked(browse(owner), "archive", three[:1])
    assert "Archive 0" not in nothing.content.decode()
    assert browse(owner).send(BULK, {"act": "archive", "row": three[0].pk, "expected": 0}).status_code == 200
    assert not Operation.objects.exists()


def test_the_choice_made_in_the_form_changes_the_count_before_anything_is_done(three, admin, browse):
    Contact.objects.filter(pk=three[0].pk).update(funnel_stage="contacted")
    client = browse(admin)
    _page, form = asked(client, "stage", three)
    form |= {"funnel_stage": "contacted"}
    preview = client.post(client.url(BULK), form | {"preview": "1"}, headers={"HX-Request": "true"})
    assert (preview.context["count"], "<html" in preview.content.decode()) == (2, False)
    warned = client.send(BULK, form)  # without script: three were announced, two is what it would be
    assert (warned.status_code, Contact.objects.filter(funnel_stage="contacted").count()) == (200, 1)
    assert client.send(BULK, form | {"expected": "2"}).status_code == 302
    assert Contact.objects.filter(funnel_stage="contacted").count() == 3
    refused = client.send(BULK, form | {"funnel_stage": "nonsense", "submission": "other"})
    assert refused.status_code == 422


def test_everything_that_matches_is_the_filters_again_not_numbers(three, admin, browse):
    client = browse(admin)
    page, form = asked(client, "archive", all="1", query="q=roux&page=1")
    assert page.context["count"] == 1
    client.send(BULK, form)
    assert {contact.last_name for contact in Contact.objects.active()} == {"Roy", "Lavoie"}
    broken, _form = asked(client, "archive", all="1", query="total_min=abc")
    assert broken.context["count"] == 0  # a filter that is not understood never widens an act


def test_rows_of_others_are_neither_counted_nor_changed(three, owner, colleague, outsider, foreign_contact, browse):
    for stranger in (colleague, outsider):
        page, form = asked(browse(stranger), "archive", three)
        assert page.context["count"] == 0
        browse(stranger).send(BULK, form | {"expected": 3})
    page, form = asked(browse(owner), "archive", [three[0], foreign_contact])
    assert page.context["count"] == 1
    browse(owner).send(BULK, form)
    foreign_contact.refresh_from_db()
    assert foreign_contact.archived_at is None
    assert Contact.objects.archived().count() == 1


@pytest.mark.parametrize(
    ("person", "act"), [("reader", "stage"), ("member", "archive"), ("owner", "owner"), ("finance", "priority")]
)
def test_an_act_outside_ones_role_is_refused(person, act, three, browse, request):
    client = browse(request.getfixturevalue(person))
    assert client.open(BULK, {"act": act, "row": three[0].pk}).status_code == 403
    assert client.send(BULK, {"act": act, "row": three[0].pk, "expected": "1", "owner": ""}).status_code == 403


@pytest.mark.parametrize("params", [{}, {"act": "archive"}, {"act": "zzz", "row": "1"}, {"act": "archive", "row": "²"}])
def test_nothing_sensible_asked_leads_back_to_the_list(params, admin, browse):
    client = browse(admin)
    assert client.open(BULK, params).url == client.url("contacts:contact_list")
    assert client.send(BULK, params).url == client.url("contacts:contact_list")


def test_sent_twice_it_is_done_once(three, admin, browse):
    client = browse(admin)
    _page, form = asked(client, "archive", three)
    first, second = client.send(BULK, form), client.send(BULK, form)
    assert (first.url, Operation.objects.count()) == (second.url, 1)
    assert AuditEntry.objects.filter(model="contacts.contact", action="update").count() == 3


def test_undo_leaves_what_somebody_changed_since_and_lists_it(three, admin, colleague, browse):
    client = browse(admin)
    before = three[0].last_contact_at
    do(client, "owner", three, owner=colleague.pk)
    _page, form = asked(client, "owner", three)
    client.send(BULK, form | {"owner": colleague.pk, "expected": 3})
    assert set(Contact.objects.values_list("owner", flat=True)) == {colleague.pk}
    Contact.objects.filter(pk=three[2].pk).update(owner=admin)
    operation = Operation.objects.get(kind="bulk")
    response = client.send("core:operation_undo", pk=operation.pk)
    undone = undo_of(operation)
    assert response.url == undone.get_absolute_url()
    assert (undone.done, undone.failed) == (2, 1)
    three[0].refresh_from_db()
    assert (three[0].owner.user.first_name, three[0].last_contact_at) == ("Olive", before)
    listed = client.get(response.url).content.decode()
    assert three[2].name in listed
    assert "Changed since" in listed
    assert client.send("core:operation_undo", pk=operation.pk).status_code == 422


@pytest.fixture
def many(organization, owner):
    return [ContactFactory(organization=organization, owner=owner, last_name=f"Roy{n}") for n in range(60)]


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(acts, "CHUNK", 20)


def test_many_rows_are_done_by_the_worker_exactly_those_that_were_counted(
    many, small_chunks, admin, owner, browse, run_jobs
):
    client = browse(admin)
    _page, form = asked(client, "stage", all="1", query="funnel_stage=needs_outreach&q=roy")
    response = client.send(BULK, form | {"funnel_stage": "contacted"})
    operation = Operation.objects.get()
    assert (response.url, operation.total, operation.status) == (operation.get_absolute_url(), 60, "waiting")
    late = ContactFactory(organization=admin.organization, last_name="Roylate")  # matches, but was not counted
    Contact.objects.filter(pk=many[30].pk).update(
        last_name="Other", search_text="other"
    )  # left the filter, was counted
    Contact.objects.filter(pk=many[40].pk).update(funnel_stage="contacted")
    operations.advance(operation.pk)
    operations.advance(operation.pk)  # a worker killed here
    run_jobs()
    operation.refresh_from_db()
    assert (operation.status, operation.done, operation.failed) == ("done", 59, 1)
    assert Contact.objects.filter(pk=many[30].pk, funnel_stage="contacted").exists()
    late.refresh_from_db()
    assert late.funnel_stage == "needs_outreach"
    assert AuditEntry.objects.filter(model="contacts.contact", action="update").count() == 59
    page = client.get(operation.get_absolute_url()).content.decode()
    assert "Already at this stage" in page
    assert many[40].name in page
    client.send("core:operation_undo", pk=operation.pk)
    run_jobs()
    assert undo_of(operation).done == 59
    assert Contact.objects.filter(funnel_stage="contacted").count() == 1


def test_a_role_lost_half_way_stops_the_rest(many, small_chunks, owner, browse, run_jobs):
    client = browse(owner)
    _page, form = asked(client, "archive", all="1")
    client.send(BULK, form)
    operation = Operation.objects.get()
    operations.advance(operation.pk)
    owner.role = "read_only"
    owner.save()
    run_jobs()
    operation.refresh_from_db()
    assert (operation.status, operation.done, Contact.objects.archived().count()) == ("failed", 20, 20)


def test_rows_given_to_somebody_else_meanwhile_are_left(many, small_chunks, owner, colleague, browse, run_jobs):
    client = browse(owner)
    _page, form = asked(client, "archive", all="1")
    client.send(BULK, form)
    Contact.objects.filter(pk=many[50].pk).update(owner=colleague)
    run_jobs()
    operation = Operation.objects.get()
    assert (operation.done, operation.failed) == (59, 1)
    many[50].refresh_from_db()
    assert many[50].archived_at is None


def test_counting_costs_the_same_for_many_rows_as_for_few(many, admin, browse, django_assert_max_num_queries):
    client = browse(admin)
    asked(client, "stage", many[:1])
    with django_assert_max_num_queries(16):
        asked(client, "stage", all="1", query="")


def test_manual_statuses_never_overwrite_what_gifts_say(three, admin, browse):
    Contact.objects.filter(pk=three[0].pk).update(lifecycle="donor")
    page, _form = asked(browse(admin), "lifecycle", three)
    assert page.context["skipped"] == [("Donor and lapsed follow the gifts by themselves", 1)]
    assert "donor" not in [key for key, _word in page.context["form"].fields["lifecycle"].choices]
