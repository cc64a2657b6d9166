"""The summary repeats its contact's organization, so that an index gives the donors of one organization in order."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE giving_givingsummary
SET organization_id = (SELECT c.organization_id FROM contacts_contact c WHERE c.id = giving_givingsummary.contact_id)
"""


def organization(**kwargs) -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.organization",
        **kwargs,
    )


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL refuses to alter a table whose deferred constraints wait for the end of the transaction
    dependencies = [("accounts", "0001_initial"), ("contacts", "0001_initial"), ("giving", "0001_initial")]
    operations = [
        migrations.RemoveIndex("givingsummary", "summary_total"),
        migrations.RemoveIndex("givingsummary", "summary_last"),
        migrations.AddField("givingsummary", "organization", organization(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("givingsummary", "organization", organization()),
        migrations.AddIndex(
            "givingsummary", models.Index(fields=["organization", "total", "contact"], name="summary_total")
        ),
        migrations.AddIndex(
            "givingsummary", models.Index(fields=["organization", "year_total", "contact"], name="summary_year")
        ),
        migrations.AddIndex(
            "givingsummary", models.Index(fields=["organization", "last_on", "contact"], name="summary_last")
        ),
    ]
