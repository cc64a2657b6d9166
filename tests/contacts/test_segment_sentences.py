"""Rules said in plain words, in both languages."""

import pytest
from django.utils.translation import override

from crm.contacts.criteria import Context, catalogue
from crm.contacts.criteria.rules import read, sentence
from crm.contacts.models import Tag

pytestmark = pytest.mark.django_db

REACHABLE = {"all": [{"field": "has_email", "op": "yes", "value": None}]}


def test_the_sentence_says_the_rules_as_one_would(organization):
    rules = {"all": [
        {"field": "sum_in", "op": "gte", "value": ["500", {"span": "year", "year": 2025}]},
        {"field": "province", "op": "in", "value": ["QC"]},
    ]}  # fmt: skip
    words = {}
    for language in ("en", "fr"):
        with override(language):
            context = Context(organization)
            words[language] = sentence(read(rules, context), context).replace("\u00a0", " ")
    assert words["en"] == "Donors who gave at least $500 in 2025 and who live in Quebec"
    assert words["fr"] == "Les donateurs qui ont donné au moins 500 $ en 2025 et qui habitent au Québec"


def test_nested_rules_are_said_without_a_doubt_about_what_goes_with_what(organization):
    rules = {"all": [
        *REACHABLE["all"],
        {"any": [{"field": "deceased", "op": "no", "value": None}, {"field": "city", "op": "is", "value": "Laval"}]},
        {"none": [{"field": "monthly", "op": "yes", "value": None}, {"field": "gift_count", "op": "gte", "value": 1}]},
    ]}  # fmt: skip
    context = Context(organization)
    assert sentence(read(rules, context), context) == (
        "Contacts who have an e-mail address and (who are not deceased or whose city is “Laval”), "
        "except those who give every month or who made at least 1 gift"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_criterion_says_every_way_it_can_be_asked(language, organization):
    Tag.objects.create(organization=organization, name="100 %")
    with override(language):
        context = Context(organization)
        for criterion in catalogue(context).values():
            for op in criterion.ops:
                values = [part.clean(sample(part, context), context) for part in op.parts if sample(part, context)]
                if len(values) == len(op.parts):
                    words = criterion.say(op.code, values, context)
                    assert words, (criterion.code, op.code)
                    assert "%(" not in words


def sample(part, context):
    if part.shape == "choices":
        options = part.options(context)
        return part.stored([options[0][0]]) if options else None
    return {"amount": "10", "number": 3, "days": 30, "date": "2025-01-31", "text": "Laval",
            "period": {"span": "days", "days": 30}}[part.shape]  # fmt: skip
