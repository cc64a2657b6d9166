"""Read this file to know the product: who reacts to what, in order. The only module that imports both sides."""

from crm.accounts import events as accounts
from crm.accounts.reactions import log_taken_out
from crm.contacts import events as contacts
from crm.core.events import later, now
from crm.core.exporting import ListTakenOut
from crm.core.mail_events import MailComplained, MailUnsubscribed
from crm.core.mailer import MailReturned
from crm.core.texting import TextStopped
from crm.giving import events as giving
from crm.giving.jobs import recount_totals
from crm.giving.reactions import (
    ask_for_calls,
    forget_calls,
    forget_words,
    recount_merged,
    ring_for_gifts,
    ring_for_pledge,
    thank_by_task,
)
from crm.notifications.reactions import stop_notices
from crm.outreach.reactions import (
    forget_messages,
    stop_texts,
    suppress_address,
    withdraw_after_complaint,
    withdraw_consent,
)
from crm.pipeline import events as pipeline
from crm.pipeline.reactions import forget_opportunities
from crm.receipts import events as receipts
from crm.receipts.jobs import render_receipt, render_receipts
from crm.receipts.reactions import forget_names
from crm.tasks import events as tasks
from crm.tasks.reactions import forget_tasks

# Event → reactions: ``now(handler)`` in the same transaction, ``later(job)`` in a worker once it committed.
EFFECTS: dict = {
    ListTakenOut: (now(log_taken_out),),
    MailReturned: (now(suppress_address),),
    MailComplained: (now(withdraw_after_complaint),),
    MailUnsubscribed: (now(withdraw_consent),),
    TextStopped: (now(stop_texts), now(stop_notices)),
    accounts.CurrencyChanged: (later(recount_totals),),
    contacts.ContactAnonymized: (
        now(forget_tasks),
        now(forget_words),
        now(forget_messages),
        now(forget_opportunities),
        now(forget_names),
    ),
    contacts.ContactsMerged: (now(recount_merged),),
    contacts.ContactsUnmerged: (now(recount_merged),),
    giving.BatchPosted: (now(ask_for_calls), now(ring_for_gifts)),
    giving.GiftDeleted: (now(forget_calls),),
    giving.GiftsTakenBack: (now(forget_calls),),
    giving.GiftRecorded: (now(ask_for_calls), now(ring_for_gifts)),
    giving.PledgeFailed: (now(ring_for_pledge),),
    tasks.TaskCompleted: (now(thank_by_task),),
    receipts.ReceiptIssued: (later(render_receipt),),
    receipts.ReceiptsIssued: (later(render_receipts),),
}

# Events that nobody listens to yet; an architecture test keeps every event in one table or the other.
SILENT = {
    contacts.ContactArchived,
    contacts.ContactCreated,
    contacts.ContactRestored,
    contacts.ContactUpdated,
    contacts.ContactsChanged,
    contacts.ContactsImported,
    contacts.ContactsTakenBack,
    contacts.NoteAdded,
    contacts.VisitRecorded,
    giving.GiftCorrected,
    giving.GiftsImported,
    pipeline.OpportunityCreated,
    pipeline.OpportunityMoved,
    receipts.ReceiptCancelled,
    receipts.ReceiptReplaced,
    tasks.TaskCreated,
    tasks.TasksPlanned,
}
