"""Segments at work: the builder as a browser sends it, what is refused, who sees whom."""

import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import AuditEntry
from crm.contacts.criteria import Context, RuleError
from crm.contacts.criteria.rules import compiled
from crm.contacts.forms.builder import Builder
from crm.contacts.models import Contact, Group, Segment, Tag, TagAssignment
from crm.contacts.ready_made import READY_MADE
from crm.contacts.segments import said, segment_contacts
from crm.contacts.services import sets
from crm.core.errors import DomainError
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory

pytestmark = pytest.mark.django_db

REACHABLE = {"all": [{"field": "has_email", "op": "yes", "value": None}]}
TYPED = {"name": "Reachable", "is_shared": "on", "node": ["n0::group", "n1:n0:rule"], "n0-mode": "all",
         "n1-field": "has_email", "n1-op": "yes"}  # fmt: skip
HTMX = {"HX-Request": "true"}


def sent(fields: dict) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def segment(admin, rules=None, **fields) -> Segment:
    return sets.create_segment(by=admin, rules=REACHABLE if rules is None else rules, **{"name": "Reachable", **fields})


# --- what JSON may not say --------------------------------------------------------------------------------------------
def deep(levels: int) -> dict:
    rules = dict(REACHABLE)
    for _level in range(levels - 1):
        rules = {"any": [rules]}
    return rules


BAD = [
    None, [], "all", {}, {"all": []}, {"some": []}, {"all": [], "any": []}, {"all": [{}]}, {"all": ["x"]},
    {"all": [{"field": "password", "op": "is", "value": "x"}]},
    {"all": [{"field": "has_email", "op": "delete", "value": None}]},
    {"all": [{"field": "has_email", "op": ["yes"], "value": None}]},
    {"all": [{"field": "total", "op": "gte"}]},
    {"all": [{"field": "total", "op": "gte", "value": "1e99"}]},
    {"all": [{"field": "total", "op": "gte", "value": "NaN"}]},
    {"all": [{"field": "total", "op": "gte", "value": True}]},
    {"all": [{"field": "total", "op": "gte", "value": -5}]},
    {"all": [{"field": "total", "op": "between", "value": ["1"]}]},
    {"all": [{"field": "gift_count", "op": "gte", "value": 10**30}]},
    {"all": [{"field": "city", "op": "is", "value": {"x": 1}}]},
    {"all": [{"field": "city", "op": "is", "value": "x" * 500}]},
    {"all": [{"field": "province", "op": "in", "value": ["QC", "XX"]}]},
    {"all": [{"field": "province", "op": "in", "value": []}]},
    {"all": [{"field": "tag", "op": "in", "value": ["1 OR 1=1"]}]},
    {"all": [{"field": "tag", "op": "in", "value": [True]}]},
    {"all": [{"field": "last_gift", "op": "before", "value": "2025-02-30"}]},
    {"all": [{"field": "last_gift", "op": "before", "value": "0001-01-01"}]},
    {"all": [{"field": "gave_in", "op": "yes", "value": {"span": "forever"}}]},
    {"all": [{"field": "gave_in", "op": "yes", "value": {"span": ["days"]}}]},
    {"all": [{"field": "gave_in", "op": "yes", "value": {"span": "days", "days": 10**9}}]},
    {"all": [{"field": "gave_in", "op": "yes", "value": {"span": "between", "from": "2025-05-01", "to": "2025-04-01"}}]},
    {"all": REACHABLE["all"] * 41}, deep(5),
]  # fmt: skip


@pytest.mark.parametrize("rules", BAD, ids=lambda rules: json.dumps(rules)[:60])
def test_rules_that_make_no_sense_are_refused_in_words_and_nothing_is_saved(rules, admin):
    with pytest.raises(DomainError) as refusal:
        segment(admin, rules if rules is not None else [None])
    assert str(refusal.value)
    assert Segment.objects.count() == 0


def test_four_levels_and_forty_rules_are_allowed(admin, contact):
    assert segment(admin, deep(4)).count == 1
    assert segment(admin, {"all": REACHABLE["all"] * 40}).count == 1


def test_rows_of_another_organization_cannot_be_named(admin, outsider):
    tag = Tag.objects.create(organization=outsider.organization, name="Theirs")
    fund = FundFactory(organization=outsider.organization)
    private = Group.objects.create(organization=outsider.organization, name="Theirs")
    for field, row in (("tag", tag), ("fund", fund), ("group", private), ("owner", outsider)):
        with pytest.raises(DomainError):
            segment(admin, {"all": [{"field": field, "op": "in", "value": [row.pk]}]})


def test_a_colleagues_private_group_cannot_be_named_nor_a_private_one_behind_the_team(admin, owner):
    private = sets.create_group(by=owner, name="Mine", is_shared=False)
    rules = {"all": [{"field": "group", "op": "in", "value": [private.pk]}]}
    with pytest.raises(DomainError, match="deleted"):
        segment(admin, rules)
    with pytest.raises(DomainError, match="private"):
        segment(owner, rules, is_shared=True)
    assert segment(owner, rules, is_shared=False).count == 0


# --- segments inside segments -----------------------------------------------------------------------------------------
def test_a_segment_inside_a_segment_follows_its_own_rules(admin, contact):
    ContactFactory(organization=admin.organization, email="")
    inner = segment(admin)
    outer = segment(admin, {"none": [{"field": "segment", "op": "in", "value": [inner.pk]}]}, name="Others")
    assert (inner.count, outer.count) == (1, 1)
    assert contact not in segment_contacts(outer)


def test_a_segment_never_rests_on_itself_however_long_the_way_round(admin):
    first = segment(admin)
    second = segment(admin, {"all": [{"field": "segment", "op": "in", "value": [first.pk]}]}, name="Second")
    with pytest.raises(DomainError, match="itself"):
        sets.update_segment(first, by=admin, name="First",
                            rules={"any": [{"field": "segment", "op": "not_in", "value": [second.pk]}]})  # fmt: skip
    first.refresh_from_db()
    assert first.rules == REACHABLE


def test_segments_that_multiply_are_stopped(admin):
    one = segment(admin, {"all": REACHABLE["all"] * 40})
    for _round in range(2):
        one = segment(admin, {"any": [{"field": "segment", "op": "in", "value": [one.pk]}] * 2})
    with pytest.raises(DomainError, match="too many"):
        segment(admin, {"any": [{"field": "segment", "op": "in", "value": [one.pk]}] * 2})


# --- what was deleted -------------------------------------------------------------------------------------------------
def test_a_rule_whose_tag_was_deleted_says_so_and_finds_nobody(admin, contact, browse):
    tag = sets.create_tag(by=admin, name="Gala")
    sets.put_tag(contact, tag=tag, by=admin)
    one = segment(admin, {"any": [{"field": "tag", "op": "not_in", "value": [tag.pk]}, *REACHABLE["all"]]})
    client = browse(admin)
    assert "Reachable" in client.open("contacts:tag_delete", pk=tag.pk).content.decode()  # what will happen
    client.send("contacts:tag_delete", pk=tag.pk)
    one.refresh_from_db()
    with pytest.raises(RuleError, match="deleted"):
        segment_contacts(one)
    assert sets.count_segment(one).count is None
    assert "tag that was deleted" in client.open("contacts:segment_list").content.decode()
    assert "no longer works" in client.open("contacts:segment_detail", pk=one.pk).content.decode()
    assert client.open("contacts:contact_list", {"segment": one.pk}).context["page"].total == 0
    assert client.open("contacts:segment_update", pk=one.pk).status_code == 200


def test_a_stored_rule_that_nobody_can_read_breaks_no_page(admin, browse):
    one = segment(admin)
    client = browse(admin)
    for rules in (
        {},
        [],
        {"all": [{"field": "x"}]},
        {"all": ["x", 3]},
        {"all": [{"field": "total", "op": "gte", "value": {}}]},
    ):
        Segment.objects.filter(pk=one.pk).update(rules=rules)
        for name, kwargs in (
            ("segment_list", {}),
            ("segment_detail", {"pk": one.pk}),
            ("segment_update", {"pk": one.pk}),
        ):
            assert client.open(f"contacts:{name}", **kwargs).status_code == 200
        assert client.open("contacts:contact_list", {"segment": one.pk}).context["page"].total == 0


# --- the builder ------------------------------------------------------------------------------------------------------
def test_a_segment_is_built_saved_counted_and_opened(admin, contact, browse):
    client = browse(admin)
    response = client.send("contacts:segment_create", TYPED)
    one = Segment.objects.get()
    assert (response.status_code, one.rules, one.count, one.owner) == (302, REACHABLE, 1, admin)
    assert one.counted_at is not None
    assert AuditEntry.objects.filter(model="contacts.segment", action="create").count() == 1
    listed = client.open("contacts:contact_list", {"segment": one.pk})
    assert ([row.pk for row in listed.context["page"].records], listed.context["filter"].chips[0].value) == (
        [contact.pk],
        "Reachable",
    )


def test_a_double_click_makes_one_segment(admin, browse):
    client = browse(admin)
    for _time in range(2):
        client.send("contacts:segment_create", TYPED | {"submission": "once"})
    assert Segment.objects.count() == 1


def test_nothing_typed_is_lost_when_a_value_is_wrong(admin, browse):
    typed = TYPED | {
        "n1-field": "sum_in",
        "n1-op": "gte",
        "n1-p0": "beaucoup",
        "n1-p1-span": "year",
        "n1-p1-year": "2025",
    }
    response = browse(admin).send("contacts:segment_create", typed)
    html = response.content.decode()
    assert (response.status_code, Segment.objects.count()) == (422, 0)
    assert 'value="beaucoup"' in html
    assert 'value="2025"' in html
    assert 'id="n1-error"' in html


def test_adding_a_rule_a_group_and_taking_one_away_keeps_the_rest(organization, admin):
    data = sent(TYPED | {"n1-field": "city", "n1-op": "is", "n1-p0": "Lav"})
    builder = Builder.of_data(data, Context(organization, membership=admin))
    builder.act("rule:n0")
    builder.act("group:n0")
    shape = [(child.kind, child.id) for child in builder.root.children]
    assert shape == [("rule", "n1"), ("rule", "n2"), ("group", "n4")]
    assert builder.rows()[0].controls[0].typed == "Lav"
    builder.act("drop:n4")
    builder.act("drop:n2")
    assert [child.id for child in builder.root.children] == ["n1"]
    assert builder.root.focus == "add"


@pytest.mark.parametrize("nodes", [
    ["n1:n9:rule"], ["n0::group", "n0::group"], ["n0::rule"], ["x"], ["::::"], ["n0::group", "n0:n0:group"],
    ["n0::group", "n²:n0:rule"], ["n0::group", *[f"n{number}:n0:rule" for number in range(1, 400)]],
])  # fmt: skip
def test_a_tree_that_no_page_sends_breaks_nothing(nodes, admin, browse):
    client = browse(admin)
    for name in ("segment_builder", "segment_preview", "segment_create"):
        for act in ("rule:n0", "group:n²", "drop:", "x" * 500):
            fields = {"node": nodes, "act": act, "n1-field": "\x00", "n0-mode": "drop table"}
            assert client.send(f"contacts:{name}", fields).status_code in (200, 422)


def test_the_preview_says_counts_and_names_only_whom_this_person_sees(owner, colleague, contact, browse):
    ContactFactory(organization=owner.organization, owner=colleague, last_name="Hidden")
    fields = {name: value for name, value in TYPED.items() if name != "name"}
    text = browse(owner).send("contacts:segment_preview", fields, htmx=True).content.decode()
    assert "Contacts who have an e-mail address" in text
    assert (contact.name in text, "Hidden" in text, "of your contacts" in text) == (True, False, True)
    unfinished = browse(owner).send("contacts:segment_preview", fields | {"n1-field": "total"}, htmx=True)
    assert "Complete the rules" in unfinished.content.decode()


def test_a_segment_with_the_number_of_a_tag_keeps_the_tag_in_its_rules(organization, admin):
    """Tag 1 inside segment 1: numbers of different kinds have nothing to do with each other."""
    one = segment(admin)
    tag = Tag.objects.create(pk=one.pk, organization=organization, name="Gala")
    rules = {"all": [{"field": "tag", "op": "in", "value": [tag.pk]}]}
    builder = Builder.of_rules(rules, Context(organization, membership=admin, within=(one.pk,)))
    assert builder.rules() == rules


def test_round_trip_from_rules_to_the_page_and_back(organization, admin, fund):
    tag = sets.create_tag(by=admin, name="Gala")
    rules = {"any": [
        {"field": "sum_in", "op": "between", "value": [
            "10.50", "500", {"span": "between", "from": "2025-01-01", "to": "2025-12-31"}]},
        {"field": "tag", "op": "not_in", "value": [tag.pk]},
        {"field": "owner", "op": "empty", "value": None},
        {"none": [{"field": "last_gift", "op": "after", "value": "2024-02-29"}, {"all": [
            {"field": "inactive", "op": "gte", "value": 365}, {"field": "city", "op": "contains", "value": "é"}]}]},
    ]}  # fmt: skip
    builder = Builder.of_rules(rules, Context(organization, membership=admin))
    assert builder.rules() == rules


# --- who sees what ----------------------------------------------------------------------------------------------------
def test_a_fundraiser_sees_only_her_own_contacts_in_a_shared_segment_and_never_its_count(owner, admin, contact, browse):
    other = ContactFactory(organization=admin.organization, owner=admin, last_name="Hidden")
    one = segment(admin)
    assert one.count == 2
    assert set(segment_contacts(one, membership=owner)) == {contact}
    assert set(segment_contacts(one, membership=admin)) == {contact, other}
    client = browse(owner)
    assert "count" not in [
        name for name, _column, _bound in client.open("contacts:segment_list").context["table"].shown()
    ]
    assert client.open("contacts:contact_list", {"segment": one.pk}).context["page"].total == 1
    page = client.open("contacts:segment_detail", pk=one.pk)
    assert (page.context["count"], "Hidden" in page.content.decode()) == (1, False)


def test_a_private_segment_is_its_owners_only(owner, admin, outsider, browse):
    one = segment(owner, is_shared=False)
    assert browse(admin).open("contacts:segment_detail", pk=one.pk).status_code == 404
    assert "Reachable" not in browse(admin).open("contacts:segment_list").content.decode()
    listed = browse(admin).open("contacts:contact_list", {"segment": one.pk})
    assert listed.context["filter"].form.errors  # a number that is not offered is said, not followed
    assert segment_contacts(one, membership=outsider).count() == 0


def test_another_fundraiser_may_look_at_a_shared_segment_and_not_change_it(owner, colleague, reader, browse):
    one = segment(owner)
    assert browse(colleague).open("contacts:segment_detail", pk=one.pk).status_code == 200
    assert browse(colleague).open("contacts:segment_update", pk=one.pk).status_code == 403
    assert browse(colleague).send("contacts:segment_delete", pk=one.pk).status_code == 403
    assert browse(reader).send("contacts:segment_create", TYPED).status_code == 403


# --- ready-made -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("code", READY_MADE)
def test_each_ready_made_segment_is_added_with_one_click_and_once(code, admin, browse, contact):
    client = browse(admin)
    for _click in range(2):
        client.send("contacts:segment_ready_made", {"code": code})
    one = Segment.objects.get()
    assert (one.ready_made, one.count is not None) == (code, True)
    assert not said(one, Context(admin.organization)).broken
    assert code not in dict(client.open("contacts:segment_list").context["ready"])


def test_its_name_is_in_the_readers_language_until_somebody_changes_it(admin, browse):
    one = sets.add_ready_made(code="no_email", by=admin)
    assert "Courriel manquant" in browse(admin, "fr").open("contacts:segment_list").content.decode()
    sets.update_segment(one, by=admin, name="Write to them", rules=one.rules)
    assert "Write to them" in browse(admin, "fr").open("contacts:segment_list").content.decode()


def test_a_made_up_code_makes_nothing(admin, browse):
    assert browse(admin).send("contacts:segment_ready_made", {"code": "../x"}).status_code == 302
    assert Segment.objects.count() == 0


def test_with_a_fiscal_year_of_its_own_the_organization_gets_fiscal_years(admin):
    admin.organization.fiscal_year_start = 4
    admin.organization.save()
    assert sets.add_ready_made(code="lybunt", by=admin).rules["all"][0]["op"] == "fiscal"


# --- costs ------------------------------------------------------------------------------------------------------------
def test_a_page_of_segments_looks_up_what_their_rules_name_once(admin, browse):
    def some(number: int) -> None:
        for one in range(number):
            tag = sets.create_tag(by=admin, name=f"Tag {Tag.objects.count()} {one}")
            segment(admin, {"all": [{"field": "tag", "op": "in", "value": [tag.pk]}]})

    client = browse(admin)
    some(2)
    client.open("contacts:segment_list")
    with CaptureQueriesContext(connection) as few:
        client.open("contacts:segment_list")
    some(8)
    with CaptureQueriesContext(connection) as many:
        client.open("contacts:segment_list")
    assert len(few) == len(many)


def test_rules_of_every_sort_are_one_query(organization, django_assert_num_queries):
    rules = {"any": [
        {"none": [{"field": "sum_in", "op": "lte", "value": ["500", {"span": "last_year"}]}]},
        {"all": [
            {"field": "gave_in", "op": "no", "value": {"span": "this_year"}},
            {"field": "average", "op": "gte", "value": "5"},
        ]},
    ]}  # fmt: skip
    condition = compiled(rules, Context(organization))
    with django_assert_num_queries(1):
        Contact.objects.of(organization).filter(condition).count()


def test_every_night_the_counts_are_brought_up_to_date(admin, contact):
    from crm.contacts.jobs.segments import count_segments

    one = segment(admin)
    ContactFactory(organization=admin.organization)
    broken = segment(admin, name="Broken")
    Segment.objects.filter(pk=broken.pk).update(rules={"all": [{"field": "gone", "op": "yes"}]})
    assert count_segments() == 2
    one.refresh_from_db()
    broken.refresh_from_db()
    assert (one.count, broken.count) == (2, None)
    assert TagAssignment.objects.count() == 0
