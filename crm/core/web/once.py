"""The same submission twice (double click, Back and Send) is done once."""

from hashlib import sha256

from django.core.cache import cache


class AlreadyDone(Exception):
    """The very same submission was carried out before: undo the transaction that was about to do it again."""


class OnceMixin:
    """The same submission twice (double click, Back and Send) is done once, by the token its form was drawn with.

    The token is claimed in the transaction that does the work: the shared cache is a table of the same database. A second
    sending waits for the first to commit, and a process killed half-way takes its claim with it, so nothing is lost.
    """

    def _key(self) -> str:
        token = self.request.POST.get("submission", "")
        # Hashed: what a browser sends may hold characters that a cache refuses in its keys.
        return f"submission:{self.request.user.pk}:{sha256(token.encode()).hexdigest()}" if token else ""

    def claim(self) -> None:
        """Take the token, inside the transaction of the act; raises :class:`AlreadyDone` when it was taken before."""
        key = self._key()
        if key and not cache.add(key, "", 3600):
            raise AlreadyDone

    def remember(self, url: str) -> None:
        """Where a second sending of this form is led."""
        if key := self._key():
            cache.set(key, url, 3600)

    def is_done(self) -> bool:
        key = self._key()
        return bool(key) and cache.get(key) is not None
