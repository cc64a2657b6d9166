"""The pages of mailings, for bin/screens."""

from collections.abc import Callable

from _screens_pipeline import sent


def previewed(page) -> None:
    page.locator("button[name=preview]").click()
    page.locator("#preview").wait_for()


def texted(page) -> None:
    page.locator("textarea").fill(
        "Bonjour, ici Priya de la Fondation Rive-Claire. Ça tient toujours pour demain, à 14 h ?"
    )
    previewed(page)


# Name, address below that of outreach, what is done there first, who looks.
PAGES: tuple[tuple[str, str, Callable | None, str], ...] = (
    ("mailings", "mailings/", None, "admin"),
    ("mailing", "mailings/{mailing}/", None, "admin"),
    ("mailing_new", "mailings/new/", None, "admin"),
    ("mailing_new_errors", "mailings/new/", sent, "admin"),
    ("mailing_edit", "mailings/{mailing}/edit/", None, "admin"),
    ("mailing_start", "mailings/{mailing}/start/", None, "admin"),
    ("mailing_schedule", "mailings/{mailing}/schedule/", None, "admin"),
    ("mailing_test", "mailings/{mailing}/test/", None, "admin"),
    ("mailing_delete", "mailings/{mailing}/delete/", None, "admin"),
    ("mailing_done", "mailings/{mailing_done}/", None, "admin"),
    ("mailing_done_reader", "mailings/{mailing_done}/", None, "reader"),
    ("mailing_retry", "mailings/{mailing_done}/retry/", None, "admin"),
    ("mailing_scheduled", "mailings/{mailing_scheduled}/", None, "admin"),
    ("mailing_running", "mailings/{mailing_running}/", None, "admin"),
    ("mailing_paused", "mailings/{mailing_paused}/", None, "admin"),
    ("mailing_letters", "mailings/{mailing_letters}/", None, "admin"),
    ("mailing_outlook", "mailings/{mailing}/outlook/", None, "admin"),
    ("mailing_addresses", "mailings/addresses/", None, "admin"),
    ("mailing_template", "templates/new/mailing/", None, "admin"),
    ("mailing_people", "mailings/people/?mailing={mailing_done}", None, "admin"),
    ("write", "contacts/{donor}/write/", None, "admin"),
    ("write_text", "contacts/{donor}/write/?text={text}", None, "admin"),
    ("write_preview", "contacts/{donor}/write/?text={text}", previewed, "admin"),
    ("write_errors", "contacts/{donor}/write/", sent, "admin"),
    ("write_refused", "contacts/{refused}/write/", None, "admin"),
    ("text", "contacts/{texted}/text/", None, "admin"),
    ("text_preview", "contacts/{texted}/text/", texted, "admin"),
    ("text_refused", "contacts/{refused}/text/", None, "admin"),
    ("text_failed", "messages/{text_failed}/", None, "admin"),
    ("text_begun", "contacts/{texted}/text/?text={words}", None, "admin"),
    ("text_template", "templates/new/text/", None, "admin"),
    ("text_mailing", "mailings/{texts}/", None, "admin"),
    ("text_mailing_edit", "mailings/{texts}/edit/", None, "admin"),
    ("text_mailing_test", "mailings/{texts}/test/", None, "admin"),
    ("text_mailing_done", "mailings/{texts_done}/", None, "admin"),
    ("text_mailing_people", "mailings/people/?mailing={texts_done}", None, "admin"),
    ("exchange", "messages/{exchange}/", None, "admin"),
    ("exchange_edit", "messages/{exchange}/edit/", None, "admin"),
    ("exchange_delete", "messages/{exchange}/delete/", None, "admin"),
    ("mailing_message", "messages/{mailing_message}/", None, "admin"),
    ("mailing_message_returned", "messages/{mailing_returned}/", None, "admin"),
    ("mailing_left_out", "mailings/people/?mailing={mailing_done}&state=left_out", None, "admin"),
)


def furnish(run_jobs: Callable[[], None], *, by) -> None:
    """Mailings in each state, from the draft of the demo."""
    from datetime import timedelta

    from django.utils import timezone

    from crm.contacts.models import Segment
    from crm.core import operations
    from crm.core.models import OutgoingEmail
    from crm.outreach import mailings, services
    from crm.outreach.models import Mailing, SuppressedAddress

    draft = Mailing.objects.get(organization=by.organization)
    monthly = Segment.objects.of(by.organization).order_by("pk")[2]

    def another(title: str, channel: str = "email") -> Mailing:
        return services.save_mailing(
            title=title, channel=channel, template=draft.template, segment=monthly, appeal=draft.appeal, by=by
        )

    def started(mailing: Mailing) -> Mailing:
        return services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=by)

    done, _letters = started(another("Nouvelles du printemps")), started(another("Lettre aux mensuels", "letter"))
    run_jobs()
    emails = OutgoingEmail.objects.filter(batch=mailings.batch_of(done)).order_by("pk")
    failed, doubtful = emails[0], emails[1]
    OutgoingEmail.objects.filter(pk=failed.pk).update(
        status="failed", error="550 5.1.1 The email account does not exist"
    )
    OutgoingEmail.objects.filter(pk=doubtful.pk).update(status="sending")
    SuppressedAddress.objects.create(
        organization=by.organization, address=failed.recipient, said="550 5.1.1 No such user"
    )
    reported(list(emails[2:]))
    services.schedule_mailing(another("Vœux des Fêtes"), at=timezone.now() + timedelta(days=12), by=by)
    running = started(another("Bilan de l’année"))
    operations.advance(running.operation_id)
    paused = started(another("Invitation au gala"))
    operations.advance(paused.operation_id)
    Mailing.objects.filter(pk=running.pk).update(
        waits_since=timezone.now(), trouble="421 4.7.0 Too many messages, slow down"
    )
    services.pause_mailing(paused, by=by)
    failures()
    write_texts(by=by)
    text_many(monthly, by=by)


def failures() -> None:
    """Jobs that failed: one that is tried again by itself, one that gave up."""
    import json

    from django.utils import timezone
    from django_q.models import Task

    trace = 'Traceback (most recent call last):\n  File "/srv/merci/jobs.py", line 1, in run\n    result = declared()\n'
    for number, (path, attempts, error) in enumerate((
        ("crm.receipts.jobs.render_forgotten_receipts", 3, "OSError: [Errno 28] No space left on device"),
        ("crm.notifications.jobs.send_digests", 1, "django.db.utils.OperationalError: server closed the connection"),
    )):  # fmt: skip
        Task.objects.create(
            id=f"failed{number}", name=path, func="crm.core.jobs.run", args=(path, json.dumps({})), started=timezone.now(),
            stopped=timezone.now(), success=False, attempt_count=attempts,
            result=f"{error.partition(': ')[2]} : {trace}{error}",
        )  # fmt: skip


def write_texts(*, by) -> None:
    """Two text messages, as if they had been sent: one arrived, one was lost."""
    from django.utils import timezone

    from crm.contacts.models import Contact
    from crm.core.models import OutgoingText
    from crm.outreach import services

    donors = [
        one
        for one in Contact.objects.of(by.organization).exclude(phone="").order_by("pk")
        if not services.why_no_text(one)
    ]
    for number, donor in enumerate(donors[:2]):
        words = "Bonjour ! La visite de demain est confirmée : 14 h, au 12, rue du Quai. Priya, Fondation Rive-Claire"
        services.write_text(donor, to=services.numbers_of(donor)[0], body=words, nonce=f"screens-{number}", by=by)
    arrived, lost = OutgoingText.objects.order_by("pk")
    now = timezone.now()
    OutgoingText.objects.filter(pk=arrived.pk).update(status="sent", sent_at=now, delivered_at=now)
    OutgoingText.objects.filter(pk=lost.pk).update(status="failed", error="30006")


def text_many(audience, *, by) -> None:
    """A mailing by text message, as if it had been sent: one number was a landline. Another one is still a draft."""
    from django.utils import timezone

    from crm.contacts.models import Consent
    from crm.contacts.segments import segment_contacts
    from crm.core import operations
    from crm.core.models import OutgoingText
    from crm.outreach import mailings, services, usual
    from crm.outreach.choices import Purpose

    words = {
        f"body_{code}": usual.WORDS[Purpose.TEXT][code].body.replace(usual.PLACES[code], told)
        for code, told in (
            ("fr", "la soupe populaire rouvre lundi, grâce à vous."),
            ("en", "the soup kitchen reopens on Monday, thanks to you."),
        )
    }
    template = services.save_template(name="La soupe rouvre", purpose=Purpose.TEXT, **words, by=by)
    Consent.objects.bulk_create(
        (
            Consent(
                organization=by.organization,
                contact=one,
                channel="sms",
                status="express",
                given_on=one.created_at.date(),
            )
            for one in segment_contacts(audience, membership=by).order_by("pk")[:12]
        ),
        ignore_conflicts=True,
    )
    for title in ("Retour de la soupe", "Rappel de la soupe"):
        fields = {"title": title, "channel": "sms", "template": template, "segment": audience}
        mailing = services.save_mailing(**fields, by=by)
        if title.startswith("Rappel"):
            continue
        services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=by)
        mailing.refresh_from_db()
        operations.advance(mailing.operation_id)
        rows = OutgoingText.objects.filter(batch=mailings.batch_of(mailing)).order_by("pk")
        now = timezone.now()
        first, doubtful = rows[0].pk, rows[1].pk
        rows.update(status="sent", attempts=1, sent_at=now, delivered_at=now)
        rows.filter(pk=first).update(status="failed", error="21614", sent_at=None, delivered_at=None)
        rows.filter(pk=doubtful).update(status="sending", error="doubt", sent_at=None, delivered_at=None)
        operations.run_to_end(mailing.operation_id)


def reported(emails: list) -> None:
    """What a provider told of them: all delivered but one, half of them opened, one called spam."""
    from datetime import timedelta

    from django.utils import timezone

    from crm.core import mail_events, mailer

    now = timezone.now()
    for place, email in enumerate(emails):
        kinds = ["bounced"] if place == 0 else ["delivered", *["opened", "clicked"][: place % 3]]
        for hours, kind in enumerate([*kinds, *(["complained"] if place == 1 else [])]):
            mail_events.take(
                mail_events.Report(
                    provider="Postmark", kind=kind, word=mailer.word_of(email), event=f"{place}-{kind}",
                    happened_at=now - timedelta(hours=6 - hours), said="452 4.2.2 Mailbox full" if place == 0 else "",
                )
            )  # fmt: skip
    mail_events.follow_early_reports()


def numbers() -> dict[str, object]:
    from crm.contacts.models import Contact
    from crm.core import outbox
    from crm.outreach import unsubscribing
    from crm.outreach.choices import Purpose
    from crm.outreach.models import Communication, Mailing

    rows = Mailing.objects.filter(organization__slug="demo")
    done = rows.get(title="Nouvelles du printemps")
    someone = done.recipients.filter(left_out="").first().contact_id
    letters, alone = outbox.letters(), Communication.objects.filter(purpose=Purpose.PERSONAL)
    return {
        "mailing": rows.get(status="draft", channel="email").pk,
        "texts_done": rows.get(title="Retour de la soupe").pk,
        "texts": rows.get(title="Rappel de la soupe").pk,
        "words": rows.get(title="Rappel de la soupe").template_id,
        "mailing_done": done.pk,
        "text": done.template_id,
        "refused": Contact.objects.filter(organization__slug="demo", do_not_contact=True).first().pk,
        "texted": alone.get(text_message__status="sent").contact_id,
        "text_failed": alone.get(text_message__status="failed").pk,
        "exchange": Communication.objects.filter(organization__slug="demo").written_down().first().pk,
        "mailing_message": done.recipients.filter(communication__email__clicked_at__isnull=False)
        .first()
        .communication_id,
        "mailing_returned": done.recipients.filter(communication__email__bounced_at__isnull=False)
        .first()
        .communication_id,
        "mailing_letters": rows.get(channel="letter").pk,
        **{f"mailing_{state}": rows.get(status=state).pk for state in ("scheduled", "running", "paused")},
        "way_out": unsubscribing.address_of(someone, done.pk, "fr").rstrip("/").rpartition("/")[2],
        "mailed": next(one for one in letters if "Ce que votre don" in one.subject).name,
        "mailed_en": next((one for one in letters if "What your gift" in one.subject), letters[0]).name,
    }
