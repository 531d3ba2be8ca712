"""Changes that follow from questions answered badly, and what they make of the answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns, make the table."""
    op.add_column("reviewed", sa.Column("questions", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("change_sets", sa.Column("review", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "effects",
        sa.Column("change_set", sa.Integer, sa.ForeignKey("change_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON, nullable=True),
    )
