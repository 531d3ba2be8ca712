"""How a number is written."""


def number(value: float | None) -> str:
    """A number without needless decimals, thousands grouped: 14.1, 28,000; empty for none."""
    return "" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".")
