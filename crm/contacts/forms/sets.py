"""Forms of tags, groups and segments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Colour
from crm.contacts.criteria import Context
from crm.contacts.forms.builder import Builder
from crm.contacts.models import Group, Segment, Tag
from crm.core.web.forms import CrmModelForm

ICONS = (
    ("", _("No icon")), ("star", _("Star")), ("heart", _("Heart")), ("gift", _("Gift")), ("calendar", _("Calendar")),
    ("briefcase", _("Briefcase")), ("bell", _("Bell")), ("hand-stop", _("Hand")), ("home", _("House")),
    ("building", _("Building")), ("mail", _("Envelope")), ("ribbon-health", _("Ribbon")), ("world", _("World")),
)  # fmt: skip


class SetForm(CrmModelForm):
    """The service checks the row with the very same rules: a half-built one here would only repeat errors."""

    def _post_clean(self) -> None:
        pass


class TagForm(SetForm):
    colour = forms.ChoiceField(
        label=_("Colour"), choices=Colour.choices, initial=Colour.AMBER, widget=forms.RadioSelect
    )
    icon = forms.ChoiceField(label=_("Icon"), choices=ICONS, required=False)

    class Meta:
        model = Tag
        fields = ("name", "colour", "icon", "description")


class GroupForm(SetForm):
    class Meta:
        model = Group
        fields = ("name", "description", "is_shared")


class SegmentForm(SetForm):
    """Name and audience, with the rules beside (``builder``), whose controls have names of their own."""

    class Meta:
        model = Segment
        fields = ("name", "description", "is_shared")

    def __init__(self, data=None, *args, membership=None, **kwargs) -> None:
        super().__init__(data, *args, membership=membership, **kwargs)
        self.builder = build(data, membership=membership, segment=self.instance)

    def clean(self) -> dict:
        cleaned = super().clean()
        cleaned["rules"] = self.builder.rules()
        if cleaned["rules"] is None:
            self.add_error(None, self.builder.error)
        return cleaned


def build(data, *, membership, segment: Segment | None = None) -> Builder:
    """The builder of what was sent, else of the segment as it is, else an empty one."""
    within = (segment.pk,) if segment is not None and segment.pk else ()
    context = Context(membership.organization, membership=membership, within=within)
    if data is not None and data.getlist("node"):
        return Builder.of_data(data, context)
    return Builder.of_rules(segment.rules, context) if within else Builder.new(context)
