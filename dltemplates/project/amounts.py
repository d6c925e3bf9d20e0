"""Times and sizes in words."""

from datetime import datetime


def clock(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M")


def duration(seconds: float | None) -> str:
    """Such as 12.3 s, 4:05 min or 1:04:05 h; empty if not known."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} h" if hours else f"{minutes}:{rest:02} min"


def size(count: int) -> str:
    """Bytes in words, such as 9.4 MB."""
    amount, units = float(count), ["bytes", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{count:,} bytes" if units[0] == "bytes" else f"{amount:.1f} {units[0]}"
