"""Observations from the figures of a table: which indicator, of when and where, in the indicator's unit."""

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal

from pipelines.figures.mapping import Indicators, Kept
from pipelines.figures.outcome import KINDS, UNMAPPED_MAX, Choices, Empty, ImportedFigures, NotTaken, Report
from pipelines.figures.shape import Blank, NotPlaced, Stated, kind_in, period_in, shape_of, stated
from pipelines.sources.changes import Cells
from pipelines.tables.dates import Period, period
from pipelines.tables.district_names import DistrictNames
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.lexicon import fold, table_words
from pipelines.tables.numbers import amount, plain
from pipelines.tables.reader import Table
from pipelines.tables.units import Unit, header_unit, unit_of
from portal.publication.statuses import FigureKind

CELL = "表格单元格"
_SUFFIXES: dict[str, str] = {FigureKind.ACTUAL: "", FigureKind.ANNUAL_PLAN: "plan", FigureKind.LATER_TARGET: "target"}
_SHARE_OLD = 2
_NOT_CHECKED = "由表格导入，还没有人核对口径是否与方案指标相同"


class FigureReader:
    """Makes observations of a table's figures."""

    def __init__(
        self,
        table: Table,
        mapping: Kept,
        choices: Choices,
        indicators: Indicators,
        city: list[str],
        districts: list[Cells],
        ask: Callable[[str], str] | None,
        most: int,
    ) -> None:
        self._table, self._choices, self._indicators, self._city, self._ask = table, choices, indicators, city, ask
        self._districts = DistrictNames(districts, city)
        self._district_names = {r["code"]: r["name"] for r in districts}
        self._own = {fold(n) for n in city}
        self._most = most
        self.mapping = mapping
        mapping.indicators |= choices.indicators
        mapping.units |= choices.units
        self.made: dict[str, Cells] = {}
        if wrong := [f"{n}={i}" for n, i in mapping.indicators.items() if i and i not in indicators.rows]:
            raise FileError(f"没有这个指标：{'、'.join(wrong)}。指标编号见 datasets/indicators。")

    def read(self, source: str, reliability: str, report: Report) -> ImportedFigures:
        """Go through the figures.

        Args:
            source: id of the file's source.
            reliability: of the source.
            report: called as (step, done, total).
        Raises:
            FileError: the table says too little, or has more figures than one import may take.
        """
        table = self._table
        shape = shape_of(
            table, lambda n: bool(self._id(n)), lambda n: self._districts.find(n) is not None, self._choices.columns
        )
        done = ImportedFigures(source, shape.told, told=list(table.told), rows=table.count)
        done.set_aside = [(a.where, a.kind, a.text) for a in table.asides]
        if shape.unused:
            done.told.append(f"没有用到的列：{'、'.join(shape.unused)}")
        for found in stated(table, shape, self._time(), report):
            if isinstance(found, Stated):
                done.figures += 1
                try:
                    self._take(found, source, reliability, done)
                except CellError as error:
                    done.refused.append(NotTaken(table.cell(found.row, found.column), found.name, str(error)))
            else:
                self._not_taken(found, done)
            if len(self.made) > self._most:
                raise FileError(
                    f"{table.file} 里能收的数超过 {self._most:,} 个。请只留本市要收的指标，或改大 PORTAL_IMPORT_ROWS_MAX。"
                )
        return done

    def _not_taken(self, found: NotPlaced | Blank, done: ImportedFigures) -> None:
        """Take down what states no figure, or one of nobody knows when."""
        if isinstance(found, Blank):
            done.blank += found.cells
            if found.whole:
                done.empty.append(Empty(self._table.line(found.row)))
            return
        if found.whole:
            done.refused_rows += 1
        else:
            done.figures += 1
        line, column = self._table.line(found.row), found.column
        where = line if column is None else self._table.cell(found.row, column)
        done.refused.append(NotTaken(where, "", found.reason))

    def _take(self, found: Stated, source: str, reliability: str, done: ImportedFigures) -> None:
        indicator = self._known(found.name, done)
        if found.period is None:
            raise CellError("没有写是哪一年的数；请用 --period 写明")
        if found.city and fold(found.city) not in self._own:
            raise CellError(f"“{found.city}”不是本市，没有收")
        value, written = self._value(found, self._indicators.rows[indicator])
        scope, code = self._scope(found.scope)
        when = _slug(found.period)
        kind = found.kind or self._kind()
        row_id = "-".join(p for p in (indicator, when, source, code, _SUFFIXES[kind]) if p)
        if row_id in self.made:
            raise CellError(
                f"和 {self.made[row_id]['note'].split('；')[0]} 是同一指标、同一时期、同一范围；只收了前一个"
            )
        where = self._table.cell(found.row, found.column)
        done.mapped[found.name] = indicator
        self.made[row_id] = {
            "id": row_id,
            "indicator": indicator,
            "scope": scope,
            "period": found.period.text,
            "period_start": found.period.start.isoformat(),
            "period_end": found.period.end.isoformat(),
            "value": value,
            "value_text": written,
            "unit": self._indicators.rows[indicator]["unit"],
            "kind": kind,
            "comparable": "true" if self._choices.comparable else "false",
            "comparable_reason": self._choices.comparable or _NOT_CHECKED,
            "source": source,
            "quote": "",
            "reliability": reliability,
            "corrected": "false",
            "caveat": "",
            "note": "；".join(p for p in (f"{CELL} {where}（{self._table.file.name}）", found.note) if p),
        }

    def _id(self, name: str) -> str:
        """The indicator a name is of, as decided before or by its own name; empty where it is of none or several."""
        if name in self.mapping.indicators:
            return self.mapping.indicators[name]
        found = self._indicators.find(name)
        return found[0] if len(found) == 1 else ""

    def _known(self, name: str, done: ImportedFigures) -> str:
        indicator = self._id(name)
        if indicator:
            self.mapping.indicators[name] = indicator
            return indicator
        several = self._indicators.find(name)
        if name in self.mapping.indicators:
            raise CellError("已记为没有对应的指标")
        why = f"可能是 {'、'.join(several)}" if several else "没有对应的指标"
        if len(done.unmapped) < UNMAPPED_MAX:
            done.unmapped[name] = why
        raise CellError(f"“{name}”{why}；请用 --indicator {name}=指标编号 写明，不收的写 --indicator {name}=")

    def _value(self, found: Stated, indicator: Mapping[str, str]) -> tuple[str, str]:
        """The number in the indicator's unit, and how the table writes it."""
        if indicator["unit"] == "done":
            raise CellError("这一项只有完成与否，没有数")
        wanted = unit_of(indicator["unit"])
        read = amount(self._table.value(found.row, found.column), self._table.percent(found.row, found.column))
        if read is None:
            raise CellError("这一格是空的")
        given = self._unit(found, wanted) if read.unit is None or read.unit.bare else None
        if read.unit is None and given is None:
            raise CellError(f"没有写单位；请用 --unit {found.name}=单位 写明（指标的单位是{wanted.name}）")
        if given is not None and given.name == "%" and read.unit is None:
            self._certain_share(read.value)
        stated_in = read.unit if read.unit is not None and not read.unit.bare else given
        if (
            stated_in is not None
            and "人均" in indicator["name_zh"]
            and stated_in.dimension == f"{wanted.dimension}/people"
        ):
            wanted = unit_of(f"{wanted.name}/人")
        value = read.said_in(wanted, given)
        if value < 0:
            raise CellError(f"“{read.written}”小于 0")
        suffix = given.name if given is not None and given.factor != wanted.factor else ""
        return plain(value), read.written + suffix

    def _certain_share(self, value: Decimal) -> None:
        """Refuse a number of a column of per cents that may be a fraction.

        Of old workbooks it is not known which numbers are shown as percentages: there 100 % is 1, too.
        """
        least = _SHARE_OLD if self._table.file.suffix.lower() in {".xls", ".ods"} else 1
        if 0 < value < least:
            raise CellError(f"“{plain(value)}”是 {plain(value)}% 还是 {plain(value * 100)}%？请在格子里写上百分号")

    def _unit(self, found: Stated, wanted: Unit) -> Unit | None:
        """The unit of a number that names none: of its row, its header, the table's unit line, or as decided."""
        if found.unit:
            return unit_of(found.unit)
        header = next(c for c in self._table.columns if c.index == found.column).said
        for said in (header, header_unit(found.name, table_words().remarks)):
            if said.unknown:
                raise CellError(f"单位“{said.unknown}”不认识；请用 --unit {found.name}=单位 写明")
            if said.unit is not None:
                return said.unit
        if found.name in self.mapping.units:
            return unit_of(self.mapping.units[found.name])
        fitting = [u for u in self._table.units if u.fits(wanted)]
        return fitting[0] if len(fitting) == 1 else None

    def _scope(self, text: str) -> tuple[str, str]:
        """The scope as the observations write it, and a part of the id that sets it apart."""
        if text and fold(text) not in self._own:
            code = self._districts.find(text)
            if code is not None:
                return (self._city[0] if self._city else "") + self._district_names[code], code
            return text, hashlib.sha256(text.encode()).hexdigest()[:6]
        if not (self._choices.scope or self.mapping.scope):
            self.mapping.scope = self._asked("这些数是哪个范围的（如 全市、中心城区）？", "--scope")
        self.mapping.scope = self._choices.scope or self.mapping.scope
        return self.mapping.scope, ""

    def _kind(self) -> str:
        kind = self._choices.kind or self.mapping.kind or kind_in(self._table.title)
        if not kind:
            kind = self._asked(
                "这些数是实际数（actual）、当年任务（annual_plan）还是后来的目标（later_target）？", "--kind"
            )
        if kind not in KINDS:
            raise FileError(f"类别“{kind}”不认识；能用的是 {'、'.join(KINDS)}。")
        self.mapping.kind = kind
        return kind

    def _asked(self, question: str, option: str) -> str:
        answer = self._ask(question).strip() if self._ask is not None else ""
        if not answer:
            raise FileError(f"文件没有写，请用 {option} 写明：{question}")
        return answer

    def _time(self) -> Period | None:
        if self._choices.period:
            try:
                return period(self._choices.period, workbook=True)
            except CellError as error:
                raise FileError(f"--period：{error}。") from None
        return period_in(self._table.title) or self._table.as_of


def _slug(found: Period) -> str:
    """A time within an id: 2023, 2023-03, 2023-03-01, or its first and last day."""
    if found.text.replace("-", "").isdigit():
        return found.text
    return f"{found.start:%Y%m%d}-{found.end:%Y%m%d}"
