"""Measurements of the site: `make bench`.

Every module `bench_*.py` here has a function `measure() -> list[dict]`. A result has `name`,
`value` and `unit`; a comparison also says what it stands `against`. Its `note` is for the table.
"""
