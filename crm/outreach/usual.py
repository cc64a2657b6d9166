"""The words Merci writes with until an organization has its own. Not translations of each other: each is natural."""

from dataclasses import dataclass

from crm.outreach.choices import Purpose


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


# Where somebody has something to tell: nothing leaves while one of these is still there.
PLACES = {"fr": "[Racontez ici ce que les dons ont permis.]", "en": "[Tell here what gifts have made possible.]"}
WORDS = {
    Purpose.THANKS: {
        "fr": Words(
            "Merci de votre don",
            "{greeting},\n\nMerci du fond du cœur pour {gifts}. Grâce à vous, nous avons les moyens d’agir, et chaque "
            "geste compte.\n\nAu nom de toutes les personnes que vous aidez, recevez notre vive reconnaissance.\n\n"
            "{signatory}\n{organization}",
        ),
        "en": Words(
            "Thank you for your gift",
            "{greeting},\n\nThank you, from all of us, for {gifts}. Your generosity makes our work possible, and every "
            "gift counts.\n\nOn behalf of everyone you are helping, please accept our heartfelt thanks.\n\n"
            "{signatory}\n{organization}",
        ),
    },
    Purpose.NOTICE: {
        "fr": Words(
            "Des dons {tribute}",
            "{greeting},\n\nNous tenons à vous dire que des personnes ont pensé à vous et aux vôtres : elles ont fait un "
            "don {tribute}.\n\n{donors}\n\nVous aurez peut-être à cœur de leur dire un mot. De notre côté, "
            "nous leur exprimons toute notre reconnaissance.\n\nRecevez nos pensées les plus chaleureuses.\n\n"
            "{signatory}\n{organization}",
        ),
        "en": Words(
            "Gifts {tribute}",
            "{greeting},\n\nWe would like you to know that people have been thinking of you and yours: they made a gift to "
            "our organization {tribute}.\n\n{donors}\n\nYou may wish to say a word to them. For our part, we are letting "
            "them know how grateful we are.\n\nWith our warmest thoughts,\n\n{signatory}\n{organization}",
        ),
    },
    Purpose.RECEIPT: {
        "fr": Words(
            "Votre reçu officiel {number}",
            "{greeting},\n\nVoici votre reçu officiel n°\u00a0{number} pour {gifts}. Montant "
            "admissible\u00a0: {amount}. Conservez ce reçu pour votre déclaration de revenus.\n\nVotre nom ou votre "
            "adresse ont changé? Dites-le-nous, et nous le remplacerons.\n\nMerci de votre générosité.\n\n"
            "{signatory}\n{organization}",
        ),
        "en": Words(
            "Your official receipt {number}",
            "{greeting},\n\nHere is your official receipt No.\u00a0{number} for {gifts}. Eligible amount: "
            "{amount}. Keep it for your income tax return.\n\nHas your name or address changed? Tell us and "
            "we will replace it.\n\nThank you for your generosity.\n\n{signatory}\n{organization}",
        ),
    },
    Purpose.MAILING: {
        "fr": Words(
            "Des nouvelles, et une demande",
            "{greeting},\n\nVotre appui change les choses, et nous voulons vous dire où nous en sommes.\n\n"
            f"{PLACES['fr']}\n\nNous avons encore besoin de vous. Un don, quel qu’en soit le "
            "montant, nous aiderait à poursuivre.\n\nMerci d’être là.\n\n{signatory}\n{organization}",
        ),
        "en": Words(
            "Our news, and a request",
            "{greeting},\n\nYour support makes a difference, and we would like to tell you how things are going.\n\n"
            f"{PLACES['en']}\n\nWe still need you. A gift of any size would help us carry "
            "on.\n\nThank you for being there.\n\n{signatory}\n{organization}",
        ),
    },
    # Straight quotes and no ç or ê: with these a text message holds less than half as much (texting.parts_of).
    Purpose.TEXT: {
        "fr": Words("", f"Bonjour {{first_name}}, {PLACES['fr']} Merci de votre appui!"),
        "en": Words("", f"Hello {{first_name}}, {PLACES['en']} Thank you for your support!"),
    },
}


def left_to_tell(*texts: str) -> str:
    """The first of :data:`PLACES` that is still in one of these texts; empty where everything is told."""
    return next((place for place in PLACES.values() for text in texts if place in text), "")
