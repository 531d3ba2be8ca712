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
    from portal.plan.report import UnknownSubjectError
    from portal.plan.report import report as gather
    from portal.ui import report_pdf

    store = common.current_store()
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.write_bytes(report_pdf.pdf(gather(store, theme, district)))
        partial.replace(output)
    except UnknownSubjectError as error:
        common.fail(report_pdf.unknown(error))
    except OSError as error:
        common.fail(f"{output} 写不了（{error.strerror}）。请检查文件夹是否存在、是否有权限和空间。")
    finally:
        partial.unlink(missing_ok=True)
    common.notes.print(f"{store.version} → {output}", markup=False, highlight=False)
