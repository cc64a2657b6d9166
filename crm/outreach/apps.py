from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "crm.outreach"
    label = "outreach"

    def ready(self) -> None:
        from crm.contacts import merging
        from crm.core import acts
        from crm.outreach import letters  # noqa: F401 - registers the printing of letters and the sending of mailings
        from crm.outreach.bulk import NotifyByEmail, NotifyByLetter, ThankByEmail, ThankByLetter

        for action in (ThankByEmail(), ThankByLetter()):
            acts.offer("giving:thanks_list", action)
        for action in (NotifyByEmail(), NotifyByLetter()):
            acts.offer("giving:notice_list", action)
        merging.declare("outreach.recipient.contact", merging.Stay())  # whom a mailing wrote to, on its day
