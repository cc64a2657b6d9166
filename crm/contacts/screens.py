"""What screens of other domains that are about one contact share."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from crm.contacts.models import Contact


class ForDonorMixin:
    """Something new for the donor whose number is in the address; nothing for one who is archived."""

    pk_model = Contact  # what the number in the address names
    archived = ""  # the sentence, where the usual one says too little

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.membership is not None and self.membership.can(self.permission):
            self.donor = get_object_or_404(Contact.objects.visible_to(self.membership), pk=kwargs["pk"])
            self.check(self.permission, self.donor)
            if self.donor.is_archived:
                messages.warning(request, self.archived or _("This contact is archived. Restore it first."))
                return self.go(self.donor.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)
