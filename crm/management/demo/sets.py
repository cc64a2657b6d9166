"""The demo's tags, groups and segments, put on as a team does over the months."""

from datetime import timedelta

from crm.contacts.choices import Colour
from crm.contacts.models import Contact, GroupMember, TagAssignment
from crm.contacts.services import sets
from crm.giving.models import GivingSummary

TAGS = (
    ("Grand donateur", Colour.AMBER, "star", "Mille dollars ou plus en tout."),
    ("Bénévole", Colour.TEAL, "heart", "Donne de son temps."),
    ("Gala 2026", Colour.MULBERRY, "", ""),
    ("Mensuel", Colour.BLUE, "", "Un don chaque mois."),
)
GROUPS = (
    ("Comité du gala", "Celles et ceux qui préparent la soirée.", True, 5),
    ("À appeler avant les Fêtes", "", False, 4),
)


def segments(tags: dict) -> tuple:
    """The two models of the house, and two that the ready-made list offers."""
    return (
        ("Grands donateurs du Québec", {"all": [
            {"field": "sum_in", "op": "gte", "value": ["500", {"span": "last_year"}]},
            {"field": "province", "op": "in", "value": ["QC"]},
        ]}),
        ("À relancer, sauf les bénévoles", {"all": [
            {"field": "lybunt", "op": "calendar", "value": None},
            {"any": [
                {"field": "has_email", "op": "yes", "value": None},
                {"field": "has_phone", "op": "yes", "value": None},
            ]},
            {"none": [{"field": "tag", "op": "in", "value": [tags["Bénévole"].pk]}]},
        ]}),
    )  # fmt: skip


def build(story) -> None:
    """Tags on a third of the contacts, two groups, four segments; dated as they would be."""
    admin, fundraiser = story.members["admin"], story.members["fundraiser"]
    mine = Contact.objects.filter(organization=story.organization, archived_at=None).order_by("sort_name")
    tags = {}
    for name, colour, icon, text in TAGS:
        with story.happened(story.moment(story.today - timedelta(days=200))):
            tags[name] = sets.create_tag(by=admin, name=name, colour=colour, icon=icon, description=text)
    rich = set(GivingSummary.objects.filter(contact__in=mine, total__gte=1000).values_list("pk", flat=True))
    for number, contact in enumerate(mine):
        wanted = ["Grand donateur"] if contact.pk in rich else []
        if number % 7 == 3:
            wanted.append("Bénévole")
        if number % 6 == 1:
            wanted.append("Gala 2026")
        for name in wanted:
            at = story.moment(story.today - timedelta(days=story.rng.randrange(5, 180)))
            at = max(at, contact.created_at)
            with story.happened(at):
                done = sets.put_tag(contact, tag=tags[name], by=contact.owner or admin)
            TagAssignment.objects.filter(pk=done.pk).update(assigned_at=at)
    for (name, text, shared, count), owner in zip(GROUPS, (admin, fundraiser), strict=True):
        at = story.moment(story.today - timedelta(days=30))
        people = [contact for contact in mine if not contact.is_organization]
        with story.happened(at):
            group = sets.create_group(by=owner, name=name, description=text, is_shared=shared)
            chosen = [contact for contact in people if owner == admin or contact.owner_id == owner.pk][2:]
            for contact in chosen[:count]:
                sets.add_member(group, contact=contact, by=owner)
        GroupMember.objects.filter(group=group).update(added_at=at)
    with story.happened(story.moment(story.today - timedelta(days=20))):
        for name, rules in segments(tags):
            sets.create_segment(by=admin, name=name, rules=rules)
        for code in ("monthly", "no_address"):
            sets.add_ready_made(code=code, by=admin)
