import django.db.models.deletion
from django.db import migrations, models

from post import addresses

PER_KEER = 1000


def vul_de_codes(apps, schema_editor):
    """Give everybody the code of her address, so many at once, however many there are."""
    mensen = apps.get_model("nieuwsbrief", "Abonnee").objects.using(schema_editor.connection.alias)
    tot = 0
    while deel := list(mensen.filter(pk__gt=tot).order_by("pk").only("pk", "adres")[:PER_KEER]):
        for een in deel:
            een.adres_code = addresses.code_of(een.adres)
        mensen.bulk_update(deel, ["adres_code"])
        tot = deel[-1].pk


class Migration(migrations.Migration):
    dependencies = [("nieuwsbrief", "0007_mails_aan_de_redactie")]

    operations = [
        migrations.AddField(
            model_name="abonnee",
            name="adres_code",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(vul_de_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="abonnee",
            name="adres_code",
            field=models.UUIDField(editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="uitschrijving",
            name="lijst",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uitschrijvingen",
                to="nieuwsbrief.lijst",
            ),
        ),
        migrations.AlterField(
            model_name="lijst",
            name="afzender_naam",
            field=models.CharField(
                blank=True,
                help_text=(
                    "Leeg: de naam van de lijst. Vul je hier en bij het adres niets in, dan mailt "
                    "de gewone afzender van de site."
                ),
                max_length=100,
                verbose_name="naam van de afzender",
            ),
        ),
    ]
