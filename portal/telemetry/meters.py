"""The counters of this process, in one place: what each counts, and by what. docs/operations.md says what to do about which."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

# When each series began doubles what is read, and nobody asks for it.
disable_created_metrics()
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter("portal_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
request_seconds = Histogram(
    "portal_request_seconds", "Time to the end of the answer", ("route",), buckets=_SECONDS, registry=REGISTRY
)
page_seconds = Histogram(
    "portal_page_seconds", "Time a page's script took", ("page", "outcome"), buckets=_SECONDS, registry=REGISTRY
)
pages_open = Gauge("portal_pages_open", "Pages open just now", registry=REGISTRY)

answers = Counter("portal_answers", "Questions answered, by kind of answer", ("kind", "mode"), registry=REGISTRY)
refusals = Counter("portal_refusals", "Questions without an answer, by reason", ("reason",), registry=REGISTRY)
answer_failures = Counter("portal_answer_failures", "Questions on which the pipeline failed", registry=REGISTRY)
step_seconds = Histogram(
    "portal_answer_step_seconds", "Time of a step of answering", ("step",), buckets=_SECONDS, registry=REGISTRY
)
sql = Counter("portal_sql", "Visitors' SQL queries, by what became of them", ("outcome",), registry=REGISTRY)
slow_queries = Counter("portal_slow_queries", "Queries slower than PORTAL_SLOW_QUERY_SECONDS", registry=REGISTRY)

running = Gauge("portal_running", "Costly work that runs", ("kind",), registry=REGISTRY)
waiting = Gauge("portal_waiting", "Costly work that waits", ("kind",), registry=REGISTRY)
limits_hit = Counter(
    "portal_limits_hit", "Requests turned away or ended by a limit", ("kind", "limit"), registry=REGISTRY
)

jobs = Counter("portal_jobs", "Work in the background that ended", ("job", "outcome"), registry=REGISTRY)
database_errors = Counter("portal_database_errors", "Uses of the desk's database that failed", registry=REGISTRY)
common_memory_losses = Counter(
    "portal_common_memory_losses", "Times the Redis shared by several portals was lost", registry=REGISTRY
)
log_records_left_out = Counter(
    "portal_log_records_left_out", "Records of the log beyond so many a minute from one place", registry=REGISTRY
)

encoder_ready = Gauge("portal_encoder_ready", "1 once the embedding model is loaded", registry=REGISTRY)
problem = Gauge("portal_problem", "1 while a part does not work as it should", ("part",), registry=REGISTRY)
serving = Gauge("portal_serving", "1 for the published version", ("version",), registry=REGISTRY)
publication_age = Gauge(
    "portal_publication_age_seconds", "Since the version that is served was published", registry=REGISTRY
)
versions = Gauge("portal_versions", "Published versions on disk", registry=REGISTRY)
