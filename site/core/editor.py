"""The text editor of the admin."""

from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea


class Teksteditor(DraftailRichTextArea):
    """Draftail, in which a term of the glossary may stand wherever a link may.

    Here and not in the lists of `core.rich_text`: those are part of the migrations of every body.
    """

    def __init__(self, *args, **kwargs):
        features = kwargs.get("features")
        if features is not None and "link" in features:
            kwargs["features"] = [*features, "begrip"]
        super().__init__(*args, **kwargs)
