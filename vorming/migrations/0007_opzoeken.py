from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vorming", "0006_verder")]

    operations = [
        migrations.AddField(
            model_name="inschrijving",
            name="doorgegeven_met",
            field=models.UUIDField(editable=False, null=True),
        ),
    ]
