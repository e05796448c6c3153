"""Editors with rights of their own, and the files that they download."""

import csv
import io

from django.contrib.auth.models import Permission, User
from django.test import Client
from openpyxl import load_workbook

TREATING = {"vorming.change_inschrijving", "vorming.exporteer_inschrijvingen"}


def someone(*rights: str, name: str = "beheerder") -> Client:
    """Return the browser of an editor with these rights, such as `vorming.change_sessie`."""
    user = User.objects.create_user(name, f"{name}@example.org", "wachtwoord-van-de-toets")
    wanted = {"wagtailadmin.access_admin", *rights}
    if wanted & TREATING:
        # Who may treat people or take lists of them along may see them.
        wanted.add("vorming.view_inschrijving")
    for right in wanted:
        app, codename = right.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    client = Client()
    client.force_login(user)
    return client


def rows_of(answer) -> list[list]:
    """Return the cells of a downloaded file, as a spreadsheet reads them."""
    assert answer.status_code == 200, answer
    assert "attachment" in answer.get("Content-Disposition", ""), answer.content.decode()[:3000]
    content = b"".join(answer.streaming_content)
    if "csv" in answer["Content-Type"]:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def columns_of(answer) -> list[dict]:
    """Return the rows of a downloaded file by their headings."""
    heading, *rows = rows_of(answer)
    return [dict(zip(heading, row, strict=True)) for row in rows]
