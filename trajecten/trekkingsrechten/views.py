"""The admin's way in for a table: choose a file, look at what it means, confirm."""

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.views import View
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.snippets.widgets import AdminSnippetChooser

from core.models import Bron, Regelkader
from trajecten.models import TrekkingsrechtTabel
from trajecten.trekkingsrechten.lezen import MOST_BYTES, Onleesbaar, Voorbeeld, decode, read
from trajecten.trekkingsrechten.services import bring_in, is_known


class InvoerForm(WagtailAdminModelForm):
    """What the table is about, and the file; the text of the file the second time."""

    bestand = forms.FileField(
        label="CSV-bestand",
        required=False,
        help_text=(
            "Bovenaan staan de namen van de kolommen: NIS-code, gemeente, bedrag. "
            "Puntkomma's, komma's en tabs mogen, ook zoals Excel ze bewaart."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    inhoud = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    bestandsnaam = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = TrekkingsrechtTabel
        fields = ["regelkader", "van_jaar", "tot_jaar", "bron", "datum"]
        widgets = {"datum": AdminDateInput, "bron": AdminSnippetChooser(Bron)}

    field_order = ["bestand", "regelkader", "van_jaar", "tot_jaar", "bron", "datum"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.voorbeeld: Voorbeeld | None = None
        self.fields["regelkader"].queryset = Regelkader.objects.filter(
            live=True, locale__language_code="nl"
        )

    def clean(self):
        super().clean()
        data = self.cleaned_data
        try:
            if (upload := data.get("bestand")) is not None:
                data["inhoud"] = decode(upload.read(MOST_BYTES + 1))
                data["bestandsnaam"] = upload.name
            if data.get("inhoud"):
                self.voorbeeld = read(data["inhoud"])
            elif "bestand" not in self.errors:
                self.add_error("bestand", "Kies een bestand.")
        except Onleesbaar as fault:
            self.add_error("bestand", str(fault))
        return data

    def again(self) -> "InvoerForm":
        """Return the same answers as hidden fields, with the text in the place of the file."""
        names = ("regelkader", "van_jaar", "tot_jaar", "bron", "datum")
        form = InvoerForm(
            {
                **{name: self.data.get(name, "") for name in names},
                "inhoud": self.cleaned_data["inhoud"],
                "bestandsnaam": self.cleaned_data["bestandsnaam"],
            }
        )
        for name in form.fields:
            form.fields[name].widget = forms.HiddenInput()
        del form.fields["bestand"]
        return form


class InvoerView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """GET asks for the file, POST shows what it means, a second POST brings it in."""

    model = TrekkingsrechtTabel
    permission_required = "add"
    template_name = "trajecten/beheer/invoer.html"
    preview_template_name = "trajecten/beheer/invoer_voorbeeld.html"
    page_title = "Trekkingsrechten invoeren"
    header_icon = "upload"
    index_url_name = ""
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": "Trekkingsrechten"},
            {"url": "", "label": self.page_title},
        ]

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data(form=InvoerForm()))

    def post(self, request, *args, **kwargs):
        form = InvoerForm(request.POST, request.FILES)
        if not form.is_valid() or form.voorbeeld is None:
            return self.render_to_response(self.get_context_data(form=form))
        if "bevestig" in request.POST and form.voorbeeld.mag:
            return self._bring_in(form)
        self.template_name = self.preview_template_name
        return self.render_to_response(
            self.get_context_data(form=form.again(), **self._meaning(form))
        )

    def _bring_in(self, form):
        tabel = form.save(commit=False)
        is_new = bring_in(
            tabel=tabel,
            voorbeeld=form.voorbeeld,
            bestandsnaam=form.cleaned_data["bestandsnaam"],
            user=self.request.user,
        )
        if is_new:
            count = len(form.voorbeeld.regels)
            messages.success(self.request, f"{tabel}: {count} gemeenten ingevoerd.")
        else:
            messages.info(self.request, "Deze tabel was al ingevoerd. Er is niets veranderd.")
        return redirect(self.index_url_name)

    def _meaning(self, form):
        """Return what the preview shows: the lines, and what differs from the table in use."""
        tabel = form.save(commit=False)
        tabel.vingerafdruk = form.voorbeeld.vingerafdruk
        current = TrekkingsrechtTabel.objects.in_use_for([tabel.regelkader])
        before = {}
        if in_use := current.get(tabel.regelkader.translation_key):
            before = dict(in_use.rechten.values_list("gemeente_id", "bedrag"))
        amounts = form.voorbeeld.bedragen
        changed = [nis for nis in amounts if nis in before and before[nis] != amounts[nis]]
        return {
            "voorbeeld": form.voorbeeld,
            "tabel": tabel,
            "bestaat": is_known(tabel),
            "in_gebruik": in_use,
            "gewijzigd": len(changed),
            "nieuw": len(amounts.keys() - before.keys()),
            "weg": len(before.keys() - amounts.keys()),
            "regels": [
                (regel, before.get(regel.gemeente.nis) if regel.gemeente else None)
                for regel in form.voorbeeld.goede
            ],
        }
