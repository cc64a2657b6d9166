"""Libraries that most processes never need are imported when they are first used: each megabyte is paid for by every
process of every charity, whether it has an account at that company or not.
"""

from importlib import import_module


class Late:
    """Stands for a module: ``stripe = Late("stripe")``; reading one of its names imports it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        return getattr(import_module(self._name), name)
