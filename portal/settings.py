"""The portal's settings: one typed class, each documented, all readable from `PORTAL_*` environment variables."""

import ipaddress
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

EXACT = "exact"
# `s3://bucket/prefix`, without the signs DuckDB reads as a pattern or as options.
S3_ADDRESS = re.compile(r"s3://[^\s/*?\[\]]+(/[^\s/*?\[\]]+)*")
_CHECKOUT = Path(__file__).resolve().parent.parent


def _place(value: object) -> object:
    """A folder, or an address in object storage without a slash at the end."""
    if not isinstance(value, str) or "://" not in value:
        return Path(value) if isinstance(value, str) else value
    address = value.rstrip("/")
    if not S3_ADDRESS.fullmatch(address):
        raise ValueError("应为文件夹，或 s3://桶名/前缀")
    return address


def _networks(value: str) -> str:
    """A comma-separated list of addresses and networks."""
    for part in filter(None, (p.strip() for p in value.split(","))):
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise ValueError(f"“{part}”不是地址或网段，应如 10.0.0.5 或 10.0.0.0/8") from None
    return value


def _with_issuer(value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
    """What the service that signs people in gave the portal; there where such a service is named."""
    if info.data.get("desk_oidc_issuer") and not (value.get_secret_value() if isinstance(value, SecretStr) else value):
        raise ValueError("写了 PORTAL_DESK_OIDC_ISSUER 就要一起写")
    return value


class Settings(BaseSettings):
    """Read from the environment (`PORTAL_PORT=8080`); paths are absolute or relative to the working folder."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True)

    corpus: Path = Field(
        _CHECKOUT / "corpus", description="Folder of the policy documents and of the site's description."
    )
    datasets: Path = Field(_CHECKOUT / "datasets", description="Folder of the datasets people maintain.")
    published: Annotated[Path | str, BeforeValidator(_place)] = Field(
        _CHECKOUT / "datasets" / "published",
        description="Folder the published versions go to; or `s3://bucket/prefix`, which they are read from and not built in.",
    )
    published_seconds: float = Field(
        15, gt=0, description="Seconds between two looks for a new version in object storage."
    )
    large_table_mb: float = Field(
        128,
        gt=0,
        description="Tables of more megabytes than this are not copied from object storage: each query reads what it needs of them there, and remembers it within `PORTAL_DATABASE_MEMORY`.",
    )
    s3_endpoint: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="Address of the object storage, e.g. `https://minio.example:9000`; empty: Amazon's own.",
    )
    s3_region: str = Field("us-east-1", min_length=1, description="Region of the object storage.")
    s3_url_style: Literal["path", "vhost"] = Field(
        "path", description="Where the bucket's name stands in an address: in the path, or before the host (`vhost`)."
    )
    s3_key_id: str = Field("", description="Access key for the object storage; empty: a bucket anybody may read.")
    s3_secret: SecretStr = Field(SecretStr(""), description="Secret of that access key.")
    var: Path = Field(_CHECKOUT / "var", description="Folder for what the running portal writes: what people bring in.")
    database_url: str = Field(
        "",
        repr=False,
        description="Database of what people bring in as an SQLAlchemy URL, e.g. `postgresql+psycopg://user:password@host/name`; empty for `portal.sqlite` in `PORTAL_VAR`.",
    )
    redis_url: str = Field(
        "",
        repr=False,
        pattern=r"^((redis|rediss)://[^\s/?#]+(/\d+)?(\?\S*)?|unix://\S+)?$",
        description="A Redis of the portal's own, in which several portals count rates and keep conversations together, e.g. `redis://:password@10.0.0.5:6379/0`, over TLS `rediss://:password@10.0.0.5:6379/0?ssl_ca_certs=/etc/ssl/redis/ca.pem`; while it cannot be used, and where this is empty, each portal for itself.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for every interface.")
    port: int = Field(8501, ge=1, le=65535, description="Port to listen on.")
    embedding_model: str = Field(
        "bundled",
        description="`bundled` (multilingual-e5-small, in a package) or a Sentence Transformers name or folder on this machine.",
    )
    dense_weight: float = Field(
        0.7, ge=0, le=1, description="Share of the embedding score in the fused score; the rest is BM25."
    )
    vector_store: str = Field(
        EXACT,
        pattern=rf"^({EXACT}|postgresql\+psycopg://\S+)$",
        repr=False,
        description="Where passages' vectors are compared: `exact`, in memory; or a PostgreSQL with pgvector of the portal's own, as an SQLAlchemy URL.",
    )
    query_rows_max: int = Field(10_000, ge=1, description="Most rows a page of rows or an answer of a query holds.")
    query_seconds: float = Field(5, gt=0, description="Seconds a visitor's SQL query may take.")
    query_memory: str = Field("512MB", description="Memory a visitor's SQL query may use, the tables' copies included.")
    query_per_minute: int = Field(60, ge=1, description="SQL queries a minute from one address.")
    ask_per_minute: int = Field(60, ge=1, description="Questions a minute from one address.")
    read_per_minute: int = Field(300, ge=1, description="Filtered reads and searches a minute from one address.")
    download_per_minute: int = Field(120, ge=1, description="Downloads of tables a minute from one address.")
    draw_per_minute: int = Field(60, ge=1, description="Charts and reports, of each, a minute from one address.")
    vote_per_minute: int = Field(20, ge=1, description="Votes on answers a minute from one address.")
    read_seconds: float = Field(1, gt=0, description="Seconds one query behind a page, a search or rows may take.")
    export_seconds: float = Field(30, gt=0, description="Seconds one query behind a download or a report may take.")
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "",
        description="Addresses and networks of the proxies in front, comma separated: only they are believed about whom they speak for.",
    )
    unlimited: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.0/8,::1",
        description="Addresses and networks whose requests are not counted, as long as no proxy passed them on.",
    )
    metrics_from: Annotated[str, AfterValidator(_networks)] = Field(
        "127.0.0.0/8,::1", description="Addresses and networks that may read /metrics and the details of /readyz."
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s]+)?$",
        description="The portal's own address, e.g. `https://portal.example`, in links, feeds and catalogues; empty: the address it listens on.",
    )
    hsts_seconds: int = Field(
        0, ge=0, description="How long browsers shall come by HTTPS only (Strict-Transport-Security); 0: not said."
    )
    security_contact: str = Field(
        "",
        pattern=r"^((mailto:|https://|tel:)\S+)?$",
        description="Where faults of security are reported, e.g. `mailto:security@portal.example`; empty: the page about the portal.",
    )
    feedback_days: int = Field(365, ge=1, description="Days a vote on an answer is kept.")
    feedback_max: int = Field(20_000, ge=1, description="Votes kept at most, the oldest go first.")
    desk: bool = Field(False, description="Whether staff may sign in at /desk.")
    desk_minutes: int = Field(60, ge=1, description="Minutes after which an unused session of the desk ends.")
    desk_oidc_issuer: str = Field(
        "",
        # Without TLS only on this machine: whoever stands between would say who somebody is.
        pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^\s?#]*)?)?$",
        description="Issuer of an OpenID Connect service that may prove who signs in at the desk, e.g. `https://login.example/realms/city`; empty: none is asked.",
    )
    desk_oidc_client_id: Annotated[str, AfterValidator(_with_issuer)] = Field(
        "", validate_default=True, description="What that service calls this portal (client id)."
    )
    desk_oidc_client_secret: Annotated[SecretStr, AfterValidator(_with_issuer)] = Field(
        SecretStr(""), validate_default=True, description="The secret it gave this portal (client secret)."
    )
    desk_two_people: bool = Field(
        True, description="Whether a change of the data is published by another person than the one who made it."
    )
    desk_commits: bool = Field(
        True,
        description="Whether each publication of the desk is a commit, where the data files are in a git work tree.",
    )
    evaluation: Path = Field(
        _CHECKOUT / "tests" / "evaluation",
        description="Folder of questions with known answers (`*.jsonl`), by which the desk measures what a change makes of the answers.",
    )
    answers_max: int = Field(
        20_000, ge=1, description="Answers kept under an address of their own at most, beside those of enquiries."
    )
    sign_in_per_minute: int = Field(10, ge=1, description="Tries to sign in a minute from one address.")
    contributions: bool = Field(True, description="Whether anybody may bring in figures, places and corrections.")
    contribute_per_minute: int = Field(5, ge=1, description="Contributions a minute from one address.")
    contributions_waiting: int = Field(
        2_000,
        ge=1,
        description="Contributions that may wait for a decision; no more are taken in before some are decided.",
    )
    contributions_max: int = Field(
        20_000, ge=1, description="Decided contributions kept at most; of the refused the oldest go first."
    )
    log: Literal["auto", "json", "text"] = Field(
        "auto",
        description="How the log is written: JSON lines with one a request and a job, or text; `auto`: text at a terminal only.",
    )
    slow_query_seconds: float = Field(
        0.5, gt=0, description="Seconds from which a query over the published tables is written to the log as slow."
    )
    import_rows_max: int = Field(
        200_000,
        ge=1,
        description="Most places or figures one import may bring in; the file itself may have more rows. Each takes a kilobyte or two.",
    )
    pages_per_client: int = Field(40, ge=1, description="Pages open at a time from one address.")
    database_memory: str = Field("512MB", description="DuckDB's memory limit.")
    database_threads: int = Field(2, ge=1, description="DuckDB's threads.")
    llm_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Address of an OpenAI-compatible service that may smooth answers' wording, up to `/v1`; empty: none is used.",
    )
    llm_model: str = Field("default", min_length=1, description="Name of the language model there.")
    llm_reads: bool = Field(
        False, description="Whether it also reads questions: each is sent to it, personal numbers masked."
    )
    llm_key: SecretStr = Field(SecretStr(""), description="Key for that service, if it asks for one.")
    llm_timeout_s: float = Field(
        8, gt=0, description="Seconds the language model may take; after that the answer goes out as it was."
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
