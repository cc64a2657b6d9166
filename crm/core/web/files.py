"""Stored files reach people only through a view that has checked who asks."""

from pathlib import PurePath

from django.core.files.base import File
from django.http import FileResponse, Http404


def download(file: File, *, filename: str, content_type: str, inline: bool = False) -> FileResponse:
    """The stored bytes, never guessed to be something a browser would run."""
    try:
        stream = file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    response = FileResponse(
        stream, as_attachment=not inline, filename=PurePath(filename).name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
