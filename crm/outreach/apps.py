from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "crm.outreach"
    label = "outreach"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from crm.contacts import merging
        from crm.core import acts
        from crm.notifications.kinds import register_kind
        from crm.outreach import bell, letters  # noqa: F401 - letters registers the printing and the sending of mailings
        from crm.outreach.bulk import NotifyByEmail, NotifyByLetter, ThankByEmail, ThankByLetter

        for action in (ThankByEmail(), ThankByLetter()):
            acts.offer("giving:thanks_list", action)
        for action in (NotifyByEmail(), NotifyByLetter()):
            acts.offer("giving:notice_list", action)
        register_kind(
            bell.PAUSED,
            label=_("Mailings that no longer leave"),
            icon="send",
            tone="is-warn",
            tell=bell.tell_paused,
        )
        merging.declare("outreach.recipient.contact", merging.Stay())  # whom a mailing wrote to, on its day
