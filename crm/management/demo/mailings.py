"""The demo's mailing, a draft with its text in both languages, and what was said on the phone. Nothing leaves by itself."""

from datetime import timedelta

from crm.contacts.models import Contact, Segment
from crm.giving.models import Appeal
from crm.outreach import services
from crm.outreach.choices import Purpose

FRENCH = (
    "Ce que votre don a changé cette année",
    (
        "{greeting},\n\nCette année, grâce à vous, notre cuisine a servi plus de onze mille repas. Derrière chacun d’eux, il y a "
        "quelqu’un qui s’est assis à une table, au chaud, et à qui l’on a souri.\n\nL’hiver qui vient sera difficile pour bien "
        "des familles. Un nouveau don, quel qu’en soit le montant, nous aiderait à garder la porte ouverte chaque soir."
        "\n\nMerci d’être à nos côtés.\n\n{signatory}\n{organization}"
    ),
)
ENGLISH = (
    "What your gift has changed this year",
    (
        "{greeting},\n\nThis year, thanks to you, our kitchen served more than eleven thousand meals. Behind each of them is "
        "somebody who sat down at a table, in the warmth, and was met with a smile.\n\nThe coming winter will be hard on many "
        "families. Another gift, of any size, would help us keep the door open every evening.\n\nThank you for standing with "
        "us.\n\n{signatory}\n{organization}"
    ),
)


def build(story) -> None:
    admin, is_french = story.members["admin"], story.organization.default_language == "fr"
    with story.happened(story.moment(story.today - timedelta(days=3))):
        text = services.save_template(
            name="Relance d’hiver" if is_french else "Winter appeal", purpose=Purpose.MAILING, subject_fr=FRENCH[0],
            body_fr=FRENCH[1], subject_en=ENGLISH[0], body_en=ENGLISH[1], by=admin,
        )  # fmt: skip
        services.save_mailing(
            title="Relance d’hiver" if is_french else "Winter appeal", channel="email", template=text,
            segment=Segment.objects.of(story.organization).order_by("pk")[1],
            appeal=Appeal.objects.of(story.organization).order_by("-pk").first(), by=admin,
        )  # fmt: skip
    _exchanges(story, by=story.members["fundraiser"])


# Who, days ago, how, from whom, about what, what was said.
SAID = (
    ("Bouchard", 21, "phone", "in", "Son don planifié", "Elle a consulté son notaire. La rappeler après les Fêtes."),
    (
        "Bouchard",
        64,
        "in_person",
        "out",
        "Visite de la Maison",
        "Très touchée par la cuisine. Aimerait revenir avec sa sœur.",
    ),
)


def _exchanges(story, *, by) -> None:
    for name, days, channel, direction, subject, body in SAID:
        contact = Contact.objects.visible_to(by).filter(last_name=name, archived_at=None).order_by("pk").first()
        if contact is None:
            continue
        day = story.today - timedelta(days=days)
        with story.happened(story.moment(day)):
            services.write_down(
                contact, channel=channel, direction=direction, happened_on=day, subject=subject, body=body, by=by
            )
