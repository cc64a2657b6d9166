import pytest
from django.core.management import CommandError, call_command


def where(path: str, capsys) -> dict[str, str]:
    call_command("where", path)
    lines = capsys.readouterr().out.splitlines()
    return {line[:12].strip(): line[12:] for line in lines if line[:12].strip()}


@pytest.mark.parametrize(
    "path",
    [
        "/fr/o/demo/contacts/",
        "/en/o/demo/contacts/?q=x",
        "o/demo/contacts/",
        "http://localhost:8000/fr/o/demo/contacts/",
    ],
)
def test_an_address_leads_to_its_files_however_it_is_typed(path, capsys):
    found = where(path, capsys)
    assert found["route"].split()[0] == "contacts:contact_list"
    assert found["view"].startswith("ContactListView  crm/contacts/views/lists.py:")
    assert found["permission"] == "contacts.view"
    assert found["model"].startswith("Contact  crm/contacts/models/contact.py:")
    assert found["table"].startswith("ContactTable  crm/contacts/tables.py:")
    assert found["filterset"].startswith("ContactFilter  crm/contacts/filters.py:")
    assert found["template"] == "templates/generic/list.html"


def test_a_service_is_shown_where_it_is_written_not_where_it_is_wrapped(capsys):
    assert where("/fr/o/demo/contacts/new/", capsys)["service"].startswith("create_with_points  crm/contacts/services")


def test_the_tests_that_name_the_address_are_listed(capsys):
    assert where("/fr/o/demo/work/jobs/", capsys)["tests"] == "tests/core/test_job_page.py"


def test_an_address_that_nothing_answers_is_said():
    with pytest.raises(CommandError, match="Nothing answers at /nowhere/"):
        call_command("where", "/nowhere/")
