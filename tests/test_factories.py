"""The factories make what an editor could make: nothing that the models refuse."""

import pytest
from wagtail.models import get_page_models

from core.models import BasePage
from core.models.snippets import Snippet
from tests.factories import (
    FACT_FACTORIES,
    PAGE_FACTORIES,
    AfbeeldingFactory,
    BestandFactory,
    StapPageFactory,
)

pytestmark = pytest.mark.django_db


def test_every_page_type_and_fact_has_a_factory():
    assert set(PAGE_FACTORIES) == {m for m in get_page_models() if issubclass(m, BasePage)}
    assert set(FACT_FACTORIES) == set(Snippet.__subclasses__())


@pytest.mark.parametrize("model", PAGE_FACTORIES, ids=lambda model: model.__name__)
def test_a_page_from_the_factory_is_complete(model):
    page = PAGE_FACTORIES[model]()
    page.full_clean()
    assert page.live


@pytest.mark.parametrize("model", FACT_FACTORIES, ids=lambda model: model.__name__)
def test_a_fact_from_the_factory_is_complete(model):
    FACT_FACTORIES[model]().full_clean()


def test_files_from_the_factory_are_complete():
    AfbeeldingFactory().full_clean()
    BestandFactory().full_clean()


def test_steps_of_one_trajectory_follow_each_other():
    first = StapPageFactory()
    second = StapPageFactory(parent=first.traject)
    assert (first.volgnummer, second.volgnummer) == (1, 2)
