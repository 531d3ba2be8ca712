"""`portal report`: the progress report as a PDF."""

from pathlib import Path
from typing import Annotated

import typer

from portal.commands import common


def report(
    theme: Annotated[str | None, typer.Option(help="只报告方案的一个主题，如总览页所列")] = None,
    district: Annotated[str | None, typer.Option(help="只报告一个区县，写名称或代码")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="写到这个文件")] = Path("progress-report.pdf"),
) -> None:
    """写一份可以打印的进展报告（PDF，A4）。"""
    from portal.plan.report import report as gather
    from portal.ui import report_pdf

    store = common.current_store()
    with common.telling(), common.written(output) as partial:
        partial.write_bytes(report_pdf.pdf(gather(store, theme, district)))
    common.notes.print(f"{store.version} → {output}", markup=False, highlight=False)
