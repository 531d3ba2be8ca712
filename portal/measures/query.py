"""What is asked of a measure: the one typed form pages, API and chat use."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Operation = Literal[
    "value", "list", "rank", "extreme", "series", "compare", "difference", "share", "count", "mean"
]  # fmt: skip
Order = Literal["desc", "asc"]
Axis = Literal["places", "periods"]
PLACES_MAX = 200
ROWS_MAX = 1000
Place = Annotated[str, Field(min_length=1, max_length=80)]
Year = Annotated[int, Field(ge=1000, le=9999)]


class MeasureQuery(BaseModel):
    """A question to a measure.

    Names of places are taken as people write them; what is not held is told in the answer (`missing`), never an error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    measure: str = Field(min_length=1, max_length=120, description="id of GET /api/v1/measures")
    dataset: str | None = Field(
        None, max_length=80, description="where several hold the measure; the best one if absent"
    )
    places: tuple[Place, ...] = Field(
        (), max_length=PLACES_MAX, description="names; all, or the portal's own city, if empty"
    )
    from_year: Year | None = Field(None, alias="from", description="first year")
    to_year: Year | None = Field(None, alias="to", description="last year; one year where equal to `from`")
    operation: Operation = Field(
        "value",
        description="value: of a year, else the latest; list: every row; rank: who is first, and which rank the places have; "
        "extreme: the highest (order desc) or lowest; series: by year; compare: places side by side; difference: of two "
        "places or of the first and last year; share: of the sum or of the whole; count: rows within the thresholds; mean",
    )
    across: Axis | None = Field(
        None, description="rank, extreme, mean and count over places in one year, or over the years of a place"
    )
    order: Order = "desc"
    limit: int = Field(100, ge=1, le=ROWS_MAX)
    over: float | None = Field(None, allow_inf_nan=False, description="values above this")
    at_least: float | None = Field(None, allow_inf_nan=False)
    under: float | None = Field(None, allow_inf_nan=False, description="values below this")
    at_most: float | None = Field(None, allow_inf_nan=False)
    unit: str | None = Field(
        None, max_length=40, description="where the measure has several; the most common if absent"
    )
    scope: str | None = Field(
        None, max_length=200, description="where the measure has several; the most common if absent"
    )

    @model_validator(mode="after")
    def _years_are_in_order(self) -> Self:
        if self.from_year and self.to_year and self.from_year > self.to_year:
            years = {"first": self.from_year, "last": self.to_year}
            raise PydanticCustomError("years_reversed", "from ({first}) is after to ({last})", years)
        return self

    @property
    def years(self) -> tuple[int | None, int | None]:
        """First and last year asked for, either may be open."""
        return self.from_year, self.to_year

    def thresholds(self) -> list[tuple[str, float]]:
        """The comparisons asked for, as SQL operator and number."""
        given = ((">", self.over), (">=", self.at_least), ("<", self.under), ("<=", self.at_most))
        return [(operator, value) for operator, value in given if value is not None]
