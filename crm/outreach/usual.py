"""The words Merci thanks with until an organization writes its own. Not translations of each other: each is natural."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


THANKS = {
    "fr": Words(
        "Merci de votre don",
        "{greeting},\n\nMerci du fond du cœur pour {gifts}. Grâce à vous, nous avons les moyens d’agir, et chaque geste "
        "compte.\n\nAu nom de toutes les personnes que vous aidez, recevez notre vive reconnaissance.\n\n{signatory}\n"
        "{organization}",
    ),
    "en": Words(
        "Thank you for your gift",
        "{greeting},\n\nThank you, from all of us, for {gifts}. Your generosity makes our work possible, and every gift "
        "counts.\n\nOn behalf of everyone you are helping, please accept our heartfelt thanks.\n\n{signatory}\n"
        "{organization}",
    ),
}
