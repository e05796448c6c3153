from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('nieuwsbrief', '0005_bij_inschrijving'),
    ]

    operations = [
        migrations.AddField(
            model_name='verzending',
            name='opmerking',
            field=models.CharField(blank=True, max_length=1000, verbose_name='opmerking bij het terugsturen'),
        ),
    ]
