"""Ten thousand requests that schemathesis makes up of the whole OpenAPI, allowed ones and forbidden ones: none may end in a server error."""

from collections import Counter
from collections.abc import Iterator, Mapping

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode

from tests.benchmarks.measuring import Measured, serving, wait

REQUESTS = 10_000
_MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Send them to a server of its own; each that ends in 5xx is told as a command to send it again.

    Args:
        environment: settings under which the real corpus and datasets have been published.
    """
    statuses: Counter[int] = Counter()
    failed: list[str] = []
    with serving(environment) as server:
        wait(server.process, lambda: server.client.get("/readyz").json()["encoder"] == "ready")
        base = str(server.client.base_url).rstrip("/")
        schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
        operations = [found.ok() for found in schema.get_all_operations()]
        each = -(-REQUESTS // (len(operations) * len(_MODES)))
        turn = 0
        while sum(statuses.values()) < REQUESTS:
            before, turn = sum(statuses.values()), turn + 1
            for operation in operations:
                for mode in _MODES:
                    _send(operation, mode, each, turn, base, statuses, failed)
            if sum(statuses.values()) == before:
                break
    told = "、".join(f"{status} {count}" for status, count in sorted(statuses.items()))
    for command in failed[:20]:
        print(command)
    yield Measured("schemathesis 的请求", sum(statuses.values()), REQUESTS, "次", at_least=True)
    yield Measured(f"其中服务器错误（{told}）", len(failed), 0, "次")


def _send(
    operation: schemathesis.schemas.APIOperation,
    mode: GenerationMode,
    count: int,
    turn: int,
    base: str,
    statuses: Counter[int],
    failed: list[str],
) -> None:
    """So many requests of an operation; none where nothing of this kind can be made up for it."""

    # The same requests each time, and others in each turn.
    @seed(turn)
    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case: schemathesis.Case) -> None:
        reply = case.call(base_url=base)
        statuses[reply.status_code] += 1
        if reply.status_code >= 500:
            failed.append(f"{reply.status_code} {case.as_curl_command()}")

    try:
        every()
    except Exception as error:  # what takes no input cannot be forbidden
        print(f"{operation.label} {mode.value}: {type(error).__name__}")
