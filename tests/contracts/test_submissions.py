"""A form is carried out once, and a process that dies half-way leaves nothing behind that says otherwise."""

import pytest

from crm.contacts import services
from crm.contacts.models import Contact
from crm.contacts.views.editing import ContactCreateView

TYPED = {"kind": "person", "last_name": "Roy", "language": "fr", "country": "CA", "lifecycle": "prospect",
         "relationship": "lead", "submission": "token-1"}  # fmt: skip


def test_the_same_submission_twice_is_done_once_and_leads_to_the_same_page(admin, browse):
    client = browse(admin)
    first = client.send("contacts:contact_create", TYPED)
    second = client.send("contacts:contact_create", TYPED)
    assert (first.status_code, second.url, Contact.objects.count()) == (302, first.url, 1)


def test_a_process_that_dies_before_the_end_loses_nothing(admin, browse, monkeypatch):
    client = browse(admin)

    def dies(**kwargs):
        services.create_contact(**kwargs)
        raise KeyboardInterrupt  # as a killed process: no clean-up of ours runs

    with monkeypatch.context() as patch:
        patch.setattr(ContactCreateView, "service", staticmethod(dies))
        with pytest.raises(KeyboardInterrupt):
            client.send("contacts:contact_create", TYPED)
    assert Contact.objects.count() == 0
    assert client.send("contacts:contact_create", TYPED).status_code == 302
    assert Contact.objects.count() == 1


def test_a_refused_submission_can_be_corrected_and_sent_again(admin, browse):
    client = browse(admin)
    refused = client.send("contacts:contact_create", {**TYPED, "last_name": "", "email": "not an address"})
    assert refused.status_code == 422
    assert client.send("contacts:contact_create", TYPED).status_code == 302
