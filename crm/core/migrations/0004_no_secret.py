from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0003_retries")]

    operations = [migrations.RemoveField("outgoingemail", "is_secret")]
