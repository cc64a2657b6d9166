"""Which tag or group, for an act on many contacts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Group, Tag
from crm.core.text import clean
from crm.core.web.forms import CrmForm, SuggestionInput


class NewTagForm(CrmForm):
    """A tag by its name: one there is, proposed while one types, or a new one for whoever may make tags."""

    tag = forms.CharField(label=_("Tag"), max_length=Tag._meta.get_field("name").max_length)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        names = Tag.objects.visible_to(self.membership).order_by("name").values_list("name", flat=True)
        self.fields["tag"].widget = SuggestionInput(list(names), attrs={"maxlength": 80, "autocomplete": "off"})
        if self.membership.can("segments.add"):
            self.fields["tag"].help_text = _("One that there is, or a new one.")

    def clean_tag(self) -> str:
        name = clean(self.cleaned_data["tag"])
        known = Tag.objects.visible_to(self.membership).filter(name__iexact=name).first()
        if known is not None:
            return known.name
        if not self.membership.can("segments.add"):
            raise forms.ValidationError(_("No tag has this name. Ask somebody who manages tags to add it."))
        if ";" in name:
            raise forms.ValidationError(_("No semicolon, please: files separate tags with it."))
        return name


class ChosenSetForm(CrmForm):
    """One of the sets there are."""

    chosen = forms.ModelChoiceField(queryset=Tag.objects.none(), label="", empty_label=_("Choose"))


class TagForm(ChosenSetForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].label = _("Tag")
        self.fields["chosen"].queryset = Tag.objects.visible_to(self.membership).order_by("name", "pk")


class GroupForm(ChosenSetForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        groups = Group.objects.visible_to(self.membership).order_by("name", "pk")
        if self.membership.scope("segments.change") == "own":
            groups = groups.filter(owner=self.membership)
        self.fields["chosen"].label = _("Group")
        self.fields["chosen"].queryset = groups
        if not groups.exists():
            self.fields["chosen"].help_text = _("You have no group yet: make one first, under Segments and groups.")
