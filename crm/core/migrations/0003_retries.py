from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_cache_table")]

    operations = [
        migrations.AddField(
            "operation", "runner", models.CharField(blank=True, default="", editable=False, max_length=16)
        ),
        migrations.AddField("operation", "stumbles", models.PositiveSmallIntegerField(default=0, editable=False)),
        migrations.AddField("outgoingemail", "claimed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("outgoingemail", "is_secret", models.BooleanField(default=False)),
        migrations.AddIndex(
            "outgoingemail", models.Index(fields=["status", "created_at"], name="outgoing_email_state")
        ),
    ]
