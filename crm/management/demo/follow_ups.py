"""What the team of the demo has promised to do, has done, and who came by: late, for today, to come."""

from datetime import date, timedelta
from decimal import Decimal

from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.tasks import services as tasks
from crm.tasks.models import Task

# Who, days until it is due (below zero: late), what, type, priority, who does it.
TO_DO = (
    ("Bouchard", -1, "L’appeler au sujet du don planifié", "call", "high", "fundraiser"),
    ("Bouchard", 12, "Envoyer l’invitation au souper-bénéfice", "email", "medium", "fundraiser"),
    ("Gagnon", 0, "Remercier de vive voix pour le don de l’automne", "thank_you", "urgent", "admin"),
    ("Tremblay", -6, "Confirmer la nouvelle adresse", "follow_up", "low", "admin"),
    ("Roy", 3, "Préparer la rencontre avec le conseil", "meeting", "medium", "admin"),
    ("", 0, "Commander les cartes de remerciement", "other", "medium", "admin"),
    ("", 20, "Relire la liste des donateurs du gala", "other", "low", "admin"),
)
# Who, days ago, what, what came of it.
DONE = (
    ("Bouchard", 8, "Inviter à la visite de la Maison", "Très intéressée, viendra avec Jean-Marc."),
    ("Gagnon", 15, "Vérifier le numéro de téléphone", "C’est le bon."),
)
# Who, days ago, what they spent, note.
VISITS = (
    ("Bouchard", 30, "0", "Visite de la Maison, 45 minutes"),
    ("Bouchard", 95, "38.50", "Boutique, avec Jean-Marc"),
    ("Gagnon", 12, "24.00", "Exposition d’automne"),
)


def plan(story) -> None:
    """Add to a story what happened besides gifts and notes."""
    for name, days, title, kind, priority, owner in TO_DO:
        at = story.moment(story.today - timedelta(days=max(2, 4 - days)))
        story.then(at, _to_do(story, at, name, story.today + timedelta(days=days), title, kind, priority, owner))
    for name, days, title, outcome in DONE:
        at = story.moment(story.today - timedelta(days=days))
        story.then(at, _done(story, at, name, title, outcome))
    for name, days, amount, note in VISITS:
        at = story.moment(story.today - timedelta(days=days))
        story.then(at, _visit(story, at, name, Decimal(amount), note))


def _contact(story, name: str) -> Contact | None:
    """Those who follow the donor may also be asked to call them: the administrator sees everybody."""
    rows = Contact.objects.filter(organization=story.organization, last_name=name, archived_at=None)
    return rows.select_related("organization", "owner").order_by("pk").first() if name else None


def _to_do(story, at, name: str, due_on: date, title: str, kind: str, priority: str, owner: str):
    def act() -> None:
        contact, by = _contact(story, name), story.members["admin"]
        if name and contact is None:
            return
        who = story.members[owner]
        if contact is not None and not who.can("contacts.view", contact):
            who = by
        task = tasks.create_task(
            title=title, owner=who, by=by, contact=contact, type=kind, priority=priority, due_on=due_on
        )
        Task.objects.filter(pk=task.pk).update(created_at=at, updated_at=at)

    return act


def _done(story, at, name: str, title: str, outcome: str):
    def act() -> None:
        contact, by = _contact(story, name), story.members["admin"]
        if contact is None:
            return
        task = tasks.create_task(title=title, owner=by, by=by, contact=contact, due_on=at.date())
        tasks.complete_task(task, outcome=outcome, by=by)
        Task.objects.filter(pk=task.pk).update(created_at=at, updated_at=at, done_at=at)

    return act


def _visit(story, at, name: str, amount: Decimal, note: str):
    def act() -> None:
        if (contact := _contact(story, name)) is not None:
            contacts.record_visit(contact, at=at, amount=amount, note=note, by=story.members["admin"])

    return act
