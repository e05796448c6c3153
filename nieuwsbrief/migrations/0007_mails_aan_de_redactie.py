from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('nieuwsbrief', '0006_opmerking'),
    ]

    operations = [
        migrations.AlterField(
            model_name='nieuwsbriefinstellingen',
            name='redactie_adres',
            field=models.EmailField(blank=True, help_text='Krijgt twee weken vooraf een herinnering aan de volgende brief, en een mail als het verzenden stopt. Leeg: dan gaan die mails naar wie brieven mag maken of verzenden.', max_length=254, verbose_name='adres van de redactie'),
        ),
    ]
