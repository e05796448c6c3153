"""The rules that Django checks at every start, each seen to refuse something."""

import pytest

from core.checks import check_page_types
from home.models import ContentPage


def test_every_page_type_follows_the_rules():
    assert check_page_types(None) == []


@pytest.mark.parametrize("attribute", ["parent_page_types", "subpage_types", "page_description"])
def test_a_page_type_that_leaves_something_open_is_refused(attribute, monkeypatch):
    monkeypatch.delattr(ContentPage, attribute)
    errors = check_page_types(None)
    assert [(error.id, error.obj) for error in errors] == [("core.E001", ContentPage)]
    assert attribute in errors[0].msg
