"""What contacts are for each other: the other way round of each relation, and which ones make sense between whom."""

from crm.contacts.choices import Kind, RelationKind

R = RelationKind
_PAIRS = (
    (R.PARENT, R.CHILD),
    (R.EMPLOYER, R.EMPLOYEE),
    (R.BOARD_MEMBER, R.BOARD_OF),
    (R.CONTACT_PERSON, R.REPRESENTS),
    (R.REFERRED_BY, R.REFERRED),
)
_MUTUAL = (R.SPOUSE, R.SIBLING, R.RELATIVE, R.FRIEND, R.OTHER)

INVERSES: dict[str, str] = {
    **{kind.value: kind.value for kind in _MUTUAL},
    **{kind.value: inverse.value for kind, inverse in _PAIRS},
    **{inverse.value: kind.value for kind, inverse in _PAIRS},
}

_ANY = (R.REFERRED_BY, R.REFERRED, R.OTHER)
# (kind of the contact, kind of the other one) → what the other may be for the contact, the usual first.
SENSIBLE: dict[tuple[str, str], tuple[RelationKind, ...]] = {
    (Kind.PERSON, Kind.PERSON): (
        R.SPOUSE, R.PARENT, R.CHILD, R.SIBLING, R.RELATIVE, R.FRIEND, R.EMPLOYER, R.EMPLOYEE, *_ANY
    ),
    (Kind.PERSON, Kind.ORGANIZATION): (R.EMPLOYER, R.BOARD_OF, R.REPRESENTS, *_ANY),
    (Kind.ORGANIZATION, Kind.PERSON): (R.CONTACT_PERSON, R.BOARD_MEMBER, R.EMPLOYEE, *_ANY),
    (Kind.ORGANIZATION, Kind.ORGANIZATION): _ANY,
}  # fmt: skip


def inverse(kind: str) -> str:
    """What the contact is for the other one, when the other is ``kind`` for the contact."""
    return INVERSES[kind]


def offered(kind_of_contact: str, kind_of_other: str = "") -> tuple[RelationKind, ...]:
    """The relations to choose from; while the other one is not known, all that this contact may have."""
    if kind_of_other:
        return SENSIBLE[kind_of_contact, kind_of_other]
    both = [kind for other in Kind.values for kind in SENSIBLE[kind_of_contact, other]]
    return tuple(kind for kind in RelationKind if kind in both)
