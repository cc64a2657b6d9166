"""A stage for each fault test, on each database."""

import os

import pytest

from tests.faults.stage import Stage, postgres_answers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(request, tmp_path_factory):
    """One migrated database per kind, copied for each test."""
    if request.param == "postgresql" and not postgres_answers():
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server answers")
        pytest.skip("no PostgreSQL server answers")
    folder = tmp_path_factory.mktemp("template")
    stage = Stage(vendor=request.param, folder=folder, name=f"merci_fault_template_{os.getpid()}").make()
    yield stage
    stage.close()


@pytest.fixture
def blank(template, tmp_path):
    """A stage whose database is not migrated yet."""
    stage = Stage(vendor=template.vendor, folder=tmp_path, name=f"merci_fault_{os.getpid()}")
    yield stage
    stage.close()


@pytest.fixture
def stage(template, blank):
    return blank.make(template)
