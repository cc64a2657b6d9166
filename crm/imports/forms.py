"""Sending a file, and choosing what its columns mean."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Membership
from crm.core.web.forms import CrmForm
from crm.imports import services
from crm.imports.choices import ABOUT_CONTACTS, DateOrder, ImportKind, Mode
from crm.imports.columns import column_letter
from crm.imports.presets import PRESETS
from crm.imports.targets import TARGETS


class UploadForm(CrmForm):
    kind = forms.ChoiceField(label=_("What the file holds"), choices=ImportKind.choices, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("CSV or Excel file"),
        help_text=_("French or English headers, up to 50 MB. Nothing is imported before you have seen it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,text/csv"}),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.membership.scope("imports.run") == "own":  # finance staff import gifts (matrix X)
            self.fields["kind"].choices = [(ImportKind.GIFTS.value, ImportKind.GIFTS.label)]
            self.fields["kind"].initial = ImportKind.GIFTS.value


class ColumnsForm(CrmForm):
    """One choice for each column of the file, and how its dates and known records are treated.

    Another source or sheet is a form of its own (the button says so): the columns are then guessed afresh.
    """

    preset = forms.ChoiceField(label=_("Where the file comes from"), required=False)
    sheet = forms.ChoiceField(label=_("Sheet of the workbook"), required=False)

    mode = forms.ChoiceField(label=_("Records already in Merci"), choices=Mode.choices, widget=forms.RadioSelect)
    date_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2026"), choices=[("", "–"), *DateOrder.choices], required=False
    )

    stops = forms.BooleanField(label=_("Stop at the first row that is refused"), required=False)
    owner = forms.ModelChoiceField(
        queryset=Membership.objects.none(),
        label=_("Responsible for new contacts"),
        required=False,
        empty_label=_("Nobody, or whom the file names"),
    )

    def __init__(self, *args, record, **kwargs) -> None:
        self.record = record
        stored = record.formats
        kwargs["initial"] = {
            "mode": record.mode,
            "date_order": record.date_order,
            "preset": stored.get("preset", ""),
            "sheet": stored.get("sheet", ""),
            "stops": record.stops,
            "owner": record.owner_id,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        known = [(preset.code, preset.name) for preset in PRESETS if record.kind in preset.kinds]
        self.fields["preset"].choices = [("", _("Another system, or a spreadsheet of your own")), *known]
        self.fields["sheet"].choices = [(name, name) for name in stored.get("sheets", [])]
        for name in ("preset", "sheet"):
            self.fields[name].widget.attrs["class"] = "form-select"
        if len(stored.get("sheets", [])) < 2:
            del self.fields["sheet"]
        known_fields = [*TARGETS[record.kind], *record.own_targets]
        targets = [("", _("Leave out")), *((target.name, target.label) for target in known_fields)]
        self.column_names = []
        for position, header in enumerate(record.layout["headers"]):
            name = f"column_{position}"
            self.column_names.append(name)
            self.fields[name] = forms.ChoiceField(
                label=header or column_letter(position),
                choices=targets,
                required=False,
                initial=record.fields[position],
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )
        self.fields["date_order"].widget.attrs["class"] = "form-select"
        self.fields["mode"].widget.attrs["class"] = "form-check-input"
        if not record.formats.get("must_ask"):
            del self.fields["date_order"]
        self.fields["stops"].widget.attrs["class"] = "form-check-input"
        self.fields["owner"].widget.attrs["class"] = "form-select"
        self.fields["owner"].queryset = services.possible_owners(self.membership)
        if record.kind != ImportKind.CONTACTS:
            del self.fields["mode"]
        if record.kind in ABOUT_CONTACTS or not services.may_choose_owner(self.membership):
            del self.fields["owner"]

    @property
    def columns(self) -> list:
        return [self[name] for name in self.column_names]

    @property
    def columns_and_reasons(self) -> list:
        """Each choice with the column it is for: why it goes nowhere is said below it."""
        return list(zip(self.columns, services.mapping_of(self.record).columns, strict=True))

    @property
    def chosen(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.column_names]
