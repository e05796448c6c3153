import unicodedata

from django.db import migrations, models

PER_KEER = 1000


def vul_gevouwen(apps, schema_editor):
    """Fold what stands in every request, some at a time: there may be very many."""
    Aanvraag = apps.get_model("vorming", "Aanvraag")
    rows = Aanvraag.objects.order_by("pk").only("organisatie", "voornaam", "naam")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:PER_KEER]):
        for one in some:
            one.organisatie_norm = _zonder_accenten(one.organisatie)
            one.contact_norm = _zonder_accenten(f"{one.voornaam} {one.naam}")
        Aanvraag.objects.bulk_update(some, ["organisatie_norm", "contact_norm"], batch_size=250)
        last = some[-1].pk


def _zonder_accenten(tekst):
    plain = unicodedata.normalize("NFKD", tekst.casefold())
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


class Migration(migrations.Migration):
    dependencies = [("vorming", "0006_verder")]

    operations = [
        migrations.AddField(
            model_name="inschrijving",
            name="doorgegeven_met",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="aanvraag",
            name="contact_norm",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="aanvraag",
            name="organisatie_norm",
            field=models.TextField(blank=True, default="", editable=False),
            preserve_default=False,
        ),
        migrations.RunPython(vul_gevouwen, migrations.RunPython.noop),
    ]
