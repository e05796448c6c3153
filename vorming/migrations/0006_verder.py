from django.db import migrations, models

# How the log tells of an end that was no cancellation. An editor cancels in words of her own: a
# number at the end, and nothing after it, is what only a move or a merge wrote.
UITLEG = {
    "samengevoegd": r"^samengevoegd met inschrijving [0-9]+$",
    "verplaatst": r"^verplaatst naar sessie [0-9]+$",
}


def vul_uit_het_logboek(apps, schema_editor):
    Inschrijving = apps.get_model("vorming", "Inschrijving")
    Logregel = apps.get_model("vorming", "Logregel")
    for verder, uitleg in UITLEG.items():
        lines = Logregel.objects.filter(
            actie="staat", naar="geannuleerd", uitleg__regex=uitleg
        ).order_by()
        Inschrijving.objects.filter(
            staat="geannuleerd", pk__in=lines.values("inschrijving")
        ).update(verder=verder)


class Migration(migrations.Migration):
    dependencies = [("vorming", "0005_gezegd")]

    operations = [
        migrations.AddField(
            model_name="inschrijving",
            name="verder",
            field=models.CharField(
                blank=True,
                choices=[
                    ("samengevoegd", "samengevoegd met een andere"),
                    ("verplaatst", "verplaatst naar een andere sessie"),
                ],
                default="",
                editable=False,
                max_length=12,
                verbose_name="gaat verder",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(vul_uit_het_logboek, migrations.RunPython.noop),
    ]
