"""SQL for those who want it: one SELECT over the published tables."""

from typing import cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.problems import Problem, language_of
from portal.api.shared import PREFIX, known_parameters_only, store_of
from portal.publication.store import Row
from portal.settings import settings
from portal.texts.errors import sentence
from portal.visitor_sql.service import QueryError, QueryService

router = APIRouter(prefix=PREFIX, tags=["SQL"], dependencies=[Depends(known_parameters_only)])


class Query(BaseModel):
    """A query over the published tables; a table has its dataset's id, with `_` for `-`."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(
        min_length=1,
        max_length=20_000,
        description="one SELECT statement in DuckDB's SQL",
        examples=["SELECT status, count(*) AS targets FROM progress GROUP BY status ORDER BY targets DESC"],
    )


class QueryAnswer(BaseModel):
    """The rows; `truncated` says that there are more than an answer may hold, and `note` says so in words."""

    version: str
    columns: list[dict[str, str]]
    rows: list[Row]
    row_count: int
    truncated: bool
    note: str | None
    elapsed_ms: float


@router.post("/query", summary="SQL 查询", response_model=QueryAnswer)
def query(request: Request, asked: Query) -> Response:
    """Run one SELECT in a process that can reach nothing but copies of the published tables, within limits on time, rows and memory."""
    store = store_of(request)
    try:
        result = cast(QueryService, request.app.state.queries).run(store, asked.sql)
    except QueryError as error:
        raise Problem(503 if error.busy else 400, error.sentence, near=error.near) from None
    most = settings().query_rows_max
    content = {
        "version": store.version,
        "columns": result.columns,
        "rows": result.rows,
        "row_count": len(result.rows),
        "truncated": result.truncated,
        "note": sentence("sql.cut", most=most).told(language_of(request)) if result.truncated else None,
        "elapsed_ms": result.elapsed_ms,
    }
    return json_response(request, content, store)
