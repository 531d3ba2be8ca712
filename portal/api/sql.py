"""SQL for those who want it: one SELECT over the published tables."""

from typing import Annotated, cast

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.problems import Problem, language_of
from portal.api.shared import PREFIX, known_parameters_only, store_of
from portal.publication.json_object import JsonObject
from portal.publication.store import Row, Store
from portal.settings import settings
from portal.texts.errors import sentence
from portal.visitor_sql import files
from portal.visitor_sql.examples import EXAMPLES
from portal.visitor_sql.files import FileFormat
from portal.visitor_sql.service import QueryError, QueryResult, QueryService

router = APIRouter(prefix=PREFIX, tags=["SQL"], dependencies=[Depends(known_parameters_only)])


class Query(BaseModel):
    """A query over the published tables; a table has its dataset's id, with `_` for `-`."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(min_length=1, max_length=20_000, description="one SELECT statement in DuckDB's SQL")
    format: FileFormat = Field("json", description="json answers with an object; csv and xlsx with a file of the rows")


class QueryAnswer(BaseModel):
    """The rows; `truncated` says that there are more than an answer may hold, and `note` says so in words."""

    version: str
    columns: list[dict[str, str]]
    rows: list[Row]
    row_count: int
    truncated: bool
    note: str | None
    elapsed_ms: float


_NAMED = {name: {"summary": e.title.en, "value": {"sql": e.sql}} for name, e in EXAMPLES.items()}
_FILES: dict[int | str, JsonObject] = {
    200: {
        "content": {files.media_type(kind): {} for kind in files.FORMATS},
        "headers": {
            "X-Truncated": {"description": "of a file: whether rows were cut off", "schema": {"type": "boolean"}}
        },
    }
}


@router.post("/query", summary="SQL 查询", response_model=QueryAnswer, responses=_FILES)
def query(request: Request, asked: Annotated[Query, Body(openapi_examples=_NAMED)]) -> Response:
    """Run one SELECT in a process that can reach nothing but copies of the published tables, within limits on time, rows and memory."""
    store = store_of(request)
    try:
        result = cast(QueryService, request.app.state.queries).run(store, asked.sql)
    except QueryError as error:
        raise Problem(503 if error.busy else 400, error.sentence, near=error.near, engine=error.engine) from None
    if asked.format != "json":
        return _file(result, asked, store)
    content = {
        "version": store.version,
        "columns": result.columns,
        "rows": result.rows,
        "row_count": len(result.rows),
        "truncated": result.truncated,
        "note": sentence("sql.cut", most=settings().query_rows_max).told(language_of(request))
        if result.truncated
        else None,
        "elapsed_ms": result.elapsed_ms,
    }
    return json_response(request, content, store)


def _file(result: QueryResult, asked: Query, store: Store) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="query-{store.version}.{asked.format}"',
        "X-Truncated": str(result.truncated).lower(),
    }
    body = files.written(result, asked.format, asked.sql, store.version)
    return Response(body, headers=headers, media_type=files.media_type(asked.format))
