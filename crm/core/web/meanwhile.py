"""What the edit screens need so that two people at once overwrite nothing unseen; how it is known: ``settings.WATCH``."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.module_loading import import_string


class MeanwhileMixin:
    """The form carries a mark of what it showed; a row that says something else by then is not saved but shown beside."""

    story = None

    def present(self):
        """A fresh copy: the form has already written its values on the instance it validated."""
        return get_object_or_404(self.get_queryset(), pk=self.object.pk)

    def watch(self, row, form):
        return import_string(settings.WATCH)(row, form)

    def begin(self, form) -> None:
        self.watched = self.watch(self.present(), form)
        self.watched.must_match(self.request.POST.get("seen", ""))

    def end(self, form) -> None:
        self.watched.must_be_alone(self.membership)

    def changed_meanwhile(self, form) -> HttpResponse:
        self.load()
        self.story = self.watch(self.object, form).tell(self.request.POST.get("seen", ""), form)
        companions = getattr(form, "companions", {})  # a field of the form that a column decides without being it
        names = [*self.story.left_alone, *(companions[name] for name in self.story.left_alone if name in companions)]
        data = import_string(settings.REFILLED)(self.request.POST, self.get_form(), names)
        return self.invalid(self.get_form(data, self.request.FILES))

    def get_context(self, **context) -> dict:
        seen = self.request.POST.get("seen", "")
        if self.story or self.request.method != "POST":
            seen = self.watch(self.object if self.story is None else self.present(), context["form"]).mark
        return super().get_context(seen=seen, story=self.story, **context)
