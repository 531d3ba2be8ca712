"""The portal's settings: one typed class, each documented, all readable from `PORTAL_*` environment variables."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_CHECKOUT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from the environment (`PORTAL_PORT=8080`); paths are absolute or relative to the working folder."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True)

    corpus: Path = Field(
        _CHECKOUT / "corpus", description="Folder of the policy documents and of the site's description."
    )
    datasets: Path = Field(_CHECKOUT / "datasets", description="Folder of the datasets people maintain.")
    published: Path = Field(_CHECKOUT / "datasets" / "published", description="Folder the published versions go to.")
    var: Path = Field(_CHECKOUT / "var", description="Folder for what the running portal writes: feedback.")
    feedback_url: str = Field(
        "",
        repr=False,
        description="Database of the votes on answers as an SQLAlchemy URL, e.g. `postgresql+psycopg://user:password@host/name`; empty for `feedback.sqlite` in `PORTAL_VAR`.",
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
    query_rows_max: int = Field(10_000, ge=1, description="Most rows a page of rows or an answer of a query holds.")
    query_seconds: float = Field(5, gt=0, description="Seconds a visitor's SQL query may take.")
    query_memory: str = Field("512MB", description="Memory a visitor's SQL query may use, the tables' copies included.")
    query_per_minute: int = Field(
        60, ge=1, description="SQL queries a minute from one address; this machine's own are not counted."
    )
    ask_per_minute: int = Field(
        60, ge=1, description="Questions a minute from one address; this machine's own are not counted."
    )
    database_memory: str = Field("512MB", description="DuckDB's memory limit.")
    database_threads: int = Field(2, ge=1, description="DuckDB's threads.")
    llm_url: str = Field(
        "",
        pattern=r"^(https?://\S+)?$",
        description="Address of an OpenAI-compatible service that may smooth answers' wording, up to `/v1`; empty: none is used.",
    )
    llm_model: str = Field("default", min_length=1, description="Name of the language model there.")
    llm_key: SecretStr = Field(SecretStr(""), description="Key for that service, if it asks for one.")
    llm_timeout_s: float = Field(
        8, gt=0, description="Seconds the language model may take; after that the answer goes out as it was."
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
