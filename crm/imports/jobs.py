"""What came in as a file is not kept longer than its undo."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.housekeeping import UNDO_KEPT
from crm.core.jobs import daily, job
from crm.imports.models import ImportFile, RejectedRow


@job(schedule=daily(at="03:50"), label=_("Forget old imported files"))
def forget_old_files() -> int:
    """Files and refused rows repeat personal data: once the import can no longer be undone, both go (Law 25).

    What was chosen for the columns, the counts and the trace stay: the next file of the kind is read with them. A file that
    was only looked at goes whole.
    """
    old = ImportFile.objects.filter(created_at__lt=timezone.now() - UNDO_KEPT).exclude(file="")
    gone = 0
    for record in old.iterator():
        RejectedRow.objects.filter(import_file=record).delete()
        if kept := record.formats.pop("workbook", ""):
            record.file.storage.delete(kept)
        record.file.delete(save=False)
        if record.operation_id:
            record.save()
        else:
            record.delete()
        gone += 1
    return gone
