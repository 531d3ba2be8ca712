"""The handbook for the person on call names what is there: each metric, event, job and setting, and every metric that can raise an alarm."""

import re

import pytest
from prometheus_client import generate_latest

from portal.settings import Settings
from portal.telemetry import meters
from tests.synthetic import CHECKOUT

HANDBOOK = (CHECKOUT / "docs" / "operations.md").read_text("utf-8")
CODE = {path: path.read_text("utf-8") for path in (CHECKOUT / "portal").rglob("*.py")}
ALARMS = re.split(r"^### ", HANDBOOK, flags=re.M)[1:]


def test_every_metric_it_names_is_counted() -> None:
    counted = re.findall(r"^# TYPE (\S+) (\S+)", generate_latest(meters.REGISTRY).decode(), re.M)
    there = {n for name, kind in counted for n in ([name, f"{name}_bucket"] if kind == "histogram" else [name])}
    named = set(re.findall(r"\b((?:portal|process)_[a-z_]+)", HANDBOOK))
    assert named - there == set()
    assert len(named) > 15


def test_it_names_every_event_and_every_job_there_is_and_no_other() -> None:
    told = {e for text in CODE.values() for e in re.findall(r'journal\.event\(\s*"([a-z_]+)"', text)}
    # A request and a page's socket are one line of code.
    told |= {"request", "socket", "log"}
    jobs = {j for text in CODE.values() for j in re.findall(r'\bjob\("([a-z_]+)"\)', text)}
    assert set(re.findall(r"^\| `([a-z_]+)` \| [^|]+ \| [^|]+ \|$", HANDBOOK, re.M)) - {"event"} == told
    (listed,) = re.findall(r"^后台的事：(.*)$", HANDBOOK, re.M)
    assert set(re.findall(r"`([a-z_]+)`", listed)) == jobs


def test_every_setting_it_names_is_one() -> None:
    named = set(re.findall(r"\bPORTAL_[A-Z0-9_]+", HANDBOOK))
    assert named <= {f"PORTAL_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda a: a.split()[0])
def test_each_alarm_has_its_condition_and_what_to_do(alarm: str) -> None:
    name, _, rest = alarm.partition("\n")
    assert re.fullmatch("Portal[A-Z][A-Za-z]+", name)
    assert re.match(r"`[^`]+(==|>) [^`]+`", rest), "begins with its condition"
    assert len(rest) > 60
