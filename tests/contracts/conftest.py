"""The contracts hold for what is offered only where it is set up, too."""

import pytest


@pytest.fixture(autouse=True)
def _everything_set_up(texts_set_up):
    """Text messages."""
