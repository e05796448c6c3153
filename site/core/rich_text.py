"""What editors can do in a text field: few choices, so that pages stay alike."""

KORTE_TEKST = ["bold", "italic", "link", "ul", "ol"]
TEKST = ["h3", "bold", "italic", "link", "document-link", "ul", "ol"]
