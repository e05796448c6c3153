"""Which addresses are taken, when two are the same, and that a fingerprint gives nothing away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from post import addresses
from post.addresses import InvalidAddress

REFUSED = {
    "a line break in it": "lies@example.org\r\nBcc: allen@example.org",
    "a line break behind it": "lies@example.org\n",
    "a null": "lies\x00@example.org",
    "no domain": "lies",
    "an empty domain": "lies@",
    "no name": "@example.org",
    "nothing": "",
    "only space": "   ",
    "accents before the @": "liés@example.org",
    "300 characters": "l" * 290 + "@example.org",
    "65 characters before the @": "l" * 65 + "@example.org",
    "a domain that grows too long for mail servers": f"{'l' * 45}@{'.'.join(['é' * 50] * 4)}.be",
    "a domain of dots": "lies@..",
    "a space": "lies de man@example.org",
    "two addresses": "lies@example.org,jan@example.org",
    "a name beside it": "Lies <lies@example.org>",
    "the mail server itself": "root@localhost",
    "a separator of lines": "lies@example.org\u2028x.be",
}


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED.keys())
def test_check_unusable_address_refused_in_dutch(address):
    with pytest.raises(InvalidAddress) as refusal:
        addresses.check(address)
    assert str(refusal.value).startswith(("Het ", "Dit ", "Vóór "))


@pytest.mark.parametrize(
    ("given_address", "kept"),
    [
        ("lies@example.org", "lies@example.org"),
        (" Lies.De-Man+vrije.tijd@Example.org ", "Lies.De-Man+vrije.tijd@Example.org"),
        ("info@gemeente-zoersel.vlaanderen", "info@gemeente-zoersel.vlaanderen"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("lies@café.be", "lies@xn--caf-dma.be"),
        ("l" * 64 + "@example.org", "l" * 64 + "@example.org"),
    ],
)
def test_check_usable_address_kept(given_address, kept):
    assert addresses.check(given_address) == kept


@given(st.text(max_size=80), st.text(max_size=40))
def test_check_anything_refused_or_safe_on_the_line(local, domain):
    try:
        address = addresses.check(f"{local}@{domain}")
    except InvalidAddress:
        return
    assert address.isascii()
    assert len(address) <= addresses.MAX_LENGTH
    assert not set(address) & {"\r", "\n", "\0"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lies@Example.ORG", "lies@example.org"),
        (" lies@example.org ", "lies@example.org"),
        ("lies@CAFÉ.be", "lies@xn--caf-dma.be"),
    ],
)
def test_normalise_same_mailbox_equal(one, other):
    assert addresses.normalise(one) == addresses.normalise(other)
    assert addresses.fingerprint(one) == addresses.fingerprint(other)


def test_normalise_checked_address_unchanged_by_checking():
    for address in ["lies@café.be", "LIES@Example.org"]:
        assert addresses.normalise(addresses.check(address)) == addresses.normalise(address)


def test_domain_of_address_lower_case():
    assert addresses.domain_of("Lies@Example.ORG") == "example.org"


def test_fingerprint_other_key_differs(settings):
    before = addresses.fingerprint("lies@example.org")
    settings.POST_HASH_KEY = "een andere sleutel"
    assert addresses.fingerprint("lies@example.org") != before
    assert "lies" not in before
