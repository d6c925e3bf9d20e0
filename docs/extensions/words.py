"""The words of the tables in the reference, and texts as Markdown has them in a table."""

WORDS = {
    "en": {
        "option": "option",
        "means": "what it does",
        "parameter": "parameter",
        "default": "default",
        "values": "values",
        "setting": "setting",
        "only": "Only with",
        "also": "With {}: {}.",
    },
    "ko": {
        "option": "옵션",
        "means": "설명",
        "parameter": "매개변수",
        "default": "기본값",
        "values": "값",
        "setting": "설정",
        "only": "조건:",
        "also": "{}이면 {}.",
    },
}


def cell(text: str) -> str:
    """A text in one line that ends no cell and begins no markup."""
    return " ".join(text.replace("|", "\\|").split()).replace("<", "&lt;").replace("*", "\\*")
