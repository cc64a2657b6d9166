"""Template tags and shared pieces of pages: what they write, and what they refuse to write."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from crm.core.templatetags import charts, crm_ui

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("address", "tag", "expected"),
    [
        (
            "/x/?q=c%C3%B4t%C3%A9&page=3",
            "{% querystring page=None sort='-total' %}",
            "?q=c%C3%B4t%C3%A9&amp;sort=-total",
        ),
        ("/x/?page=3", "{% querystring page=4 %}", "?page=4"),
        ("/x/?page=3", "{% querystring page=None %}", "?"),
        ("/x/?tag=1&tag=2", "{% querystring page=2 %}", "?tag=1&amp;tag=2&amp;page=2"),
    ],
)
def test_a_query_string_keeps_what_it_does_not_change(address, tag, expected):
    assert draw(tag, request=RequestFactory().get(address)) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("undo:/fr/o/x/contacts/1/restore/", "/fr/o/x/contacts/1/restore/"),
        ("undo://evil.test/", ""),
        ("undo:https://evil.test/", ""),
        ("", ""),
    ],
)
def test_a_message_undoes_by_an_address_of_ours_only(tags, expected):
    assert crm_ui.undo_url(SimpleNamespace(extra_tags=tags)) == expected


def test_a_message_with_an_undo_shows_a_button_that_posts():
    drawn = render_to_string("components/_toast.html", {"text": "Done <b>", "level": "success", "undo": "/x/undo/"})
    assert '<form method="post" action="/x/undo/">' in drawn
    assert "Done &lt;b&gt;" in drawn


@pytest.mark.parametrize(
    ("value", "top"),
    [("0", "100"), ("1", "1"), ("9.99", "10"), ("338", "400"), ("2600", "3000"), ("2000", "2000"), ("14450", "20000")],
)
def test_a_chart_ends_on_a_round_number_above_its_bars(value, top):
    assert charts.round_top(Decimal(value)) == Decimal(top)


def test_bars_stay_inside_the_chart_and_the_last_one_is_marked():
    chart = charts.bars([(2024, Decimal(0)), (2025, Decimal(-20)), (2026, Decimal(1500))], "Gifts per year")["chart"]
    assert [(bar["y"], bar["height"]) for bar in chart["bars"]] == [
        ("100.00", "0.00"), ("100.00", "0.00"), ("25.00", "75.00"),
    ]  # fmt: skip
    assert [bar["on"] for bar in chart["bars"]] == [False, False, True]
    assert chart["marks"] == ["$2,000", "1,000", "0"]


def test_a_chart_of_nothing_is_drawn_empty():
    assert charts.bars([], "Gifts per year")["chart"]["bars"] == []


def operation(**fields) -> SimpleNamespace:
    start = timezone.now()
    usual = {"done": 50, "failed": 0, "total": 100, "is_over": False, "started_at": start}
    return SimpleNamespace(**{**usual, "moved_at": start + timedelta(seconds=30), **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "About 30 seconds left"),
        ({"total": 150}, "About 1 minute left"),
        ({"total": 250}, "About 2 minutes left"),
        ({"done": 0}, ""),
        ({"total": 0}, ""),
        ({"is_over": True}, ""),
        ({"started_at": None}, ""),
    ],
)
def test_time_left_is_said_only_once_there_is_a_pace(fields, words):
    assert crm_ui.time_left(operation(**fields)) == words


@pytest.mark.parametrize(
    ("agent", "words"), [(CHROME, "Chrome, Windows"), (FIREFOX, "Firefox, Linux"), ("curl/8", "curl/8"), ("", "–")]
)
def test_a_browser_is_named_in_two_words(agent, words):
    assert crm_ui.device(agent) == words


def test_a_percentage_is_written_as_each_language_writes_it():
    assert crm_ui.percent(68) == "68%"
    with translation.override("fr"):
        assert crm_ui.percent(68) == "68\u00a0%"


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the cheque.")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    agreed = forms.BooleanField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def field(name: str, **data) -> str:
    return draw('{% include "components/_field.html" %}', field=SampleForm(data or None)[name])


def test_the_error_and_the_help_of_a_field_are_tied_to_it():
    drawn = field("name", kind="a")
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_a_required_field_says_so_in_a_word():
    assert "required</span>" in field("name")
    assert "required</span>" not in field("secret")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("name", "text"), ("kind", "radios"), ("secret", "password"), ("agreed", "checkbox"), ("hidden", "hidden")],
)
def test_a_field_is_drawn_after_its_widget(name, kind):
    assert crm_ui.field_kind(SampleForm()[name]) == kind


def test_choices_are_grouped_under_the_name_of_the_question():
    drawn = field("kind", kind="b")
    assert drawn.count("<legend") == 1
    assert drawn.count(" checked") == 1


def test_a_form_lists_its_errors_with_links_to_the_fields():
    drawn = draw('{% include "components/_errors.html" %}', form=SampleForm({"kind": "z"}))
    assert 'href="#id_name"' in drawn
    assert 'href="#div_id_kind"' in drawn
    assert "2 things to correct" in drawn


@pytest.mark.parametrize(("language", "words"), [("en", "on our side"), ("fr", "de notre côté")])
def test_the_page_of_a_breakdown_needs_no_context(language, words):
    with translation.override(language):
        drawn = render_to_string("500.html")
    assert words in drawn
    assert f'lang="{language}-CA"' in drawn


@pytest.mark.django_db
def test_the_sign_in_page_offers_a_passkey_and_no_way_to_sign_up(client):
    page = client.get("/en/account/login/").content.decode()
    assert 'id="passkey_login"' in page
    assert "signup" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["dark", "light", "auto", "<script>"])
def test_the_appearance_chosen_before_sign_in_is_kept_in_a_cookie(client, theme):
    client.cookies["theme"] = theme
    page = client.get("/en/account/login/").content.decode()
    assert f'data-bs-theme="{theme if theme != "<script>" else "auto"}"' in page
