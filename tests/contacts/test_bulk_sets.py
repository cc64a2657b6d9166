"""Tags, groups and tasks for many contacts at once: exact counts, done once, taken back to what was there."""

import pytest
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact, Group, GroupMember, Tag, TagAssignment
from crm.contacts.services import sets
from crm.core import acts, operations, undo
from crm.core.models import Operation
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory
from tests.factories.households import household_of
from tests.imports.test_undo import everything


@pytest.fixture
def three(organization, owner):
    return [
        ContactFactory(organization=organization, owner=owner, last_name=name) for name in ("Roy", "Roux", "Lavoie")
    ]


def counted(client, act: str, rows, **form):
    """How many it would be done to, and the reasons of the others."""
    data = {"act": act, "row": [row.pk for row in rows], "preview": "1", **form}
    context = client.send("contacts:contact_bulk", data).context
    return context["count"], dict(context["skipped"])


def done(client, act: str, rows, **form) -> Operation | None:
    count, _skipped = counted(client, act, rows, **form)
    data = {"act": act, "row": [row.pk for row in rows], "expected": count, **form}
    client.send("contacts:contact_bulk", data)
    return Operation.objects.filter(kind="bulk").order_by("pk").last()


def kept() -> dict:
    """Every table but those of the people who sign in."""
    return {label: rows for label, rows in everything().items() if not label.startswith("accounts.")}


def names_on(contact) -> set[str]:
    return set(contact.tag_assignments.values_list("tag__name", flat=True))


def test_a_tag_is_put_on_those_who_do_not_wear_it_and_taken_off_them_again(three, admin, browse):
    gala = sets.create_tag(by=admin, name="Gala")
    there = TagAssignment.objects.create(contact=three[0], tag=gala, assigned_by=admin)
    assert counted(browse(admin), "tag", three, tag="GALA") == (2, {"Already wears this tag": 1})
    operation = done(browse(admin), "tag", three, tag="GALA")
    assert [names_on(one) for one in three] == [{"Gala"}] * 3
    assert Tag.objects.count() == 1
    assert three[1].timeline.filter(verb="tag.added").count() == 1
    assert AuditEntry.objects.filter(model="contacts.tagassignment", action="create").count() == 2
    assert undo.start_undo(operation, by=admin).result == {}
    assert list(TagAssignment.objects.values()) == [
        {
            "id": there.pk,
            "tag_id": gala.pk,
            "contact_id": three[0].pk,
            "assigned_by_id": admin.pk,
            "assigned_at": there.assigned_at,
        }
    ]


def test_a_new_tag_is_made_with_the_act_and_goes_with_it_unless_somebody_else_wears_it(three, admin, browse):
    operation = done(browse(admin), "tag", three, tag="Nouvelle")
    assert Tag.objects.get().name == "Nouvelle"
    undo.start_undo(operation, by=admin)
    assert not Tag.objects.exists()
    operation = done(browse(admin), "tag", three[:2], tag="Autre")
    sets.put_tag(three[2], name="autre", by=admin)
    undo.start_undo(operation, by=admin)
    assert [names_on(one) for one in three] == [set(), set(), {"Autre"}]


def test_a_tag_taken_off_is_put_back_as_it_was_by_whom_and_when(three, admin, owner, browse):
    gala = sets.create_tag(by=admin, name="Gala")
    for one in three[:2]:
        TagAssignment.objects.create(contact=one, tag=gala, assigned_by=owner, assigned_at="2020-01-01T12:34:56.789Z")
    before = set(TagAssignment.objects.values_list("contact", "tag", "assigned_by", "assigned_at"))
    assert counted(browse(admin), "untag", three, chosen=gala.pk) == (2, {"Does not wear this tag": 1})
    operation = done(browse(admin), "untag", three, chosen=gala.pk)
    assert not TagAssignment.objects.exists()
    undo.start_undo(operation, by=admin)
    assert set(TagAssignment.objects.values_list("contact", "tag", "assigned_by", "assigned_at")) == before


def test_who_was_tagged_or_taken_off_again_meanwhile_is_left_and_listed(three, admin, browse):
    operation = done(browse(admin), "tag", three, tag="Gala")
    gala = Tag.objects.get()
    sets.take_tag(three[0], tag=gala, by=admin)
    sets.put_tag(three[0], tag=gala, by=admin)  # somebody else's doing now
    undoing = undo.start_undo(operation, by=admin)
    assert [names_on(one) for one in three] == [{"Gala"}, set(), set()]
    (left,) = undoing.steps.get().data["left"]
    assert (left["pk"], left["reason"]) == (three[0].pk, "touched")


@pytest.mark.parametrize("act", ["group", "ungroup"])
def test_a_group_is_filled_and_emptied_and_back(three, admin, owner, browse, act):
    group = Group.objects.create(organization=admin.organization, name="Comité", owner=admin)
    GroupMember.objects.create(group=group, contact=three[0], added_by=owner, added_at="2020-01-01T00:00:00Z")
    before = set(GroupMember.objects.values_list("contact", "added_by", "added_at"))
    changed = {"group": (2, {"Already in this group": 1}), "ungroup": (1, {"Not in this group": 2})}[act]
    assert counted(browse(admin), act, three, chosen=group.pk) == changed
    operation = done(browse(admin), act, three, chosen=group.pk)
    assert group.memberships.count() == {"group": 3, "ungroup": 0}[act]
    undo.start_undo(operation, by=admin)
    assert set(GroupMember.objects.values_list("contact", "added_by", "added_at")) == before


def test_a_fundraiser_fills_groups_of_their_own_with_contacts_of_their_own(three, owner, admin, browse, organization):
    mine = Group.objects.create(organization=organization, name="Mine", owner=owner)
    theirs = Group.objects.create(organization=organization, name="Theirs", owner=admin)
    other = ContactFactory(organization=organization, owner=admin)
    assert counted(browse(owner), "group", [*three, other], chosen=mine.pk) == (3, {})
    done(browse(owner), "group", [*three, other], chosen=mine.pk)
    assert set(mine.memberships.values_list("contact", flat=True)) == {one.pk for one in three}
    refused = browse(owner).send("contacts:contact_bulk", {"act": "group", "row": three[0].pk, "chosen": theirs.pk})
    assert refused.status_code == 422
    assert not theirs.memberships.exists()


@pytest.mark.parametrize(
    ("person", "act"),
    [("reader", "tag"), ("finance", "untag"), ("member", "group"), ("finance", "task"), ("reader", "task")],
)
def test_an_act_outside_ones_role_is_refused(person, act, three, browse, request):
    client = browse(request.getfixturevalue(person))
    assert client.open("contacts:contact_bulk", {"act": act, "row": three[0].pk}).status_code == 403
    assert client.send("contacts:contact_bulk", {"act": act, "row": three[0].pk, "tag": "x"}).status_code == 403


def test_a_member_who_may_not_make_tags_is_told_so(three, member, browse):
    answer = browse(member).send("contacts:contact_bulk", {"act": "tag", "row": three[0].pk, "tag": "Nouvelle"})
    assert answer.status_code == 422
    assert "No tag has this name" in answer.content.decode()


def test_a_hostile_name_is_a_name(three, admin, browse):
    done(browse(admin), "tag", three, tag='<script>alert("x")</script>')
    page = browse(admin).open("contacts:contact_bulk", {"act": "tag", "row": three[0].pk}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_whoever_was_head_of_a_household_is_again_once_the_archiving_is_undone(three, admin, browse):
    household = household_of(*three)
    assert household.head == three[0]
    operation = done(browse(admin), "archive", three[:1])
    household.refresh_from_db()
    assert household.head == three[1]
    undo.start_undo(operation, by=admin)
    household.refresh_from_db()
    assert household.head == three[0]
    operation = done(browse(admin), "archive", three[:1])
    type(household).objects.filter(pk=household.pk).update(head=three[2])  # somebody chose meanwhile
    undo.start_undo(operation, by=admin)
    household.refresh_from_db()
    assert household.head == three[2]


# --- tasks --------------------------------------------------------------------------------------------------------------
PLAN = {"title": "Call them", "due_on": "2026-12-01", "type": "call", "priority": "high"}


def test_each_responsible_person_gets_a_task_for_each_of_their_contacts(
    three, admin, reader, owner, organization, browse
):
    nobodys = ContactFactory(organization=organization, owner=None)
    readers = ContactFactory(organization=organization, owner=None)
    Contact.objects.filter(pk=readers.pk).update(owner=reader)
    gone = ContactFactory(organization=organization, owner=owner)
    Contact.objects.filter(pk=gone.pk).update(archived_at=timezone.now())
    rows = [*three, nobodys, readers]
    before = kept()
    expected = {"Nobody is responsible for them": 1, "The role of the responsible person has no tasks": 1}
    assert counted(browse(admin), "task", rows, owner="", **PLAN) == (3, expected)
    operation = done(browse(admin), "task", rows, owner="", **PLAN)
    tasks = Task.objects.values_list("contact", "owner", "title", "due_on__day", "priority", "created_by")
    assert set(tasks) == {(one.pk, owner.pk, "Call them", 1, "high", admin.pk) for one in three}
    assert three[0].timeline.get(verb="task.created").subject_id == three[0].tasks.get().pk
    undo.start_undo(operation, by=admin)
    assert kept() == before


def test_a_task_that_was_changed_stays_and_is_listed(three, admin, owner, browse):
    operation = done(browse(admin), "task", three, owner=admin.pk, **PLAN)
    assert set(Task.objects.values_list("owner", flat=True)) == {admin.pk}
    kept = three[1].tasks.get()
    kept.notes = "Done half"
    kept.save()
    undoing = undo.start_undo(operation, by=admin)
    assert list(Task.objects.all()) == [kept]
    (left,) = undoing.steps.get().data["left"]
    assert (left["url_name"], left["pk"], left["reason"]) == ("tasks:task_detail", kept.pk, "touched")


def test_a_fundraiser_plans_for_themselves_and_nobody_is_given_a_contact_out_of_reach(
    three, owner, colleague, admin, browse
):
    page = browse(owner).open("contacts:contact_bulk", {"act": "task", "row": three[0].pk})
    assert "owner" not in page.context["form"].fields
    done(browse(owner), "task", three[:1], **PLAN)
    assert three[0].tasks.get().owner == owner
    assert counted(browse(admin), "task", three, owner=colleague.pk, **PLAN) == (0, {"This person may not see them": 3})


def test_hundreds_are_planned_by_a_worker_chunk_by_chunk(organization, owner, admin, browse, run_jobs):
    rows = [ContactFactory(organization=organization, owner=owner) for _number in range(acts.AT_ONCE + 10)]
    operation = done(browse(admin), "tag", rows, tag="Many")
    assert not TagAssignment.objects.exists()
    run_jobs()
    operation.refresh_from_db()
    assert (operation.status, TagAssignment.objects.count()) == ("done", len(rows))
    undoing = undo.start_undo(operation, by=admin)
    operations.run_to_end(undoing.pk)
    assert not Tag.objects.exists()
