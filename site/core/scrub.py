"""Taking out of a free text what could say who somebody is or how to reach them."""

import re

LEFT_OUT = "[weggelaten]"
# Also written apart, as people do who know about robots.
E_MAIL = re.compile(
    r"[^\s<>()\[\]@,;:]{1,64}\s{0,3}(?:@|\(at\)|\[at\]|\(a\)|\bapenstaartje\b)"
    r"\s{0,3}[^\s<>()\[\]@,;:]{1,255}",
    re.IGNORECASE,
)
# Seven digits or more with what people put between them: telephone, account, national register.
LONG_NUMBER = re.compile(r"(?<!\w)[+(]?\d(?:[\s./()\-–]{0,3}\d){6,}(?!\w)")
# What has many digits too, but is no one's: a period, a date, an amount.
HARMLESS = re.compile(
    r"(?:19|20)\d\d\s*[-–/]\s*(?:19|20)\d\d"
    r"|\d{1,2}\s*[-./]\s*\d{1,2}\s*[-./]\s*(?:19|20)\d\d"
    r"|[1-9]\d{0,2}(?:\.\d{3}){1,2}"
)


def without_contact_details(text: str) -> str:
    """Return `text` without e-mail addresses, telephone numbers and other long numbers."""

    def number(match):
        return match[0] if HARMLESS.fullmatch(match[0].strip()) else LEFT_OUT

    return LONG_NUMBER.sub(number, E_MAIL.sub(LEFT_OUT, text))


def without_words(text: str, words: list[str]) -> str:
    """Return `text` without `words`, such as the name of who wrote it; whole words only."""
    wanted = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    if not wanted:
        return text
    pattern = "|".join(re.escape(word) for word in wanted)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", LEFT_OUT, text, flags=re.IGNORECASE)
