"""What a city writes about its portal in `corpus/site.toml`: names, period, hotline. No city is named in code."""

import datetime

from pydantic import BaseModel, ConfigDict, Field


class Site(BaseModel):
    """The portal's own description; texts are Chinese unless they end in `_en`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    title_en: str
    city: str = Field(description="full name, as in 某某市")
    city_en: str
    city_aliases: tuple[str, ...] = Field((), description="how people call the city")
    plan: str = Field(description="the document the targets come from")
    plan_short: str
    plan_short_en: str
    period_start: datetime.date
    period_end: datetime.date
    hotline: str = Field(description="where to ask what the portal does not cover")
    repository: str = ""
