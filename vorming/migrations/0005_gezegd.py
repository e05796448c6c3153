from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vorming", "0004_dag_zelf")]

    operations = [
        migrations.AddField(
            model_name="aanvraag",
            name="gezegd",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
