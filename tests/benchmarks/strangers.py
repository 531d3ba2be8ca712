"""Those who come in the benchmarks of attacks: clients with addresses of their own on this machine, what they send and what they met with."""

import statistics
import time
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx

QUESTION = {"question": "人均道路面积的目标是多少？"}
# Some 4 KB of words: what once cost seconds on fifty rows.
WORDS = "+".join(f"a{n}" for n in range(900))
SQL = {"sql": "SELECT count(*) FROM sentences a, sentences b, sentences c WHERE a.text < b.text AND b.text < c.text"}
_TIMEOUT = 130


@dataclass
class Seen:
    """What one client met with: answers by status, the seconds they took, and 5xx that are no honest "come again"."""

    statuses: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def p95(self) -> float:
        """Milliseconds within which 95 of 100 answers came."""
        return statistics.quantiles(self.taken, n=20)[-1] * 1000 if len(self.taken) > 1 else 0.0

    def shed(self) -> float:
        """Per cent of the answers that said "not now"."""
        refused = self.statuses["429"] + self.statuses["503"]
        return 100 * refused / max(1, self.statuses.total())

    async def get(self, sent: Awaitable[httpx.Response], named: str = "") -> None:
        """Send a request and note what came of it."""
        start = time.perf_counter()
        try:
            reply = await sent
        except httpx.HTTPError as error:
            self.statuses[type(error).__name__] += 1
            self.broken.append(f"{type(error).__name__} {named}")
        else:
            self.statuses[str(reply.status_code)] += 1
            if reply.status_code >= 500 and not (reply.status_code == 503 and "retry-after" in reply.headers):
                self.broken.append(f"{reply.status_code} {reply.request.url.path}")
        self.taken.append(time.perf_counter() - start)


def client(address: str, source: str) -> httpx.AsyncClient:
    """A client of an address of its own on this machine."""
    transport = httpx.AsyncHTTPTransport(local_address=source, limits=httpx.Limits(max_connections=200), retries=0)
    return httpx.AsyncClient(base_url=address, transport=transport, timeout=_TIMEOUT, trust_env=False)
