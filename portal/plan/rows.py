"""Rows of the plan that travel between folders: what columns they have and of which type.

A column `<name>_en` stands beside every cell of which the data hold an English wording (`portal.publication.translations`); it is
read with `get` and not listed here. `tests/portal/plan/test_rows.py` compares these types with what is published.
"""

import datetime
from typing import NotRequired, TypedDict


class IndicatorRow(TypedDict):
    """A target of the plan: a row of `indicators`. `target` is in `unit`, None for a promise without a number."""

    id: str
    family: str
    name_zh: str
    name_en: str
    aliases: str
    theme: str
    document: str
    clause: str
    also_in: str | None
    quote: str
    unit: str
    direction: str
    target: float | None
    target_text: str
    scope: str
    due: datetime.date
    due_text: str
    note: str | None


class FigureRow(TypedDict):
    """What figures of a target and background figures have in common. `value` is in `unit`."""

    id: str
    scope: str
    period: str
    period_start: datetime.date | None
    period_end: datetime.date | None
    value: float
    value_text: str
    unit: str
    kind: str
    comparable: bool
    comparable_reason: str
    source: str
    quote: str | None
    reliability: str
    corrected: bool | None
    caveat: str | None
    note: str | None


class ObservationRow(FigureRow):
    """What was published for a target: a row of `observations`."""

    indicator: str


class Sourced(TypedDict):
    """The publisher, title, address and date of a row's source; None where the source does not say."""

    publisher: str | None
    source_title: str | None
    source_url: str | None
    source_published: str | None


class ObservedRow(ObservationRow, Sourced):
    """An observation beside its target's number, direction and date, as `progress.observations` gives it."""

    target: float | None
    direction: str
    due: datetime.date
    softer: bool
    postponed: bool


class NamedObservedRow(ObservedRow):
    """An observation that stands without its target, by the target's names."""

    name_zh: str
    name_en: str


class RelatedRow(FigureRow, Sourced):
    """A background figure that concerns a target, as `progress.related` gives it; `reason` says why it is no observation."""

    measure: str
    aliases: str | None
    related_indicator: str
    reason: str


class DueResult(TypedDict):
    """What is known at the due date, as columns of a progress row."""

    due_observation: str | None
    due_value: float | None
    due_period: str | None
    due_scope: str | None
    due_value_text: str | None
    due_unit: str | None
    due_source: str | None
    due_reliability: str | None
    due_corrected: bool | None
    due_caveat: str | None


class LatestResult(TypedDict):
    """The latest comparable result."""

    latest_observation: str | None
    latest_value: float | None
    latest_period: str | None
    latest_scope: str | None
    latest_value_text: str | None
    latest_unit: str | None
    latest_source: str | None
    latest_reliability: str | None
    latest_corrected: bool | None
    latest_caveat: str | None


class BaselineResult(TypedDict):
    """The result from before the plan began."""

    baseline_observation: str | None
    baseline_value: float | None
    baseline_period: str | None
    baseline_scope: str | None
    baseline_value_text: str | None
    baseline_unit: str | None
    baseline_source: str | None
    baseline_reliability: str | None
    baseline_corrected: bool | None
    baseline_caveat: str | None


class OtherResult(TypedDict):
    """The latest published figure that is not comparable."""

    other_observation: str | None
    other_value: float | None
    other_period: str | None
    other_scope: str | None
    other_value_text: str | None
    other_unit: str | None
    other_source: str | None
    other_reliability: str | None
    other_corrected: bool | None
    other_caveat: str | None


class DipResult(TypedDict):
    """The latest result between baseline and due date that was short of the target."""

    dip_observation: str | None
    dip_value: float | None
    dip_period: str | None
    dip_scope: str | None
    dip_value_text: str | None
    dip_unit: str | None
    dip_source: str | None
    dip_reliability: str | None
    dip_corrected: bool | None
    dip_caveat: str | None


class LaterResult(TypedDict):
    """The last target of a later document that asks for less, or for the same only later; none of its columns where there is none."""

    later_observation: NotRequired[str | None]
    later_value: float | None
    later_period: str | None
    later_scope: str | None
    later_value_text: str | None
    later_unit: str | None
    later_source: str | None
    later_reliability: str | None
    later_corrected: bool | None
    later_caveat: str | None


class ProgressRow(IndicatorRow, DueResult, LatestResult, BaselineResult, OtherResult, DipResult, LaterResult):
    """A target with its status and what the status rests on, as `progress.progress` gives it."""

    status: str
    reason: str
    share_covered: float | None
    above_target_before: bool
    other_reason: str | None
    later_change: str | None
    theme_zh: str
    theme_en: str | None
    theme_short: str
    theme_short_en: str | None
    clause_order: int
    clause_title: str
    quote_start: int
    quote_end: int
    actual_count: int
    annual_plan_count: int
    later_target_count: int
    earlier_target_count: int
    related_count: int


class ProjectRow(Sourced):
    """A project with its source, the sentence that promises it and its position (WGS84 degrees), as `projects.projects` gives it."""

    id: str
    name: str
    also_known_as: str | None
    clause: str
    category: str
    district: str | None
    place: str | None
    status: str
    status_date: datetime.date | None
    status_text: str
    source: str | None
    reliability: str | None
    note: str | None
    clause_title: str | None
    lon: float | None
    lat: float | None
    position_basis: str | None
    position_source: str | None
    promise: str | None
    promise_start: int | None
    promise_end: int | None


class ClauseRow(TypedDict):
    """A clause of a document: a row of `clauses`. Versions published before clauses had labels and English titles lack them."""

    document: str
    clause: str
    label: NotRequired[str]
    parent: str | None
    order: int
    title: str
    title_en: NotRequired[str | None]
    title_short: NotRequired[str | None]
    title_short_en: NotRequired[str | None]
    path: str
    text: str


class PlacedClauseRow(ClauseRow):
    """A clause in the order of its document; `depth` is 0 at the top."""

    depth: int
