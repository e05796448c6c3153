from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('post', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Postbus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('naam', models.CharField(max_length=300, unique=True, verbose_name='mailbox')),
                ('geldigheid', models.PositiveBigIntegerField(verbose_name='geldigheid van de nummers')),
                ('uid', models.PositiveBigIntegerField(default=0, verbose_name='gelezen tot en met')),
            ],
            options={
                'verbose_name': 'mailbox met meldingen',
                'verbose_name_plural': 'mailboxen met meldingen',
            },
        ),
    ]
