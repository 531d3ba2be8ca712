"""A decided query → one SELECT that gives the rows and, for ranks and means, the numbers."""

from portal.measures.choose import OF_ALL, Choice, conditions, has_years
from portal.measures.query import MeasureQuery
from portal.measures.statement import Scalar, Statement

Condition = tuple[str, list[Scalar]]


def compile_rows(choice: Choice, query: MeasureQuery) -> Statement:
    """The statement of a query; every value in it is a parameter, every name comes from the catalogue.

    Args:
        choice: what the query left open, decided.
        query: the operation, order, limit and thresholds.
    """
    things = query.operation == "list" and choice.measure.section.counts
    facts = choice.measure.shape.facts(things)
    match query.operation:
        case "rank" | "extreme" | "mean" | "count" | "share":
            text, own = _one_each(choice, query)
        case _:
            text, own = _plain(choice, query)
    return Statement(f"WITH facts AS (\n  {facts.text}\n){text}", (*facts.parameters, *own))


def compile_aside(choice: Choice, limit: int) -> Statement:
    """The rows of a decided query that are on another basis than the one chosen."""
    facts = choice.measure.shape.facts()
    same = conditions(choice)
    count = 1 + sum(1 for c in ("scope", "comparable") if getattr(choice.measure.section, c))
    within, basis = same[:-count], same[-count:]
    where, own = _where([*within, (f"NOT ({' AND '.join(sql for sql, _ in basis)})", [p for _, v in basis for p in v])])
    text = f"WITH facts AS (\n  {facts.text}\n)\nSELECT * FROM facts{where}{_by_time(choice)}\nLIMIT {limit}"
    return Statement(text, (*facts.parameters, *own))


def _plain(choice: Choice, query: MeasureQuery) -> tuple[str, list[Scalar]]:
    """The rows as they are: of every year for a series or list, else the latest of each place."""
    where, own = _where(conditions(choice) + _thresholds(query))
    every_year = query.operation in {"series", "list", "difference"} or choice.years != (None, None)
    latest = "" if every_year or not has_years(choice.measure) else f"\n  {_latest(choice)}"
    if query.operation == "list" and query.thresholds():
        order = f"\nORDER BY value {query.order.upper()}, place"
    else:
        order = _by_time(choice)
    chosen = f", chosen AS (\n  SELECT * FROM facts{_indented(where)}{latest}\n)"
    columns = ["*", "count(*) OVER () AS found", *_total(choice)]
    return f"{chosen}\nSELECT {', '.join(columns)} FROM chosen{order}\nLIMIT {query.limit}", own


def _one_each(choice: Choice, query: MeasureQuery) -> tuple[str, list[Scalar]]:
    """`chosen` holds one row a place or a year, undoubted before doubtful; rank, mean and counts of all stand beside each."""
    section = choice.measure.section
    by_place = choice.across == "places"
    among = conditions(choice, places=not (by_place and query.operation in OF_ALL))
    among += [("NOT total", [])] if section.total_where_empty and not section.counts else []
    if by_place and query.operation in {"rank", "extreme"}:
        among.append(("place IS NOT NULL", []))
    where, own = _where(among)
    # What has no years is told by place, whatever was asked.
    unit = "place" if by_place or not has_years(choice.measure) else "year"
    newest = "".join(f", {c} DESC" for c in _time_columns(choice))
    single = f"row_number() OVER (PARTITION BY {unit} ORDER BY doubtful{newest}) = 1"
    qualify = "" if section.counts else f"\n  QUALIFY {single}"
    # Thresholds come after the window functions: they choose among what was ranked or counted.
    kept, kept_values = _where(_thresholds(query) + _first(choice, query))
    columns = ", ".join(["*", *_beside(query), *_total(choice)])
    outer = "*, count(*) FILTER (NOT doubtful) OVER () AS kept, count(*) OVER () AS found"
    text = (
        f", chosen AS (\n  SELECT * FROM facts{_indented(where)}{qualify}\n)\n"
        f"SELECT {outer} FROM (\n  SELECT {columns} FROM chosen\n){kept}\n"
        f"ORDER BY doubtful, value {query.order.upper()}, {unit}"
    )
    limit = "" if query.operation in {"rank", "extreme"} else f"\nLIMIT {query.limit}"
    return text + limit, [*own, *kept_values]


def _beside(query: MeasureQuery) -> list[str]:
    """The columns that say how a row stands among all, or what all come to."""
    all_columns = ["count(*) FILTER (NOT doubtful) OVER () AS counted"]
    if query.operation in {"rank", "extreme"}:
        order = query.order.upper()
        return [
            f"CASE WHEN NOT doubtful THEN rank() OVER (PARTITION BY doubtful ORDER BY value {order}) END AS rank",
            *all_columns,
            f"rank() OVER (ORDER BY value {order}) AS rank_of_all",
            "count(*) OVER () AS every",
        ]
    if query.operation == "mean":
        undoubted = "FILTER (NOT doubtful) OVER ()"
        return [*all_columns, f"sum(value) {undoubted} AS added", f"avg(value) {undoubted} AS mean"]
    return all_columns


def _total(choice: Choice) -> list[str]:
    """The sum of all, where adding up has a meaning."""
    section = choice.measure.section
    return ["sum(value) OVER () AS total_of_all"] if section.additive or section.counts else []


def _first(choice: Choice, query: MeasureQuery) -> list[Condition]:
    """The first of a ranking, with ties of the last one, doubtful rows, and the places asked for wherever they are."""
    if query.operation == "share" and choice.places and not query.thresholds():
        marks = ", ".join("?" * len(choice.places))
        return [(f"place IN ({marks})", [p.name for p in choice.places])]
    if query.operation not in {"rank", "extreme"}:
        return []
    if query.operation == "rank" and choice.places and choice.across == "places":
        marks = ", ".join("?" * len(choice.places))
        return [(f"(rank <= ? OR doubtful OR place IN ({marks}))", [query.limit, *(p.name for p in choice.places)])]
    return [("(rank <= ? OR doubtful)", [query.limit])]


def _where(given: list[Condition]) -> tuple[str, list[Scalar]]:
    if not given:
        return "", []
    return "\nWHERE " + " AND ".join(sql for sql, _ in given), [p for _, values in given for p in values]


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _thresholds(query: MeasureQuery) -> list[Condition]:
    return [(f"value {operator} ?", [number]) for operator, number in query.thresholds()]


def _time_columns(choice: Choice) -> list[str]:
    section = choice.measure.section
    if section.counts or not choice.measure.years:
        return []
    return ["year", "until"] if section.period_end and not section.period_is else ["year"]


def _latest(choice: Choice) -> str:
    newest = ", ".join(f"{c} DESC NULLS LAST" for c in _time_columns(choice))
    return f"QUALIFY rank() OVER (PARTITION BY place ORDER BY {newest}) = 1"


def _by_time(choice: Choice) -> str:
    columns = [*_time_columns(choice), "place"]
    return f"\nORDER BY {', '.join(columns)}, value"
